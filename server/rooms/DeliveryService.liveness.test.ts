// Signs of life are passed on and not kept.
import { beforeEach, describe, expect, test } from 'vitest';
import type { PeerId } from '#protocol/ids';
import { ANA, BEN, Bench, bytes, CLO, DAN, GROUP, OTHER_GROUP } from './test/DeliveryBench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

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
