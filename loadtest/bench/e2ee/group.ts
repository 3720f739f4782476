// What a change of the group costs its members, in milliseconds and bytes: one joins, 50 join, one is removed, all rekey.
import { deriveLinkKeys } from '../../../client/e2ee/link/secrets.ts';
import {
  adoptOwn,
  commitChanges,
  createGroup,
  groupIdOf,
  joinFromWelcome,
  leaves,
  processCommit,
  type Group,
  type GroupEnv,
} from '../../../client/e2ee/mls/group.ts';
import { createKeyPackage, type OwnKeyPackage } from '../../../client/e2ee/mls/keyPackage.ts';
import type { CommitFacts } from '../../../client/e2ee/mls/policy.ts';
import { createSuite } from '../../../client/e2ee/mls/suite.ts';
import type { Plan, Sample } from './plan.ts';

const ROOM_ID = 'AAECAwQFBgcICQoLDA0ODw';
const NOW_MS = 1_790_000_000_000;
/** E-30: the most that one commit may add, and the most members that a group may have. */
const BATCH = 50;
const MOST = 250;
const FACTS: CommitFacts = { serverNowMs: NOW_MS, goneForMs: () => 60_000, isWaiting: () => true };

/** Two members who are really there; the others are leaves that joined and said nothing yet, the dearest kind of tree. */
interface Pair {
  env: GroupEnv;
  committer: Group;
  follower: Group;
  named: number;
}

/** ms and bytes of one change. `welcome` and `open` stay undefined where nobody joined. */
interface Cost {
  commitMs: number;
  followMs: number;
  openMs?: number;
  commitBytes: number;
  welcomeBytes?: number;
}

async function packages(pair: Pick<Pair, 'env' | 'named'>, groupId: Uint8Array, count: number) {
  const made: OwnKeyPackage[] = [];
  for (let index = 0; index < count; index++) {
    const peerId = `p${pair.named++}`;
    const identity = { groupId, peerId, displayName: `Name of ${peerId}`, timeMs: NOW_MS };
    made.push(await createKeyPackage(pair.env.suite, pair.env.keys, identity));
  }
  return made;
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const startMs = performance.now();
  const result = await work();
  return [result, performance.now() - startMs];
}

async function found(): Promise<Pair> {
  const keys = await deriveLinkKeys(new Uint8Array(24).fill(7), ROOM_ID, 0);
  const env: GroupEnv = { suite: await createSuite(), keys, hostKeyHash: 'H'.repeat(22) };
  const groupId = crypto.getRandomValues(new Uint8Array(16));
  const identity = { groupId, peerId: 'ana', displayName: 'Ana', timeMs: NOW_MS };
  const { group } = await createGroup(env, identity);
  const naming = { env, named: 0 };
  const [own] = await packages(naming, groupId, 1);
  if (own === undefined) throw new Error('no key package');
  const added = await commitChanges(env, group, { add: [own.publicPackage], remove: [] });
  if (added.welcome === undefined) throw new Error('no welcome');
  const { group: follower } = await joinFromWelcome(env, own, added.welcome, groupId);
  return { env, committer: adoptOwn(group, added).group, follower, named: naming.named };
}

/** One change, made by the committer and followed by the follower and, of those who join, by the last. */
async function change(pair: Pair, adds: number, remove: readonly number[]): Promise<Cost> {
  const { env } = pair;
  const groupId = groupIdOf(pair.committer);
  const owns = await packages(pair, groupId, adds);
  const add = owns.map(({ publicPackage }) => publicPackage);
  const [made, commitMs] = await timed(() => commitChanges(env, pair.committer, { add, remove }));
  const [seen, followMs] = await timed(() => processCommit(env, pair.follower, made.commit, FACTS));
  if (typeof seen === 'string') throw new Error('the follower was removed');
  const cost: Cost = { commitMs, followMs, commitBytes: made.commit.length };
  const last = owns.at(-1);
  const { welcome } = made;
  if (last !== undefined && welcome !== undefined) {
    const [, openMs] = await timed(() => joinFromWelcome(env, last, welcome, groupId));
    Object.assign(cost, { openMs, welcomeBytes: welcome.length });
  }
  pair.committer = adoptOwn(pair.committer, made).group;
  pair.follower = seen.group;
  return cost;
}

async function growTo(pair: Pair, size: number): Promise<void> {
  for (let have = leaves(pair.committer).length; have < size; have = leaves(pair.committer).length) {
    await change(pair, Math.min(BATCH, size - have), []);
  }
}

/** The last leaf goes; never the two who are really there. */
const removeLast = (pair: Pair): Promise<Cost> => {
  const last = leaves(pair.committer).at(-1);
  return change(pair, 0, last === undefined ? [] : [last.leafIndex]);
};

/** To `size`, and a rekey: with a path above the committer, whose parents a newcomer checks, as a group of some minutes has one. */
async function settleAt(pair: Pair, size: number): Promise<void> {
  await growTo(pair, size);
  await change(pair, 0, []);
}

/** The four changes at `size` members; a batch begins lower where it would pass the limit. */
async function measureSize(size: number): Promise<Record<string, Cost>> {
  const pair = await found();
  const batch = async (): Promise<Cost> => {
    await settleAt(pair, Math.min(size, MOST - BATCH));
    return change(pair, BATCH, []);
  };
  const isBatchFirst = size > MOST - BATCH;
  const early = isBatchFirst ? await batch() : undefined;
  if (isBatchFirst) await removeLast(pair);
  await settleAt(pair, size - 1);
  const join = await change(pair, 1, []);
  const rekey = await change(pair, 0, []);
  const remove = await removeLast(pair);
  return { join, rekey, remove, 'batch-50': early ?? (await batch()) };
}

const PARTS = [
  ['commitMs', 'commit', 'ms'],
  ['followMs', 'follow', 'ms'],
  ['openMs', 'welcome', 'ms'],
  ['commitBytes', 'commit-bytes', 'B'],
  ['welcomeBytes', 'welcome-bytes', 'B'],
] as const;

/** `join-100-commit`, `remove-250-follow`, `batch-50-10-welcome-bytes`, … */
export async function measureGroup(plan: Plan): Promise<Sample[]> {
  const samples = new Map<string, Sample>();
  // Once unmeasured, so that everything is compiled.
  await measureSize(plan.groupSizes[0] ?? BATCH);
  for (const size of plan.groupSizes) {
    for (let run = 0; run < plan.groupRuns; run++) {
      for (const [kind, cost] of Object.entries(await measureSize(size))) {
        for (const [field, part, unit] of PARTS) {
          const value = cost[field];
          if (value === undefined) continue;
          const name = `${kind}-${size}-${part}`;
          const sample = samples.get(name) ?? { name, unit, values: [] };
          sample.values.push(value);
          samples.set(name, sample);
        }
      }
    }
  }
  return [...samples.values()];
}
