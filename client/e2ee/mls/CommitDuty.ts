// The commits that are ours to make: what waits, whose turn it is, and what became of the one that is under way.
import type { HostCall, Knock, ServerEvent, ServerReply } from '../messages.ts';
import { bytesEqual, wipe } from '../util/bytes.ts';
import { NamedTimers } from '../util/NamedTimers.ts';
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
import { Entrance } from './Entrance.ts';
import {
  adoptOwn,
  commitChanges,
  dropOwn,
  epochOf,
  groupIdOf,
  leaves,
  type Group,
  type OwnCommit,
  type Step,
} from './group.ts';
import { HostDuty } from './HostDuty.ts';
import { isSilent, type NewLink } from './hostWord.ts';
import type { CommitFacts } from './policy.ts';
import { parseCommitted } from './replies.ts';

/** Without a path commit for so long the group rekeys: less costs every member an epoch, more leaves an intruder longer. */
const REKEY_AFTER_MS = 5 * 60_000;

/** How long a key package shown counts as asking to be added: longer than committers take, shorter than anybody forgets. */
const WAITED_FOR_MS = 60_000;

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

export interface CommitShape {
  hasRemove: boolean;
  /** False for a commit that only adds: it carries no path, so nothing healed. */
  hasPath: boolean;
  /** Peers it added, also those it added again. */
  added: readonly string[];
  /** Where the group goes over to another link by it. */
  link: NewLink | undefined;
}

export interface DutyOwner {
  group(): Group;
  /** Whether nothing may be committed now. */
  isFenced(): boolean;
  /** Others ask to be let in than before. */
  onKnocks(): void;
  onAccepted(step: Step, shape: CommitShape, commit: Uint8Array): Promise<void>;
  /** Another commit won, and has not come by yet. */
  onStale(): void;
  onLost(cause: string): Promise<void>;
  onGone(): Promise<void>;
}

interface PendingCommit {
  own: OwnCommit;
  epoch: number;
  plan: CommitPlan;
  attempt: number;
}

export class CommitDuty {
  readonly #context: SessionContext;
  readonly #owner: DutyOwner;
  readonly #timers: NamedTimers;
  readonly #entrance: Entrance;
  readonly #host: HostDuty;
  #knocks: readonly Knock[] = [];
  #pending: PendingCommit | null = null;
  #snapshot: QueueSnapshot | null = null;
  /** When the server last showed a Peer waiting: snapshots take turns, and a commit may be based on the one before. */
  readonly #waitedAtMs = new Map<string, number>();
  /**
   * Since when members have been gone, as the server said. Its later word names nobody whose removal it has accepted, and who was
   * off the line hears that word before it comes to that commit.
   */
  readonly #goneSinceMs = new Map<string, number>();
  #changeSinceMs: number | null = null;
  #lastEpochAtMs: number;
  #lastPathAtMs: number;
  #closed = false;

  constructor(context: SessionContext, owner: DutyOwner) {
    this.#context = context;
    this.#owner = owner;
    this.#timers = new NamedTimers(context.clock.setTimer, (task) => context.queue.run(task));
    this.#lastEpochAtMs = this.#lastPathAtMs = context.clock.nowMs();
    this.#entrance = new Entrance(context);
    this.#host = new HostDuty(context, {
      group: () => owner.group(),
      knocks: () => this.#knocks,
      onWish: () => context.queue.run(() => this.consider()),
    });
  }

  /** Who asks to be let in, on a device that may. */
  get knocks(): readonly Knock[] {
    return this.#knocks;
  }

  /** What the host wishes; resolves once the group has adopted it. */
  wish(call: HostCall): Promise<void> {
    return this.#host.wish(call);
  }

  /** What the policy may know of the world now. */
  facts(): CommitFacts {
    const nowMs = this.#context.clock.nowMs();
    return {
      serverNowMs: this.#context.serverNowMs(),
      goneForMs: (peerId) => {
        const sinceMs = this.#goneSinceMs.get(peerId);
        return sinceMs === undefined ? undefined : nowMs - sinceMs;
      },
      isWaiting: (peerId) => nowMs - (this.#waitedAtMs.get(peerId) ?? -Infinity) <= WAITED_FOR_MS,
    };
  }

  async handleQueue({ waiting, gone }: Extract<ServerEvent, { name: 'mls:queue' }>): Promise<void> {
    const nowMs = this.#context.clock.nowMs();
    this.#snapshot = { waiting, gone, receivedAtMs: nowMs };
    for (const [peerId, atMs] of this.#waitedAtMs) if (nowMs - atMs > WAITED_FOR_MS) this.#waitedAtMs.delete(peerId);
    for (const { peerId, goneForMs } of gone) this.#goneSinceMs.set(peerId, nowMs - goneForMs);
    for (const { peerId } of waiting) {
      this.#waitedAtMs.set(peerId, nowMs);
      this.#goneSinceMs.delete(peerId);
    }
    await this.consider();
  }

  /** A new epoch was adopted: what is left to do waits anew. To be followed by `consider`. */
  noteEpoch(shape: CommitShape): void {
    for (const peerId of shape.added) {
      this.#waitedAtMs.delete(peerId);
      this.#goneSinceMs.delete(peerId);
    }
    const present = new Set(leaves(this.#owner.group()).map(({ identity }) => identity.peerId));
    for (const peerId of this.#goneSinceMs.keys()) if (!present.has(peerId)) this.#goneSinceMs.delete(peerId);
    this.#changeSinceMs = null;
    this.#lastEpochAtMs = this.#context.clock.nowMs();
    if (shape.hasPath) this.#lastPathAtMs = this.#lastEpochAtMs;
    if (shape.link !== undefined) this.#entrance.forgetAll();
    this.#host.settle(shape.link);
  }

  /** Whether these bytes are the commit of ours that the server has yet to answer. */
  isPending(commit: Uint8Array): boolean {
    return this.#pending !== null && bytesEqual(this.#pending.own.commit, commit);
  }

  /** Another member's commit took this epoch. Wipes ours; call it while the group is still the one it was made from. */
  dropPending(): void {
    if (this.#pending === null) return;
    wipe(...dropOwn(this.#owner.group(), this.#pending.own));
    this.#pending = null;
    this.#timers.clear('resubmit');
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timers.clearAll();
    this.#host.close();
    this.dropPending();
  }

  /** Commits if there is something to commit and it is our turn; else sets the timer for when it will be. */
  async consider(): Promise<void> {
    if (this.#closed || this.#pending !== null || this.#owner.isFenced()) return;
    const nowMs = this.#context.clock.nowMs();
    const plan = await this.#plan();
    if (this.#closed) return;
    if (plan.ripensInMs !== null) this.#timers.set('ripen', plan.ripensInMs, () => this.consider());
    const isIdle = plan.add.length === 0 && plan.remove.length === 0 && isSilent(plan.word);
    const isAlone = leaves(this.#owner.group()).length < 2;
    if (isIdle) this.#changeSinceMs = null;
    else this.#changeSinceMs ??= nowMs;
    if (isIdle && isAlone) return this.#timers.clear('commit');
    const dueAtMs = this.#dueAtMs(plan);
    if (nowMs < dueAtMs) this.#timers.set('commit', dueAtMs - nowMs, () => this.consider());
    else await this.#submit(plan);
  }

  #dueAtMs(plan: CommitPlan): number {
    const rank = plan.isUrgent ? 0 : committerRank(this.#owner.group(), this.#snapshot);
    const changeSinceMs = this.#changeSinceMs;
    if (changeSinceMs === null) return this.#lastPathAtMs + REKEY_AFTER_MS + rank * RANK_WAIT_MS;
    return commitDueAtMs({ rank, changeSinceMs, lastEpochAtMs: this.#lastEpochAtMs, waiting: plan.add.length });
  }

  async #plan(): Promise<CommitPlan> {
    const nowMs = this.#context.clock.nowMs();
    const snapshot = this.#snapshot ?? { waiting: [], gone: [], receivedAtMs: nowMs };
    const host = await this.#host.plan();
    // What is to be committed goes by the server's last word alone.
    const facts = { ...this.facts(), goneForMs: (peerId: string) => goneForMs(snapshot, peerId, nowMs) };
    const { keyPackages, knocks } = await this.#entrance.sort(this.#owner.group(), snapshot, host, facts);
    this.#showKnocks(knocks);
    return planChanges(this.#owner.group(), snapshot, keyPackages, facts, host);
  }

  #showKnocks(knocks: readonly Knock[]): void {
    const before = this.#knocks.map(({ peerId, keyHash }) => peerId + keyHash).join();
    this.#knocks = knocks;
    if (knocks.map(({ peerId, keyHash }) => peerId + keyHash).join() !== before) this.#owner.onKnocks();
  }

  async #submit(plan: CommitPlan): Promise<void> {
    const group = this.#owner.group();
    const add = plan.add.map(({ keyPackage }) => keyPackage);
    const remove = plan.remove.map(({ leafIndex }) => leafIndex);
    let own: OwnCommit;
    try {
      own = await commitChanges(this.#context.env, group, { add, remove, word: plan.word });
    } catch {
      return this.#giveUpOn(plan);
    }
    if (this.#closed) return wipe(...dropOwn(group, own));
    this.#pending = { own, epoch: epochOf(group), plan, attempt: 1 };
    this.#send(this.#pending);
  }

  /** One of these key packages passes our checks and fails the library's: their owners will send others. */
  async #giveUpOn(plan: CommitPlan): Promise<void> {
    this.#entrance.distrust(plan.add.map(({ peerId }) => peerId));
    if (plan.add.length > 0) await this.consider();
  }

  /** The same bytes each time: a server that took them already can say so. */
  #send(pending: PendingCommit): void {
    const { own, epoch, plan } = pending;
    const added = plan.add.map(({ peerId }) => peerId);
    const removed = plan.remove.map(({ peerId }) => peerId);
    const { commit, welcome } = own;
    const groupId = groupIdOf(this.#owner.group());
    const request = { name: 'mls:commit', groupId, epoch, commit, added, removed } as const;
    ask(this.#context, welcome === undefined ? request : { ...request, welcome }, (reply) =>
      this.#closed || this.#pending !== pending ? undefined : this.#handleReply(pending, reply),
    );
  }

  async #handleReply(pending: PendingCommit, reply: ServerReply): Promise<void> {
    const answer = reply.outcome === 'answered' ? parseCommitted(reply.data) : undefined;
    if (answer?.outcome === 'accepted') {
      this.#pending = null;
      const { add, remove, word } = pending.plan;
      const added = add.map(({ peerId }) => peerId);
      const hasPath = remove.length > 0 || add.length === 0;
      const shape = { hasRemove: remove.length > 0, hasPath, added, link: word.link };
      return this.#owner.onAccepted(adoptOwn(this.#owner.group(), pending.own), shape, pending.own.commit);
    }
    if (answer?.outcome === 'stale') {
      this.dropPending();
      const isOurs = answer.group !== null && bytesEqual(answer.group.groupId, groupIdOf(this.#owner.group()));
      return isOurs ? this.#owner.onStale() : this.#owner.onGone();
    }
    const code = reply.outcome === 'failed' ? reply.code : 'internal';
    if (code === 'not_sealed') return this.#owner.onLost('notSealed');
    if (DEFINITE_REFUSALS.includes(code)) this.dropPending();
    const again = () => (this.#pending === pending ? this.#send(pending) : this.consider());
    this.#timers.set('resubmit', backOffMs(pending.attempt), again);
    pending.attempt += 1;
  }
}
