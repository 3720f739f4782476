// A viewer's worker: what it believes of what the server gives it, in whatever order.
import { describe, expect, it } from 'vitest';
import { FrameKeyring } from '../frames/FrameKeyring.ts';
import type { StageEvent, WatchView } from '../messages.ts';
import { ManualClock } from '../test/fakeFrames.ts';
import { NOW_MS, ROOM_ID } from '../test/members.ts';
import { CONTENT, Stage, STAGE_GROUP, stageKeyOf } from '../test/stage.ts';
import { FeedKey } from './FeedKey.ts';
import { Speakers } from './Speakers.ts';
import { importViewRoot } from './viewKeys.ts';
import { WatchSession } from './WatchSession.ts';

class Viewer {
  readonly clock = new ManualClock();
  readonly keyring = new FrameKeyring({ incarnation: 0, nowMs: this.clock.nowMs });
  readonly speakers = new Speakers();
  readonly views: WatchView[] = [];
  readonly session: WatchSession;
  arrivals = 0;

  constructor(stage: Stage) {
    this.session = new WatchSession({
      roomId: ROOM_ID,
      hostKeyHash: stage.hostKeyHash,
      root: stage.root,
      keyring: this.keyring,
      speakers: this.speakers,
      onView: (view) => this.views.push(view),
      onCaption: () => {},
      onEpochArrived: () => (this.arrivals += 1),
    });
  }

  async hears(...events: StageEvent[]): Promise<WatchView> {
    for (const event of events) this.session.deliver(event);
    await this.session.idle();
    return this.views.at(-1)!;
  }

  holds(epoch: number): boolean {
    return this.keyring.resolveEpoch(epoch) !== undefined;
  }
}

async function createScene() {
  const stage = await Stage.create();
  const people = [await stage.person('ana'), await stage.person('ben', 'producer')];
  const signed = await stage.roster(1, people);
  return { stage, people, signed, roster: await stage.rosterEvent(signed), viewer: new Viewer(stage) };
}

describe('WatchSession', () => {
  it('E-157 roster, program and keys count in whatever order they come', async () => {
    const { stage, signed, roster } = await createScene();
    const events = [roster, await stage.programEvent('ben', 1), await stage.keysEvent(3, signed)];
    for (const [first, second, third] of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
      [2, 0, 1],
    ] as const) {
      const viewer = new Viewer(stage);
      const view = await viewer.hears(events[first]!, events[second]!, events[third]!);
      expect(view).toEqual({
        people: [
          { peerId: 'ana', name: 'Name of ana', title: 'Chair', role: 'speaker' },
          { peerId: 'ben', name: 'Name of ben', title: 'Chair', role: 'producer' },
        ],
        program: CONTENT,
        hasKey: true,
        fault: null,
      });
      expect([viewer.holds(3), viewer.arrivals]).toEqual([true, 1]);
    }
  });

  it('E-157 before anything came nobody is shown and no key is held', async () => {
    const { viewer } = await createScene();
    expect(viewer.views).toEqual([{ people: [], program: null, hasKey: false, fault: null }]);
  });

  it('E-157 keys that wait for the next roster open with it, and the keys held until then stay', async () => {
    const { stage, people, signed, roster, viewer } = await createScene();
    const next = await stage.roster(2, [people[0]!]);
    const before = await viewer.hears(roster, await stage.keysEvent(3, signed), await stage.keysEvent(4, next));
    expect([before.hasKey, before.fault, viewer.holds(3), viewer.holds(4)]).toEqual([
      true,
      'keysUnreadable',
      true,
      false,
    ]);
    const after = await viewer.hears(await stage.rosterEvent(next));
    expect([after.fault, viewer.holds(3), viewer.holds(4)]).toEqual([null, true, true]);
    expect(after.people.map(({ peerId }) => peerId)).toEqual(['ana']);
  });

  it('E-157 the epoch before goes 10 s after the next, in whichever order both came, and does not come back', async () => {
    const { stage, signed, roster, viewer } = await createScene();
    await viewer.hears(roster, await stage.keysEvent(5, signed), await stage.keysEvent(4, signed));
    expect([viewer.holds(4), viewer.holds(5)]).toEqual([true, true]);
    viewer.clock.advance(10_000);
    expect([viewer.holds(4), viewer.holds(5)]).toEqual([false, true]);
    const view = await viewer.hears(await stage.keysEvent(4, signed));
    expect([viewer.holds(4), view.fault]).toEqual([false, null]);
  });

  it('E-157 keys of another group do not push those of the present one out, and of five groups the eldest goes', async () => {
    const { stage, signed, roster, viewer } = await createScene();
    const keysOf = (byte: number) => stage.keysEvent(10 + byte, signed, { groupId: new Uint8Array(16).fill(byte) });
    await viewer.hears(roster, ...(await Promise.all([1, 2, 3, 4].map(keysOf))));
    viewer.clock.advance(60_000);
    expect([11, 12, 13, 14].map((epoch) => viewer.holds(epoch))).toEqual([true, true, true, true]);
    await viewer.hears(await keysOf(5));
    expect([11, 12, 15].map((epoch) => viewer.holds(epoch))).toEqual([false, true, true]);
  });

  it('E-157 of two keys under one epoch the one that came last opens, and what was opened by either stays opened', async () => {
    const { stage, signed, roster, viewer } = await createScene();
    const bogus = () => stage.keysEvent(3, signed, { stageKey: new Uint8Array(16).fill(77) });
    await viewer.hears(roster, await bogus());
    const former = viewer.keyring.resolveEpoch(3);
    await viewer.hears(await stage.keysEvent(3, signed));
    const real = viewer.keyring.resolveEpoch(3);
    expect(await real?.isOf({ groupId: STAGE_GROUP, epoch: 3, stageKey: stageKeyOf(3) })).toBe(true);
    // Each comes back as it was, so that no frame opens under it twice.
    await viewer.hears(await bogus());
    expect(viewer.keyring.resolveEpoch(3)).toBe(former);
    await viewer.hears(await stage.keysEvent(3, signed));
    expect(viewer.keyring.resolveEpoch(3)).toBe(real);
    await viewer.hears(await stage.keysEvent(4, signed));
    viewer.clock.advance(10_000);
    await viewer.hears(await bogus());
    expect([viewer.holds(3), viewer.holds(4)]).toEqual([false, true]);
  });

  it('E-157 of very many keys under one epoch those that came first are never taken again', async () => {
    const { stage, signed, roster, viewer } = await createScene();
    const keyOf = (byte: number) => stage.keysEvent(3, signed, { stageKey: new Uint8Array(16).fill(byte) });
    await viewer.hears(roster, ...(await Promise.all(Array.from({ length: 12 }, (_, byte) => keyOf(byte)))));
    const last = viewer.keyring.resolveEpoch(3);
    await viewer.hears(await keyOf(0));
    expect(viewer.keyring.resolveEpoch(3)).toBe(last);
    await viewer.hears(await keyOf(8));
    expect(viewer.keyring.resolveEpoch(3)).not.toBe(last);
  });

  it('E-151 keys wrapped under the link before, or for a roster that was changed since, open nothing', async () => {
    const { stage, signed, roster, viewer } = await createScene();
    const root = await importViewRoot(new Uint8Array(24).fill(6));
    const view = await viewer.hears(roster, await stage.keysEvent(3, signed, { root }));
    expect([view.hasKey, view.fault]).toEqual([false, 'keysUnreadable']);
    const later = await stage.roster(2, []);
    const late = await viewer.hears(await stage.rosterEvent(later), await stage.keysEvent(2, signed));
    expect([late.hasKey, viewer.holds(2)]).toEqual([false, false]);
  });

  it('E-153 a roster of a lower count than one seen is refused, one of another host, Room or link too, and the last stays', async () => {
    const { stage, people, signed, viewer } = await createScene();
    const next = await stage.roster(2, [people[0]!]);
    const shown = await viewer.hears(await stage.rosterEvent(next));
    expect(shown.people).toHaveLength(1);
    const stranger = await Stage.create();
    const foreign = await Promise.all([
      stage.rosterEvent(signed),
      stage.rosterEvent(await stranger.roster(9, people)),
      stage.rosterEvent(await stage.roster(9, people, { roomId: 'another' })),
    ]);
    for (const event of foreign) {
      const view = await viewer.hears(event);
      expect([view.people.length, view.fault]).toEqual([1, 'rosterForged']);
      expect((await viewer.hears(await stage.rosterEvent(next))).fault).toBeNull();
    }
    const unreadable = await viewer.hears(await (await Stage.create(6)).rosterEvent(next));
    expect([unreadable.people.length, unreadable.fault]).toEqual([1, 'rosterUnreadable']);
  });

  it('E-154 a program counts from a producer of the roster alone, and goes when that one is none any more', async () => {
    const { stage, people, roster, viewer } = await createScene();
    const bySpeaker = await viewer.hears(roster, await stage.programEvent('ana', 1));
    expect([bySpeaker.program, bySpeaker.fault]).toEqual([null, 'programForged']);
    const bySomebody = await viewer.hears(await stage.programEvent('ben', 1, { key: await FeedKey.create() }));
    expect([bySomebody.program, bySomebody.fault]).toEqual([null, 'programForged']);
    const elsewhere = await viewer.hears(await stage.programEvent('ben', 1, { roomId: 'another' }));
    expect([elsewhere.program, elsewhere.fault]).toEqual([null, 'programForged']);
    const byProducer = await viewer.hears(await stage.programEvent('ben', 1));
    expect([byProducer.program, byProducer.fault]).toEqual([CONTENT, null]);
    const without = await viewer.hears(await stage.rosterEvent(await stage.roster(2, [people[0]!])));
    expect(without.program).toBeNull();
  });

  it('E-154 an older program is refused, by its count, and by its time where another producer signed since', async () => {
    const { stage, people, viewer } = await createScene();
    const both = await stage.roster(2, [...people, await stage.person('cleo', 'producer')]);
    const slate = { ...CONTENT, phase: 'pause' } as const;
    const old = await stage.programEvent('ben', 4, { timeMs: NOW_MS });
    await viewer.hears(await stage.rosterEvent(both), old);
    const second = await viewer.hears(await stage.programEvent('ben', 3, { content: slate, timeMs: NOW_MS + 1 }));
    expect([second.program?.phase, second.fault]).toEqual(['live', 'programForged']);
    const third = await viewer.hears(await stage.programEvent('cleo', 1, { content: slate, timeMs: NOW_MS + 5_000 }));
    expect([third.program?.phase, third.fault]).toEqual(['pause', null]);
    const replayed = await viewer.hears(old);
    expect([replayed.program?.phase, replayed.fault]).toEqual(['pause', 'programForged']);
  });

  it('E-157 after closing nothing is shown or held any more', async () => {
    const { stage, signed, roster, viewer } = await createScene();
    await viewer.hears(roster);
    const seen = viewer.views.length;
    viewer.session.deliver(await stage.keysEvent(3, signed));
    viewer.session.close();
    await viewer.session.idle();
    expect([viewer.views.length, viewer.holds(3), STAGE_GROUP.length]).toEqual([seen, false, 16]);
  });
});
