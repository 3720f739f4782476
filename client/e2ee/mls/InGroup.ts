// Life as a Member of one group: follows commits, makes those that are its turn, and moves the frames' keys along.
import type { KeyPackage } from 'ts-mls/keyPackage.js';
import type { GroupMember, SafetyCode, ServerEvent, ServerReply } from '../messages.ts';
import { bytesEqual, source, toHex, wipe } from '../util/bytes.ts';
import { NamedTimers } from '../util/NamedTimers.ts';
import { safetyCode } from '../verify/safetyCode.ts';
import { forgetEpochsBefore, messageEpoch, openMessage, sealMessage } from './applicationMessages.ts';
import {
  commitDueAtMs,
  committerRank,
  goneForMs,
  planChanges,
  RANK_WAIT_MS,
  type CommitPlan,
  type QueueSnapshot,
} from './commitPlan.ts';
import { ask, backOffMs, type SessionContext } from './context.ts';
import { GroupError } from './GroupError.ts';
import * as mls from './group.ts';
import { openKeyPackage } from './keyPackage.ts';
import type { CommitFacts } from './policy.ts';
import { parseCommitted } from './replies.ts';
import { allSecrets } from './spent.ts';

/** Without a path commit for so long the group rekeys: less costs every member an epoch, more leaves an intruder longer. */
const REKEY_AFTER_MS = 5 * 60_000;
/** How long stragglers are waited for before sending under a new epoch; with a Remove, the removed still reads meanwhile. */
const SWITCH_AFTER_MS = 2_000;
const SWITCH_AFTER_REMOVE_MS = 1_000;
/** Old receive keys and old message secrets: the longest that a frame or message may be under way. */
const KEEP_OLD_KEYS_MS = 10_000;
/** A commit of a later epoch waits this long for those between; then our copy of the group is behind for good. */
const GAP_MS = 5_000;
const MAX_HELD_COMMITS = 16;

/** Refusals that the same bytes would meet again. */
const DEFINITE_REFUSALS = [
  'bad_request',
  'too_large',
  'unknown_request',
  'forbidden',
  'not_found',
  'conflict',
  'wrong_state',
  'unauthorized',
];

type CommitEvent = Extract<ServerEvent, { name: 'mls:commit' }>;
type QueueEvent = Extract<ServerEvent, { name: 'mls:queue' }>;
type MessageEvent = Extract<ServerEvent, { name: 'mls:message' }>;

interface PendingCommit {
  own: mls.OwnCommit;
  epoch: number;
  plan: CommitPlan;
  attempt: number;
}

export interface InGroupOwner {
  /** Epoch, sending epoch or members changed. */
  onChange(): void;
  /** A new epoch is held: what waited for it may go on. */
  onEpoch(): void;
  /** Our copy of the group is of no more use. */
  onLost(cause: string): Promise<void>;
  /** The server has no such group any more. */
  onGone(): Promise<void>;
}

export class InGroup {
  readonly #context: SessionContext;
  readonly #owner: InGroupOwner;
  readonly #timers: NamedTimers;
  readonly #heldCommits = new Map<number, CommitEvent>();
  /** What waiting Peers sent, opened once: undefined where it could not be. */
  readonly #opened = new Map<string, { sealed: Uint8Array; keyPackage: KeyPackage | undefined }>();
  #group: mls.Group;
  #sendEpoch = -1;
  #members: GroupMember[] = [];
  #safetyCode: SafetyCode = { digits: [] };
  #pending: PendingCommit | null = null;
  #snapshot: QueueSnapshot | null = null;
  #changeSinceMs: number | null = null;
  #lastEpochAtMs: number;
  #lastPathAtMs: number;
  #closed = false;

  constructor(context: SessionContext, group: mls.Group, owner: InGroupOwner) {
    this.#context = context;
    this.#owner = owner;
    this.#group = group;
    this.#timers = new NamedTimers(context.clock.setTimer, (task) => context.queue.run(task));
    this.#lastEpochAtMs = this.#lastPathAtMs = context.clock.nowMs();
  }

  get groupId(): Uint8Array {
    return mls.groupIdOf(this.#group);
  }

  get epoch(): number {
    return mls.epochOf(this.#group);
  }

  get view(): { epoch: number; sendEpoch: number; members: GroupMember[]; safetyCode: SafetyCode } {
    const { epoch } = this;
    return { epoch, sendEpoch: this.#sendEpoch, members: this.#members, safetyCode: this.#safetyCode };
  }

  /** A newcomer, like the founder, sends at once: nobody has older keys of its. */
  async start(): Promise<void> {
    if (!(await this.#publishEpoch())) return;
    this.#switchTo(this.epoch);
    this.#context.keyring.retireOlderThan(this.groupId, this.epoch, KEEP_OLD_KEYS_MS);
  }

  /** Wipes every secret; nothing that is under way comes back. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timers.clearAll();
    if (this.#pending !== null) wipe(...mls.dropOwn(this.#group, this.#pending.own));
    wipe(...allSecrets(this.#group.mls));
  }

  // ── Epochs ─────────────────────────────────────────────────────────────────────────────────────

  /** Gives the frames this epoch's receive keys, tells the server, and refreshes what people see. */
  async #publishEpoch(): Promise<boolean> {
    const { keyring, host, env } = this.#context;
    const group = this.#group;
    const baseKey = await mls.exportBaseKey(env, group);
    const present = mls.leaves(group);
    const memberOfLeaf = new Map(present.map(({ leafIndex, identity }) => [leafIndex, identity.peerId]));
    const { groupId, epoch } = this;
    this.#safetyCode = await safetyCode(mls.epochAuthenticator(group));
    this.#members = await Promise.all(present.map((leaf) => describe(leaf, mls.selfLeafOf(group))));
    if (this.#closed) return false;
    try {
      await keyring.addEpoch({ groupId, epoch, baseKey, selfLeaf: mls.selfLeafOf(group), memberOfLeaf });
    } catch {
      await this.#owner.onLost('keyring');
      return false;
    }
    if (this.#closed) return false;
    host.onEpochArrived();
    this.#reportReady(epoch, 1);
    this.#owner.onChange();
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
    if (epoch <= this.#sendEpoch || epoch > this.epoch) return;
    this.#sendEpoch = epoch;
    this.#context.keyring.sendFrom(this.groupId, epoch);
    this.#owner.onChange();
  }

  handleAllReady(epoch: number): void {
    this.#switchTo(epoch);
  }

  /** Adopts a new epoch, ours or another member's. */
  async #advance(step: mls.Step, commit: { hasRemove: boolean; hasPath: boolean }): Promise<void> {
    const nowMs = this.#context.clock.nowMs();
    wipe(...step.spent);
    this.#group = step.group;
    this.#changeSinceMs = null;
    this.#lastEpochAtMs = nowMs;
    if (commit.hasPath) this.#lastPathAtMs = nowMs;
    this.#timers.clear('gap');
    const { epoch, groupId } = this;
    if (!(await this.#publishEpoch())) return;
    this.#timers.set(`switch ${epoch}`, commit.hasRemove ? SWITCH_AFTER_REMOVE_MS : SWITCH_AFTER_MS, () =>
      this.#switchTo(epoch),
    );
    this.#context.keyring.retireOlderThan(groupId, epoch, KEEP_OLD_KEYS_MS);
    this.#timers.set(`forget ${epoch}`, KEEP_OLD_KEYS_MS, () => {
      const forgotten = forgetEpochsBefore(this.#group, epoch);
      wipe(...forgotten.spent);
      this.#group = forgotten.group;
    });
    const held = this.#heldCommits.get(epoch);
    this.#heldCommits.delete(epoch);
    if (held !== undefined) await this.handleCommit(held);
    else await this.#consider();
  }

  // ── Commits of others ──────────────────────────────────────────────────────────────────────────

  async handleCommit(event: CommitEvent): Promise<void> {
    if (event.epoch < this.epoch) return;
    if (event.epoch > this.epoch) return this.#holdCommit(event);
    if (event.from === this.#context.peerId) return;
    const before = this.#group;
    let seen: mls.CommitSeen | 'removed';
    try {
      seen = await mls.processCommit(this.#context.env, before, event.commit, this.#facts());
    } catch (error) {
      if (!this.#closed) await this.#owner.onLost(error instanceof GroupError ? error.fault : 'invalid');
      return;
    }
    if (this.#closed) return;
    if (seen === 'removed') return this.#owner.onLost('removed');
    this.#dropPending();
    await this.#advance(seen, seen);
  }

  #holdCommit(event: CommitEvent): void {
    if (this.#heldCommits.size >= MAX_HELD_COMMITS) return;
    this.#heldCommits.set(event.epoch, event);
    this.#timers.set('gap', GAP_MS, () => this.#owner.onLost('gap'));
  }

  #facts(): CommitFacts {
    const nowMs = this.#context.clock.nowMs();
    return {
      serverNowMs: this.#context.serverNowMs(),
      goneForMs: (peerId) => goneForMs(this.#snapshot, peerId, nowMs),
    };
  }

  #dropPending(): void {
    if (this.#pending === null) return;
    wipe(...mls.dropOwn(this.#group, this.#pending.own));
    this.#pending = null;
    this.#timers.clear('resubmit');
  }

  // ── Commits of our own ─────────────────────────────────────────────────────────────────────────

  async handleQueue(event: QueueEvent): Promise<void> {
    const { waiting, gone } = event;
    this.#snapshot = { waiting, gone, receivedAtMs: this.#context.clock.nowMs() };
    await this.#consider();
  }

  /** Commits if there is something to commit and it is our turn; else sets the timer for when it will be. */
  async #consider(): Promise<void> {
    if (this.#closed || this.#pending !== null) return;
    const nowMs = this.#context.clock.nowMs();
    const plan = await this.#plan();
    if (this.#closed) return;
    if (plan.ripensInMs !== null) this.#timers.set('ripen', plan.ripensInMs, () => this.#consider());
    const rank = committerRank(this.#group, this.#snapshot);
    const isIdle = plan.add.length === 0 && plan.remove.length === 0;
    let dueAtMs = this.#lastPathAtMs + REKEY_AFTER_MS + rank * RANK_WAIT_MS;
    if (isIdle) {
      this.#changeSinceMs = null;
    } else {
      this.#changeSinceMs ??= nowMs;
      const waiting = plan.add.length;
      dueAtMs = commitDueAtMs({
        rank,
        changeSinceMs: this.#changeSinceMs,
        lastEpochAtMs: this.#lastEpochAtMs,
        waiting,
      });
    }
    if (isIdle && this.#members.length < 2) return this.#timers.clear('commit');
    if (nowMs < dueAtMs) this.#timers.set('commit', dueAtMs - nowMs, () => this.#consider());
    else await this.#submit(plan);
  }

  async #plan(): Promise<CommitPlan> {
    const snapshot = this.#snapshot;
    if (snapshot === null) return { add: [], remove: [], ripensInMs: null };
    const keyPackages = new Map<string, KeyPackage>();
    for (const { peerId, sealed } of snapshot.waiting) {
      const keyPackage = await this.#openOnce(peerId, sealed);
      if (keyPackage !== undefined) keyPackages.set(peerId, keyPackage);
    }
    for (const peerId of this.#opened.keys()) {
      if (!snapshot.waiting.some((waiting) => waiting.peerId === peerId)) this.#opened.delete(peerId);
    }
    return planChanges(this.#group, snapshot, keyPackages, this.#facts());
  }

  async #openOnce(peerId: string, sealed: Uint8Array): Promise<KeyPackage | undefined> {
    const known = this.#opened.get(peerId);
    if (known !== undefined && bytesEqual(known.sealed, sealed)) return known.keyPackage;
    const { suite, keys } = this.#context.env;
    const keyPackage = await openKeyPackage(suite, keys, sealed, this.groupId, peerId).then(
      (opened) => opened.keyPackage,
      () => undefined,
    );
    this.#opened.set(peerId, { sealed, keyPackage });
    return keyPackage;
  }

  async #submit(plan: CommitPlan): Promise<void> {
    const changes = {
      add: plan.add.map(({ keyPackage }) => keyPackage),
      remove: plan.remove.map(({ leafIndex }) => leafIndex),
    };
    const { epoch } = this;
    let own: mls.OwnCommit;
    try {
      own = await mls.commitChanges(this.#context.env, this.#group, changes);
    } catch {
      // One of these key packages passes our checks and fails the library's: their owners will send others.
      for (const { peerId, keyPackage } of plan.add) {
        const known = this.#opened.get(peerId);
        if (known?.keyPackage === keyPackage) this.#opened.set(peerId, { ...known, keyPackage: undefined });
      }
      if (plan.add.length > 0) await this.#consider();
      return;
    }
    if (this.#closed) return wipe(...mls.dropOwn(this.#group, own));
    this.#pending = { own, epoch, plan, attempt: 1 };
    this.#send(this.#pending);
  }

  /** The same bytes each time: whether a lost reply meant yes shows in the answer to the next try. */
  #send(pending: PendingCommit): void {
    const { own, epoch, plan } = pending;
    const added = plan.add.map(({ peerId }) => peerId);
    const removed = plan.remove.map(({ peerId }) => peerId);
    const { commit, welcome } = own;
    const request = { name: 'mls:commit', groupId: this.groupId, epoch, commit, added, removed } as const;
    ask(this.#context, welcome === undefined ? request : { ...request, welcome }, (reply) =>
      this.#closed || this.#pending !== pending ? undefined : this.#handleCommitReply(pending, reply),
    );
  }

  async #handleCommitReply(pending: PendingCommit, reply: ServerReply): Promise<void> {
    const answer = reply.outcome === 'answered' ? parseCommitted(reply.data) : undefined;
    if (answer?.outcome === 'accepted') {
      this.#pending = null;
      const { add, remove } = pending.plan;
      const shape = { hasRemove: remove.length > 0, hasPath: remove.length > 0 || add.length === 0 };
      return this.#advance(mls.adoptOwn(this.#group, pending.own), shape);
    }
    if (answer?.outcome === 'stale') {
      this.#dropPending();
      const isOurs = answer.group !== null && bytesEqual(answer.group.groupId, this.groupId);
      if (!isOurs) return this.#owner.onGone();
      // The winner's commit is on its way, or was lost for us.
      this.#timers.set('gap', GAP_MS, () => this.#owner.onLost('behind'));
      return;
    }
    const code = reply.outcome === 'failed' ? reply.code : 'internal';
    if (code === 'not_sealed') return this.#owner.onLost('notSealed');
    if (DEFINITE_REFUSALS.includes(code)) this.#dropPending();
    const again = () => (this.#pending === pending ? this.#send(pending) : this.#consider());
    this.#timers.set('resubmit', backOffMs(pending.attempt), again);
    pending.attempt += 1;
  }

  // ── Messages ───────────────────────────────────────────────────────────────────────────────────

  async seal(payload: Uint8Array): Promise<{ message: Uint8Array; epoch: number }> {
    const sealed = await sealMessage(this.#context.env, this.#group, payload);
    wipe(...sealed.spent);
    if (!this.#closed) this.#group = sealed.group;
    return { message: sealed.message, epoch: this.epoch };
  }

  /** `later` for an epoch that we have not reached; anything else that cannot be opened, or is not from its sender, is dropped. */
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

async function describe(leaf: mls.Leaf, selfLeaf: number): Promise<GroupMember> {
  const { leafIndex, identity, signatureKey } = leaf;
  const keyHash = toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', source(signatureKey))));
  return {
    peerId: identity.peerId,
    displayName: identity.displayName,
    leafIndex,
    keyHash,
    self: leafIndex === selfLeaf,
  };
}
