// What the host's policy lets a committer do, seen from the tree that its commit was made in.
import type { ProposalWithSender } from 'ts-mls/unappliedProposals.js';
import type { ClientState } from 'ts-mls/clientState.js';
import type { LeafNode } from 'ts-mls/leafNode.js';
import type { RatchetTree } from 'ts-mls/ratchetTree.js';
import { isContinuous } from './continuity.ts';
import { readIdentity, type Identity } from './credential.ts';
import type { PolicyFault } from './GroupError.ts';
import { actingLeavesOf, hostLeafOf, type HostPolicy } from './hostPolicy.ts';
import { isHostEntering } from './hostPass.ts';
import { applyWord, NO_WORD, type HostWord, type Reader } from './hostWord.ts';
import { leafAt, mayLetIn, type Authority } from './policy.ts';

/** A claim in the commit counts for the rest of it. */
export function authorityOf(
  { mls, policy }: { mls: ClientState; policy: HostPolicy },
  word: HostWord,
  leafIndex: number,
): Authority {
  const { ratchetTree } = mls;
  const claimed = applyWord(policy, word.claim === undefined ? NO_WORD : { claim: word.claim });
  return {
    mode: policy.mode,
    modeAfter: applyWord(policy, word).mode,
    linkGeneration: policy.linkGeneration,
    isActing: actingLeavesOf(claimed, ratchetTree).includes(leafIndex),
    hostLeaf: hostLeafOf(claimed, ratchetTree),
  };
}

/**
 * Where not everybody may come in: a newcomer is let in by an acting host or is the host; who is added again shows that it
 * was there, or is let in like a newcomer (SPEC E-84, E-85, E-87).
 */
export async function checkEntries(
  env: Reader,
  proposals: readonly ProposalWithSender[],
  tree: RatchetTree,
  authority: Authority,
): Promise<PolicyFault | undefined> {
  if (mayLetIn(authority)) return undefined;
  const leaving = new Map<string, LeafNode>();
  for (const { proposal } of proposals) {
    const leaf = proposal.proposalType === 'remove' ? leafAt(tree, proposal.remove.removed) : undefined;
    const peerId = leaf && readIdentity(leaf.credential)?.peerId;
    if (leaf !== undefined && peerId !== undefined) leaving.set(peerId, leaf);
  }
  for (const { proposal } of proposals) {
    if (proposal.proposalType !== 'add') continue;
    const { leafNode } = proposal.add.keyPackage;
    const last = leaving.get(readIdentity(leafNode.credential)?.peerId ?? '');
    if (
      await isVouchedFor(
        env,
        leafNode,
        last && { key: last.signaturePublicKey, identity: readIdentity(last.credential) },
      )
    )
      continue;
    if (last !== undefined) return 'addedNotContinuous';
    const isApproval = authority.mode === 'approve' && authority.modeAfter === 'approve';
    return isApproval ? 'addedNotApproved' : 'addedWhileLocked';
  }
  return undefined;
}

/** By the leaf it had until now, or by the host's key. What was a machine comes back as one (SPEC E-95). */
export async function isVouchedFor(
  { suite, hostKeyHash }: Reader,
  { credential, signaturePublicKey }: LeafNode,
  last: { key: Uint8Array; identity: Identity | undefined } | undefined,
): Promise<boolean> {
  const identity = readIdentity(credential);
  if (identity === undefined) return false;
  const isOfOneKind = last?.identity?.machine?.kind === identity.machine?.kind;
  const isBack =
    last !== undefined && isOfOneKind && (await isContinuous(suite, last.key, identity, signaturePublicKey));
  return isBack || isHostEntering(identity.hostPass, identity, signaturePublicKey, hostKeyHash);
}
