// Members and the host's policy as people see them: Peers in place of leaves.
import type { GroupMember, Knock, PolicyView } from '../messages.ts';
import { source, toBase64Url, toHex } from '../util/bytes.ts';
import { leaves, type Group, type Leaf } from './group.ts';
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

export async function memberView(leaf: Leaf, selfLeaf: number): Promise<GroupMember> {
  const { leafIndex, identity, signatureKey } = leaf;
  const keyHash = await keyHashOf(signatureKey);
  const { peerId, displayName, machine } = identity;
  return {
    peerId,
    displayName,
    leafIndex,
    keyHash,
    self: leafIndex === selfLeaf,
    ...(machine && { machine: { kind: machine.kind, ticketKey: toBase64Url(machine.ticketKey) } }),
  };
}

/** SHA-256 of a signature key, hex: what a device is remembered by. */
export async function keyHashOf(signatureKey: Uint8Array): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', source(signatureKey))));
}
