// Which secrets of a group's state are of no more use after a step; the library drops them, we wipe them.
import type { ClientState } from 'ts-mls/clientState.js';
import type { EpochReceiverData } from 'ts-mls/epochReceiverData.js';
import type { GenerationSecret, SecretTree } from 'ts-mls/secretTree.js';

function generationSecrets(ratchet: GenerationSecret): Uint8Array[] {
  return [ratchet.secret, ...Object.values(ratchet.unusedGenerations)];
}

function treeSecrets(tree: SecretTree): Uint8Array[] {
  return tree.flatMap((node) => [...generationSecrets(node.application), ...generationSecrets(node.handshake)]);
}

/** What an old epoch was kept for: opening messages that arrive late. */
export function epochSecrets(epoch: EpochReceiverData): Uint8Array[] {
  return [...treeSecrets(epoch.secretTree), epoch.senderDataSecret, epoch.resumptionPsk];
}

function keySecrets(state: ClientState): Uint8Array[] {
  return Object.values(state.keySchedule).filter((value) => value instanceof Uint8Array);
}

function privateKeysNotIn(state: ClientState, other: ClientState): Uint8Array[] {
  const kept = new Set(Object.values(other.privatePath.privateKeys));
  return Object.values(state.privatePath.privateKeys).filter((key) => !kept.has(key));
}

/** Once `after` is adopted: the old key schedule but for what late messages need, replaced path keys, expired epochs. */
export function spentByAdvance(before: ClientState, after: ClientState): Uint8Array[] {
  const { senderDataSecret, resumptionPsk } = before.keySchedule;
  const schedule = keySecrets(before).filter((secret) => secret !== senderDataSecret && secret !== resumptionPsk);
  const expired: Uint8Array[] = [];
  for (const [epoch, data] of before.historicalReceiverData) {
    if (!after.historicalReceiverData.has(epoch)) expired.push(...epochSecrets(data));
  }
  return [...schedule, ...privateKeysNotIn(before, after), ...expired];
}

/** When `after` is dropped (another commit won): everything in it that `before` does not share. */
export function spentByDrop(before: ClientState, after: ClientState): Uint8Array[] {
  return [...keySecrets(after), ...treeSecrets(after.secretTree), ...privateKeysNotIn(after, before)];
}

/** Everything: the group is left. */
export function allSecrets(state: ClientState): Uint8Array[] {
  return [
    ...keySecrets(state),
    ...treeSecrets(state.secretTree),
    ...Object.values(state.privatePath.privateKeys),
    ...[...state.historicalReceiverData.values()].flatMap(epochSecrets),
    state.signaturePrivateKey,
  ];
}
