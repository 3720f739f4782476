// Key frame requests of one client for one Consumer, thinned out.
import type { Clock } from '../rooms/ports.ts';

/**
 * Between two requests. A client whose decoder lost its way asks with every frame; the picture takes a round trip, and a
 * key frame costs ten others.
 */
const MIN_INTERVAL_MS = 500;

/** The first request passes at once; those that follow too soon become one at the end of the interval. */
export class KeyFrameRequests {
  readonly #clock: Clock;
  readonly #send: () => void;
  #lastMs = -Infinity;
  #cancelPending: (() => void) | null = null;
  #closed = false;

  constructor(clock: Clock, send: () => void) {
    this.#clock = clock;
    this.#send = send;
  }

  request(): void {
    if (this.#closed || this.#cancelPending !== null) return;
    const waitMs = this.#lastMs + MIN_INTERVAL_MS - this.#clock.now();
    if (waitMs <= 0) this.#sendNow();
    else this.#cancelPending = this.#clock.after(waitMs, () => this.#sendNow());
  }

  close(): void {
    this.#closed = true;
    this.#cancelPending?.();
    this.#cancelPending = null;
  }

  #sendNow(): void {
    this.#cancelPending = null;
    this.#lastMs = this.#clock.now();
    this.#send();
  }
}
