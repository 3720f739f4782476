// What the next commit should cover, who makes it, and when.
import type { KeyPackage } from 'ts-mls/keyPackage.js';
import { epochOf, leaves, selfLeafOf, type Group } from './group.ts';
import type { HostPlan } from './HostDuty.ts';
import { NO_WORD, type HostWord } from './hostWord.ts';
import { MAX_ADDS, MAX_MEMBERS, REMOVE_AFTER_GONE_MS, screenAdds, type CommitFacts } from './policy.ts';

/** Removes in one commit; the server refuses more. */
const MAX_REMOVES = 50;
/** How long each member waits for the one before it: shorter makes races, longer makes an absent committer felt. */
export const RANK_WAIT_MS = 1_500;
/** After so long without an epoch a change is committed at once, since a join is felt. */
const QUIET_MS = 1_000;
/** Under load changes gather, so that epochs stay at two a second: each costs every member a switch. */
const GATHER_MS = 500;
const GATHER_CROWDED_MS = 1_000;
const CROWD = 20;

/** The server's last `mls:queue`, whole each time. */
export interface QueueSnapshot {
  waiting: readonly { peerId: string; sealed: Uint8Array }[];
  gone: readonly { peerId: string; goneForMs: number }[];
  receivedAtMs: number;
}

export interface CommitPlan {
  add: { peerId: string; keyPackage: KeyPackage }[];
  remove: { peerId: string; leafIndex: number }[];
  /** What it says for the host. */
  word: HostWord;
  /** Ours alone to commit, whosever turn it is. */
  isUrgent: boolean;
  /** Until the next Peer that is gone may be removed; null where none is. */
  ripensInMs: number | null;
}

/** On a device that does nothing for the host. */
export const NO_HOST_PLAN: HostPlan = { word: NO_WORD, kick: [], isAdmitted: () => false, isUrgent: false };

/** How long the server has reported this Peer gone, now; undefined where it has not. */
export function goneForMs(snapshot: QueueSnapshot | null, peerId: string, nowMs: number): number | undefined {
  const entry = snapshot?.gone.find((gone) => gone.peerId === peerId);
  return entry && snapshot ? entry.goneForMs + nowMs - snapshot.receivedAtMs : undefined;
}

/**
 * Adds whose key packages were opened, pass the policy and may come in; removes of Peers that are gone long enough, of
 * those who wait to be added again, and of those whom the host removes. `keyPackages` holds what could be opened: a bad
 * one only keeps its own Peer waiting.
 */
export function planChanges(
  group: Group,
  snapshot: QueueSnapshot,
  keyPackages: ReadonlyMap<string, KeyPackage>,
  facts: CommitFacts,
  host: HostPlan = NO_HOST_PLAN,
): CommitPlan {
  const { word, isUrgent } = host;
  // A new link goes alone: who is removed by a commit can still open what it says (SPEC E-86).
  if (word.link !== undefined) return { add: [], remove: [], word, isUrgent, ripensInMs: null };
  const present = leaves(group);
  const selfLeaf = selfLeafOf(group);
  const leafOf = new Map(present.map((leaf) => [leaf.identity.peerId, leaf.leafIndex]));
  const candidates = snapshot.waiting.flatMap(({ peerId }) => {
    const keyPackage = keyPackages.get(peerId);
    return keyPackage === undefined || leafOf.get(peerId) === selfLeaf ? [] : [{ peerId, keyPackage }];
  });
  const rejoining = candidates.flatMap(({ peerId }) => leafOf.get(peerId) ?? []);
  const { policy, usedKeys } = group;
  const state = { tree: group.mls.ratchetTree, usedKeys, authority: { linkGeneration: policy.linkGeneration } };
  const faults = screenAdds(
    candidates.map(({ keyPackage }) => keyPackage),
    rejoining,
    state,
    facts,
  );
  const sound = candidates.filter((_, index) => faults[index] === undefined);
  // Who is added again takes no new place.
  let places = MAX_MEMBERS - present.length;
  const add = sound.filter(({ peerId }) => leafOf.has(peerId) || places-- > 0).slice(0, MAX_ADDS);
  const added = new Set(add.map(({ peerId }) => peerId));

  const remove: CommitPlan['remove'] = host.kick.filter(({ peerId }) => !added.has(peerId));
  const kicked = new Set(remove.map(({ peerId }) => peerId));
  let ripensInMs: number | null = null;
  for (const { leafIndex, identity } of present) {
    const { peerId } = identity;
    const goneMs = facts.goneForMs(peerId);
    if (leafIndex === selfLeaf || kicked.has(peerId) || (goneMs === undefined && !added.has(peerId))) continue;
    const leftMs = added.has(peerId) ? 0 : REMOVE_AFTER_GONE_MS - (goneMs ?? 0);
    if (leftMs > 0) ripensInMs = Math.min(ripensInMs ?? Infinity, leftMs);
    else if (added.has(peerId)) remove.unshift({ peerId, leafIndex });
    else remove.push({ peerId, leafIndex });
  }
  // Re-adds stand first in the list: cut off, their Adds would name a Peer that is present.
  return { add, remove: remove.slice(0, MAX_REMOVES), word, isUrgent, ripensInMs };
}

/**
 * This member's place in the queue of committers: by leaf, beginning at (epoch · 7919) mod n, so that the tree is
 * refreshed all over. Peers reported gone and Peers that wait to be added again are passed over.
 */
export function committerRank(group: Group, snapshot: QueueSnapshot | null): number {
  const absent = new Set([...(snapshot?.gone ?? []), ...(snapshot?.waiting ?? [])].map(({ peerId }) => peerId));
  const selfLeaf = selfLeafOf(group);
  const able = leaves(group).filter(
    ({ leafIndex, identity }) => leafIndex === selfLeaf || !absent.has(identity.peerId),
  );
  const own = able.findIndex(({ leafIndex }) => leafIndex === selfLeaf);
  const start = (epochOf(group) * 7919) % able.length;
  return (own - start + able.length) % able.length;
}

/** When a member of that rank commits a change first seen at `changeSinceMs`. */
export function commitDueAtMs(options: {
  rank: number;
  changeSinceMs: number;
  lastEpochAtMs: number;
  waiting: number;
}): number {
  const { rank, changeSinceMs, lastEpochAtMs, waiting } = options;
  const wasQuiet = changeSinceMs - lastEpochAtMs >= QUIET_MS;
  const gatherMs = waiting > CROWD ? GATHER_CROWDED_MS : GATHER_MS;
  const baseMs = wasQuiet ? changeSinceMs : Math.max(changeSinceMs, lastEpochAtMs + gatherMs);
  return baseMs + rank * RANK_WAIT_MS;
}
