// Signs of life are passed on and not kept; who makes commits that half of the others refuse makes no more.
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { PeerId } from '#protocol/ids';
import { ANA, BEN, Bench, bytes, CLO, DAN, GROUP, OTHER_GROUP } from './test/DeliveryBench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

const hashOf = (commit: Uint8Array) => new Uint8Array(createHash('sha256').update(commit).digest());

function nack(by: PeerId, epoch: number, commit = bytes(1)): void {
  bench.service.nack(by, { groupId: GROUP, epoch, commitHash: hashOf(commit), reason: 'removedNotGone' });
}

describe('heartbeats', () => {
  const beat = (by: PeerId, epoch: number, groupId = GROUP) =>
    bench.service.heartbeat(by, { groupId, epoch, heartbeat: bytes(3) });

  test('P-76 a heartbeat goes to the other members that are connected, and is not kept for one that is away', () => {
    bench.group(ANA, BEN, CLO);
    bench.submit(DAN);
    bench.away.add(CLO);
    beat(ANA, 1);
    expect(bench.of(BEN, 'mls:heartbeat')).toEqual([{ groupId: GROUP, epoch: 1, from: ANA, heartbeat: bytes(3) }]);
    for (const other of [ANA, CLO, DAN]) expect(bench.of(other, 'mls:heartbeat')).toEqual([]);
  });

  test('P-76 a heartbeat of another epoch or group goes nowhere, and one who is no member is refused', () => {
    bench.group(ANA, BEN);
    beat(ANA, 0);
    beat(ANA, 2);
    beat(ANA, 1, OTHER_GROUP);
    expect(bench.of(BEN, 'mls:heartbeat')).toEqual([]);
    expect(() => beat(DAN, 1)).toThrowError(expect.objectContaining({ code: 'not_sealed' }));
  });
});

describe('refusals', () => {
  test('P-77 half of those who were told a commit bar its sender, and less than half does not', () => {
    bench.group(ANA, BEN, CLO, DAN);
    bench.commit(ANA, {});
    nack(BEN, 1);
    expect(bench.of(ANA, 'mls:barred')).toEqual([]);
    expect(bench.commit(ANA, {})).toEqual({ outcome: 'accepted', epoch: 3 });
    nack(CLO, 1);
    expect(bench.of(ANA, 'mls:barred')).toEqual([{ groupId: GROUP, epoch: 1 }]);
    expect(() => bench.commit(ANA, {})).toThrowError(expect.objectContaining({ code: 'forbidden' }));
    expect(bench.commit(DAN, {})).toEqual({ outcome: 'accepted', epoch: 4 });
  });

  test('P-77 one member’s refusals count once, and the sender’s and a newcomer’s not at all', () => {
    bench.group(ANA, BEN, CLO, DAN);
    const late = 'late____________' as PeerId;
    bench.submit(late);
    bench.commit(ANA, { added: [late] });
    for (const by of [BEN, BEN, ANA, late, late]) nack(by, 1);
    expect(bench.of(ANA, 'mls:barred')).toEqual([]);
    nack(DAN, 1);
    expect(bench.of(ANA, 'mls:barred')).toHaveLength(1);
  });

  test('P-77 refusing a commit that was never accepted, or is long past, changes nothing', () => {
    bench.group(ANA, BEN);
    bench.commit(ANA, {});
    nack(BEN, 1, bytes(9));
    nack(BEN, 7);
    for (let count = 0; count < 8; count += 1) bench.commit(ANA, {});
    nack(BEN, 1);
    expect(bench.of(ANA, 'mls:barred')).toEqual([]);
    expect(() => nack(DAN, 8)).toThrowError(expect.objectContaining({ code: 'not_sealed' }));
  });

  test('P-77 members that are away are not waited for', () => {
    bench.group(ANA, BEN, CLO, DAN);
    bench.commit(ANA, {});
    bench.away.add(CLO);
    nack(BEN, 1);
    expect(bench.of(ANA, 'mls:barred')).toHaveLength(1);
  });

  test('P-77 one that another member renewed may commit again, and old refusals do not bar it anew', () => {
    bench.group(ANA, BEN, CLO);
    bench.commit(ANA, {});
    nack(BEN, 1);
    bench.submit(ANA);
    bench.commit(CLO, { removed: [ANA], added: [ANA] });
    nack(CLO, 1);
    expect(bench.of(ANA, 'mls:barred')).toHaveLength(1);
    expect(bench.commit(ANA, {}).outcome).toBe('accepted');
  });

  test('P-77 where all others ask to be renewed and the one that is left is barred, the group ends for all', () => {
    bench.group(ANA, BEN, CLO);
    bench.commit(ANA, {});
    for (const by of [BEN, CLO]) {
      nack(by, 1);
      bench.submit(by);
    }
    expect(bench.service.group).toBeNull();
    for (const peer of [ANA, BEN, CLO]) expect(bench.of(peer, 'mls:ended')).toEqual([{ groupId: GROUP }]);
  });
});
