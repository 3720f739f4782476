// What the host's policy lets a committer do, seen from the tree that its commit was made in.
import type { ProposalWithSender } from 'ts-mls/unappliedProposals.js';
import type { ClientState } from 'ts-mls/clientState.js';
import type { RatchetTree } from 'ts-mls/ratchetTree.js';
import { isContinuous } from './continuity.ts';
import { readIdentity } from './credential.ts';
import type { PolicyFault } from './GroupError.ts';
import { actingLeavesOf, hostLeafOf, type HostPolicy } from './hostPolicy.ts';
import { applyWord, NO_WORD, type HostWord } from './hostWord.ts';
import { mayLetIn, readds, type Authority } from './policy.ts';
import type { Suite } from './suite.ts';

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

/** Where not everybody may come in, who is added again shows that it was there, or is let in like a newcomer (SPEC E-87). */
export async function checkReadds(
  suite: Suite,
  proposals: readonly ProposalWithSender[],
  tree: RatchetTree,
  authority: Authority,
): Promise<PolicyFault | undefined> {
  if (mayLetIn(authority)) return undefined;
  const adds = proposals.flatMap(({ proposal }) => (proposal.proposalType === 'add' ? [proposal.add.keyPackage] : []));
  const removed = proposals.flatMap(({ proposal }) =>
    proposal.proposalType === 'remove' ? [proposal.remove.removed] : [],
  );
  for (const { keyPackage, last } of readds(adds, removed, tree)) {
    const { credential, signaturePublicKey } = keyPackage.leafNode;
    const identity = readIdentity(credential);
    if (identity && (await isContinuous(suite, last.signaturePublicKey, identity, signaturePublicKey))) continue;
    return 'addedNotContinuous';
  }
  return undefined;
}
