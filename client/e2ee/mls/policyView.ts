// The host's policy as people see it: Peers in place of leaves.
import type { Knock, PolicyView } from '../messages.ts';
import { leaves, type Group } from './group.ts';
import { actingLeavesOf, cohostLeavesOf, hostLeafOf } from './hostPolicy.ts';

export function policyView(group: Group, knocks: readonly Knock[]): PolicyView {
  const { policy, mls } = group;
  const peerOf = new Map(leaves(group).map(({ leafIndex, identity }) => [leafIndex, identity.peerId]));
  const peersOf = (leafIndexes: readonly number[]) => leafIndexes.flatMap((leafIndex) => peerOf.get(leafIndex) ?? []);
  const hostLeaf = hostLeafOf(policy, mls.ratchetTree);
  return {
    mode: policy.mode,
    host: (hostLeaf === undefined ? undefined : peerOf.get(hostLeaf)) ?? null,
    cohosts: peersOf(cohostLeavesOf(policy, mls.ratchetTree)),
    acting: peersOf(actingLeavesOf(policy, mls.ratchetTree)),
    linkGeneration: policy.linkGeneration,
    knocks: [...knocks],
  };
}
