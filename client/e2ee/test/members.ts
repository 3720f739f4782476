// A small world of real members for tests: one link, groups made and followed without any server.
import { deriveLinkKeys, type LinkKeys } from '../link/secrets.ts';
import {
  adoptOwn,
  commitChanges,
  createGroup,
  exportBaseKey,
  groupIdOf,
  joinFromWelcome,
  leaves,
  processCommit,
  type Group,
  type GroupEnv,
  type OwnCommit,
} from '../mls/group.ts';
import { createKeyPackage, type OwnKeyPackage } from '../mls/keyPackage.ts';
import type { CommitFacts } from '../mls/policy.ts';
import { createSuite } from '../mls/suite.ts';
import { toBase64Url, toHex } from '../util/bytes.ts';

export const ROOM_ID = 'AAECAwQFBgcICQoLDA0ODw';
export const NOW_MS = 1_790_000_000_000;
/** A link whose host nobody is. */
export const NO_HOST = 'H'.repeat(22);
/** Everyone may be removed or added again: the server says that all are gone and wait. */
export const ALL_GONE: CommitFacts = { serverNowMs: NOW_MS, goneForMs: () => 60_000, isWaiting: () => true };
export const NOBODY_GONE: CommitFacts = {
  serverNowMs: NOW_MS,
  goneForMs: () => undefined,
  isWaiting: () => false,
};

export interface Member {
  peerId: string;
  env: GroupEnv;
  group: Group;
}

export async function createEnv(secretByte = 7, linkGeneration = 0): Promise<GroupEnv> {
  const keys: LinkKeys = await deriveLinkKeys(new Uint8Array(24).fill(secretByte), ROOM_ID, linkGeneration);
  return { suite: await createSuite(), keys, hostKeyHash: NO_HOST };
}

/** A host's key, as its device keeps it, and what the links say of it. */
export async function createHost(): Promise<{ hostKey: CryptoKeyPair; hostKeyHash: string }> {
  const hostKey = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
  const raw = await crypto.subtle.exportKey('raw', hostKey.publicKey);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', raw));
  return { hostKey, hostKeyHash: toBase64Url(digest.subarray(0, 16)) };
}

export function identityOf(peerId: string, groupId: Uint8Array, timeMs = NOW_MS) {
  return { groupId, peerId, displayName: `Name of ${peerId}`, timeMs };
}

export async function found(env: GroupEnv, peerId: string): Promise<Member> {
  const groupId = crypto.getRandomValues(new Uint8Array(16));
  const { group } = await createGroup(env, identityOf(peerId, groupId));
  return { peerId, env, group };
}

export function keyPackageFor(
  env: GroupEnv,
  peerId: string,
  groupId: Uint8Array,
  timeMs = NOW_MS,
): Promise<OwnKeyPackage> {
  return createKeyPackage(env.suite, env.keys, identityOf(peerId, groupId, timeMs));
}

export function leafIndexOf(group: Group, peerId: string): number {
  const leaf = leaves(group).find(({ identity }) => identity.peerId === peerId);
  if (leaf === undefined) throw new Error(`${peerId} is not a member`);
  return leaf.leafIndex;
}

/** One commit by `committer`, followed by all others who stay, joined by those added. Changes `room` in place. */
export async function change(
  room: Map<string, Member>,
  committerId: string,
  changes: { add?: string[]; remove?: string[] },
  facts: CommitFacts = ALL_GONE,
): Promise<OwnCommit> {
  const committer = room.get(committerId)!;
  const groupId = groupIdOf(committer.group);
  const added = new Map<string, OwnKeyPackage>();
  for (const peerId of changes.add ?? []) added.set(peerId, await keyPackageFor(committer.env, peerId, groupId));
  const remove = (changes.remove ?? []).map((peerId) => leafIndexOf(committer.group, peerId));
  const add = [...added.values()].map((own) => own.publicPackage);
  const result = await commitChanges(committer.env, committer.group, { add, remove });
  for (const peerId of changes.remove ?? []) room.delete(peerId);
  const follow = async (member: Member) => {
    const seen = await processCommit(member.env, member.group, result.commit, facts);
    if (typeof seen === 'string') throw new Error('not meant');
    member.group = seen.group;
  };
  await Promise.all([...room.values()].filter((member) => member !== committer).map(follow));
  committer.group = adoptOwn(committer.group, result).group;
  const join = async ([peerId, own]: [string, OwnKeyPackage]) => {
    const { group } = await joinFromWelcome(committer.env, own, result.welcome!, groupId);
    room.set(peerId, { peerId, env: committer.env, group });
  };
  await Promise.all([...added].map(join));
  return result;
}

/** All others follow what `committerId` committed, and who is removed by it is gone. Changes `room` in place. */
export async function adopt(
  room: Map<string, Member>,
  committerId: string,
  own: OwnCommit,
  facts: CommitFacts = NOBODY_GONE,
): Promise<void> {
  for (const other of [...room.values()]) {
    if (other.peerId === committerId) continue;
    const seen = await processCommit(other.env, other.group, own.commit, facts);
    if (typeof seen === 'string') room.delete(other.peerId);
    else other.group = seen.group;
  }
  const committer = room.get(committerId)!;
  committer.group = adoptOwn(committer.group, own).group;
}

export async function exporterOf(member: Pick<Member, 'env' | 'group'>): Promise<string> {
  return toHex(await exportBaseKey(member.env, member.group));
}

/** mulberry32: small, seeded, good enough to choose who comes and goes. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
