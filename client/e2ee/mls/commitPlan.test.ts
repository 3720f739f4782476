// What the next commit covers, whose turn it is, and when.
import type { KeyPackage } from 'ts-mls/keyPackage.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { change, createEnv, found, keyPackageFor, NOW_MS, type Member } from '../test/members.ts';
import { commitDueAtMs, committerRank, goneForMs, planChanges, type QueueSnapshot } from './commitPlan.ts';
import { groupIdOf } from './group.ts';

const PEERS = ['a', 'b', 'c', 'd'];
let room: Map<string, Member>;

beforeAll(async () => {
  const env = await createEnv();
  room = new Map([['a', await found(env, 'a')]]);
  await change(room, 'a', { add: PEERS.slice(1) });
});

function snapshot(parts: Partial<QueueSnapshot>): QueueSnapshot {
  return { waiting: [], gone: [], receivedAtMs: 0, ...parts };
}

const sealed = Uint8Array.of(1);

function plan(member: Member, queue: QueueSnapshot, packages: Record<string, KeyPackage> = {}, nowMs = 0) {
  const facts = {
    serverNowMs: NOW_MS,
    goneForMs: (peerId: string) => goneForMs(queue, peerId, nowMs),
    isWaiting: () => true,
  };
  const { add, remove, ripensInMs } = planChanges(member.group, queue, new Map(Object.entries(packages)), facts);
  return { add: add.map(({ peerId }) => peerId), remove: remove.map(({ peerId }) => peerId), ripensInMs };
}

describe('commit plan', () => {
  it('E-44 removes who is gone for two seconds, counted on from when the server said so, and says when the next is due', () => {
    const queue = snapshot({
      gone: [
        { peerId: 'b', goneForMs: 500 },
        { peerId: 'c', goneForMs: 0 },
      ],
    });
    expect(plan(room.get('a')!, queue)).toEqual({ add: [], remove: [], ripensInMs: 1_500 });
    expect(plan(room.get('a')!, queue, {}, 1_500)).toEqual({ add: [], remove: ['b'], ripensInMs: 500 });
    expect(plan(room.get('a')!, queue, {}, 2_000)).toEqual({ add: [], remove: ['b', 'c'], ripensInMs: null });
  });

  it('E-44 never removes itself, nor anybody who is no member', () => {
    const gone = ['a', 'stranger'].map((peerId) => ({ peerId, goneForMs: 60_000 }));
    expect(plan(room.get('a')!, snapshot({ gone }))).toEqual({ add: [], remove: [], ripensInMs: null });
  });

  it('E-42 a member that waits to be added again is removed and added in the same commit', async () => {
    const a = room.get('a')!;
    const again = await keyPackageFor(a.env, 'c', groupIdOf(a.group));
    const fresh = await keyPackageFor(a.env, 'e', groupIdOf(a.group));
    const waiting = ['c', 'e', 'unreadable'].map((peerId) => ({ peerId, sealed }));
    const packages = { c: again.publicPackage, e: fresh.publicPackage };
    expect(plan(a, snapshot({ waiting }), packages)).toEqual({ add: ['c', 'e'], remove: ['c'], ripensInMs: null });
  });

  it('E-54 a key package that was used already neither adds its Peer nor costs it its leaf', async () => {
    const a = room.get('a')!;
    const node = a.group.mls.ratchetTree.find(
      (other) => other?.nodeType === 'leaf' && other.leaf.leafNodeSource === 'key_package',
    );
    if (node?.nodeType !== 'leaf') throw new Error('not meant');
    const fresh = await keyPackageFor(a.env, 'b', groupIdOf(a.group));
    const leafNode = { ...fresh.publicPackage.leafNode, signaturePublicKey: node.leaf.signaturePublicKey };
    const used = { ...fresh.publicPackage, leafNode };
    const queue = snapshot({ waiting: [{ peerId: 'b', sealed }] });
    expect(plan(a, queue, { b: used })).toEqual({ add: [], remove: [], ripensInMs: null });
  });

  it('E-34 takes fifty newcomers at a time, and only the re-adds among them are removed', async () => {
    const a = room.get('a')!;
    const groupId = groupIdOf(a.group);
    const ids = [...Array.from({ length: 50 }, (_, i) => `n${i}`), 'b'];
    const packages: Record<string, KeyPackage> = {};
    for (const peerId of ids) packages[peerId] = (await keyPackageFor(a.env, peerId, groupId)).publicPackage;
    const { add, remove } = plan(a, snapshot({ waiting: ids.map((peerId) => ({ peerId, sealed })) }), packages);
    expect(add).toEqual(ids.slice(0, 50));
    expect(remove).toEqual([]);
  });
});

describe('whose turn it is', () => {
  it('E-48 begins at (epoch · 7919) mod n, and everybody has a place of its own', () => {
    const ranks = PEERS.map((peerId) => committerRank(room.get(peerId)!.group, null));
    const start = (1 * 7919) % 4;
    expect(ranks).toEqual(PEERS.map((_, index) => (index - start + 4) % 4));
  });

  it('E-48 passes over who is gone and who waits to be added again', () => {
    const queue = snapshot({ gone: [{ peerId: 'b', goneForMs: 0 }], waiting: [{ peerId: 'd', sealed }] });
    const ranks = ['a', 'c'].map((peerId) => committerRank(room.get(peerId)!.group, queue));
    expect(ranks.toSorted()).toEqual([0, 1]);
  });

  it('E-43 at once after a quiet second, else half a second after the last epoch, a second when many wait', () => {
    const base = { rank: 0, changeSinceMs: 10_000, lastEpochAtMs: 9_000, waiting: 1 };
    expect(commitDueAtMs(base)).toBe(10_000);
    expect(commitDueAtMs({ ...base, lastEpochAtMs: 9_900 })).toBe(10_400);
    expect(commitDueAtMs({ ...base, lastEpochAtMs: 9_900, waiting: 21 })).toBe(10_900);
    expect(commitDueAtMs({ ...base, rank: 2 })).toBe(13_000);
  });
});
