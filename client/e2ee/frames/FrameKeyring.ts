// Which epochs' frame keys are held, which one we seal with, and when an old one is forgotten.
import type { LeafLog } from '../feed/LeafLog.ts';
import type { StreamName } from '../messages.ts';
import type { SframeKeys } from '../sframe/keys.ts';
import {
  copyKeys,
  FrameEpoch,
  groupTag,
  wipeKeys,
  type AnyKeys,
  type EpochKeys,
  type StageKeys,
} from './FrameEpoch.ts';
import { EPOCH_MODULUS, INCARNATION_LIMIT } from './kid.ts';

export type { EpochKeys, StageKeys } from './FrameEpoch.ts';

/**
 * Frames sealed under one KID before it is spent. Of 1.2 kB each this leaves AES-GCM a distinguishing advantage near 2^-52;
 * with a new epoch every 5 min nobody gets near. More would need a longer replay arithmetic, less would stop idle rooms.
 */
export const COUNTER_LIMIT = 2 ** 32;

/**
 * Members of a group up to which each camera and screen makes a key frame for whoever comes (SPEC F-14). More, and a large room pays
 * for pictures that the newcomer does not look at; less, and its first pictures wait for requests that come too early or too often.
 */
export const MEMBERS_WITH_KEY_FRAMES = 16;

/** Former keys under the numbers of epochs that a viewer holds. More would only let a server fill its memory; those beyond never come back. */
const MAX_ASIDE = 8;

/** What one frame is sealed with; its (key, counter) is never given out again. */
export interface SealTicket {
  readonly kid: bigint;
  readonly ctr: bigint;
  readonly keys: SframeKeys;
  /** What a signature over it is bound to; null where it is sealed for the room. */
  readonly stage: { groupId: Uint8Array; epoch: number; log: LeafLog } | null;
}

export interface FrameKeyringOptions {
  /** Grows each time the e2eeWorker restarts within a page: 0 … 7. */
  incarnation: number;
  nowMs: () => number;
  /** For tests only; COUNTER_LIMIT otherwise. */
  counterLimit?: number;
}

export class FrameKeyring {
  readonly #incarnation: number;
  readonly #nowMs: () => number;
  readonly #counterLimit: number;
  /** In the order in which they were asked for; the last one that fits a frame's epoch bits is the one. */
  #epochs: { order: number; keys: FrameEpoch }[] = [];
  #sending: FrameEpoch | null = null;
  #order = 0;
  /** Grows with clear() and voidAfter(), so that an epoch still being derived then does not come back. */
  #generation = 0;
  /** Highest epoch forgotten, by group: its counters and replay windows are gone, so it must not come back. */
  readonly #forgotten = new Map<string, number>();
  /** Fingerprints of base keys whose epochs were undone. */
  readonly #undone = new Set<string>();
  /** At a viewer: keys that another one under the same number took the place of. */
  #aside: FrameEpoch[] = [];
  /** Epochs being derived, so that a second call waits for the first. */
  readonly #arriving = new Map<string, Promise<void>>();
  #onRetirement: () => void = () => {};
  #onNewcomers: () => void = () => {};
  /** Streams that are sealed for the stage. */
  #onAir: ReadonlySet<StreamName> = new Set();

  constructor(options: FrameKeyringOptions) {
    const { incarnation } = options;
    if (!Number.isInteger(incarnation) || incarnation < 0 || incarnation >= INCARNATION_LIMIT) {
      throw new RangeError('the incarnation is 0 to 7');
    }
    this.#incarnation = incarnation;
    this.#nowMs = options.nowMs;
    this.#counterLimit = Math.min(options.counterLimit ?? COUNTER_LIMIT, COUNTER_LIMIT);
  }

  /**
   * Receive keys, usable once it resolves. Takes ownership of `keys.baseKey` and zeroes it. An epoch that is held already
   * stays as it is. Rejects with RangeError for one that was forgotten or undone, since its counters would start again, and for
   * another base key under an epoch that is held: that is another history of the group, with other members (SPEC F-3).
   */
  addEpoch(keys: EpochKeys): Promise<void> {
    return this.#add(keys);
  }

  /**
   * The same at a viewer, but that of several keys under one number the last counts: any member may have wrapped the one before it.
   * Where one comes back its windows are what they were, so that nothing opens twice.
   */
  async addStageEpoch(keys: StageKeys): Promise<void> {
    const held = this.#find(groupTag(keys.groupId), keys.epoch);
    if (held === undefined) return this.#add(keys);
    const next = await FrameEpoch.create(keys, this.#incarnation);
    if (next.fingerprint !== held.fingerprint) this.#exchange(held, next);
  }

  #add(keys: AnyKeys): Promise<void> {
    const tag = groupTag(keys.groupId);
    const name = `${this.#generation}/${tag}/${keys.epoch}`;
    const arriving = this.#arriving.get(name);
    if (arriving !== undefined) return this.#repeat(keys, arriving);
    if (this.#find(tag, keys.epoch) !== undefined) return this.#repeat(keys, Promise.resolve());
    if (keys.epoch <= (this.#forgotten.get(tag) ?? -1)) {
      wipeKeys(keys);
      return Promise.reject(new RangeError('a forgotten epoch cannot come back'));
    }
    const arrival = this.#derive(keys).finally(() => this.#arriving.delete(name));
    this.#arriving.set(name, arrival);
    return arrival;
  }

  /** Switches sending. An epoch that is not held stops it: going on under the old one could reach a removed member. */
  sendFrom(groupId: Uint8Array, epoch: number): void {
    this.purge();
    const former = this.#sending;
    this.#sending = this.#find(groupTag(groupId), epoch) ?? null;
    if (former !== null && this.#sending !== null && hasNewcomers(former, this.#sending)) this.#onNewcomers();
  }

  /** Tells one listener that somebody opens what is sealed from now on who could not open what was sealed before. */
  watchNewcomers(callback: () => void): void {
    this.#onNewcomers = callback;
  }

  /** Forgets, `afterMs` from now, every epoch of this group below `epoch` and other groups' epochs added before it. */
  retireOlderThan(groupId: Uint8Array, epoch: number, afterMs: number): void {
    const tag = groupTag(groupId);
    const kept = this.#epochs.find(({ keys }) => keys.groupTag === tag && keys.epoch === epoch);
    const atMs = this.#nowMs() + afterMs;
    for (const { order, keys } of this.#epochs) {
      const older = keys.groupTag === tag ? keys.epoch < epoch : kept !== undefined && order < kept.order;
      if (older) keys.retireAtMs = Math.min(keys.retireAtMs, atMs);
    }
    this.purge();
    this.#onRetirement();
  }

  /** Forgets, `afterMs` from now, this one epoch. */
  retire(groupId: Uint8Array, epoch: number, afterMs: number): void {
    const keys = this.#find(groupTag(groupId), epoch);
    if (keys === undefined) return;
    keys.retireAtMs = Math.min(keys.retireAtMs, this.#nowMs() + afterMs);
    this.purge();
    this.#onRetirement();
  }

  /** Forgets, `afterMs` from now, every epoch held now: the group is left, and what comes next is not sure to come. */
  retireAll(afterMs: number): void {
    const atMs = this.#nowMs() + afterMs;
    for (const { keys } of this.#epochs) keys.retireAtMs = Math.min(keys.retireAtMs, atMs);
    this.#onRetirement();
  }

  /**
   * The epochs of this group above `epoch` were undone: they go at once, and nothing is sealed under them any more. Others
   * may come under the same numbers, but never one with the same base key.
   */
  voidAfter(groupId: Uint8Array, epoch: number): void {
    const tag = groupTag(groupId);
    this.#generation++;
    this.#epochs = this.#epochs.filter(({ keys }) => {
      if (keys.groupTag !== tag || keys.epoch <= epoch) return true;
      this.#undone.add(keys.fingerprint);
      if (this.#sending === keys) this.#sending = null;
      return false;
    });
    this.#onRetirement();
  }

  /** Tells one listener that `nextRetirementMs` may have changed; the keyring has no timer of its own. */
  watchRetirement(callback: () => void): void {
    this.#onRetirement = callback;
  }

  /** Nothing is sealed until the next sendFrom; frames being sealed are dropped too. Receiving goes on. */
  stopSending(): void {
    this.#sending = null;
  }

  /** From now on these streams are sealed for the stage, all others for the room. Resolves once no frame is dropped for it. */
  async setOnAir(streams: readonly StreamName[]): Promise<void> {
    this.#onAir = new Set(streams);
    if (streams.length > 0) await Promise.all(this.#epochs.map(({ keys }) => keys.prepareStage()));
  }

  /** Forgets every key. */
  clear(): void {
    this.#generation++;
    this.#sending = null;
    for (const { keys } of this.#epochs) this.#remember(keys);
    this.#epochs = [];
    this.#aside = [];
  }

  /** Whether anything may be sealed now; asked again after each seal. */
  get isSending(): boolean {
    return this.#sending !== null;
  }

  /** Whether what is sealed of that stream is for the stage. */
  isOnAir(stream: StreamName): boolean {
    return this.#onAir.has(stream);
  }

  /** Whether there is any key at all. */
  get isEmpty(): boolean {
    return this.#epochs.length === 0;
  }

  /** Takes the next counter of a stream, synchronously, so that concurrent frames never share one. */
  takeTicket(stream: StreamName): SealTicket | 'noKey' | 'counterSpent' {
    this.purge();
    const sending = this.#sending;
    const isOnAir = this.#onAir.has(stream);
    const slot = sending?.sendSlot(isOnAir ? 1 : 0, stream);
    if (sending === null || slot === undefined) return 'noKey';
    if (slot.nextCtr >= this.#counterLimit) return 'counterSpent';
    const { groupId, epoch } = sending;
    const stage = isOnAir ? { groupId, epoch, log: slot.log } : null;
    return { kid: slot.kid, ctr: BigInt(slot.nextCtr++), keys: slot.keys, stage };
  }

  /** By what a caption is sealed now; undefined without a key, and while the microphone is not on air: then nothing is sealed. */
  captionTicket(feedKey: Uint8Array): { groupId: Uint8Array; epoch: number; key: Promise<CryptoKey> } | undefined {
    this.purge();
    const key = this.#onAir.has('mic') ? this.#sending?.captionKey(feedKey) : undefined;
    if (this.#sending === null || key === undefined) return undefined;
    const { groupId, epoch } = this.#sending;
    return { groupId, epoch, key };
  }

  /** By what a caption of that epoch is opened; undefined where it is not held. */
  captionKey(groupId: Uint8Array, epoch: number, feedKey: Uint8Array): Promise<CryptoKey> | undefined {
    this.purge();
    return this.#find(groupTag(groupId), epoch)?.captionKey(feedKey);
  }

  /** The one held epoch that a frame's six bits can mean: the newest that fits. */
  resolveEpoch(epochBits: number): FrameEpoch | undefined {
    this.purge();
    return this.#epochs.findLast(({ keys }) => keys.epochBits === epochBits)?.keys;
  }

  /** Forgets what is due. Runs by itself at each use; FrameEngine also calls it by timer when no frame flows. */
  purge(): void {
    // Mostly none is due at any time: then the clock is not asked, once a frame.
    if (this.#epochs.every(({ keys }) => keys.retireAtMs === Infinity)) return;
    const nowMs = this.#nowMs();
    if (this.nextRetirementMs <= nowMs) this.#forget((keys) => keys.retireAtMs <= nowMs);
  }

  /** When the next epoch is due to be forgotten, on the clock given; Infinity where none is. */
  get nextRetirementMs(): number {
    return this.#epochs.reduce((least, { keys }) => Math.min(least, keys.retireAtMs), Infinity);
  }

  #find(tag: string, epoch: number): FrameEpoch | undefined {
    return this.#epochs.find(({ keys }) => keys.groupTag === tag && keys.epoch === epoch)?.keys;
  }

  /** The same epoch once more changes nothing. */
  async #repeat(keys: AnyKeys, arriving: Promise<void>): Promise<void> {
    const copy = copyKeys(keys);
    wipeKeys(keys);
    try {
      await arriving;
      const held = this.#find(groupTag(keys.groupId), keys.epoch);
      if (held !== undefined && !(await held.isOf(copy)))
        throw new RangeError('another key under an epoch that is held');
    } finally {
      wipeKeys(copy);
    }
  }

  async #derive(keys: AnyKeys): Promise<void> {
    const order = this.#order++;
    const generation = this.#generation;
    const epoch = await FrameEpoch.create(keys, this.#incarnation, this.#onAir.size > 0);
    if (this.#undone.has(epoch.fingerprint)) throw new RangeError('an undone epoch cannot come back');
    if (generation !== this.#generation) return;
    this.#hold(order, epoch);
    // Something went on air meanwhile.
    if (this.#onAir.size > 0) await epoch.prepareStage();
  }

  #hold(order: number, epoch: FrameEpoch): void {
    const bits = epoch.epoch % EPOCH_MODULUS;
    // Two epochs of one group behind the same six bits are 64 apart: the elder is long useless, and one key is the rule.
    this.#forget((keys) => keys.groupTag === epoch.groupTag && keys.epochBits === bits && keys.epoch < epoch.epoch);
    this.#epochs.push({ order, keys: epoch });
    this.#epochs.sort((left, right) => left.order - right.order);
  }

  /** `held` is kept beside, for as long as its epoch may come back. */
  #exchange(held: FrameEpoch, next: FrameEpoch): void {
    const isHeld = this.#epochs.some(({ keys }) => keys === held);
    if (!isHeld || this.#undone.has(next.fingerprint)) throw new RangeError('a forgotten epoch cannot come back');
    const known = this.#aside.find(({ fingerprint }) => fingerprint === next.fingerprint) ?? next;
    known.retireAtMs = held.retireAtMs;
    this.#epochs = this.#epochs.map(({ order, keys }) => ({ order, keys: keys === held ? known : keys }));
    const others = this.#aside.filter((one) => one !== known && this.#find(one.groupTag, one.epoch) !== undefined);
    this.#aside = [...others, held].slice(-MAX_ASIDE);
    if (others.length === MAX_ASIDE && others[0]) this.#undone.add(others[0].fingerprint);
  }

  #forget(isDue: (keys: FrameEpoch) => boolean): void {
    this.#epochs = this.#epochs.filter(({ keys }) => {
      if (!isDue(keys)) return true;
      this.#remember(keys);
      if (this.#sending === keys) this.#sending = null;
      return false;
    });
  }

  #remember(keys: FrameEpoch): void {
    const highest = this.#forgotten.get(keys.groupTag) ?? -1;
    this.#forgotten.set(keys.groupTag, Math.max(highest, keys.epoch));
  }
}

/** Of groups that fit one page, where whoever comes sees everybody: in larger ones most pictures are not shown, and who is shown is asked. */
function hasNewcomers(former: FrameEpoch, next: FrameEpoch): boolean {
  const [before, after] = [former.memberOfLeaf, next.memberOfLeaf];
  if (before === null || after === null || after.size > MEMBERS_WITH_KEY_FRAMES) return false;
  const known = new Set(before.values());
  return [...after.values()].some((peerId) => !known.has(peerId));
}
