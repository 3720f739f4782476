// How often one person's words may have something happen to another: more than a person would say is passed over.
import { keepOnly } from '../util/keepOnly.ts';

/** Two in a row are a slip mended at once; more than this in ten seconds is a program. */
const MAX_IN_WINDOW = 6;
const WINDOW_MS = 10_000;

export class Pace {
  readonly #nowMs: () => number;
  /** Per Peer, when it was heeded; only what still counts. */
  readonly #heeded = new Map<string, number[]>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Whether this one is heeded; counts it if so. */
  take(peerId: string): boolean {
    const nowMs = this.#nowMs();
    const recent = (this.#heeded.get(peerId) ?? []).filter((atMs) => nowMs - atMs < WINDOW_MS);
    if (recent.length >= MAX_IN_WINDOW) return false;
    this.#heeded.set(peerId, [...recent, nowMs]);
    return true;
  }

  /** Forgets all others. */
  keep(peerIds: readonly string[]): void {
    keepOnly(this.#heeded, peerIds);
  }
}
