// The rules that every member holds each commit against, whoever made it and whatever the server says.
import type { KeyPackage } from 'ts-mls/keyPackage.js';
import type { LeafNode } from 'ts-mls/leafNode.js';
import type { PreSharedKeyID } from 'ts-mls/presharedkey.js';
import type { ProposalWithSender } from 'ts-mls/unappliedProposals.js';
import type { RatchetTree } from 'ts-mls/ratchetTree.js';
import type { RoomMode } from '../messages.ts';
import { bytesEqual, toHex } from '../util/bytes.ts';
import { readIdentity } from './credential.ts';
import type { PolicyFault } from './GroupError.ts';
import { SUITE_NAME } from './suite.ts';

/** Adds in one commit: 50 cost 60–143 ms and 20 KB; more would stall an epoch. */
export const MAX_ADDS = 50;
/** Members after a commit, as many Peers as the server lets into a Room: link holders could else fill the tree, and KIDs run out of leaves. */
export const MAX_MEMBERS = 250;
/** How old a newcomer's credential may be: a slow join passes, a hoarded key package does not. */
export const MAX_CREDENTIAL_AGE_MS = 5 * 60_000;
/** How far a credential may lie ahead: both sides know the server's time to within a round trip. */
const MAX_CREDENTIAL_LEAD_MS = 60_000;
/** A Peer is removed once the server has reported it gone for this long; shorter tears down people who change networks. */
export const REMOVE_AFTER_GONE_MS = 2_000;
/** What two members' views of that time may differ by: their latencies to the server. */
const GONE_SLACK_MS = 500;

/** What the policy knows of the world: the server's time, whom it reported gone and for how long, and who asks to be added. */
export interface CommitFacts {
  serverNowMs: number;
  goneForMs(peerId: string): number | undefined;
  /** Whether the server showed a key package of this Peer of late. */
  isWaiting(peerId: string): boolean;
}

/** What a commit's maker may do, by the host's policy (SPEC E-82 … E-87). */
export interface Authority {
  mode: RoomMode;
  /** After the commit, which may change it. */
  modeAfter: RoomMode;
  linkGeneration: number;
  isActing: boolean;
  /** The host's own leaf, which nobody kicks. */
  hostLeaf: number | undefined;
}

/** Of somebody who may do nothing for the host in a group that lets nobody in. */
export const NO_AUTHORITY: Authority = {
  mode: 'locked',
  modeAfter: 'locked',
  linkGeneration: 0,
  isActing: false,
  hostLeaf: undefined,
};

/** Whether newcomers may be added: not into a group that is locked, or that the commit locks (SPEC E-84, E-85). */
export function mayLetIn({ mode, modeAfter, isActing }: Authority): boolean {
  if (mode === 'locked' || modeAfter === 'locked') return false;
  return isActing || (mode === 'open' && modeAfter === 'open');
}

export interface PolicyState {
  tree: RatchetTree;
  /** Hex of every signature key that was ever seen in this group. */
  usedKeys: ReadonlySet<string>;
  isLinkPsk(id: PreSharedKeyID): boolean;
  authority: Authority;
}

/** Leaves of a tree with their index, blanks left out (RFC 9420 7.8: leaf i is node 2i). */
export function* leavesOf(tree: RatchetTree): Generator<[leafIndex: number, leaf: LeafNode]> {
  for (const [nodeIndex, node] of tree.entries()) {
    if (node?.nodeType === 'leaf') yield [nodeIndex / 2, node.leaf];
  }
}

export function leafAt(tree: RatchetTree, leafIndex: number): LeafNode | undefined {
  const node = tree[leafIndex * 2];
  return node?.nodeType === 'leaf' ? node.leaf : undefined;
}

/** Rules 1–5 on a commit's proposals (SPEC E-30 … E-34); the MACs were checked before, by the credential hook. */
export function checkProposals(
  proposals: readonly ProposalWithSender[],
  state: PolicyState,
  facts: CommitFacts,
): PolicyFault | undefined {
  const adds: KeyPackage[] = [];
  const removed: number[] = [];
  const psks: PreSharedKeyID[] = [];
  for (const { proposal } of proposals) {
    if (proposal.proposalType === 'add') adds.push(proposal.add.keyPackage);
    else if (proposal.proposalType === 'remove') removed.push(proposal.remove.removed);
    else if (proposal.proposalType === 'psk') psks.push(proposal.psk.preSharedKeyId);
    else return 'foreignProposal';
  }
  if (adds.length > MAX_ADDS) return 'tooManyAdds';
  if (adds.length > 0 && [...leavesOf(state.tree)].length - removed.length + adds.length > MAX_MEMBERS)
    return 'tooManyMembers';
  return (
    checkPsks(adds.length, psks, state) ??
    checkAdds(adds, removed, state, facts) ??
    checkRemoves(adds, removed, state, facts)
  );
}

function checkPsks(addCount: number, psks: readonly PreSharedKeyID[], state: PolicyState): PolicyFault | undefined {
  if (addCount === 0) return psks.length === 0 ? undefined : 'pskUnexpected';
  const [psk] = psks;
  if (psk === undefined || !state.isLinkPsk(psk)) return 'pskMissing';
  return psks.length === 1 ? undefined : 'pskUnexpected';
}

function checkAdds(
  adds: readonly KeyPackage[],
  removed: readonly number[],
  state: PolicyState,
  facts: CommitFacts,
): PolicyFault | undefined {
  return screenAdds(adds, removed, state, facts).find((fault) => fault !== undefined);
}

/** Rule 3 for each newcomer, in order; one that is refused does not count against those after it. */
export function screenAdds(
  adds: readonly KeyPackage[],
  removed: readonly number[],
  state: Pick<PolicyState, 'tree' | 'usedKeys'> & { authority: Pick<Authority, 'linkGeneration'> },
  facts: CommitFacts,
): (PolicyFault | undefined)[] {
  const peers = new Set<string>();
  const keys = new Set(state.usedKeys);
  const hpkeKeys = new Set<string>();
  for (const [leafIndex, leaf] of leavesOf(state.tree)) {
    hpkeKeys.add(toHex(leaf.hpkePublicKey));
    if (!removed.includes(leafIndex)) peers.add(readIdentity(leaf.credential)?.peerId ?? '');
  }
  const { linkGeneration } = state.authority;
  return adds.map((add) => checkAdd(add, { peers, keys, hpkeKeys, linkGeneration }, facts));
}

/** One newcomer against what is there and what came before it in the same commit; adds itself to `taken`. */
function checkAdd(
  { leafNode, extensions, cipherSuite }: KeyPackage,
  taken: { peers: Set<string>; keys: Set<string>; hpkeKeys: Set<string>; linkGeneration: number },
  facts: CommitFacts,
): PolicyFault | undefined {
  const identity = readIdentity(leafNode.credential);
  if (identity === undefined || identity.linkGeneration !== taken.linkGeneration) return 'addedCredential';
  if (extensions.length > 0 || leafNode.extensions.length > 0 || cipherSuite !== SUITE_NAME) return 'addedShape';
  const ageMs = facts.serverNowMs - identity.timeMs;
  if (ageMs > MAX_CREDENTIAL_AGE_MS || ageMs < -MAX_CREDENTIAL_LEAD_MS) return 'addedTooOld';
  const key = toHex(leafNode.signaturePublicKey);
  const hpkeKey = toHex(leafNode.hpkePublicKey);
  if (taken.keys.has(key) || taken.hpkeKeys.has(hpkeKey)) return 'addedKeyUsed';
  if (taken.peers.has(identity.peerId)) return 'addedPeerPresent';
  taken.keys.add(key);
  taken.hpkeKeys.add(hpkeKey);
  taken.peers.add(identity.peerId);
  return undefined;
}

function checkRemoves(
  adds: readonly KeyPackage[],
  removed: readonly number[],
  state: PolicyState,
  facts: CommitFacts,
): PolicyFault | undefined {
  const added = new Set(adds.map((add) => readIdentity(add.leafNode.credential)?.peerId));
  for (const leafIndex of removed) {
    const leaf = leafAt(state.tree, leafIndex);
    const peerId = leaf === undefined ? undefined : readIdentity(leaf.credential)?.peerId;
    if (peerId === undefined) return 'removedNotGone';
    const mayKick = state.authority.isActing && leafIndex !== state.authority.hostLeaf;
    if (mayKick && !added.has(peerId)) continue;
    // Any member can mint a credential for any Peer id: what it cannot is ask on that Peer's Connection.
    if (added.has(peerId) && facts.isWaiting(peerId)) continue;
    if ((facts.goneForMs(peerId) ?? -1) < REMOVE_AFTER_GONE_MS - GONE_SLACK_MS) return 'removedNotGone';
  }
  return undefined;
}

/**
 * The tree after a commit holds who was there (same credential, same key), who was added, and nobody else: the leaf in
 * a path is signed by its owner, but nothing in MLS keeps the owner from changing its name in it (SPEC E-35).
 */
export function checkTree(
  before: RatchetTree,
  after: RatchetTree,
  proposals: readonly ProposalWithSender[],
): PolicyFault | undefined {
  const removed = new Set<number>();
  const expected = new Map<string, LeafNode>();
  for (const { proposal } of proposals) if (proposal.proposalType === 'remove') removed.add(proposal.remove.removed);
  for (const [leafIndex, leaf] of leavesOf(before)) {
    if (!removed.has(leafIndex)) expected.set(toHex(leaf.signaturePublicKey), leaf);
  }
  for (const { proposal } of proposals) {
    if (proposal.proposalType !== 'add') continue;
    const { leafNode } = proposal.add.keyPackage;
    expected.set(toHex(leafNode.signaturePublicKey), leafNode);
  }
  let count = 0;
  for (const [leafIndex, leaf] of leavesOf(after)) {
    const known = expected.get(toHex(leaf.signaturePublicKey));
    const old = removed.has(leafIndex) ? undefined : leafAt(before, leafIndex);
    if (known === undefined || !sameCredential(known, leaf) || leaf.extensions.length > 0) return 'leafChanged';
    if (old !== undefined && !bytesEqual(old.signaturePublicKey, leaf.signaturePublicKey)) return 'leafChanged';
    count += 1;
  }
  return count === expected.size ? undefined : 'leafChanged';
}

function sameCredential(a: LeafNode, b: LeafNode): boolean {
  const [one, two] = [a.credential, b.credential];
  if (one.credentialType !== 'basic' || two.credentialType !== 'basic') return false;
  return bytesEqual(one.identity, two.identity);
}
