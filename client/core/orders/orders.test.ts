// What a device does on the word of those who lead, and of those who do not, with the server and the group played by the test.
import type { PolicyView } from '#e2ee';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodePayload, parsePayload, type GroupPayload } from '../talk/payload.ts';
import { FakeTrack } from '../test/FakeTrack.ts';
import { ANA, createScene, enter, joined, loseAndReturn, ME, viewOf, type Scene } from '../test/scene.ts';
import { OTHER_PEER_ID as ANA_ID, PEER_ID } from '../test/wireSamples.ts';

const BEN_ID = 'CCCCCCCCCCCCCCCC';
const BEN = { ...ANA, peerId: BEN_ID, displayName: 'Ben', keyHash: 'Ben', leafIndex: 2 };
const ANA_LEADS = { host: ANA_ID, acting: [ANA_ID] };
const I_LEAD = { host: PEER_ID, acting: [PEER_ID] };
const told = () => Promise.resolve();

let epoch = 1;
function show(scene: Scene, policy: Partial<PolicyView>, members = [ME, ANA, BEN]): void {
  epoch += 1;
  scene.worker().enterEpoch(epoch, members, policy);
}

async function enterWith(policy: Partial<PolicyView>, options: Parameters<typeof createScene>[0] = {}): Promise<Scene> {
  const scene = createScene(options);
  await enter(scene, ANA, BEN);
  show(scene, policy);
  return scene;
}

function hear(scene: Scene, from: string, payload: GroupPayload): void {
  scene.worker().emit({ type: 'said', from, payload: encodePayload(payload), epoch, self: false });
}

const order = (what: Extract<GroupPayload, { t: 'order' }>['do'], to: string | null = PEER_ID): GroupPayload => ({
  t: 'order',
  do: what,
  to,
});
const said = (scene: Scene) =>
  scene
    .worker()
    .callsOf('say')
    .map(({ payload }) => parsePayload(payload))
    .filter((payload) => payload?.t !== 'codecs');
const noticesOf = (scene: Scene, ...kinds: string[]) =>
  viewOf(scene)
    .notices.filter(({ kind }) => kinds.includes(kind))
    .map(({ id: _, atMs: __, ...notice }) => notice);
const mic = () => ({ mic: new FakeTrack('audio') as unknown as MediaStreamTrack });
const micState = (scene: Scene) => viewOf(scene).self.mic.state;

afterEach(() => vi.useRealTimers());

describe('an order of one who leads', () => {
  it('E-130 mutes this device, and says who did it', async () => {
    const scene = await enterWith(ANA_LEADS, mic());
    expect(micState(scene)).toBe('on');
    hear(scene, ANA_ID, order('mute'));
    await told();
    expect(micState(scene)).toBe('muted');
    expect(noticesOf(scene, 'mutedBy')).toEqual([{ kind: 'mutedBy', peerId: ANA_ID, displayName: 'Ana' }]);
  });

  it('turns a camera and a screen off', async () => {
    const scene = await enterWith(ANA_LEADS);
    await scene.client.setCamera(true);
    await scene.client.setScreen(true);
    hear(scene, ANA_ID, order('stopVideo'));
    hear(scene, ANA_ID, order('stopScreen'));
    await told();
    expect(viewOf(scene).self).toMatchObject({ camera: { state: 'off' }, screen: { state: 'off' } });
    expect(noticesOf(scene, 'videoStoppedBy', 'screenStoppedBy').map(({ kind }) => kind)).toEqual([
      'videoStoppedBy',
      'screenStoppedBy',
    ]);
  });

  it('to everybody mutes this device too, and says nothing where it was muted already', async () => {
    const scene = await enterWith(ANA_LEADS, mic());
    hear(scene, ANA_ID, order('mute', null));
    hear(scene, ANA_ID, order('mute', null));
    await told();
    expect(micState(scene)).toBe('muted');
    expect(noticesOf(scene, 'mutedBy')).toHaveLength(1);
  });

  it.each([
    ['to another device', ANA_LEADS, ANA_ID, BEN_ID],
    ['of one who does not lead', ANA_LEADS, BEN_ID, PEER_ID],
    ['of one who led before', { host: BEN_ID, acting: [BEN_ID] }, ANA_ID, PEER_ID],
    ['of who is not in the group', { ...ANA_LEADS, acting: ['x'] }, 'x', PEER_ID],
    ['of a co-host to the host', { host: PEER_ID, cohosts: [ANA_ID], acting: [PEER_ID, ANA_ID] }, ANA_ID, PEER_ID],
    ['of a co-host to all, on the host’s device', { host: PEER_ID, acting: [PEER_ID, ANA_ID] }, ANA_ID, null],
  ])('%s is passed over', async (_, policy, from, to) => {
    const scene = await enterWith(policy, mic());
    hear(scene, from, order('mute', to));
    await told();
    expect(micState(scene)).toBe('on');
    expect(noticesOf(scene, 'mutedBy')).toEqual([]);
  });

  it('is heeded no more than six times in ten seconds, of each who leads', async () => {
    const scene = await enterWith({ ...ANA_LEADS, acting: [ANA_ID, BEN_ID] }, mic());
    for (let times = 0; times < 9; times += 1) {
      hear(scene, ANA_ID, order('mute'));
      await scene.client.setMic(true);
    }
    await told();
    expect(noticesOf(scene, 'mutedBy')).toHaveLength(6);
    hear(scene, BEN_ID, order('mute'));
    await told();
    expect(micState(scene)).toBe('muted');
  });
});

describe('a request to turn something on', () => {
  it('E-131 turns nothing on, and stands until the person does', async () => {
    const scene = await enterWith(ANA_LEADS);
    hear(scene, ANA_ID, order('askMic'));
    hear(scene, ANA_ID, order('askCamera'));
    await told();
    expect(viewOf(scene).self).toMatchObject({ mic: { state: 'off' }, camera: { state: 'off' } });
    expect(viewOf(scene).asked).toEqual([
      { device: 'mic', peerId: ANA_ID, displayName: 'Ana' },
      { device: 'camera', peerId: ANA_ID, displayName: 'Ana' },
    ]);
    await scene.client.setMic(true);
    await told();
    expect(viewOf(scene).asked.map(({ device }) => device)).toEqual(['camera']);
    await scene.client.setMic(false);
    await told();
    expect(viewOf(scene).asked.map(({ device }) => device)).toEqual(['camera']);
    expect(noticesOf(scene, 'askedMic', 'askedCamera')).toHaveLength(2);
  });

  it('that was put off can be made again by the same one after half a minute, and by another at once', async () => {
    const scene = await enterWith({ ...ANA_LEADS, acting: [ANA_ID, BEN_ID] });
    let nowMs = 1_000_000;
    vi.spyOn(scene.platform, 'nowMs').mockImplementation(() => nowMs);
    hear(scene, ANA_ID, order('askMic'));
    scene.client.orders.dismiss('mic');
    hear(scene, ANA_ID, order('askMic'));
    await told();
    expect(viewOf(scene).asked).toEqual([]);
    hear(scene, BEN_ID, order('askMic'));
    await told();
    expect(viewOf(scene).asked).toMatchObject([{ displayName: 'Ben' }]);
    scene.client.orders.dismiss('mic');
    nowMs += 30_000;
    hear(scene, ANA_ID, order('askMic'));
    await told();
    expect(viewOf(scene).asked).toMatchObject([{ displayName: 'Ana' }]);
  });

  it('ends with the right to make it, and is not made of what is on', async () => {
    const scene = await enterWith(ANA_LEADS, mic());
    hear(scene, ANA_ID, order('askMic'));
    hear(scene, ANA_ID, order('askCamera'));
    await told();
    expect(viewOf(scene).asked).toMatchObject([{ device: 'camera' }]);
    show(scene, I_LEAD);
    await told();
    expect(viewOf(scene).asked).toEqual([]);
  });
});

describe('giving orders', () => {
  it('says them to the group, by who leads, to who is there', async () => {
    const scene = await enterWith(I_LEAD);
    const { orders } = scene.client;
    expect(await orders.give('mute', ANA_ID)).toEqual({ ok: true });
    expect(await orders.give('mute', null)).toEqual({ ok: true });
    expect(await orders.give('mute', 'x')).toEqual({ ok: false, fault: 'notThere' });
    expect(said(scene)).toEqual([order('mute', ANA_ID), order('mute', null)]);
  });

  it('is not for who does not lead, nor to the host for anybody else, nor kept for later', async () => {
    const scene = await enterWith(ANA_LEADS);
    expect(await scene.client.orders.give('mute', BEN_ID)).toEqual({ ok: false, fault: 'notActing' });
    show(scene, { host: ANA_ID, cohosts: [PEER_ID], acting: [ANA_ID, PEER_ID] });
    expect(await scene.client.orders.give('mute', ANA_ID)).toEqual({ ok: false, fault: 'notActing' });
    expect(said(scene)).toEqual([]);
    scene.worker().refusals['say'] = 'notInGroup';
    expect(await scene.client.orders.give('mute', BEN_ID)).toEqual({ ok: false, fault: 'busy' });
  });
});

describe('the spotlight', () => {
  const lit = (on: string | null, n: number): GroupPayload => ({ t: 'spotlight', on, n });
  const seen = async (scene: Scene) => {
    await told();
    const { spotlight, spotlightBy } = viewOf(scene);
    return [spotlight, spotlightBy];
  };

  it('E-132 is on whom one who leads puts it, until they take it away; each is said once', async () => {
    const scene = await enterWith(ANA_LEADS);
    hear(scene, ANA_ID, lit(BEN_ID, 1));
    hear(scene, ANA_ID, lit(BEN_ID, 1));
    expect(await seen(scene)).toEqual([BEN_ID, ANA_ID]);
    hear(scene, ANA_ID, lit(PEER_ID, 2));
    hear(scene, ANA_ID, lit(null, 3));
    expect(await seen(scene)).toEqual([null, null]);
    expect(noticesOf(scene, 'spotlight', 'spotlightEnded')).toEqual([
      { kind: 'spotlight', displayName: 'Ana', peerId: BEN_ID, subject: 'Ben' },
      { kind: 'spotlight', displayName: 'Ana', peerId: PEER_ID, subject: null },
      { kind: 'spotlightEnded', displayName: 'Ana' },
    ]);
  });

  it('is nobody’s by the word of one who does not lead, and ends with who said it, and with whom it is on', async () => {
    const scene = await enterWith(ANA_LEADS);
    hear(scene, BEN_ID, lit(BEN_ID, 5));
    expect(await seen(scene)).toEqual([null, null]);
    hear(scene, ANA_ID, lit(BEN_ID, 1));
    show(scene, ANA_LEADS, [ME, ANA]);
    expect(await seen(scene)).toEqual([null, null]);
    hear(scene, ANA_ID, lit(PEER_ID, 2));
    expect(await seen(scene)).toEqual([PEER_ID, ANA_ID]);
    show(scene, I_LEAD, [ME, ANA]);
    expect(await seen(scene)).toEqual([null, null]);
    expect(noticesOf(scene, 'spotlightEnded')).toEqual([]);
  });

  it('ends equally for all where two words cross: the higher number counts, and of equal ones the higher Peer id', async () => {
    const both = { host: ANA_ID, cohosts: [BEN_ID], acting: [ANA_ID, BEN_ID] };
    const words: [string, GroupPayload][] = [
      [ANA_ID, lit(PEER_ID, 4)],
      [BEN_ID, lit(ANA_ID, 4)],
      [ANA_ID, lit(BEN_ID, 2)],
    ];
    for (const order_ of [
      [0, 1],
      [1, 0],
    ]) {
      const scene = await enterWith(both);
      for (const index of order_) hear(scene, ...(words[index] as [string, GroupPayload]));
      expect(await seen(scene)).toEqual([ANA_ID, BEN_ID]);
    }
  });

  it('that was overruled is taken back, so that it does not return when the other one goes', async () => {
    const both = { host: PEER_ID, cohosts: [ANA_ID], acting: [PEER_ID, ANA_ID] };
    const scene = await enterWith(both);
    expect(scene.client.orders.spotlight(BEN_ID)).toEqual({ ok: true });
    expect(await seen(scene)).toEqual([BEN_ID, PEER_ID]);
    hear(scene, ANA_ID, lit(ANA_ID, 2));
    expect(await seen(scene)).toEqual([ANA_ID, ANA_ID]);
    await vi.waitFor(() => expect(said(scene)).toEqual([lit(BEN_ID, 1), lit(null, 1)]));
    show(scene, I_LEAD, [ME, BEN]);
    expect(await seen(scene)).toEqual([null, null]);
    expect(scene.client.orders.spotlight(BEN_ID)).toEqual({ ok: true });
    expect(await seen(scene)).toEqual([BEN_ID, PEER_ID]);
  });

  it('is told again to newcomers, and not any more by who leads no longer', async () => {
    const scene = await enterWith(I_LEAD);
    scene.client.orders.spotlight(ANA_ID);
    await vi.waitFor(() => expect(said(scene)).toEqual([lit(ANA_ID, 1)]));
    const cy = { ...BEN, peerId: 'DDDDDDDDDDDDDDDD', displayName: 'Cy', keyHash: 'Cy', leafIndex: 3 };
    show(scene, I_LEAD, [ME, ANA, BEN, cy]);
    await vi.waitFor(() => expect(said(scene)).toEqual([lit(ANA_ID, 1), lit(ANA_ID, 1)]));
    show(scene, ANA_LEADS, [ME, ANA, BEN, cy]);
    expect(await seen(scene)).toEqual([null, null]);
    expect(scene.client.orders.spotlight(ANA_ID)).toEqual({ ok: false, fault: 'notActing' });
    expect(scene.client.orders.spotlight('x')).toEqual({ ok: false, fault: 'notActing' });
  });

  it('of a former place in the Room is over at the next one', async () => {
    const scene = await enterWith(I_LEAD);
    scene.client.orders.spotlight(ANA_ID);
    expect(await seen(scene)).toEqual([ANA_ID, PEER_ID]);
    const newId = 'EEEEEEEEEEEEEEEE';
    await loseAndReturn(scene, { ...joined(), peerId: newId });
    await vi.waitFor(() => expect(scene.workers[1]?.callsOf('enter')).toHaveLength(1));
    show(scene, { host: newId, acting: [newId] }, [{ ...ME, peerId: newId }, ANA]);
    expect(await seen(scene)).toEqual([null, null]);
  });
});

describe('the end for everybody', () => {
  const ending: GroupPayload = { t: 'ending' };
  const ended = (by?: unknown) => ({ phase: 'ended', reason: 'roomEnded', ...(by !== undefined && { by }) });

  it('E-133 is said to the group first and asked of the server then; who asked hears of it as their own', async () => {
    const scene = await enterWith(I_LEAD);
    const answers = scene.socket.answerer;
    scene.socket.answerer = (sent) => {
      if (sent.name !== 'room:end') return answers(sent);
      expect(said(scene)).toEqual([ending]);
      scene.socket.notify('room:closed', { reason: 'ended' }, 1);
      return undefined;
    };
    expect(await scene.client.orders.endForAll()).toEqual({ ok: true });
    expect(scene.client.state.get()).toEqual(ended({ self: true }));
  });

  it('by the host’s or a co-host’s word is known as theirs, and comes without the server too', async () => {
    for (const policy of [ANA_LEADS, { host: BEN_ID, cohosts: [ANA_ID], acting: [BEN_ID, ANA_ID] }]) {
      const scene = await enterWith(policy);
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      hear(scene, ANA_ID, ending);
      await vi.advanceTimersByTimeAsync(4_900);
      expect(scene.client.state.get().phase).toBe('in');
      await vi.advanceTimersByTimeAsync(200);
      expect(scene.client.state.get()).toEqual(ended({ self: false, displayName: 'Ana' }));
      vi.useRealTimers();
    }
  });

  it('by the server alone is nobody’s word, also after a member said so who may not', async () => {
    const scene = await enterWith({ host: null, acting: [ANA_ID] });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    hear(scene, ANA_ID, ending);
    hear(scene, BEN_ID, ending);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(scene.client.state.get().phase).toBe('in');
    scene.socket.notify('room:closed', { reason: 'ended' }, 1);
    expect(scene.client.state.get()).toEqual(ended());
  });

  it('E-133 by the server alone is shown as the server’s once a host who is there has had a second to say it', async () => {
    const scene = await enterWith(ANA_LEADS);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    scene.socket.notify('room:closed', { reason: 'ended' }, 1);
    hear(scene, BEN_ID, ending);
    await vi.advanceTimersByTimeAsync(900);
    expect(scene.client.state.get().phase).toBe('in');
    await vi.advanceTimersByTimeAsync(200);
    expect(scene.client.state.get()).toEqual(ended());
  });

  it('E-133 that the server’s notification overtakes is known by its word all the same', async () => {
    const scene = await enterWith(ANA_LEADS);
    scene.socket.notify('room:closed', { reason: 'ended' }, 1);
    expect(scene.client.state.get().phase).toBe('in');
    hear(scene, ANA_ID, ending);
    expect(scene.client.state.get()).toEqual(ended({ self: false, displayName: 'Ana' }));
  });

  it('is not for a successor, and says why where group or server refuse', async () => {
    const scene = await enterWith({ host: null, acting: [PEER_ID] });
    expect(await scene.client.orders.endForAll()).toEqual({ ok: false, fault: 'notActing' });
    show(scene, I_LEAD);
    const answers = scene.socket.answerer;
    scene.socket.answerer = (sent) => (sent.name === 'room:end' ? undefined : answers(sent));
    for (const [code, fault] of [
      ['forbidden', 'notActing'],
      ['internal', 'failed'],
    ]) {
      const outcome = scene.client.orders.endForAll();
      await vi.waitFor(() => expect(scene.socket.sent.map(({ name }) => name)).toContain('room:end'));
      scene.socket.reject('room:end', code as never);
      expect(await outcome).toEqual({ ok: false, fault });
    }
    scene.worker().refusals['say'] = 'busy';
    expect(await scene.client.orders.endForAll()).toEqual({ ok: false, fault: 'busy' });
  });
});
