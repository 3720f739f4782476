// Leading a Room through a RoomClient, with the server and the group played by the test.
import type { Knock, PolicyView } from '#e2ee';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { verifiersOf } from '../admission.ts';
import { SignallingError } from '../signalling/SignallingError.ts';
import { ANA, connect, createScene, enter, joined, loseAndReturn, ME, viewOf, type Scene } from '../test/scene.ts';
import { OTHER_PEER_ID, PEER_ID } from '../test/wireSamples.ts';
import { policyChange } from './policyChange.ts';

const THIRD = 'CCCCCCCCCCCCCCCC';
const BEN = { ...ANA, peerId: THIRD, displayName: 'Ben', keyHash: 'Ben', leafIndex: 2 };
const knock = (peerId: string, displayName: string): Knock => ({ peerId, displayName, keyHash: displayName });

/** Inside with Ana, as host. */
async function enterAsHost(scene: Scene, policy: Partial<PolicyView> = {}): Promise<void> {
  await enter(scene, ANA);
  show(scene, { acting: [PEER_ID], host: PEER_ID, ...policy });
}

let epoch = 1;
function show(scene: Scene, policy: Partial<PolicyView>): void {
  epoch += 1;
  scene.worker().enterEpoch(epoch, [ME, ANA, BEN], policy);
}

const asked = ({ socket }: Scene, name: string) => socket.asked.filter((one) => one === name).length;
const noticesOf = (scene: Scene) => viewOf(scene).notices.map(({ id: _, atMs: __, ...notice }) => notice);
/** What the view becomes is told in the next microtask. */
const told = () => Promise.resolve();

/** The payloads of these requests; all are answered. */
function listen(scene: Scene, ...names: string[]): unknown[] {
  const heard: unknown[] = [];
  const before = scene.socket.answerer;
  scene.socket.answerer = (sent) => {
    if (names.includes(sent.name)) heard.push(sent.payload);
    return before(sent);
  };
  return heard;
}

describe('what is shown', () => {
  it('is the group’s policy, and not what the server says of roles', async () => {
    const scene = createScene();
    scene.setPlace({ ...joined(), role: 'host' });
    await enter(scene, ANA);
    expect(viewOf(scene).hosting).toMatchObject({ iAct: false, iAmHost: false, host: null });
    scene.socket.notify('peer:role', { peerId: OTHER_PEER_ID, role: 'cohost' }, 1);
    show(scene, { host: OTHER_PEER_ID, cohosts: [THIRD], acting: [OTHER_PEER_ID, THIRD] });
    await told();
    expect(viewOf(scene).participants.map(({ host, cohost }) => [host, cohost])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('is no power while the group is rejoined: nobody acts and nobody knocks', async () => {
    const scene = createScene();
    await enterAsHost(scene, { mode: 'approve', knocks: [knock('x', 'Xu')] });
    await told();
    expect(viewOf(scene).hosting).toMatchObject({ iAct: true, iAmHost: true, knocks: [{ displayName: 'Xu' }] });
    scene.worker().group({ state: 'resync', cause: 'gap', attempt: 1 });
    await told();
    expect(viewOf(scene).hosting).toMatchObject({ iAct: false, mode: 'approve', knocks: [] });
  });

  it('tells each knock once, a new mode with who alone can have set it, and that this device leads now', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    show(scene, { host: OTHER_PEER_ID, acting: [OTHER_PEER_ID] });
    show(scene, { host: OTHER_PEER_ID, acting: [OTHER_PEER_ID], mode: 'locked' });
    show(scene, { acting: [PEER_ID], mode: 'locked' });
    show(scene, { acting: [PEER_ID], mode: 'approve' });
    show(scene, { acting: [PEER_ID], mode: 'approve', knocks: [knock('x', 'Xu')] });
    show(scene, { acting: [PEER_ID], mode: 'approve', knocks: [knock('x', 'Xu'), knock('y', 'Yo')] });
    await told();
    expect(noticesOf(scene).filter(({ kind }) => kind !== 'joined')).toEqual([
      { kind: 'mode', mode: 'locked', displayName: 'Ana' },
      { kind: 'successor' },
      { kind: 'mode', mode: 'approve', self: true },
      { kind: 'knock', peerId: 'x', displayName: 'Xu' },
      { kind: 'knock', peerId: 'y', displayName: 'Yo' },
    ]);
  });

  it('names nobody for a mode that several could have set, and says no news of a host that returns as one', () => {
    const open: PolicyView = {
      mode: 'open',
      host: null,
      cohosts: [],
      acting: ['a', 'b'],
      linkGeneration: 0,
      knocks: [],
    };
    expect(policyChange(open, { ...open, mode: 'locked' }, 'a').mode).toEqual({ mode: 'locked', by: null });
    expect(policyChange({ ...open, acting: ['b'] }, { ...open, host: 'a', acting: ['a'] }, 'a').acting).toBeNull();
    expect(policyChange({ ...open, acting: ['b'] }, { ...open, cohosts: ['a'] }, 'a').acting).toBe('cohost');
    expect(policyChange(null, { ...open, mode: 'locked' }, 'a')).toEqual({ knocks: [], mode: null, acting: null });
  });
});

describe('the server’s hint', () => {
  it('is given once by the device that acts when the mode changes, and when it begins to act', async () => {
    const scene = createScene();
    const hints = listen(scene, 'room:hint');
    await enter(scene, ANA);
    show(scene, { acting: [OTHER_PEER_ID], mode: 'approve' });
    await told();
    expect(hints).toEqual([]);
    show(scene, { acting: [PEER_ID], mode: 'approve' });
    show(scene, { acting: [PEER_ID], mode: 'approve' });
    show(scene, { acting: [PEER_ID], mode: 'locked' });
    await told();
    expect(hints).toEqual([{ mode: 'approve' }, { mode: 'locked' }]);
  });

  it('is not contradicted by a device that has not seen the new mode yet', async () => {
    const scene = createScene();
    const hints = listen(scene, 'room:hint');
    await enterAsHost(scene);
    scene.socket.notify('room:hint', { mode: 'locked' }, 1);
    show(scene, { acting: [PEER_ID], host: PEER_ID });
    await told();
    expect(hints).toEqual([]);
  });

  it('gives other words to who waits outside, and takes nobody in', async () => {
    const scene = createScene();
    scene.setPlace({ ...joined(), mode: 'approve' });
    await connect(scene);
    expect(scene.steps.at(-1)).toBe('securing');
    scene.worker().group({ state: 'waitWelcome', sinceMs: 0 });
    expect(scene.steps.at(-1)).toBe('waitingForHost');
    scene.socket.notify('room:hint', { mode: 'locked' }, 1);
    expect(scene.steps.at(-1)).toBe('locked');
    scene.socket.notify('room:hint', { mode: 'open' }, 2);
    expect(scene.steps.at(-1)).toBe('securing');
    scene.worker().enterEpoch(1, [ME]);
    scene.socket.notify('room:hint', { mode: 'approve' }, 3);
    expect(scene.client.state.get().phase).toBe('in');
  });
});

describe('sending off', () => {
  afterEach(() => vi.useRealTimers());

  it('asks the group first and the server after it', async () => {
    const scene = createScene();
    const kicks = listen(scene, 'room:kick');
    await enterAsHost(scene);
    const outcome = scene.client.hosting.removePeer(THIRD);
    expect(kicks).toEqual([]);
    expect(await outcome).toEqual({ ok: true });
    expect(scene.worker().callsOf('kick')).toEqual([{ name: 'kick', peerId: THIRD }]);
    await vi.waitFor(() => expect(kicks).toEqual([{ peerId: THIRD }]));
  });

  it.each([
    ['notActing', 'notActing'],
    ['notHost', 'notActing'],
    ['notThere', 'notThere'],
    ['busy', 'busy'],
    ['timeout', 'busy'],
    ['notInGroup', 'busy'],
    ['anything', 'failed'],
  ])('does nothing on the server where the group says %s', async (word, fault) => {
    const scene = createScene();
    await enterAsHost(scene);
    scene.worker().refusals['kick'] = word;
    expect(await scene.client.hosting.removePeer(THIRD)).toEqual({ ok: false, fault });
    expect(asked(scene, 'room:kick')).toBe(0);
  });

  it('tells the server again while it does not answer, and stops where it says no for good', async () => {
    const scene = createScene();
    await enterAsHost(scene);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const answers = scene.socket.answerer;
    scene.socket.answerer = (sent) => (sent.name === 'room:kick' ? undefined : answers(sent));
    await scene.client.hosting.removePeer(THIRD);
    scene.socket.reject('room:kick', 'internal');
    await vi.advanceTimersByTimeAsync(500);
    scene.socket.reject('room:kick', 'internal');
    await vi.advanceTimersByTimeAsync(2_000);
    scene.socket.reject('room:kick', 'forbidden');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked(scene, 'room:kick')).toBe(3);
  });

  it('refuses those who knock on the server alone, and takes one that is gone as done', async () => {
    const scene = createScene();
    await enterAsHost(scene, { mode: 'approve', knocks: [knock('x', 'Xu'), knock('y', 'Yo')] });
    const answers = scene.socket.answerer;
    scene.socket.answerer = (sent) => (sent.name === 'room:kick' ? undefined : answers(sent));
    const denied = scene.client.hosting.deny(['x', 'y']);
    scene.socket.answer('room:kick', {});
    scene.socket.reject('room:kick', 'not_found');
    expect(await denied).toEqual({ ok: true });
    const refused = scene.client.hosting.deny(['x']);
    scene.socket.reject('room:kick', 'forbidden');
    expect(await refused).toEqual({ ok: false, fault: 'notActing' });
    expect(scene.worker().callsOf('kick')).toEqual([]);
  });

  it('ends as removed or linkChanged when the server says that of us', async () => {
    for (const reason of ['removed', 'linkChanged']) {
      const scene = createScene();
      await enter(scene);
      scene.socket.notify('room:closed', { reason }, 1);
      expect(scene.steps.at(-1)).toBe(`ended: ${reason}`);
    }
  });
});

it('who is sent off while waiting outside was not let in, and is not called removed', async () => {
  const scene = createScene();
  await connect(scene);
  scene.worker().group({ state: 'waitWelcome', sinceMs: 0 });
  scene.socket.notify('room:closed', { reason: 'removed' }, 1);
  expect(scene.steps.at(-1)).toBe('ended: refused');
});

it('a group that is of another link than ours, again and again, ends the way in: as one that was replaced, or as a wrong one', async () => {
  for (const [linkGeneration, reason] of [
    [1, 'linkChanged'],
    [0, 'badLink'],
  ] as const) {
    const scene = createScene();
    scene.setPlace({ ...joined(), linkGeneration });
    await connect(scene);
    scene.worker().group({ state: 'resync', cause: 'beacon', attempt: 1 });
    expect(scene.client.state.get().phase).toBe('joining');
    scene.worker().group({ state: 'resync', cause: 'beacon', attempt: 2 });
    expect(scene.steps.at(-1)).toBe(`ended: ${reason}`);
  }
});

describe('a group that says that it removed us', () => {
  it('ends our place as removed, without waiting for the server', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    scene.worker().group({ state: 'removed' });
    expect(scene.steps.at(-1)).toBe('ended: removed');
    expect(scene.worker().terminated).toBe(true);
  });
});

describe('modes and co-hosts', () => {
  it('are the group’s, and the server hears of co-hosts once the group adopted them', async () => {
    const scene = createScene();
    const told_ = listen(scene, 'room:setCohosts');
    await enterAsHost(scene);
    const { hosting } = scene.client;
    expect(await hosting.setMode('approve')).toEqual({ ok: true });
    expect(await hosting.admit(['x', 'y'])).toEqual({ ok: true });
    expect(await hosting.setCohosts([OTHER_PEER_ID])).toEqual({ ok: true });
    await vi.waitFor(() => expect(told_).toEqual([{ peerIds: [OTHER_PEER_ID] }]));
    expect(scene.worker().callsOf('setMode')).toEqual([{ name: 'setMode', mode: 'approve' }]);
    expect(scene.worker().callsOf('admit')).toEqual([{ name: 'admit', peerIds: ['x', 'y'] }]);
    scene.worker().refusals['setCohosts'] = 'notHost';
    expect(await hosting.setCohosts([])).toEqual({ ok: false, fault: 'notActing' });
    expect(told_).toHaveLength(1);
  });

  it('are refused as busy before one is in the Room', async () => {
    const scene = createScene();
    expect(await scene.client.hosting.setMode('locked')).toEqual({ ok: false, fault: 'busy' });
  });
});

describe('the link', () => {
  it('is made anew with a secret of its own, and the same link is shown that was handed to the group', async () => {
    const scene = createScene();
    await enterAsHost(scene);
    const before = scene.client.link.get();
    const outcome = await scene.client.hosting.newLink();
    const [call] = scene.worker().callsOf('rotateLink');
    expect(outcome).toEqual({ ok: true, link: { ...before, secret: call?.secret } });
    expect(call?.secret).not.toEqual(before.secret);
    expect(call?.verifiers).toEqual(await verifiersOf(call?.secret ?? new Uint8Array(), before.roomId, 1));
    expect(scene.client.link.get()).toMatchObject({ secret: call?.secret });
    scene.worker().refusals['rotateLink'] = 'notActing';
    expect(await scene.client.hosting.newLink()).toEqual({ ok: false, fault: 'notActing' });
    expect(scene.client.link.get().secret).toEqual(call?.secret);
  });

  it('that the server does not take is untold; the same one is announced again', async () => {
    const scene = createScene();
    await enterAsHost(scene);
    scene.worker().refusals['rotateLink'] = 'untold';
    expect(await scene.client.hosting.newLink()).toEqual({ ok: false, fault: 'untold' });
    const secret = new Uint8Array(24).fill(5);
    scene.worker().emit({ type: 'link', secret, linkGeneration: 1 });
    expect(await scene.client.hosting.announceLink()).toEqual({ ok: true });
    const [call] = scene.worker().callsOf('announceLink');
    const [rotation] = scene.worker().callsOf('rotateLink');
    const { roomId } = scene.client.link.get();
    // The group that stands here, without a commit of the fake's, still follows the first link.
    expect(call?.verifiers).toEqual(await verifiersOf(secret, roomId, 0));
    expect(call?.verifiers).not.toEqual(rotation?.verifiers);
  });

  it('of the group is what everybody shows, is told once, and opens the next place under the generation the server names', async () => {
    const scene = createScene();
    await enter(scene, ANA);
    const changes = vi.fn();
    scene.client.link.subscribe(changes);
    const secret = new Uint8Array(24).fill(5);
    scene.worker().emit({ type: 'link', secret, linkGeneration: 1 });
    scene.worker().emit({ type: 'link', secret: secret.slice(), linkGeneration: 1 });
    expect(changes).toHaveBeenCalledTimes(1);
    await told();
    expect(noticesOf(scene)).toEqual([{ kind: 'newLink' }]);
    await loseAndReturn(scene, { ...joined(), linkGeneration: 1 });
    await vi.waitFor(() => expect(scene.workers[1]?.callsOf('open')).toHaveLength(1));
    expect(scene.worker().callsOf('open')[0]?.settings).toMatchObject({ secret, linkGeneration: 1 });
  });

  it('hands the next place’s worker the mode that the host chose here, and before that the one that was kept', async () => {
    const scene = createScene({ hostMode: 'locked' });
    scene.platform.keptHostKey = { privateKey: {}, publicKey: {} } as CryptoKeyPair;
    await enterAsHost(scene, { mode: 'approve' });
    await loseAndReturn(scene, joined());
    await vi.waitFor(() => expect(scene.workers[1]?.callsOf('open')).toHaveLength(1));
    expect(scene.workers.map((worker) => worker.callsOf('open')[0]?.settings.hostMode)).toEqual(['locked', 'approve']);
  });

  it('hands the worker the host’s key where this browser has it, and none elsewhere', async () => {
    const keptHostKey = { privateKey: {}, publicKey: {} } as CryptoKeyPair;
    const [host, guest] = [createScene(), createScene()];
    host.platform.keptHostKey = keptHostKey;
    await Promise.all([enter(host), enter(guest)]);
    const settingsOf = (scene: Scene) => scene.worker().callsOf('open')[0]?.settings;
    expect(settingsOf(host)).toMatchObject({ hostKey: keptHostKey, hostKeyHash: 'H'.repeat(22), linkGeneration: 0 });
    expect(settingsOf(guest)).not.toHaveProperty('hostKey');
  });
});

it('a refusal of the server that is not known ends as failed', async () => {
  const scene = createScene();
  await enterAsHost(scene);
  vi.spyOn(scene.socket, 'emit').mockImplementation(() => {
    throw new SignallingError('internal');
  });
  expect(await scene.client.hosting.deny(['x'])).toEqual({ ok: false, fault: 'failed' });
});
