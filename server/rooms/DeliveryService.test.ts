// The rules by which MLS messages are ordered: one commit per epoch, and everybody hears the same.
import { beforeEach, describe, expect, test } from 'vitest';
import type { PeerId } from '#protocol/ids';
import { QUEUE_PACKAGES_PER_SNAPSHOT } from '#protocol/limits';
import { ANA, BEACON, BEN, Bench, bytes, CLO, DAN, GROUP, OTHER_GROUP, peer } from './test/DeliveryBench.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe('creating', () => {
  test('the first Peer that creates makes the group, the second is told whose it is', () => {
    expect(bench.create(ANA)).toEqual({ outcome: 'created' });
    const second = bench.service.create(BEN, { groupId: OTHER_GROUP, beacon: BEACON });
    expect(second).toEqual({ outcome: 'exists', group: { groupId: GROUP, epoch: 0, beacon: BEACON } });
  });

  test('a creator that asks again because its answer was lost is answered as before', () => {
    bench.create(ANA);
    expect(bench.create(ANA)).toEqual({ outcome: 'created' });
    expect(bench.create(BEN).outcome).toBe('exists');
  });
});

describe('key packages', () => {
  test('a key package for another group, or where there is none, is answered with the present one', () => {
    expect(bench.submit(BEN)).toEqual({ outcome: 'wrongGroup', group: null });
    bench.create(ANA);
    const answer = bench.service.submitKeyPackage(BEN, { groupId: OTHER_GROUP, sealed: bytes(1) });
    expect(answer).toEqual({ outcome: 'wrongGroup', group: bench.service.group });
    expect(bench.heard).toEqual([]);
  });

  test('members hear the whole queue after each change, those who wait hear nothing', () => {
    bench.group(ANA, BEN);
    bench.submit(CLO, bytes(3));
    bench.submit(DAN, bytes(4));
    const waiting = [
      { peerId: CLO, sealed: bytes(3) },
      { peerId: DAN, sealed: bytes(4) },
    ];
    for (const member of [ANA, BEN]) {
      expect(bench.last(member, 'mls:queue')).toEqual({ groupId: GROUP, epoch: 1, waiting, gone: [] });
    }
    expect(bench.of(CLO, 'mls:queue')).toEqual([]);
  });

  test('a second key package of a Peer replaces its first and keeps its place', () => {
    bench.group(ANA);
    bench.submit(BEN, bytes(1));
    bench.submit(CLO, bytes(2));
    bench.submit(BEN, bytes(9));
    const queue = bench.last(ANA, 'mls:queue');
    expect(queue?.waiting.map(({ peerId, sealed }) => [peerId, [...(sealed as Uint8Array)]])).toEqual([
      [BEN, [9]],
      [CLO, [2]],
    ]);
  });

  test('of a queue longer than a packet may carry a part is shown, and after its commit the rest', () => {
    bench.group(ANA);
    const many = Array.from({ length: QUEUE_PACKAGES_PER_SNAPSHOT + 2 }, (_, index) => peer(`p${index}`));
    for (const one of many) bench.submit(one);
    const shown = bench.last(ANA, 'mls:queue')?.waiting.map(({ peerId }) => peerId as PeerId) ?? [];
    expect(shown).toHaveLength(QUEUE_PACKAGES_PER_SNAPSHOT);
    bench.commit(ANA, { added: shown });
    const rest = bench.last(ANA, 'mls:queue')?.waiting.map(({ peerId }) => peerId) ?? [];
    expect(rest.toSorted()).toEqual(many.filter((one) => !shown.includes(one)).toSorted());
  });

  test('a package that a Peer asked with again after it was added leaves the queue once it reports its keys', () => {
    bench.group(ANA);
    bench.submit(BEN);
    bench.commit(ANA, { added: [BEN] });
    bench.submit(BEN);
    bench.ready(BEN, 0);
    expect(bench.last(ANA, 'mls:queue')?.waiting).toHaveLength(1);
    bench.ready(BEN);
    expect(bench.last(ANA, 'mls:queue')?.waiting).toEqual([]);
  });

  test('packages that no member ever adds do not keep those behind them from being shown', () => {
    bench.group(ANA);
    const blocking = Array.from({ length: QUEUE_PACKAGES_PER_SNAPSHOT * 2 }, (_, index) => peer(`x${index}`));
    for (const one of [...blocking, BEN]) bench.submit(one);
    bench.heard.length = 0;
    for (let asked = 0; asked < 3; asked += 1) bench.submit(BEN);
    const shown = bench.of(ANA, 'mls:queue').flatMap(({ waiting }) => waiting.map(({ peerId }) => peerId));
    expect(new Set(shown)).toEqual(new Set([...blocking, BEN]));
  });
});

describe('commits', () => {
  test('the first commit of an epoch is accepted, a second one is stale and reaches nobody', () => {
    bench.group(ANA, BEN, CLO);
    expect(bench.commit(ANA, { epoch: 1, commit: bytes(10) })).toEqual({ outcome: 'accepted', epoch: 2 });
    expect(bench.commit(BEN, { epoch: 1, commit: bytes(11) })).toEqual({
      outcome: 'stale',
      group: bench.service.group,
    });
    expect(bench.of(CLO, 'mls:commit')).toEqual([{ groupId: GROUP, epoch: 1, from: ANA, commit: bytes(10) }]);
    expect(bench.of(BEN, 'mls:commit')).toHaveLength(1);
    expect(bench.of(ANA, 'mls:commit')).toHaveLength(0);
  });

  test('a commit repeated because its answer was lost is answered as before and told once', () => {
    bench.group(ANA, BEN);
    bench.commit(ANA, { epoch: 1, commit: bytes(10) });
    expect(bench.commit(ANA, { epoch: 1, commit: bytes(10) })).toEqual({ outcome: 'accepted', epoch: 2 });
    expect(bench.commit(ANA, { epoch: 1, commit: bytes(12) }).outcome).toBe('stale');
    expect(bench.of(BEN, 'mls:commit')).toHaveLength(1);
    expect(bench.service.group?.epoch).toBe(2);
  });

  test('a commit for another group is stale and names the present one', () => {
    bench.group(ANA);
    const commit = { groupId: OTHER_GROUP, epoch: 0, commit: bytes(1), added: [], removed: [] };
    expect(bench.service.commit(ANA, commit, false)).toEqual({ outcome: 'stale', group: bench.service.group });
  });

  test('who is added gets the Welcome and no commit, and is in the group from then on', () => {
    bench.group(ANA, BEN);
    bench.submit(CLO);
    bench.commit(ANA, { added: [CLO] });
    expect(bench.of(CLO, 'mls:welcome')).toEqual([{ groupId: GROUP, epoch: 2, from: ANA, welcome: bytes(2) }]);
    expect(bench.of(CLO, 'mls:commit')).toEqual([]);
    expect(bench.of(BEN, 'mls:welcome')).toEqual([]);
    expect(bench.commit(CLO, {}).outcome).toBe('accepted');
  });

  test('a Peer outside the group, or only waiting for it, cannot commit', () => {
    bench.group(ANA);
    bench.submit(BEN);
    expect(() => bench.commit(BEN, {})).toThrow(expect.objectContaining({ code: 'not_sealed' }));
    expect(() => bench.commit(CLO, {})).toThrow(expect.objectContaining({ code: 'not_sealed' }));
    expect(bench.service.group?.epoch).toBe(0);
  });

  test.each([
    ['adds a Peer that does not wait', { added: [DAN] }],
    ['adds a Peer twice', { added: [CLO, CLO] }],
    ['adds a member without removing it', { added: [BEN] }],
    ['removes a Peer that is not in the group', { removed: [DAN] }],
    ['removes its sender', { removed: [ANA] }],
  ])('a commit that %s is refused and changes nothing', (_, change) => {
    bench.group(ANA, BEN);
    bench.submit(CLO);
    bench.submit(BEN);
    expect(() => bench.commit(ANA, change)).toThrow(expect.objectContaining({ code: 'bad_request' }));
    expect(bench.service.group?.epoch).toBe(1);
    expect(bench.of(BEN, 'mls:commit')).toEqual([]);
  });

  test('adding without a Welcome, or a Welcome without adding, is refused', () => {
    bench.group(ANA, BEN);
    bench.submit(CLO);
    const base = { groupId: GROUP, epoch: 1, commit: bytes(1), removed: [] };
    expect(() => bench.service.commit(ANA, { ...base, added: [CLO] }, false)).toThrow(/Welcome/);
    expect(() => bench.service.commit(ANA, { ...base, added: [], welcome: bytes(1) }, false)).toThrow(/Welcome/);
  });

  test('removing a Peer that is still there needs a role that may, and that Peer hears the commit that removed it', () => {
    bench.group(ANA, BEN, CLO);
    expect(() => bench.commit(ANA, { removed: [BEN] })).toThrow(expect.objectContaining({ code: 'forbidden' }));
    expect(bench.commit(ANA, { removed: [BEN] }, true).outcome).toBe('accepted');
    expect(bench.of(BEN, 'mls:commit')).toHaveLength(1);
    expect(() => bench.commit(BEN, {})).toThrow(expect.objectContaining({ code: 'not_sealed' }));
  });

  test('a Peer that left while a commit was adding it is in the tree and at once among the gone', () => {
    bench.group(ANA, BEN);
    bench.submit(CLO);
    bench.service.peerLeft(CLO);
    expect(bench.commit(ANA, { added: [CLO] })).toEqual({ outcome: 'accepted', epoch: 2 });
    expect(bench.last(BEN, 'mls:queue')).toMatchObject({
      epoch: 2,
      waiting: [],
      gone: [{ peerId: CLO, goneForMs: 0 }],
    });
    expect(bench.of(CLO, 'mls:welcome')).toEqual([]);
  });
});

describe('coming back without keys', () => {
  test('a member that queues a key package waits while in the group, and is removed and added in one commit', () => {
    bench.group(ANA, BEN);
    bench.submit(BEN, bytes(8));
    expect(bench.last(ANA, 'mls:queue')?.waiting).toEqual([{ peerId: BEN, sealed: bytes(8) }]);
    expect(bench.commit(ANA, { added: [BEN], removed: [BEN] }).outcome).toBe('accepted');
    expect(bench.of(BEN, 'mls:welcome')).toHaveLength(1);
    expect(bench.of(BEN, 'mls:commit')).toEqual([]);
    expect(bench.service.isSealed(BEN)).toBe(false);
  });

  test('a device that joins the Room afresh under its old id is no longer gone, has no keys and can be renewed', () => {
    bench.group(ANA, BEN);
    bench.ready(BEN);
    bench.service.peerLeft(BEN);
    bench.service.peerJoined(BEN);
    expect(bench.last(ANA, 'mls:queue')?.gone).toEqual([]);
    expect(bench.service.isSealed(BEN)).toBe(false);
    expect(() => bench.ready(BEN)).toThrow(expect.objectContaining({ code: 'not_sealed' }));
    bench.submit(BEN);
    expect(bench.commit(ANA, { added: [BEN], removed: [BEN] }).outcome).toBe('accepted');
  });

  test('where every member has lost its way nobody can commit: the group ends and those who wait make another', () => {
    bench.group(ANA, BEN);
    bench.submit(ANA);
    bench.submit(BEN);
    expect(bench.service.group).toBeNull();
    for (const member of [ANA, BEN]) expect(bench.of(member, 'mls:ended')).toEqual([{ groupId: GROUP }]);
    expect(bench.service.create(BEN, { groupId: OTHER_GROUP, beacon: BEACON })).toEqual({ outcome: 'created' });
  });
});

describe('going', () => {
  test('a Peer that is gone is named with the time it has been gone until a commit removes it', () => {
    bench.group(ANA, BEN, CLO);
    bench.service.peerLeft(CLO);
    bench.nowMs += 2_500;
    bench.submit(DAN);
    expect(bench.last(ANA, 'mls:queue')?.gone).toEqual([{ peerId: CLO, goneForMs: 2_500 }]);
    bench.commit(BEN, { removed: [CLO], added: [DAN] });
    expect(bench.last(ANA, 'mls:queue')).toMatchObject({ epoch: 2, waiting: [], gone: [] });
  });

  test('a Peer that waited and left is no longer in the queue', () => {
    bench.group(ANA);
    bench.submit(BEN);
    bench.service.peerLeft(BEN);
    expect(bench.last(ANA, 'mls:queue')?.waiting).toEqual([]);
  });

  test('a Peer that neither was in the group nor waited changes nothing when it leaves', () => {
    bench.group(ANA);
    bench.service.peerLeft(BEN);
    expect(bench.heard).toEqual([]);
  });

  test('with its last member the group ends, those who waited are told, and the next may create', () => {
    bench.group(ANA);
    bench.submit(BEN);
    bench.service.peerLeft(ANA);
    expect(bench.of(BEN, 'mls:ended')).toEqual([{ groupId: GROUP }]);
    expect(bench.service.group).toBeNull();
    expect(bench.submit(BEN)).toEqual({ outcome: 'wrongGroup', group: null });
    expect(bench.service.create(BEN, { groupId: OTHER_GROUP, beacon: BEACON })).toEqual({ outcome: 'created' });
  });

  test('a member that is only away keeps the group alive', () => {
    bench.group(ANA);
    bench.away.add(ANA);
    bench.service.connectionChanged();
    expect(bench.service.group?.epoch).toBe(0);
  });
});

describe('ready', () => {
  test('when every connected member has the keys of the epoch, all members hear it, once', () => {
    bench.group(ANA, BEN, CLO);
    bench.commit(ANA, {});
    bench.ready(ANA, 2);
    bench.ready(BEN, 2);
    expect(bench.of(ANA, 'mls:allReady')).toEqual([]);
    bench.ready(CLO, 2);
    bench.ready(CLO, 2);
    for (const member of [ANA, BEN, CLO]) {
      expect(bench.of(member, 'mls:allReady')).toEqual([{ groupId: GROUP, epoch: 2 }]);
    }
  });

  test('P-73 whom the epoch added is not waited for, and hears it like the others', () => {
    bench.group(ANA, BEN);
    bench.submit(CLO);
    bench.commit(ANA, { added: [CLO] });
    bench.ready(ANA, 2);
    expect(bench.of(ANA, 'mls:allReady')).toEqual([]);
    bench.ready(BEN, 2);
    for (const member of [ANA, BEN, CLO]) {
      expect(bench.of(member, 'mls:allReady')).toEqual([{ groupId: GROUP, epoch: 2 }]);
    }
    bench.ready(CLO, 2);
    expect(bench.of(ANA, 'mls:allReady')).toHaveLength(1);
  });

  test('P-73 where all that are connected were added by the epoch, they are waited for', () => {
    bench.group(ANA);
    bench.submit(BEN);
    bench.submit(CLO);
    bench.commit(ANA, { added: [BEN, CLO] });
    bench.away.add(ANA);
    bench.ready(BEN, 1);
    expect(bench.of(BEN, 'mls:allReady')).toEqual([]);
    bench.ready(CLO, 1);
    expect(bench.of(BEN, 'mls:allReady')).toHaveLength(1);
  });

  test('a member that is away, or gone, is not waited for', () => {
    bench.group(ANA, BEN, CLO);
    bench.commit(ANA, {});
    bench.ready(ANA, 2);
    bench.away.add(BEN);
    bench.service.connectionChanged();
    expect(bench.of(ANA, 'mls:allReady')).toEqual([]);
    bench.service.peerLeft(CLO);
    expect(bench.of(ANA, 'mls:allReady')).toHaveLength(1);
  });

  test('a report for an epoch that has passed counts for no other, but lets its sender produce', () => {
    bench.group(ANA, BEN);
    bench.commit(ANA, {});
    bench.ready(BEN, 1);
    expect(bench.service.isSealed(BEN)).toBe(true);
    bench.ready(ANA, 2);
    expect(bench.of(ANA, 'mls:allReady')).toEqual([]);
  });

  test('nobody may produce before its own report, however far the others are', () => {
    bench.group(ANA, BEN);
    bench.ready(ANA);
    expect(bench.service.isSealed(ANA)).toBe(true);
    expect(bench.service.isSealed(BEN)).toBe(false);
    bench.ready(BEN, 0);
    expect(bench.service.isSealed(BEN)).toBe(false);
  });
});

describe('messages', () => {
  const send = (from: PeerId, epoch: number) =>
    bench.service.message(from, { groupId: GROUP, epoch, message: bytes(epoch) });

  test('a message goes to the other members, not to its sender and not to those who wait', () => {
    bench.group(ANA, BEN);
    bench.submit(CLO);
    send(ANA, 1);
    expect(bench.of(BEN, 'mls:message')).toEqual([{ groupId: GROUP, epoch: 1, from: ANA, message: bytes(1) }]);
    expect(bench.of(ANA, 'mls:message')).toEqual([]);
    expect(bench.of(CLO, 'mls:message')).toEqual([]);
  });

  test('a message of an earlier epoch goes only to those who were in the group then', () => {
    bench.group(ANA, BEN);
    bench.submit(CLO);
    bench.commit(ANA, { added: [CLO] });
    send(BEN, 1);
    expect(bench.of(ANA, 'mls:message')).toHaveLength(1);
    expect(bench.of(CLO, 'mls:message')).toEqual([]);
  });

  test.each([
    ['of an epoch that is not yet', 2],
    ['of an epoch before the sender was in', 0],
  ])('a message %s is refused with conflict', (_, epoch) => {
    bench.group(ANA, BEN);
    expect(() => send(BEN, epoch)).toThrow(expect.objectContaining({ code: 'conflict' }));
  });

  test('a message of an epoch whose keys are gone is refused with conflict', () => {
    bench.group(ANA, BEN);
    for (let count = 0; count < 5; count += 1) bench.commit(ANA, { commit: bytes(count) });
    expect(() => send(ANA, 1)).toThrow(expect.objectContaining({ code: 'conflict' }));
    send(ANA, 2);
    expect(bench.of(BEN, 'mls:message')).toHaveLength(1);
  });

  test('a Peer outside the group cannot send to it', () => {
    bench.group(ANA);
    expect(() => send(BEN, 0)).toThrow(expect.objectContaining({ code: 'not_sealed' }));
  });
});
