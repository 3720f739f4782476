// Life as a Member of one group: follows its epochs and moves the frames' keys and the messages along with them.
import { deriveNextLinkKeys } from '../link/secrets.ts';
import type { FenceCause, GroupMember, GroupView, HostCall, SafetyCode, ServerEvent } from '../messages.ts';
import { wipe } from '../util/bytes.ts';
import { NamedTimers } from '../util/NamedTimers.ts';
import { safetyCode } from '../verify/safetyCode.ts';
import { forgetEpochsBefore, messageEpoch, openMessage, sealMessage } from './applicationMessages.ts';
import { createBeacon } from './beacon.ts';
import { CommitDuty, type CommitShape } from './CommitDuty.ts';
import { ask, backOffMs, type SessionContext } from './context.ts';
import { GroupError } from './GroupError.ts';
import type { NewLink } from './hostWord.ts';
import {
  epochAuthenticator,
  epochOf,
  exportBaseKey,
  groupIdOf,
  leaves,
  processCommit,
  selfLeafOf,
  underKeys,
  type CommitSeen,
  type Group,
  type Step,
} from './group.ts';
import { Liveness } from './Liveness.ts';
import { REMOVE_AFTER_GONE_MS } from './policy.ts';
import { Reopening } from './Reopening.ts';
import { allSecrets } from './spent.ts';
import { exportStageKey, wrapStageOf, type WrappedStage } from './stage.ts';
import { memberView, policyView } from './views.ts';

/** How long stragglers are waited for before sending under a new epoch; with a Remove, the removed still reads meanwhile. */
const SWITCH_AFTER_MS = 2_000;
const SWITCH_AFTER_REMOVE_MS = 1_000;
/** Old receive keys and old message secrets: the longest that a frame or message may be under way. */
const KEEP_OLD_KEYS_MS = 10_000;
/** A commit of a later epoch waits this long for those between; then our copy of the group is behind for good. */
const GAP_MS = 5_000;
/** Fenced for so long, it looks for its place anew: what is late by a moment still comes. */
const FENCED_MS = 3_000;
/** At two epochs a second a gap of GAP_MS brings ten. */
const MAX_HELD_COMMITS = 16;

type CommitEvent = Extract<ServerEvent, { name: 'mls:commit' }>;
type QueueEvent = Extract<ServerEvent, { name: 'mls:queue' }>;
type MessageEvent = Extract<ServerEvent, { name: 'mls:message' }>;
type ReopenedEvent = Extract<ServerEvent, { name: 'mls:reopened' }>;
type HeartbeatEvent = Extract<ServerEvent, { name: 'mls:heartbeat' }>;

export interface InGroupOwner {
  /** Epoch, sending epoch or members changed. */
  onChange(): void;
  /** By which newcomers know the group, now that it goes by another link. */
  onBeacon(beacon: Uint8Array): void;
  /** A new epoch is held: what waited for it may go on. */
  onEpoch(): void;
  /** Our copy of the group is of no more use. */
  onLost(cause: string): Promise<void>;
  /** An acting host removed us. */
  onKicked(): void;
  /** The server has no such group any more. */
  onGone(): Promise<void>;
}

export class InGroup {
  readonly #context: SessionContext;
  readonly #owner: InGroupOwner;
  readonly #timers: NamedTimers;
  readonly #duty: CommitDuty;
  readonly #liveness: Liveness;
  readonly #reopening: Reopening;
  readonly #heldCommits = new Map<number, CommitEvent>();
  /** The commit that was given time, once, for its Removes to become right. */
  #ripening: CommitEvent | null = null;
  #group: Group;
  #sendEpoch = -1;
  #members: GroupMember[] = [];
  #safetyCode: SafetyCode = { digits: [], words: [] };
  /** Why nothing is sent. */
  #fence: FenceCause | null = null;
  #closed = false;

  constructor(context: SessionContext, group: Group, owner: InGroupOwner) {
    this.#context = context;
    this.#owner = owner;
    this.#group = group;
    this.#timers = new NamedTimers(context.clock.setTimer, (task) => context.queue.run(task));
    this.#duty = new CommitDuty(context, {
      group: () => this.#group,
      isFenced: () => this.#fence !== null || this.#reopening.isWaiting,
      onKnocks: () => owner.onChange(),
      onAccepted: (step, shape, commit) => this.#advance(step, shape, commit),
      onStale: () => this.#expectCommit('behind'),
      onLost: (cause) => this.#handleUnsealed(cause),
      onGone: () => owner.onGone(),
    });
    this.#liveness = new Liveness(context, {
      group: () => this.#group,
      onFence: (cause) => this.#raiseFence(cause),
      onSignOfLife: () => this.#handleSignOfLife(),
    });
    this.#reopening = new Reopening(context, epochOf(group), { onStands: (reason) => owner.onLost(reason) });
  }

  get groupId(): Uint8Array {
    return groupIdOf(this.#group);
  }

  get epoch(): number {
    return epochOf(this.#group);
  }

  /** A copy, for whoever comes back after us to vouch for the next one with; to be wiped. */
  get signatureKey(): Uint8Array {
    return this.#group.mls.signaturePrivateKey.slice();
  }

  get fence(): FenceCause | null {
    return this.#fence;
  }

  get view(): Extract<GroupView, { state: 'in' | 'fenced' }> {
    if (this.#fence !== null) return { state: 'fenced', cause: this.#fence };
    const { epoch } = this;
    const policy = policyView(this.#group, this.#duty.knocks);
    const view = { epoch, sendEpoch: this.#sendEpoch, members: this.#members, safetyCode: this.#safetyCode };
    return { state: 'in', ...view, policy };
  }

  /** A newcomer, like the founder, sends at once: nobody has older keys of its. */
  async start(): Promise<void> {
    this.#liveness.noteEpoch();
    if (!(await this.#publishEpoch('sendAtOnce'))) return;
    this.#context.keyring.retireOlderThan(this.groupId, this.epoch, KEEP_OLD_KEYS_MS);
    await this.#duty.consider();
  }

  /** Wipes every secret; nothing that is under way comes back. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timers.clearAll();
    this.#duty.close();
    this.#liveness.close();
    this.#reopening.close();
    wipe(...allSecrets(this.#group.mls));
  }

  /** What the host wishes; resolves once the group has adopted it. */
  wish(call: HostCall): Promise<void> {
    return this.#duty.wish(call);
  }

  /** The stage key of the present epoch, for who holds the watch link and this roster. */
  wrapStage(roster: Uint8Array): Promise<WrappedStage> {
    return wrapStageOf(this.#context.env, this.#group, roster);
  }

  handleQueue(event: QueueEvent): Promise<void> {
    return this.#duty.handleQueue(event);
  }

  handleHeartbeat(event: HeartbeatEvent): Promise<void> {
    return this.#liveness.hear(event);
  }

  handleAllReady(epoch: number): void {
    this.#switchTo(epoch);
  }

  // ── Epochs ─────────────────────────────────────────────────────────────────────────────────────

  /** Gives the frames this epoch's receive keys, tells the server, and refreshes what people see. False when it is over. */
  async #publishEpoch(sending: 'sendAtOnce' | 'sendLater'): Promise<boolean> {
    const { keyring, host, env } = this.#context;
    const { groupId, epoch } = this;
    const group = this.#group;
    const selfLeaf = selfLeafOf(group);
    const present = leaves(group);
    const memberOfLeaf = new Map(present.map(({ leafIndex, identity }) => [leafIndex, identity.peerId]));
    const code = await safetyCode(epochAuthenticator(group));
    const members = await Promise.all(present.map((leaf) => memberView(leaf, selfLeaf)));
    const [baseKey, stageKey] = await Promise.all([exportBaseKey(env, group), exportStageKey(env, group)]);
    if (this.#closed) {
      wipe(baseKey, stageKey);
      return false;
    }
    try {
      await keyring.addEpoch({ groupId, epoch, baseKey, stageKey, selfLeaf, memberOfLeaf });
    } catch {
      if (!this.#closed) await this.#owner.onLost('keyring');
      return false;
    }
    if (this.#closed) return false;
    this.#safetyCode = code;
    this.#members = members;
    host.onEpochArrived();
    this.#reportReady(epoch, 1);
    if (sending === 'sendAtOnce') this.#switchTo(epoch);
    else this.#owner.onChange();
    this.#owner.onEpoch();
    return true;
  }

  #reportReady(epoch: number, attempt: number): void {
    ask(this.#context, { name: 'mls:ready', groupId: this.groupId, epoch }, async (reply) => {
      if (this.#closed || epoch !== this.epoch || reply.outcome === 'answered') return;
      if (reply.code === 'not_sealed') return this.#owner.onLost('notSealed');
      this.#timers.set('ready', backOffMs(attempt), () => this.#reportReady(epoch, attempt + 1));
    });
  }

  #switchTo(epoch: number): void {
    if (epoch <= this.#sendEpoch || epoch > this.epoch || this.#fence !== null) return;
    this.#sendEpoch = epoch;
    this.#context.keyring.sendFrom(this.groupId, epoch);
    this.#owner.onChange();
  }

  /** Adopts a new epoch, ours or another member's. */
  async #advance(step: Step, shape: CommitShape, commit: Uint8Array): Promise<void> {
    wipe(...step.spent);
    this.#reopening.noteAdopted(this.epoch, commit);
    this.#group = step.group;
    if (shape.link !== undefined && !(await this.#takeLink(shape.link))) return;
    this.#duty.noteEpoch(shape);
    this.#liveness.noteEpoch();
    const { epoch, groupId } = this;
    const isBack = (this.#fence === 'behind' || this.#fence === 'stale') && !this.#liveness.isBehind;
    if (isBack) this.#dropFence();
    if (!(await this.#publishEpoch(isBack ? 'sendAtOnce' : 'sendLater'))) return;
    const switchAfterMs = shape.hasRemove ? SWITCH_AFTER_REMOVE_MS : SWITCH_AFTER_MS;
    // One timer an epoch: epochs that follow each other faster than stragglers must not put the switch off for ever.
    this.#timers.set(`switch ${epoch}`, switchAfterMs, () => this.#switchTo(epoch));
    this.#context.keyring.retireOlderThan(groupId, epoch, KEEP_OLD_KEYS_MS);
    this.#timers.set(`forget ${epoch}`, KEEP_OLD_KEYS_MS, () => this.#forgetBefore(epoch));
    await this.#takeHeldCommit();
  }

  /** From here on newcomers come by the new link, and credentials are made and checked under it. False when it is over. */
  async #takeLink({ secret, linkGeneration }: NewLink): Promise<boolean> {
    const { env, roomId, host } = this.#context;
    const keys = await deriveNextLinkKeys(env.keys, secret, roomId, linkGeneration);
    const beacon = await createBeacon(keys.beacon, this.groupId);
    if (this.#closed) {
      wipe(keys.psk);
      return false;
    }
    this.#context.env = { ...env, keys };
    this.#group = underKeys(this.#group, keys);
    this.#owner.onBeacon(beacon);
    host.onLink(secret.slice(), linkGeneration);
    wipe(secret);
    return true;
  }

  #forgetBefore(epoch: number): void {
    const { group, spent } = forgetEpochsBefore(this.#group, epoch);
    wipe(...spent);
    this.#group = group;
  }

  // ── Fence ──────────────────────────────────────────────────────────────────────────────────────

  /** Stops sending at once and keeps receiving. The first cause stands, but for a split, which outranks all and stays. */
  #raiseFence(cause: FenceCause): void {
    if (this.#closed || (this.#fence !== null && (cause !== 'split' || this.#fence === 'split'))) return;
    this.#fence = cause;
    this.#sendEpoch = -1;
    this.#context.keyring.stopSending();
    if (cause === 'split') this.#timers.clear('fenced');
    else this.#timers.set('fenced', FENCED_MS, () => this.#owner.onLost(cause));
    this.#owner.onChange();
  }

  #dropFence(): void {
    this.#fence = null;
    this.#timers.clear('fenced');
  }

  #handleSignOfLife(): void {
    if (this.#fence !== 'silent' || this.#liveness.isBehind) return;
    this.#dropFence();
    this.#switchTo(this.epoch);
    this.#owner.onEpoch();
    this.#context.queue.run(() => this.#duty.consider());
  }

  // ── Commits of others ──────────────────────────────────────────────────────────────────────────

  async handleCommit(event: CommitEvent): Promise<void> {
    // What the server says of who made it decides nothing: ours is the one that we wait for an answer to.
    if (this.#closed || event.epoch < this.epoch || this.#duty.isPending(event.commit)) return;
    if (event.epoch > this.epoch) return this.#holdCommit(event);
    let seen: CommitSeen | 'removed' | 'kicked';
    try {
      seen = await processCommit(this.#context.env, this.#group, event.commit, this.#duty.facts());
    } catch (error) {
      if (this.#closed) return;
      const fault = error instanceof GroupError ? error.fault : 'invalid';
      if (fault !== 'removedNotGone' || !this.#letRipen(event)) await this.#reopening.refuse(event, fault);
      return;
    }
    if (this.#closed) return;
    if (seen === 'kicked') return this.#owner.onKicked();
    if (seen === 'removed') return this.#owner.onLost('removed');
    this.#duty.dropPending();
    await this.#advance(seen, seen, event.commit);
  }

  /** The server takes no commit of ours. Whom a commit removed that is refused may be a member again in a moment. */
  async #handleUnsealed(cause: string): Promise<void> {
    if (this.#reopening.isWaiting) this.#duty.dropPending();
    else await this.#owner.onLost(cause);
  }

  /** The server undid the commit made in that epoch: half of those who were told it do not follow it. */
  async handleReopened(event: ReopenedEvent): Promise<void> {
    const verdict = await this.#reopening.judge(event, this.epoch);
    if (this.#closed || verdict === 'elsewhere') return;
    if (verdict === 'ours') {
      this.#context.keyring.voidAfter(this.groupId, event.epoch);
      return this.#owner.onLost('reopened');
    }
    for (const epoch of this.#heldCommits.keys()) if (epoch >= event.epoch) this.#heldCommits.delete(epoch);
    this.#liveness.noteReopened(event.epoch);
    if (event.epoch > this.epoch) return;
    this.#ripening = null;
    for (const name of ['ripe', 'gap']) this.#timers.clear(name);
    await this.#duty.consider();
  }

  /**
   * After a cut line or a sleep the server's word that somebody is gone and the commit that removes them arrive together:
   * we have not known it for long enough yet. False where time would change nothing.
   */
  #letRipen(event: CommitEvent): boolean {
    if (this.#ripening === event) return false;
    const { goneForMs } = this.#duty.facts();
    const goneMs = leaves(this.#group).flatMap(({ identity: { peerId } }) => goneForMs(peerId) ?? []);
    const waitMs = REMOVE_AFTER_GONE_MS - Math.min(...goneMs);
    if (goneMs.length === 0 || waitMs <= 0) return false;
    this.#ripening = event;
    this.#timers.set('ripe', waitMs, () => this.handleCommit(event));
    return true;
  }

  #holdCommit(event: CommitEvent): void {
    if (this.#heldCommits.size < MAX_HELD_COMMITS) this.#heldCommits.set(event.epoch, event);
    this.#expectCommit('gap');
  }

  /** A commit for the present epoch has to come, and soon. */
  #expectCommit(cause: 'gap' | 'behind'): void {
    this.#timers.set('gap', GAP_MS, () => this.#owner.onLost(cause));
  }

  async #takeHeldCommit(): Promise<void> {
    this.#timers.clear('gap');
    const held = this.#heldCommits.get(this.epoch);
    this.#heldCommits.delete(this.epoch);
    if (held !== undefined) return this.handleCommit(held);
    if (this.#heldCommits.size > 0) this.#expectCommit('gap');
    await this.#duty.consider();
  }

  // ── Messages ───────────────────────────────────────────────────────────────────────────────────

  async seal(payload: Uint8Array): Promise<{ message: Uint8Array; epoch: number }> {
    const sealed = await sealMessage(this.#context.env, this.#group, payload);
    wipe(...sealed.spent);
    if (!this.#closed) this.#group = sealed.group;
    return { message: sealed.message, epoch: this.epoch };
  }

  /** `later` for an epoch not reached yet; anything else that cannot be opened, or is not from its sender, is dropped. */
  async open(event: MessageEvent): Promise<'done' | 'later'> {
    try {
      if (messageEpoch(event.message) > this.epoch) return 'later';
      const { group, payload, from, epoch, spent } = await openMessage(this.#context.env, this.#group, event.message);
      wipe(...spent);
      if (this.#closed) return 'done';
      this.#group = group;
      const isSelf = from === this.#context.peerId;
      if (from === event.from && !isSelf) this.#context.host.onSaid({ from, payload, epoch, self: false });
    } catch (error) {
      if (!(error instanceof GroupError)) throw error;
    }
    return 'done';
  }
}
