// The MLS group as functions over state: state and message in; new state, outputs and spent secrets out.
import { createCommit } from 'ts-mls/createCommit.js';
import { createGroup as mlsCreateGroup, joinGroup, type ClientState } from 'ts-mls/clientState.js';
import type { ClientConfig } from 'ts-mls/clientConfig.js';
import { makeKeyPackageRef, type KeyPackage } from 'ts-mls/keyPackage.js';
import { defaultKeyPackageEqualityConfig } from 'ts-mls/keyPackageEqualityConfig.js';
import { mlsExporter } from 'ts-mls/keySchedule.js';
import { defaultLifetimeConfig } from 'ts-mls/lifetimeConfig.js';
import { defaultPaddingConfig } from 'ts-mls/paddingConfig.js';
import type { PreSharedKeyID } from 'ts-mls/presharedkey.js';
import { processPrivateMessage } from 'ts-mls/processMessages.js';
import type { Proposal } from 'ts-mls/proposal.js';
import type { PskIndex } from 'ts-mls/pskIndex.js';
import type { ProposalWithSender } from 'ts-mls/unappliedProposals.js';
import type { LinkKeys } from '../link/secrets.ts';
import { bytesEqual, toHex } from '../util/bytes.ts';
import { decodePrivate, decodeWelcome, encodeMessage } from './codec.ts';
import { authorityOf, checkEntries } from './authority.ts';
import { isOfPastLink, readIdentity, verifyCredential, type Identity, type NewIdentity } from './credential.ts';
import { GroupError, type GroupFault, type PolicyFault } from './GroupError.ts';
import { isPskIdOf, linkPskId, openPolicy, type HostPolicy } from './hostPolicy.ts';
import { applyWord, checkWord, NO_WORD, openWord, sealWord, type HostWord, type NewLink } from './hostWord.ts';
import { createKeyPackage, type OwnKeyPackage, type Vouchers } from './keyPackage.ts';
import {
  checkProposals,
  checkTree,
  leavesOf,
  MAX_MEMBERS,
  NO_AUTHORITY,
  type Authority,
  type CommitFacts,
} from './policy.ts';
import { spentByAdvance, spentByDrop } from './spent.ts';
import { SUITE_NAME, type Suite } from './suite.ts';
import { encodeWelcome, openWelcomePolicy, splitWelcome } from './welcome.ts';

export interface GroupEnv {
  suite: Suite;
  keys: LinkKeys;
  /** From the link: whose signature makes a host. */
  hostKeyHash: string;
}

export interface Group {
  readonly mls: ClientState;
  /** Hex of every signature key seen in this group so far: none is taken twice (SPEC E-32). */
  readonly usedKeys: ReadonlySet<string>;
  /** Equal for all members of an epoch: newcomers are bound to it by the PSK's id (SPEC E-80). */
  readonly policy: HostPolicy;
}

/** `spent` must be wiped once the result is adopted. */
export interface Step {
  group: Group;
  spent: Uint8Array[];
}

/** A commit of one's own, which the server has yet to accept: `adoptOwn` then, `dropOwn` when another one won. */
export interface OwnCommit {
  commit: Uint8Array<ArrayBuffer>;
  welcome: Uint8Array<ArrayBuffer> | undefined;
  readonly next: Group;
  readonly consumed: Uint8Array[];
  readonly word: HostWord;
}

export interface Leaf {
  leafIndex: number;
  identity: Identity;
  signatureKey: Uint8Array;
}

export function epochOf(group: Group): number {
  return Number(group.mls.groupContext.epoch);
}

export function groupIdOf(group: Group): Uint8Array {
  return group.mls.groupContext.groupId;
}

export function selfLeafOf(group: Group): number {
  return group.mls.privatePath.leafIndex;
}

/** Oldest leaf first; every identity in a tree that we hold was verified on its way in. */
export function leaves(group: Group): Leaf[] {
  const found: Leaf[] = [];
  for (const [leafIndex, leaf] of leavesOf(group.mls.ratchetTree)) {
    const identity = readIdentity(leaf.credential);
    if (identity !== undefined) found.push({ leafIndex, identity, signatureKey: leaf.signaturePublicKey });
  }
  return found;
}

/**
 * Old epochs whose late messages can still be opened; each costs its secret tree (34 KB at 100 members). The session
 * also drops them by time. Skipped generations: how far messages of one sender may overtake each other, and how many
 * may be lost in one epoch.
 */
const RETENTION = { retainKeysForEpochs: 3, retainKeysForGenerations: 32, maximumForwardRatchetSteps: 1_000 };

function configFor(groupId: Uint8Array, keys: LinkKeys): ClientConfig {
  return {
    keyRetentionConfig: RETENTION,
    lifetimeConfig: defaultLifetimeConfig,
    keyPackageEqualityConfig: defaultKeyPackageEqualityConfig,
    paddingConfig: defaultPaddingConfig,
    authService: {
      validateCredential: async (credential, signatureKey) =>
        isOfPastLink(credential, groupId, keys) ||
        (await verifyCredential(credential, signatureKey, groupId, keys)) !== undefined,
    },
  };
}

function isPskOf(pskId: Uint8Array): (id: PreSharedKeyID) => boolean {
  return (id) => id.psktype === 'external' && id.pskNonce.length === 32 && bytesEqual(id.pskId, pskId);
}

function pskIndex(keys: LinkKeys, isOurs: (id: PreSharedKeyID) => boolean): PskIndex {
  return { findPsk: (id) => (isOurs(id) ? keys.psk : undefined) };
}

function withUsedKeys(mls: ClientState, before: ReadonlySet<string>, policy: HostPolicy): Group {
  const usedKeys = new Set(before);
  for (const [, leaf] of leavesOf(mls.ratchetTree)) usedKeys.add(toHex(leaf.signaturePublicKey));
  return { mls, usedKeys, policy };
}

/** The same group under the keys of the next link: from here on credentials are held against these. */
export function underKeys(group: Group, keys: LinkKeys): Group {
  return { ...group, mls: { ...group.mls, clientConfig: configFor(groupIdOf(group), keys) } };
}

/** RFC 9420 11: a group of one, at epoch 0. */
export async function createGroup(env: GroupEnv, identity: NewIdentity, vouchers: Vouchers = {}): Promise<Step> {
  const own = await createKeyPackage(env.suite, env.keys, identity, vouchers);
  const config = configFor(identity.groupId, env.keys);
  const mls = await mlsCreateGroup(identity.groupId, own.publicPackage, own.privatePackage, [], env.suite, config);
  const policy = openPolicy(env.keys.linkGeneration);
  return { group: withUsedKeys(mls, new Set(), policy), spent: [own.privatePackage.initPrivateKey] };
}

/** RFC 9420 12.4.3.1, with the ratchet tree inside. Throws GroupError; the key package is spent either way. */
export async function joinFromWelcome(
  env: GroupEnv,
  own: OwnKeyPackage,
  bytes: Uint8Array,
  groupId: Uint8Array,
): Promise<Step> {
  const { sealedPolicy, message } = splitWelcome(bytes);
  const welcome = decodeWelcome(message);
  const ref = await makeKeyPackageRef(own.publicPackage, env.suite.hash);
  if (!welcome.secrets.some(({ newMember }) => bytesEqual(newMember, ref))) throw new GroupError('notForUs');
  const pskIds: Uint8Array[] = [];
  const psks = pskIndex(env.keys, (id) => {
    if (id.psktype !== 'external' || !isPskIdOf(id.pskId, env.keys.linkGeneration)) return false;
    pskIds.push(id.pskId);
    return true;
  });
  const mls = await refusing(() =>
    joinGroup(
      welcome,
      own.publicPackage,
      own.privatePackage,
      psks,
      env.suite,
      undefined,
      undefined,
      configFor(groupId, env.keys),
    ),
  );
  if (!bytesEqual(mls.groupContext.groupId, groupId)) throw new GroupError('wrongGroup');
  const [pskId] = pskIds;
  if (pskId === undefined || pskIds.length !== 1) throw new GroupError('pskMissing');
  const policy = await openWelcomePolicy(env, mls, sealedPolicy, pskId);
  const group = withUsedKeys(mls, new Set(), policy);
  const peers = new Set(leaves(group).map((leaf) => leaf.identity.peerId));
  const whole = peers.size === [...leavesOf(mls.ratchetTree)].length && peers.size <= MAX_MEMBERS;
  const plain = mls.groupContext.extensions.length === 0 && mls.groupContext.cipherSuite === SUITE_NAME;
  if (!whole || !plain) throw new GroupError('welcomeShape');
  return { group, spent: [own.privatePackage.initPrivateKey] };
}

/**
 * RFC 9420 12.4.1. Adds, removes and the PSK (iff there are adds) in one PrivateMessage commit; neither: a rekey.
 * The state handed in stays valid until the server has accepted. Throws GroupError.
 */
export async function commitChanges(
  env: GroupEnv,
  group: Group,
  changes: { add: readonly KeyPackage[]; remove: readonly number[]; word?: HostWord },
): Promise<OwnCommit> {
  const { word = NO_WORD } = changes;
  const policy = applyWord(group.policy, word);
  const pskId = await linkPskId(policy);
  const proposals: Proposal[] = [
    ...changes.remove.map((removed): Proposal => ({ proposalType: 'remove', remove: { removed } })),
    ...changes.add.map((keyPackage): Proposal => ({ proposalType: 'add', add: { keyPackage } })),
  ];
  if (changes.add.length > 0) proposals.push(pskProposal(env, pskId));
  const authenticatedData = await sealWord(env, group, word);
  const result = await refusing(() =>
    createCommit(
      { state: group.mls, cipherSuite: env.suite, pskIndex: pskIndex(env.keys, isPskOf(pskId)) },
      { extraProposals: proposals, ratchetTreeExtension: true, authenticatedData },
    ),
  );
  const next = withUsedKeys(result.newState, group.usedKeys, policy);
  const { welcome } = result;
  return {
    commit: encodeMessage(result.commit),
    welcome: welcome && (await encodeWelcome(env, next, welcome)),
    next,
    consumed: result.consumed,
    word,
  };
}

/**
 * The server took it. `current` is the state of now: messages opened since the commit was made have moved its ratchets
 * on, and what is kept of the old epoch has to be the moved ones.
 */
export function adoptOwn(current: Group, own: OwnCommit): Step {
  const history = new Map(own.next.mls.historicalReceiverData);
  const old = history.get(current.mls.groupContext.epoch);
  if (old !== undefined) {
    history.set(current.mls.groupContext.epoch, { ...old, secretTree: current.mls.secretTree });
  }
  for (const [epoch, data] of current.mls.historicalReceiverData) if (history.has(epoch)) history.set(epoch, data);
  const mls = { ...own.next.mls, historicalReceiverData: history };
  return { group: { ...own.next, mls }, spent: [...own.consumed, ...spentByAdvance(current.mls, mls)] };
}

/** Another commit won: the secrets to wipe. */
export function dropOwn(current: Group, own: OwnCommit): Uint8Array[] {
  return spentByDrop(current.mls, own.next.mls);
}

function pskProposal(env: GroupEnv, pskId: Uint8Array): Proposal {
  const pskNonce = env.suite.rng.randomBytes(env.suite.kdf.size);
  return { proposalType: 'psk', psk: { preSharedKeyId: { psktype: 'external', pskId, pskNonce } } };
}

export interface CommitSeen extends Step {
  /** False for a commit that only adds: it carries no path, so nothing healed. */
  hasPath: boolean;
  hasRemove: boolean;
  /** Peers it added, also those it added again. */
  added: string[];
  /** Where the group goes over to another link by it. */
  link: NewLink | undefined;
}

/**
 * RFC 9420 12.4.2, under our policy. Throws GroupError and leaves `group` as it was; `kicked` says that an acting host
 * removed us, `removed` that we are out for another reason and may come back.
 */
export async function processCommit(
  env: GroupEnv,
  group: Group,
  bytes: Uint8Array,
  facts: CommitFacts,
): Promise<CommitSeen | 'removed' | 'kicked'> {
  const message = decodePrivate(bytes);
  if (!bytesEqual(message.groupId, groupIdOf(group))) throw new GroupError('wrongGroup');
  if (message.epoch !== group.mls.groupContext.epoch) throw new GroupError('wrongEpoch');
  if (message.contentType !== 'commit') throw new GroupError('wrongContent');

  const word = await openWord(env, group, message.authenticatedData);
  const policy = applyWord(group.policy, word);
  const isLinkPsk = isPskOf(await linkPskId(policy));
  const { usedKeys } = group;
  const tree = group.mls.ratchetTree;
  let fault: PolicyFault | undefined = 'foreignProposal';
  let proposals: readonly ProposalWithSender[] = [];
  let authority = NO_AUTHORITY;
  let selfRemoved = false;
  const result = await refusing(() =>
    processPrivateMessage(group.mls, message, pskIndex(env.keys, isLinkPsk), env.suite, (incoming) => {
      if (incoming.kind !== 'commit' || incoming.senderLeafIndex === undefined) return 'reject';
      proposals = incoming.proposals;
      authority = authorityOf(group, word, incoming.senderLeafIndex);
      fault =
        checkProposals(proposals, { tree, usedKeys, isLinkPsk, authority }, facts) ??
        checkWord(word, group.policy, { leafIndex: incoming.senderLeafIndex, tree }, proposals.length);
      selfRemoved = proposals.some(({ proposal }) => removes(proposal, selfLeafOf(group)));
      return fault === undefined && !selfRemoved ? 'accept' : 'reject';
    }),
  );
  if (fault !== undefined) throw new GroupError(fault);
  // Seen here and not by the library, which looks whether our leaf is blank: a newcomer may already sit on it.
  if (selfRemoved) return isKick(group, proposals, authority, facts) ? 'kicked' : 'removed';
  if (result.kind !== 'newState' || result.actionTaken !== 'accept') throw new GroupError('wrongContent');
  const next = result.newState;
  const changed = checkTree(tree, next.ratchetTree, proposals) ?? (await checkEntries(env, proposals, tree, authority));
  if (changed !== undefined) throw new GroupError(changed);
  const count = (kind: string) => proposals.filter(({ proposal }) => proposal.proposalType === kind).length;
  return {
    group: withUsedKeys(next, usedKeys, policy),
    link: word.link,
    spent: [...result.consumed, ...spentByAdvance(group.mls, next)],
    hasRemove: count('remove') > 0,
    added: proposals.flatMap(({ proposal }) => addedPeer(proposal)),
    hasPath: count('remove') > 0 || count('add') === 0,
  };
}

/** Whether only a host's power explains that we are removed: we are neither added again nor reported gone. */
function isKick(
  group: Group,
  proposals: readonly ProposalWithSender[],
  { isActing }: Authority,
  facts: CommitFacts,
): boolean {
  const self = leaves(group).find(({ leafIndex }) => leafIndex === selfLeafOf(group))?.identity.peerId;
  if (self === undefined || !isActing || facts.goneForMs(self) !== undefined) return false;
  return !proposals.some(({ proposal }) => addedPeer(proposal).includes(self));
}

function addedPeer(proposal: Proposal): string[] {
  if (proposal.proposalType !== 'add') return [];
  return [readIdentity(proposal.add.keyPackage.leafNode.credential)?.peerId ?? ''];
}

function removes(proposal: Proposal, leafIndex: number): boolean {
  return proposal.proposalType === 'remove' && proposal.remove.removed === leafIndex;
}

/** Whatever the library throws on bad input is one refusal to us; its words may quote the input and stay behind. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const fault: GroupFault = error instanceof GroupError ? error.fault : 'invalid';
    throw new GroupError(fault);
  }
}

/** RFC 9605 5.2: MLS-Exporter("SFrame 1.0 Base Key", "", 16). Whoever takes it wipes it. */
export function exportBaseKey(env: GroupEnv, group: Group): Promise<Uint8Array> {
  return mlsExporter(group.mls.keySchedule.exporterSecret, 'SFrame 1.0 Base Key', new Uint8Array(), 16, env.suite);
}

/** RFC 9420 8.7; 32 bytes, equal exactly for those who share the epoch. */
export function epochAuthenticator(group: Group): Uint8Array {
  return group.mls.keySchedule.epochAuthenticator;
}
