// Signs of life, ours and the others': notices when the group goes on without us, falls silent, or is two groups.
import type { FenceCause, ServerEvent } from '../messages.ts';
import { toHex } from '../util/bytes.ts';
import { NamedTimers } from '../util/NamedTimers.ts';
import { ask, type SessionContext } from './context.ts';
import { readIdentity } from './credential.ts';
import { epochOf, groupIdOf, selfLeafOf, type Group } from './group.ts';
import { createHeartbeat, readHeartbeat, transcriptHashOf, verifyHeartbeat, type Heartbeat } from './heartbeat.ts';
import { leafAt, leavesOf } from './policy.ts';

/** Seldom enough to cost nothing, often enough that `SILENT_MS` holds several. */
const BEAT_MS = 10_000;
/** In a large group each beats more seldom, so that nobody hears more than five a second: every one goes to all. */
const BEAT_MS_PER_MEMBER = 200;
/** A later epoch that others stand in has this long to come here. */
const BEHIND_MS = 5_000;
const SILENT_MS = 60_000;
/** Twice the time after which a group renews its keys (E-52), and one for whose turn it is to be late. */
const STALE_MS = 11 * 60_000;
/** Epochs whose history is remembered, to compare with what is heard late. */
const REMEMBERED_EPOCHS = 4;

export interface LivenessOwner {
  group(): Group;
  onFence(cause: FenceCause): void;
  /** Another member is there, in our epoch and with our history. */
  onSignOfLife(): void;
}

type HeartbeatEvent = Extract<ServerEvent, { name: 'mls:heartbeat' }>;

export class Liveness {
  readonly #context: SessionContext;
  readonly #owner: LivenessOwner;
  readonly #timers: NamedTimers;
  /** Hex of the transcript hash of each epoch remembered. */
  readonly #history = new Map<number, string>();
  /** By leaf: the last count heard in the present epoch. */
  readonly #counts = new Map<number, number>();
  #ownCount = 0;
  #lastBeatAtMs = -Infinity;
  #isWatching = false;
  #highestHeard = 0;
  /** The later epoch that has to come until the timer `behind` is over. */
  #awaited: number | null = null;
  #closed = false;

  constructor(context: SessionContext, owner: LivenessOwner) {
    this.#context = context;
    this.#owner = owner;
    this.#timers = new NamedTimers(context.clock.setTimer, (task) => context.queue.run(task));
  }

  /** Whether others were heard in an epoch that is not here yet. */
  get isBehind(): boolean {
    return this.#highestHeard > epochOf(this.#owner.group());
  }

  /** A new epoch is held: the first one too. */
  noteEpoch(): void {
    const group = this.#owner.group();
    const epoch = epochOf(group);
    this.#history.set(epoch, toHex(transcriptHashOf(group)));
    this.#history.delete(epoch - REMEMBERED_EPOCHS);
    this.#counts.clear();
    this.#ownCount = 0;
    if (memberCount(group) < 2) return this.#rest();
    this.#timers.set('stale', STALE_MS, () => this.#owner.onFence('stale'));
    if (!this.#isWatching) this.#watch();
    this.#isWatching = true;
    this.#beatSoon(group);
  }

  /** Alone there is nobody to hear or to be heard by. */
  #rest(): void {
    this.#isWatching = false;
    this.#awaited = null;
    this.#timers.clearAll();
  }

  #watch(): void {
    this.#timers.set('silent', SILENT_MS, () => this.#owner.onFence('silent'));
  }

  // ── Ours ───────────────────────────────────────────────────────────────────────────────────────

  /** Not all at the same moment, and in a storm of epochs not once in each. */
  #beatSoon(group: Group): void {
    const spreadMs = beatEveryMs(group) / 5;
    const [random = 0] = this.#context.env.suite.rng.randomBytes(1);
    const earliestMs = Math.max(0, this.#lastBeatAtMs + spreadMs - this.#context.clock.nowMs());
    this.#timers.set('beat', Math.max(earliestMs, (spreadMs * random) / 256), () => this.#beat());
  }

  async #beat(): Promise<void> {
    const { env, clock } = this.#context;
    const group = this.#owner.group();
    this.#lastBeatAtMs = clock.nowMs();
    this.#timers.set('beat', beatEveryMs(group), () => this.#beat());
    this.#ownCount += 1;
    const heartbeat = await createHeartbeat(env, group, this.#ownCount);
    if (this.#closed) return;
    const request = { name: 'mls:heartbeat', groupId: groupIdOf(group), epoch: epochOf(group), heartbeat } as const;
    // One that is lost or refused is made up for by the next.
    ask(this.#context, request, () => {});
  }

  // ── The others' ────────────────────────────────────────────────────────────────────────────────

  /** What is not signed by a leaf of our tree, is our own, or was heard before counts for nothing. */
  async hear(event: HeartbeatEvent): Promise<void> {
    const group = this.#owner.group();
    const heartbeat = readHeartbeat(event.epoch, event.heartbeat);
    if (heartbeat === undefined || heartbeat.leafIndex === selfLeafOf(group)) return;
    const leaf = leafAt(group.mls.ratchetTree, heartbeat.leafIndex);
    if (leaf === undefined || readIdentity(leaf.credential)?.peerId !== event.from) return;
    if (!(await verifyHeartbeat(this.#context.env, group, leaf.signaturePublicKey, heartbeat)) || this.#closed) return;
    if (heartbeat.epoch > epochOf(group)) return this.#hearLater(heartbeat.epoch);
    const known = this.#history.get(heartbeat.epoch);
    if (known === undefined) return;
    if (known !== toHex(heartbeat.transcriptHash)) return this.#handleSplit(group);
    if (heartbeat.epoch === epochOf(group)) this.#hearPresent(heartbeat);
  }

  /** The epochs after this one are void: that others were heard in them says nothing. */
  noteReopened(epoch: number): void {
    this.#highestHeard = Math.min(this.#highestHeard, epoch);
    if (this.#awaited === null || this.#awaited <= epoch) return;
    this.#awaited = null;
    this.#timers.clear('behind');
  }

  #hearLater(epoch: number): void {
    this.#highestHeard = Math.max(this.#highestHeard, epoch);
    if (this.#awaited === null) this.#await(this.#highestHeard);
  }

  /** One epoch at a time: a server that lets them trickle must not put this off for ever. */
  #await(epoch: number): void {
    this.#awaited = epoch;
    this.#timers.set('behind', BEHIND_MS, () => {
      this.#awaited = null;
      if (epochOf(this.#owner.group()) < epoch) this.#owner.onFence('behind');
      else if (this.isBehind) this.#await(this.#highestHeard);
    });
  }

  /** The others of that history are to know as soon as we do. */
  #handleSplit(group: Group): void {
    this.#owner.onFence('split');
    this.#beatSoon(group);
  }

  #hearPresent({ leafIndex, count }: Heartbeat): void {
    if (count <= (this.#counts.get(leafIndex) ?? 0)) return;
    this.#counts.set(leafIndex, count);
    this.#watch();
    this.#owner.onSignOfLife();
  }

  close(): void {
    this.#closed = true;
    this.#timers.clearAll();
  }
}

function beatEveryMs(group: Group): number {
  return Math.max(BEAT_MS, memberCount(group) * BEAT_MS_PER_MEMBER);
}

function memberCount(group: Group): number {
  return [...leavesOf(group.mls.ratchetTree)].length;
}
