// What members say to each other: MLS application messages, attributed by leaf, for this epoch and a few before it.
import { createApplicationMessage } from 'ts-mls/createMessage.js';
import type { ClientState } from 'ts-mls/clientState.js';
import { unprotectPrivateMessage } from 'ts-mls/messageProtection.js';
import type { PrivateMessage } from 'ts-mls/privateMessage.js';
import { bytesEqual } from '../util/bytes.ts';
import { decodePrivate, encodeMessage } from './codec.ts';
import { readIdentity } from './credential.ts';
import { GroupError } from './GroupError.ts';
import { groupIdOf, type Group, type GroupEnv, type Step } from './group.ts';
import { leafAt } from './policy.ts';
import { epochSecrets } from './spent.ts';

/** RFC 9420 15.1: sealed and signed under the present epoch. */
export async function sealMessage(
  env: GroupEnv,
  group: Group,
  payload: Uint8Array,
): Promise<Step & { message: Uint8Array<ArrayBuffer> }> {
  const result = await createApplicationMessage(group.mls, payload, env.suite);
  const { privateMessage } = result;
  return {
    group: { ...group, mls: result.newState },
    message: encodeMessage({ version: 'mls10', wireformat: 'mls_private_message', privateMessage }),
    spent: result.consumed,
  };
}

export interface Opened extends Step {
  payload: Uint8Array<ArrayBuffer>;
  /** peerId of the leaf that signed it, by the tree of its own epoch. */
  from: string;
  epoch: number;
}

/** The epoch that a message claims, from its unencrypted header (RFC 9420 6.3). Throws GroupError. */
export function messageEpoch(bytes: Uint8Array): number {
  return Number(decodePrivate(bytes).epoch);
}

/** RFC 9420 6.3. Throws GroupError and leaves `group` as it was: `wrongEpoch` where its secrets are gone or not there yet. */
export async function openMessage(env: GroupEnv, group: Group, bytes: Uint8Array): Promise<Opened> {
  const message = decodePrivate(bytes);
  if (!bytesEqual(message.groupId, groupIdOf(group))) throw new GroupError('wrongGroup');
  if (message.contentType !== 'application') throw new GroupError('wrongContent');
  const keys = keysFor(group.mls, message);
  const { content, tree, consumed } = await unprotectPrivateMessage(
    keys.senderDataSecret,
    message,
    keys.secretTree,
    keys.ratchetTree,
    keys.groupContext,
    group.mls.clientConfig.keyRetentionConfig,
    env.suite,
  ).catch(() => {
    throw new GroupError('invalid');
  });
  const framed = content.content;
  if (framed.contentType !== 'application' || framed.sender.senderType !== 'member')
    throw new GroupError('wrongContent');
  const leaf = leafAt(keys.ratchetTree, framed.sender.leafIndex);
  const from = leaf && readIdentity(leaf.credential)?.peerId;
  if (from === undefined) throw new GroupError('invalid');
  return {
    group: { ...group, mls: keys.store(tree) },
    payload: new Uint8Array(framed.applicationData),
    from,
    epoch: Number(message.epoch),
    spent: consumed,
  };
}

type EpochKeys = Pick<ClientState, 'secretTree' | 'ratchetTree' | 'groupContext'> & {
  senderDataSecret: Uint8Array;
  store(tree: ClientState['secretTree']): ClientState;
};

function keysFor(mls: ClientState, message: PrivateMessage): EpochKeys {
  if (message.epoch === mls.groupContext.epoch) {
    return {
      secretTree: mls.secretTree,
      ratchetTree: mls.ratchetTree,
      groupContext: mls.groupContext,
      senderDataSecret: mls.keySchedule.senderDataSecret,
      store: (secretTree) => ({ ...mls, secretTree }),
    };
  }
  const old = mls.historicalReceiverData.get(message.epoch);
  if (old === undefined) throw new GroupError('wrongEpoch');
  return {
    ...old,
    store(secretTree) {
      const history = new Map(mls.historicalReceiverData).set(message.epoch, { ...old, secretTree });
      return { ...mls, historicalReceiverData: history };
    },
  };
}

/** Gives up the late messages of every epoch before `epoch`. */
export function forgetEpochsBefore(group: Group, epoch: number): Step {
  const history = new Map(group.mls.historicalReceiverData);
  const spent: Uint8Array[] = [];
  for (const [old, data] of group.mls.historicalReceiverData) {
    if (Number(old) >= epoch) continue;
    spent.push(...epochSecrets(data));
    history.delete(old);
  }
  return { group: { ...group, mls: { ...group.mls, historicalReceiverData: history } }, spent };
}
