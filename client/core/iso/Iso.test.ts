// Recordings that speakers make of themselves: asked by who produces, agreed to by each, told before they begin, and for one device alone.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ShowView } from '../stage/stageTypes.ts';
import { FakePort, fileId, fileOf } from '../test/fileBed.ts';
import { NOBODY_LEADS } from '../test/nobodyLeads.ts';
import { createTalkBed, type TalkBed, type Talker } from '../test/talkBed.ts';
import { Iso } from './Iso.ts';

const ROOM = 'r'.repeat(22);
/** The server is so far ahead of everybody's clock. */
const AHEAD_MS = 5_000;

let bed: TalkBed<Iso>;
let produces: string | null;
let onAir: Set<string>;
let host: string | null;
let offline: Set<string>;
let ports: Map<string, FakePort>;
let ana: Talker<Iso>;
let ben: Talker<Iso>;
let cem: Talker<Iso>;

const portOf = (name: string): FakePort => {
  const port = ports.get(name) ?? new FakePort();
  ports.set(name, port);
  return port;
};
const showOf = (name: string): ShowView | null =>
  produces === null
    ? null
    : ({
        producer: produces,
        iProduce: produces === name,
        people: ['ana', 'ben', 'cem'].map((peerId) => ({
          peerId,
          self: peerId === name,
          role: peerId === produces ? 'producer' : 'speaker',
        })),
        mine: onAir.has(name) ? { state: 'countdown', dueMs: 0 } : { state: 'backstage' },
      } as unknown as ShowView);
const look = async (...who: Talker<Iso>[]): Promise<void> => {
  for (const { part } of who.length > 0 ? who : [ana, ben, cem]) part.follow();
  await vi.advanceTimersByTimeAsync(1_000);
};
/** Keys are made and sealed by the browser's own cryptography, which no fake clock moves. */
const until = (isSo: () => unknown): Promise<void> =>
  vi.waitFor(
    () => {
      if (!isSo()) throw new Error(`not yet: ${isSo.toString()}`);
    },
    { timeout: 4_000, interval: 20 },
  );
const saidBy = (who: Talker<Iso>, t: string) => who.said.filter((one) => (one as { t: string }).t === t);
const come = (name: string): Talker<Iso> => bed.come(name);

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_000_000, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  [produces, onAir, host, offline, ports] = ['ana', new Set(), 'ana', new Set(), new Map()];
  bed = createTalkBed(
    (context) => {
      const { peerId } = context.self();
      const say = async (payload: Uint8Array): Promise<void> => {
        if (offline.has(peerId)) throw new Error('lost');
        await context.say(payload);
      };
      return new Iso({ ...context, say }, () => showOf(peerId));
    },
    (name) => ({
      stage: () => ({ serverNowMs: () => Date.now() + AHEAD_MS }) as never,
      hosting: () => ({ ...NOBODY_LEADS, host, acting: produces === null ? ['ana'] : [produces] }),
      relay: { port: portOf(name), roomId: () => ROOM, token: () => 'token' },
    }),
  );
  [ana, ben, cem] = ['ana', 'ben', 'cem'].map(come) as [Talker<Iso>, Talker<Iso>, Talker<Iso>];
  await look();
});
afterEach(() => void vi.useRealTimers());

const arm = async (mode: 'onAir' | 'now' = 'onAir'): Promise<void> => {
  expect(ana.part.ask(mode)).toBe(true);
  await until(() => ben.part.view.ask?.mode === mode && cem.part.view.ask?.mode === mode);
};
/** Ben agrees, is on air, and hands over what was recorded. */
const handed = async (): Promise<void> => {
  await arm();
  ben.part.answer(true);
  ben.part.hand(fileOf('Show – Ben.webm', 5_000) as never, 1_234);
  await until(() => ana.part.view.incoming.length === 1 && portOf('ben').started.length === 1);
};

describe('what the producer asks', () => {
  it('E-196 is asked of each speaker, and of nobody by who does not produce', async () => {
    expect(ben.part.ask('now')).toBe(false);
    ana.part.handle(
      { t: 'iso', id: 'x', mode: 'now', k: 'k'.repeat(43) },
      { from: 'ben', displayName: 'ben', epoch: 1 },
    );
    expect(ana.part.view.ask).toBeNull();
    await arm();
    expect(ben.part.view).toMatchObject({
      ask: { mode: 'onAir', by: 'ana', own: false },
      mine: { state: 'asked' },
    });
    expect(ana.part.view).toMatchObject({ ask: { own: true }, mine: { state: 'none' } });
    cem.part.handle(
      { t: 'iso', id: 'x', mode: 'now', k: 'k'.repeat(43) },
      { from: 'ben', displayName: 'ben', epoch: 1 },
    );
    expect(cem.part.view.ask).toMatchObject({ mode: 'onAir', by: 'ana' });
  });

  it('E-196 is told to who comes later, and is over with the show', async () => {
    await arm();
    const dora = come('dora');
    await until(() => dora.part.view.ask !== null);
    expect(dora.part.view.ask).toMatchObject({ by: 'ana' });
    produces = null;
    await look(ana, ben, dora);
    expect([ana, ben, dora].map(({ part }) => part.view.ask)).toEqual([null, null, null]);
  });

  it('E-196 goes on as the word of who produces next, under a key of their own', async () => {
    await arm();
    ben.part.answer(true);
    const { id } = ben.part.view.ask ?? expect.fail('nothing is asked');
    produces = 'cem';
    await look();
    await until(() => ben.part.view.ask?.by === 'cem');
    const words = [...saidBy(ana, 'iso'), ...saidBy(cem, 'iso')] as { id: string; k: string }[];
    expect(words.map((word) => word.id)).toEqual([id, id]);
    expect(new Set(words.map(({ k }) => k)).size).toBe(2);
    expect(ben.part.view).toMatchObject({ ask: { id, by: 'cem' }, mine: { state: 'agreed' } });
  });

  it('E-197 is agreed to anew where another thing is asked', async () => {
    await arm();
    ben.part.answer(true);
    await arm('now');
    expect(ben.part.view.mine).toEqual({ state: 'asked' });
  });
});

describe('a speaker’s own recording', () => {
  it('E-197 is due only once the person agreed, and while they are on air or all are asked now', async () => {
    await arm();
    onAir.add('ben');
    await look();
    expect(ben.part.view.mine).toEqual({ state: 'asked' });
    expect(await ben.part.begin()).toBe(false);
    ben.part.answer(true);
    expect(ben.part.view.mine).toEqual({ state: 'agreed', due: true });
    onAir.clear();
    await look();
    expect(ben.part.view.mine).toEqual({ state: 'agreed', due: false });
    await arm('now');
    cem.part.answer(true);
    expect(cem.part.view.mine).toEqual({ state: 'agreed', due: true });
    ana.part.ask('off');
    await look();
    expect(cem.part.view.mine).toEqual({ state: 'none' });
  });

  it('E-197 is refused, which the producer is shown', async () => {
    await arm();
    onAir.add('ben');
    ben.part.answer(false);
    await look();
    expect(ben.part.view.mine).toEqual({ state: 'refused' });
    expect(await ben.part.begin()).toBe(false);
    expect(ana.part.view.speakers).toMatchObject([{ peerId: 'ben', state: 'refused', answered: true }]);
  });

  it('E-197 begins only once the server took the word of it, which all are shown with its time and size', async () => {
    await arm();
    onAir.add('ben');
    ben.part.answer(true);
    await look();
    offline.add('ben');
    const begun: boolean[] = [];
    void ben.part.begin().then((may) => begun.push(may));
    await look();
    expect([begun, ben.part.view.mine]).toEqual([[], { state: 'telling', due: true }]);
    offline.clear();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(begun).toEqual([true]);
    expect(ben.part.view.mine).toMatchObject({ state: 'on', due: true });
    const on = { peerId: 'ben', state: 'on', sinceMs: expect.any(Number), bytes: 0 };
    expect(cem.part.view.speakers).toMatchObject([on]);
    expect(cem.part.view.speakers[0]?.sinceMs).toBeLessThanOrEqual(Date.now());
    expect(cem.notices).toEqual([{ kind: 'isoOn', displayName: 'ben', peerId: 'ben' }]);
    await vi.advanceTimersByTimeAsync(15_000);
    ben.part.reached(9_000);
    await look();
    expect(ana.part.view.speakers).toMatchObject([{ bytes: 9_000 }]);
    ben.part.ended('diskFull');
    await look();
    expect(ana.part.view.speakers).toMatchObject([{ state: 'failed', why: 'diskFull' }]);
  });

  it('E-197 does not begin where it was taken back before', async () => {
    await arm('now');
    ben.part.answer(true);
    offline.add('ben');
    const begun = ben.part.begin();
    ben.part.ended(null);
    expect(await begun).toBe(false);
  });
});

describe('handing it over', () => {
  it('E-198 goes to the server by itself, and its key to the producer alone, whose device has it among its recordings', async () => {
    await handed();
    const [upload] = portOf('ben').started;
    expect(upload?.job.size).toBe(5_000);
    const said = saidBy(ben, 'isoFile')[0] as { to: string; f: string; x: string };
    expect(said).toMatchObject({ to: 'ana', f: fileId(1) });
    expect(JSON.stringify(said)).not.toContain('Show');
    // Everybody heard of it; only Ana can open it.
    expect(cem.part.view.incoming).toEqual([]);
    expect(portOf('cem').started).toEqual([]);
    expect(ana.part.view.incoming).toMatchObject([
      { name: 'Show – Ben.webm', size: 5_000, startMs: 1_234, from: 'ben', state: { state: 'waiting' } },
    ]);
    const [download] = portOf('ana').started;
    expect(download?.key).toBe(upload?.key);
    upload?.events.onProgress(2_000);
    expect(ben.part.view.outgoing).toMatchObject([{ state: { state: 'sending', bytes: 2_000 } }]);
    upload?.events.onEnd('done');
    expect(ben.part.view.outgoing).toMatchObject([{ state: { state: 'sent' } }]);
    download?.events.onProgress(2_500);
    expect(ana.part.view.incoming).toMatchObject([{ state: { state: 'receiving', bytes: 2_500 } }]);
    download?.events.onEnd('done');
    await until(() => ben.part.view.outgoing[0]?.state.state === 'handed');
    expect(ana.part.view.incoming).toMatchObject([{ state: { state: 'received', as: 'Show – Ben.webm' } }]);
    expect(ben.part.view.outgoing).toMatchObject([{ state: { state: 'handed' } }]);
    await until(() => portOf('ben').calls.at(-1)?.startsWith('DELETE'));
  });

  it('E-198 waits for who produces, and goes to nobody who merely stands in', async () => {
    await arm();
    ben.part.answer(true);
    [produces, host] = ['cem', null];
    ana.leave();
    await look(ben, cem);
    ben.part.hand(fileOf('Show – Ben.webm', 5_000) as never, 1);
    await look(ben, cem);
    expect(ben.part.view.outgoing).toMatchObject([{ state: { state: 'waiting', cause: 'nobody' } }]);
    expect(portOf('ben').started).toEqual([]);
    // Whoever comes hears it of cem, once the keys are made in whose name they ask.
    await until(() => saidBy(cem, 'iso').length === 1);
    // The host is back, in another page, and takes the show back before it heard what was asked.
    ports.delete('ana');
    ana = come('ana');
    ana.part.follow();
    [produces, host] = ['ana', 'ana'];
    await look();
    expect(ana.part.view.ask).toMatchObject({ mode: 'onAir', by: 'ana', own: true });
    await until(() => ana.part.view.incoming.length === 1);
    expect(saidBy(ben, 'isoFile')).toMatchObject([{ to: 'ana' }]);
    expect(ana.part.view.incoming).toMatchObject([{ from: 'ben' }]);
  });

  it('E-198 is told anew to a producer whose page was loaded again, and goes on from where it is', async () => {
    await handed();
    ana.leave();
    await look(ben, cem);
    portOf('ben').started[0]?.events.onEnd('done');
    ports.delete('ana');
    ana = come('ana');
    expect(ana.part.ask('onAir')).toBe(true);
    await until(() => ana.part.view.incoming.length === 1);
    expect(saidBy(ben, 'isoFile')).toHaveLength(2);
    expect(portOf('ben').started).toHaveLength(1);
    expect(ana.part.view.incoming).toMatchObject([{ state: { state: 'waiting' } }]);
  });

  it('E-198 stands still while its person is on air, or says later', async () => {
    await handed();
    const upload = portOf('ben').started[0] ?? expect.fail('nothing is sent');
    onAir.add('ben');
    await look();
    expect(ben.part.view.outgoing).toMatchObject([{ state: { state: 'waiting', cause: 'busy' } }]);
    expect(upload.told).toEqual(['pause']);
    onAir.clear();
    await look();
    upload.events.onProgress(10);
    const { id } = ben.part.view.outgoing[0] ?? expect.fail('nothing is sent');
    ben.part.pause(id);
    upload.events.onProgress(20);
    expect(ben.part.view.outgoing).toMatchObject([{ state: { state: 'paused', bytes: 10 } }]);
    ben.part.resume(id);
    expect(upload.told).toEqual(['pause', 'resume', 'pause', 'resume']);
  });

  it('E-198 can be taken back until it is there, and tried again where it failed', async () => {
    await handed();
    const { id } = ben.part.view.outgoing[0] ?? expect.fail('nothing is sent');
    portOf('ben').started[0]?.events.onEnd('quota');
    await look();
    expect(ben.part.view.outgoing).toMatchObject([{ state: { state: 'failed', fault: 'quota' } }]);
    expect(ana.part.view.speakers).toMatchObject([{ unsent: 1 }]);
    ben.part.retry(id);
    expect(portOf('ben').started).toHaveLength(2);
    ben.part.cancel(id);
    await look();
    expect(ben.part.view.outgoing).toEqual([]);
    expect(ana.part.view.incoming).toMatchObject([{ state: { state: 'withdrawn' } }]);
    expect(ana.part.view.speakers).toMatchObject([{ unsent: 0 }]);
  });

  it('E-198 is tried again by the producer where their disk could not take it', async () => {
    portOf('ana').target = new Error('storageShort');
    await handed();
    await until(() => ana.part.view.incoming[0]?.state.state === 'failed');
    expect(ana.part.view.incoming).toMatchObject([{ state: { state: 'failed', fault: 'storageShort' } }]);
    portOf('ana').target = null;
    ana.part.retry(ana.part.view.incoming[0]?.id ?? '');
    await until(() => portOf('ana').started.length === 1);
  });

  it('E-198 is found again by a page that was loaded anew, once it gives the file', async () => {
    await handed();
    const kept = portOf('ben').kept;
    ben.part.close();
    // The page is gone before its next turn.
    portOf('ben').kept = kept;
    vi.clearAllTimers();
    ports.set('ben', Object.assign(new FakePort(), { kept }));
    ben.leave();
    ben = come('ben');
    await look();
    const [entry] = ben.part.view.outgoing;
    expect(entry).toMatchObject({ name: 'Show – Ben.webm', state: { state: 'repick' } });
    expect(ben.part.handAgain(entry?.id ?? '', fileOf('Show – Ben.webm', 4_000) as never)).toBe(false);
    expect(ben.part.handAgain(entry?.id ?? '', fileOf('Show – Ben.webm', 5_000) as never)).toBe(true);
    await until(() => portOf('ben').started.length === 1);
    expect(portOf('ben').started[0]?.job.path).toContain(fileId(1));
  });

  it('E-199 is nothing to a device that it was not sealed to, nor from who did not seal it', async () => {
    await handed();
    const word = saidBy(ben, 'isoFile')[0] as { to: string };
    ana.part.handle({ ...word, f: fileId(7) } as never, { from: 'cem', displayName: 'cem', epoch: 1 });
    cem.part.handle({ ...word, to: 'cem' } as never, { from: 'ben', displayName: 'ben', epoch: 1 });
    cem.part.handle({ t: 'isoGone', f: fileId(1) } as never, { from: 'cem', displayName: 'cem', epoch: 1 });
    ana.part.handle({ t: 'isoGone', f: fileId(1) } as never, { from: 'cem', displayName: 'cem', epoch: 1 });
    ben.part.handle({ t: 'isoGot', from: 'ben', f: fileId(1) } as never, { from: 'cem', displayName: 'cem', epoch: 1 });
    ben.part.hand(fileOf('Show – Ben 2.webm', 6_000) as never, 1_234);
    await until(() => ana.part.view.incoming.length === 2);
    expect(ana.part.view.incoming).toMatchObject([
      { from: 'ben', state: { state: 'waiting' } },
      { name: 'Show – Ben 2.webm' },
    ]);
    expect(cem.part.view.incoming).toEqual([]);
    expect(ben.part.view.outgoing[0]?.state.state).not.toBe('handed');
  });
});
