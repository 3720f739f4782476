// Frames that came before their epoch's key, kept for a moment in the order they came.

/**
 * How long a frame waits for its key. Measured: with this and the senders' overlap no frame was lost over 8 switches; more
 * delays sound that nobody wants any more, less drops what a slow join would still have opened.
 */
export const HOLD_MS = 750;
/** 64 frames are 750 ms of video at 85 a second; more would only let a server fill our memory. */
export const HOLD_LIMIT = 64;

export interface HoldQueueOptions<Held> {
  nowMs: () => number;
  setTimer: (ms: number, callback: () => void) => () => void;
  /** The hold of these frames is over and their key never came. */
  onExpired: (held: Held[]) => void;
}

export class HoldQueue<Held> {
  readonly #options: HoldQueueOptions<Held>;
  #held: { item: Held; untilMs: number }[] = [];
  #cancelTimer: (() => void) | null = null;

  constructor(options: HoldQueueOptions<Held>) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#held.length === 0;
  }

  /** False where the queue is full: the frame is to be dropped. */
  add(item: Held): boolean {
    if (this.#held.length >= HOLD_LIMIT) return false;
    this.#held.push({ item, untilMs: this.#options.nowMs() + HOLD_MS });
    this.#schedule();
    return true;
  }

  /** Takes out, in order, what `isReady` says can go on. */
  takeReady(isReady: (item: Held) => boolean): Held[] {
    const ready = this.#held.filter(({ item }) => isReady(item)).map(({ item }) => item);
    if (ready.length > 0) this.#held = this.#held.filter(({ item }) => !ready.includes(item));
    if (this.#held.length === 0) this.#stopTimer();
    return ready;
  }

  close(): void {
    this.#held = [];
    this.#stopTimer();
  }

  #schedule(): void {
    const first = this.#held[0];
    if (first === undefined || this.#cancelTimer !== null) return;
    const waitMs = Math.max(0, first.untilMs - this.#options.nowMs());
    this.#cancelTimer = this.#options.setTimer(waitMs, () => this.#expire());
  }

  #expire(): void {
    this.#cancelTimer = null;
    const nowMs = this.#options.nowMs();
    const expired = this.#held.filter(({ untilMs }) => untilMs <= nowMs).map(({ item }) => item);
    this.#held = this.#held.filter(({ untilMs }) => untilMs > nowMs);
    this.#schedule();
    if (expired.length > 0) this.#options.onExpired(expired);
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }
}
