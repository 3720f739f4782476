// How fast a file moves and how long it has still to go, from what came in the last seconds.
import type { Moving } from './fileTypes.ts';

/** Longer is calmer and later to notice a change. */
const WINDOW_MS = 6_000;
/** From less than this nothing can be told. */
const LEAST_MS = 800;

export class SpeedMeter {
  readonly #samples: { atMs: number; bytes: number }[] = [];

  /** @param bytes of the file's beginning that are there; @param size of the file */
  measure(bytes: number, size: number, nowMs: number): Moving {
    this.#samples.push({ atMs: nowMs, bytes });
    while ((this.#samples[0]?.atMs ?? nowMs) < nowMs - WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0];
    const tookMs = nowMs - (first?.atMs ?? nowMs);
    if (first === undefined || tookMs < LEAST_MS || bytes <= first.bytes) {
      return { bytes, bytesPerSecond: null, secondsLeft: null };
    }
    const bytesPerSecond = ((bytes - first.bytes) * 1_000) / tookMs;
    return { bytes, bytesPerSecond, secondsLeft: Math.ceil((size - bytes) / bytesPerSecond) };
  }

  /** After a pause the time that it took is nobody's speed. */
  reset(): void {
    this.#samples.length = 0;
  }
}
