// A member with the link and a client of its own making: checks nothing, and commits, says and seals whatever it likes.
import { createCommit } from 'ts-mls/createCommit.js';
import { createProposal } from 'ts-mls/createMessage.js';
import type { Proposal } from 'ts-mls/proposal.js';
import { accessProof, type FrameCodec } from '#e2ee';
import type { Reply } from '#protocol/errors';
import type { CommitAnswer } from '#protocol/mls';
import type { Notification } from '#protocol/notifications';
import type { EncodedFrame } from '../../../client/e2ee/frames/encodedFrame.ts';
import { FrameKeyring } from '../../../client/e2ee/frames/FrameKeyring.ts';
import { sealFrame } from '../../../client/e2ee/frames/layout.ts';
import { splitFrame } from '../../../client/e2ee/frames/splitFrame.ts';
import { deriveLinkKeys } from '../../../client/e2ee/link/secrets.ts';
import type { StreamName } from '../../../client/e2ee/messages.ts';
import { sealMessage } from '../../../client/e2ee/mls/applicationMessages.ts';
import { encodeMessage } from '../../../client/e2ee/mls/codec.ts';
import {
  epochOf,
  exportBaseKey,
  groupIdOf,
  joinFromWelcome,
  leaves,
  processCommit,
  type Group,
  type GroupEnv,
} from '../../../client/e2ee/mls/group.ts';
import { createHeartbeat } from '../../../client/e2ee/mls/heartbeat.ts';
import { linkPskId } from '../../../client/e2ee/mls/hostPolicy.ts';
import { createKeyPackage, sealKeyPackage, type OwnKeyPackage } from '../../../client/e2ee/mls/keyPackage.ts';
import { createSuite, type Suite } from '../../../client/e2ee/mls/suite.ts';
import { fakeFrame } from '../../../client/e2ee/test/fakeFrames.ts';
import { authOf, post, TestClient } from '../testServer.ts';
import type { Stage } from './Stage.ts';

/** As it goes to the server, to be opened by whoever holds these keys. */
export function sealFor(
  env: Pick<GroupEnv, 'suite' | 'keys'>,
  own: OwnKeyPackage,
  groupId: Uint8Array,
  peerId: string,
) {
  return sealKeyPackage(env, own.publicPackage, groupId, peerId);
}

/** In the Room with the link's keys, and not in the group yet. */
export async function standBeforeGroup({ url, link, onClose }: Stage) {
  const proof = await accessProof(link.secret.slice(), link.roomId, 0);
  const { body } = await post(url, `/api/rooms/${link.roomId}/tokens`, { kind: 'member', proof });
  const client = new TestClient(url, authOf(body.data.token as string));
  onClose(() => client.socket.disconnect());
  await client.open();
  const joined = await client.request('room:join', {});
  if (joined.outcome !== 'joined' || joined.group === null) throw new Error('no group to come into');
  const { roomId, secret, hostKeyHash } = link;
  const keys = await deriveLinkKeys(secret.slice(), roomId, 0);
  const env: GroupEnv = { suite: await createSuite(), keys, hostKeyHash };
  return { client, peerId: joined.peerId as string, env, groupId: new Uint8Array(joined.group.groupId) };
}

export class Insider {
  readonly peerId: string;
  readonly client: TestClient;
  readonly env: GroupEnv;
  readonly #serverNowMs: () => number;
  #group: Group;
  #followed: Promise<void> = Promise.resolve();

  private constructor(peerId: string, client: TestClient, env: GroupEnv, group: Group, serverNowMs: () => number) {
    this.peerId = peerId;
    this.client = client;
    this.env = env;
    this.#group = group;
    this.#serverNowMs = serverNowMs;
    client.socket.on('mls:commit', ({ commit }: Notification<'mls:commit'>) => {
      this.#followed = this.#followed.then(() => this.#follow(commit)).catch(() => undefined);
    });
  }

  /** Comes in by the door as anybody with the link may, and is added. */
  static async enter(stage: Stage, name: string): Promise<Insider> {
    const { client, peerId, env, groupId } = await standBeforeGroup(stage);
    const nowMs = () => stage.clock.now();
    const own = await createKeyPackage(env.suite, env.keys, { groupId, peerId, displayName: name, timeMs: nowMs() });
    const sealed = await sealFor(env, own, groupId, peerId);
    await client.request('mls:keyPackage', { groupId, sealed });
    const { welcome } = (await client.hear('mls:welcome')).payload as Notification<'mls:welcome'>;
    const { group } = await joinFromWelcome(env, own, welcome, groupId);
    await client.request('mls:ready', { groupId, epoch: epochOf(group) });
    return new Insider(peerId, client, env, group, nowMs);
  }

  get group(): Group {
    return this.#group;
  }

  get groupId(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(groupIdOf(this.#group));
  }

  get epoch(): number {
    return epochOf(this.#group);
  }

  leafOf(peerId: string): number {
    const leaf = leaves(this.#group).find(({ identity }) => identity.peerId === peerId);
    if (leaf === undefined) throw new Error('no such member');
    return leaf.leafIndex;
  }

  hpkeKeyOf(peerId: string): Uint8Array {
    const node = this.#group.mls.ratchetTree[2 * this.leafOf(peerId)];
    if (node?.nodeType !== 'leaf') throw new Error('no such member');
    return node.leaf.hpkePublicKey;
  }

  // ── Proposals ──────────────────────────────────────────────────────────────────────────────────

  remove(peerId: string): Proposal {
    return { proposalType: 'remove', remove: { removed: this.leafOf(peerId) } };
  }

  /** Its own leaf over again. */
  update(): Proposal {
    const node = this.#group.mls.ratchetTree[2 * this.leafOf(this.peerId)];
    if (node?.nodeType !== 'leaf') throw new Error('no leaf of its own');
    return { proposalType: 'update', update: { leafNode: { ...node.leaf, leafNodeSource: 'update' } } } as Proposal;
  }

  async psk(): Promise<Proposal> {
    const pskNonce = crypto.getRandomValues(new Uint8Array(32));
    const pskId = await linkPskId(this.#group.policy);
    return { proposalType: 'psk', psk: { preSharedKeyId: { psktype: 'external', pskId, pskNonce } } };
  }

  /** A key package in any Peer's name; every link holder can make one. */
  keyPackageAs(peerId: string, displayName: string): Promise<OwnKeyPackage> {
    const identity = { groupId: this.groupId, peerId, displayName, timeMs: this.#serverNowMs() };
    return createKeyPackage(this.env.suite, this.env.keys, identity);
  }

  // ── Commits ────────────────────────────────────────────────────────────────────────────────────

  /** A commit of these proposals, checked by nobody. */
  async make(proposals: Proposal[], suite: Suite = this.env.suite): Promise<Uint8Array<ArrayBuffer>> {
    const pskIndex = { findPsk: () => this.env.keys.psk };
    const { commit } = await createCommit(
      { state: this.#lax, cipherSuite: suite, pskIndex },
      { extraProposals: proposals, ratchetTreeExtension: true },
    );
    return encodeMessage(commit);
  }

  /** A proposal by itself, as a message of the group. */
  async propose(proposal: Proposal): Promise<Uint8Array<ArrayBuffer>> {
    return encodeMessage((await createProposal(this.#lax, false, proposal, this.env.suite)).message);
  }

  /** Hands it to the server, which reads none of it, as a commit that adds and removes nobody; does not follow it itself. */
  submit(commit: Uint8Array<ArrayBuffer>): Promise<Reply<CommitAnswer>> {
    const input = { groupId: this.groupId, epoch: this.epoch, commit, added: [], removed: [] };
    return this.client.send('mls:commit', input) as Promise<Reply<CommitAnswer>>;
  }

  get #lax(): Group['mls'] {
    const { mls } = this.#group;
    return { ...mls, clientConfig: { ...mls.clientConfig, authService: { validateCredential: async () => true } } };
  }

  async #follow(commit: Uint8Array): Promise<void> {
    const all = { serverNowMs: this.#serverNowMs(), goneForMs: () => 60_000, isWaiting: () => true };
    const seen = await processCommit(this.env, this.#group, commit, all);
    if (typeof seen !== 'string') this.#group = seen.group;
    const { groupId, epoch } = this;
    await this.client.send('mls:ready', { groupId, epoch });
  }

  // ── Words and frames ───────────────────────────────────────────────────────────────────────────

  /** A sign of life of its own leaf, for an epoch and a history of its choice. */
  heartbeat(epoch: number, transcriptHash?: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    const { mls } = this.#group;
    const confirmedTranscriptHash = transcriptHash ?? mls.groupContext.confirmedTranscriptHash;
    const groupContext = { ...mls.groupContext, epoch: BigInt(epoch), confirmedTranscriptHash };
    return createHeartbeat(this.env, { ...this.#group, mls: { ...mls, groupContext } }, 1);
  }

  async seal(payload: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    const { group, message } = await sealMessage(this.env, this.#group, payload);
    this.#group = group;
    return message;
  }

  /** A frame sealed as if the device at that leaf had sent it: all members hold the same base key. */
  async sealFrame(leaf: number, stream: StreamName, codec: FrameCodec, frame: EncodedFrame): Promise<EncodedFrame> {
    const { groupId, epoch } = this;
    const keyring = new FrameKeyring({ incarnation: 0, nowMs: () => 0 });
    const baseKey = await exportBaseKey(this.env, this.#group);
    await keyring.addEpoch({ groupId, epoch, baseKey, selfLeaf: leaf, memberOfLeaf: new Map() });
    keyring.sendFrom(groupId, epoch);
    const ticket = keyring.takeTicket(stream);
    const split = splitFrame(codec, new Uint8Array(frame.data));
    if (typeof ticket === 'string' || typeof split === 'string') throw new Error('not a frame that can be sealed');
    return fakeFrame(new Uint8Array(await sealFrame(ticket, codec, split)), frame.getMetadata().mimeType);
  }
}
