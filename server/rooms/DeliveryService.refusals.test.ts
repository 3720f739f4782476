// A commit that half of the others refuse is undone, and who made it makes no more until it is added anew.
import { beforeEach, describe, expect, test } from 'vitest';
import type { PeerId } from '#protocol/ids';
import { REOPEN_WITHIN_MS, REOPENABLE_EPOCHS, REOPENINGS_PER_EPOCH } from '#protocol/limits';
import { ANA, BEN, Bench, bytes, CLO, DAN, GROUP, hashOf, peer } from './test/DeliveryBench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

const EVE = peer('eve');
const refusedWith = (code: string) => expect.objectContaining({ code });
const isOpenAgain = (epoch: number, commit = bytes(1)) => ({ groupId: GROUP, epoch, commitHash: hashOf(commit) });

/** A commit of this Peer, made in the present epoch, that all of `by` refuse. */
function commitRefused(sender: PeerId, by: readonly PeerId[], commit = bytes(1)): void {
  const epoch = bench.service.group?.epoch ?? 0;
  bench.commit(sender, { commit });
  for (const peerId of by) bench.nack(peerId, epoch, commit);
}

describe('refusals', () => {
  test('P-77 refusals of less than half of the group change nothing, those of half undo it', () => {
    bench.group(ANA, BEN, CLO, DAN);
    commitRefused(ANA, [BEN]);
    expect(bench.service.group?.epoch).toBe(2);
    expect(bench.of(BEN, 'mls:reopened')).toEqual([]);
    bench.nack(CLO, 1);
    expect(bench.service.group?.epoch).toBe(1);
    for (const to of [ANA, BEN, CLO, DAN]) expect(bench.of(to, 'mls:reopened')).toEqual([isOpenAgain(1)]);
  });

  test('P-77 one member’s refusals count once, and the sender’s and a newcomer’s not at all', () => {
    bench.group(ANA, BEN, CLO, DAN);
    bench.submit(EVE);
    bench.commit(ANA, { added: [EVE] });
    for (const by of [BEN, BEN, ANA, EVE, EVE]) bench.nack(by, 1);
    expect(bench.service.group?.epoch).toBe(2);
    bench.nack(DAN, 1);
    expect(bench.service.group?.epoch).toBe(1);
  });

  test('P-77 members that are away are not waited for', () => {
    bench.group(ANA, BEN, CLO);
    bench.away.add(CLO);
    commitRefused(ANA, [BEN]);
    expect(bench.service.group?.epoch).toBe(1);
  });

  test('P-77 one of three cannot undo what the two others follow: its word bars the sender, and they renew each other', () => {
    bench.group(ANA, BEN, CLO);
    bench.commit(ANA, {});
    bench.ready(BEN);
    bench.nack(CLO, 1);
    expect(bench.service.group?.epoch).toBe(2);
    expect(bench.of(ANA, 'mls:barred')).toHaveLength(1);
    bench.submit(ANA);
    expect(bench.commit(BEN, { removed: [ANA], added: [ANA] }).outcome).toBe('accepted');
  });

  test('P-77 refusing a commit that was never accepted, or is long past, changes nothing', () => {
    bench.group(ANA, BEN);
    bench.commit(ANA, {});
    bench.nack(BEN, 1, bytes(9));
    bench.nack(BEN, 7);
    for (let count = 0; count < REOPENABLE_EPOCHS; count += 1) {
      bench.nowMs += 500;
      bench.commit(ANA, {});
    }
    bench.nack(BEN, 1);
    expect(bench.service.group?.epoch).toBe(2 + REOPENABLE_EPOCHS);
    expect(bench.of(ANA, 'mls:barred')).toEqual([]);
    expect(() => bench.nack(DAN, 8)).toThrowError(refusedWith('not_sealed'));
  });

  test('P-77 half of them, once it is too late to undo it, bar its sender and leave the epoch as it is', () => {
    bench.group(ANA, BEN, CLO, DAN);
    commitRefused(ANA, [BEN]);
    bench.nowMs += REOPEN_WITHIN_MS;
    bench.nack(CLO, 1);
    expect(bench.service.group?.epoch).toBe(2);
    expect(bench.of(ANA, 'mls:reopened')).toEqual([]);
    expect(bench.of(ANA, 'mls:barred')).toEqual([{ groupId: GROUP, epoch: 1 }]);
    expect(() => bench.commit(ANA, {})).toThrowError(refusedWith('forbidden'));
    expect(bench.commit(DAN, {})).toEqual({ outcome: 'accepted', epoch: 3 });
  });

  test('P-77 a barred member that another one renewed commits again, and old refusals do not bar it anew', () => {
    bench.group(ANA, BEN, CLO);
    bench.commit(ANA, {});
    bench.nowMs += REOPEN_WITHIN_MS;
    bench.nack(BEN, 1);
    bench.submit(ANA);
    bench.commit(CLO, { removed: [ANA], added: [ANA] });
    bench.nack(CLO, 1);
    expect(bench.of(ANA, 'mls:barred')).toHaveLength(1);
    expect(bench.commit(ANA, {}).outcome).toBe('accepted');
  });

  test('P-77 where all others ask to be renewed and the one that is left is barred, the group ends for all', () => {
    bench.group(ANA, BEN, CLO);
    bench.commit(ANA, {});
    bench.nowMs += REOPEN_WITHIN_MS;
    for (const by of [BEN, CLO]) {
      bench.nack(by, 1);
      bench.submit(by);
    }
    expect(bench.service.group).toBeNull();
    for (const to of [ANA, BEN, CLO]) expect(bench.of(to, 'mls:ended')).toEqual([{ groupId: GROUP }]);
  });
});

describe('an epoch that is open again', () => {
  test('P-78 takes one commit, of those who did not follow the one that is void', () => {
    bench.group(ANA, BEN, CLO, DAN);
    bench.commit(ANA, {});
    bench.ready(DAN);
    for (const by of [BEN, CLO]) bench.nack(by, 1);
    for (const gone of [ANA, DAN]) expect(() => bench.commit(gone, {})).toThrowError(refusedWith('not_sealed'));
    expect(bench.commit(BEN, { commit: bytes(2) })).toEqual({ outcome: 'accepted', epoch: 2 });
    expect(bench.commit(CLO, { epoch: 1, commit: bytes(3) }).outcome).toBe('stale');
    expect(bench.of(CLO, 'mls:commit').map(({ commit }) => commit)).toEqual([bytes(1), bytes(2)]);
  });

  test('P-78 whoever went on by that commit gives up its keys, and is renewed like anybody who lost its way', () => {
    bench.group(ANA, BEN, CLO, DAN);
    for (const by of [ANA, BEN, CLO, DAN]) bench.ready(by);
    bench.commit(ANA, {});
    bench.ready(DAN);
    for (const by of [BEN, CLO]) bench.nack(by, 1);
    expect([ANA, BEN, CLO, DAN].map((one) => bench.service.isSealed(one))).toEqual([false, true, true, false]);
    bench.submit(DAN);
    bench.submit(ANA);
    expect(bench.commit(BEN, { removed: [ANA, DAN], added: [ANA, DAN] }).outcome).toBe('accepted');
    expect(bench.commit(ANA, {}).outcome).toBe('accepted');
  });

  test('P-78 whom it added are no members and are told; whom it removed are in the group again, and gone for as long', () => {
    bench.group(ANA, BEN, CLO, DAN);
    bench.service.peerLeft(DAN);
    bench.submit(EVE);
    bench.nowMs += 2_000;
    bench.commit(ANA, { added: [EVE], removed: [DAN] });
    bench.nowMs += 500;
    for (const by of [BEN, CLO]) bench.nack(by, 1);
    expect(bench.of(EVE, 'mls:reopened')).toEqual([isOpenAgain(1)]);
    expect(() => bench.ready(EVE)).toThrowError(refusedWith('not_sealed'));
    expect(bench.last(BEN, 'mls:queue')).toEqual({
      groupId: GROUP,
      epoch: 1,
      waiting: [],
      gone: [{ peerId: DAN, goneForMs: 2_500 }],
    });
    bench.submit(EVE, bytes(8));
    expect(bench.commit(BEN, { added: [EVE], removed: [DAN] }).outcome).toBe('accepted');
  });

  test('P-78 whom it renewed has no keys of that epoch and asks again', () => {
    bench.group(ANA, BEN, CLO, DAN);
    bench.submit(DAN);
    bench.commit(ANA, { added: [DAN], removed: [DAN] });
    for (const by of [BEN, CLO]) bench.nack(by, 1);
    expect(bench.of(DAN, 'mls:reopened')).toHaveLength(1);
    expect(() => bench.beat(DAN, 1)).toThrowError(refusedWith('not_sealed'));
    bench.submit(DAN, bytes(8));
    expect(bench.commit(BEN, { added: [DAN], removed: [DAN] }).outcome).toBe('accepted');
  });

  test('P-78 a member that was removed while it was there is one again, and one that left meanwhile is gone', () => {
    bench.group(ANA, BEN, CLO, DAN);
    bench.submit(EVE);
    bench.commit(ANA, { added: [EVE] });
    bench.commit(BEN, { removed: [DAN, EVE] }, true);
    bench.service.peerLeft(EVE);
    for (const by of [ANA, CLO]) bench.nack(by, 2);
    expect(bench.of(DAN, 'mls:reopened')).toEqual([isOpenAgain(2)]);
    expect(bench.last(CLO, 'mls:queue')?.gone).toEqual([{ peerId: EVE, goneForMs: 0 }]);
    expect(bench.commit(DAN, {}).outcome).toBe('accepted');
  });

  test('P-78 what was made on top of a refused commit is void with it, so that a second one does not save the first', () => {
    bench.group(ANA, BEN, CLO, DAN);
    for (let count = 1; count < 5; count += 1) bench.commit(ANA, { commit: bytes(count) });
    for (const by of [BEN, CLO]) bench.nack(by, 1);
    expect(bench.service.group?.epoch).toBe(1);
    expect(() => bench.commit(ANA, {})).toThrowError(refusedWith('not_sealed'));
    bench.nack(DAN, 2, bytes(2));
    expect(bench.service.group?.epoch).toBe(1);
  });

  test('P-78 so many commits at once that the first could not be undone are not taken', () => {
    bench.group(ANA, BEN, CLO);
    bench.nowMs += REOPEN_WITHIN_MS;
    for (let count = 0; count < REOPENABLE_EPOCHS; count += 1) bench.commit(ANA, {});
    expect(() => bench.commit(ANA, {})).toThrowError(refusedWith('rate_limited'));
    for (const by of [BEN, CLO]) bench.nack(by, 1);
    expect(bench.service.group?.epoch).toBe(1);
    bench.nowMs += REOPEN_WITHIN_MS;
    expect(bench.commit(BEN, {}).outcome).toBe('accepted');
  });

  test('P-78 who had reported ready before still has, and who reports now counts', () => {
    bench.group(ANA, BEN, CLO);
    bench.ready(BEN);
    commitRefused(ANA, [BEN, CLO]);
    bench.heard.length = 0;
    bench.ready(CLO);
    for (const to of [BEN, CLO]) expect(bench.of(to, 'mls:allReady')).toEqual([{ groupId: GROUP, epoch: 1 }]);
    expect(bench.of(ANA, 'mls:allReady')).toEqual([]);
  });

  test('P-78 the sender of the void commit is not told again that it was taken', () => {
    bench.group(ANA, BEN);
    commitRefused(ANA, [BEN]);
    expect(() => bench.commit(ANA, {})).toThrowError(refusedWith('not_sealed'));
    bench.submit(ANA);
    bench.commit(BEN, { removed: [ANA], added: [ANA], commit: bytes(2) });
    expect(bench.commit(ANA, { epoch: 1 }).outcome).toBe('stale');
  });

  test(`P-78 is reopened at most ${REOPENINGS_PER_EPOCH} times; then a refused commit stands`, () => {
    const crowd = Array.from({ length: REOPENINGS_PER_EPOCH + 1 }, (_, index) => peer(`c${index}`));
    bench.group(ANA, ...crowd);
    const others = (sender: PeerId) => [ANA, ...crowd].filter((one) => one !== sender);
    for (const [index, sender] of crowd.entries()) {
      const commit = bytes(index);
      bench.commit(sender, { commit });
      for (const by of others(sender)) if (bench.service.group?.epoch === 2) refuse(by, commit);
    }
    expect(bench.of(ANA, 'mls:reopened')).toHaveLength(REOPENINGS_PER_EPOCH);
    expect(bench.service.group?.epoch).toBe(2);
    expect(bench.of(crowd.at(-1)!, 'mls:barred')).toHaveLength(1);
  });

  /** Those whose own commit was refused before have no say any more. */
  function refuse(by: PeerId, commit: Uint8Array<ArrayBuffer>): void {
    try {
      bench.nack(by, 1, commit);
    } catch (error) {
      expect(error).toMatchObject({ code: 'not_sealed' });
    }
  }

  test('P-78 where nobody is left who did not go on, the group ends', () => {
    bench.group(ANA, BEN, CLO);
    bench.commit(ANA, {});
    bench.ready(BEN);
    bench.ready(CLO);
    for (const by of [BEN, CLO]) bench.nack(by, 1);
    expect(bench.service.group).toBeNull();
    for (const to of [ANA, BEN, CLO]) expect(bench.of(to, 'mls:ended')).toEqual([{ groupId: GROUP }]);
  });
});

describe('who was silent about a commit that is void', () => {
  const say = (from: PeerId, epoch: number) =>
    bench.service.message(from, { groupId: GROUP, epoch, message: bytes(epoch) });

  /** Epoch 1 open again, and epoch 2 reached by another commit; DAN has said nothing of the void one. */
  function reachTwoAgain(): void {
    bench.group(ANA, BEN, CLO, DAN);
    commitRefused(ANA, [BEN, CLO]);
    bench.commit(BEN, { commit: bytes(2) });
    bench.heard.length = 0;
  }

  test('P-79 is not heard under the numbers that the void epochs had: it may stand in one of those', () => {
    reachTwoAgain();
    bench.beat(DAN, 2);
    expect(bench.of(CLO, 'mls:heartbeat')).toEqual([]);
    expect(() => say(DAN, 2)).toThrowError(refusedWith('conflict'));
    expect(bench.commit(DAN, {}).outcome).toBe('stale');
    for (const by of [BEN, CLO, DAN]) bench.ready(by);
    expect(bench.of(BEN, 'mls:allReady')).toEqual([]);
  });

  test('P-79 is heard under the epoch that was reopened, and hears everything', () => {
    reachTwoAgain();
    say(DAN, 1);
    expect(bench.of(CLO, 'mls:message')).toHaveLength(1);
    bench.beat(CLO, 2);
    expect(bench.of(DAN, 'mls:heartbeat')).toHaveLength(1);
  });

  test('P-79 is heard again once it has said that it does not follow that commit', () => {
    reachTwoAgain();
    bench.nack(DAN, 1);
    bench.beat(DAN, 2);
    say(DAN, 2);
    expect(bench.of(CLO, 'mls:heartbeat')).toHaveLength(1);
    expect(bench.of(CLO, 'mls:message')).toHaveLength(1);
    expect(bench.commit(DAN, {}).outcome).toBe('accepted');
  });

  test('P-79 whom the void commit removed is heard at once where it had refused it, though that counted for nothing', () => {
    bench.group(ANA, BEN, CLO, DAN);
    bench.commit(ANA, { removed: [DAN] }, true);
    bench.nack(DAN, 1);
    expect(bench.service.group?.epoch).toBe(2);
    for (const by of [BEN, CLO]) if (bench.service.group?.epoch === 2) bench.nack(by, 1);
    bench.commit(BEN, { commit: bytes(2) });
    bench.heard.length = 0;
    bench.beat(DAN, 2);
    expect(bench.of(CLO, 'mls:heartbeat')).toHaveLength(1);
  });

  test('P-79 of two void commits it is the last that has to be spoken of', () => {
    bench.group(ANA, BEN, CLO, DAN, EVE);
    commitRefused(ANA, [BEN, CLO, EVE], bytes(1));
    commitRefused(BEN, [CLO, EVE], bytes(2));
    bench.commit(CLO, { commit: bytes(3) });
    bench.nack(DAN, 1, bytes(1));
    expect(bench.commit(DAN, {}).outcome).toBe('stale');
    bench.nack(DAN, 1, bytes(2));
    expect(bench.commit(DAN, {}).outcome).toBe('accepted');
  });

  test('P-79 is heard again once another member has renewed it', () => {
    reachTwoAgain();
    bench.submit(DAN);
    bench.commit(BEN, { removed: [DAN], added: [DAN] });
    bench.beat(DAN, 3);
    expect(bench.of(CLO, 'mls:heartbeat')).toHaveLength(1);
  });
});
