// Whether the e2eeWorker lives: it is asked for a sign of life again and again.
import { after } from '../util/timers.ts';

/**
 * How often the worker is asked for a sign of life, and how many asks in a row may stay without one. Nothing leaves a dead worker
 * unsealed: what this bounds is how long the page still shows a lock. A page that slept misses one ask, a busy phone two.
 */
const PULSE_MS = 5_000;
const MISSES_TO_BE_DEAD = 3;
/** The same until its first word: its script may come over a slow line. */
const MISSES_AT_START = 12;

export class WorkerPulse {
  readonly #ask: () => Promise<unknown>;
  readonly #onDead: () => void;
  #alive = false;
  #misses = 0;
  #stop: () => void = () => undefined;
  #closed = false;

  /** @param ask resolves once the worker answered */
  constructor(ask: () => Promise<unknown>, onDead: () => void) {
    this.#ask = ask;
    this.#onDead = onDead;
    this.#next();
  }

  /** It said something. */
  awake(): void {
    this.#alive = true;
  }

  /** Before its first word it means that there is no worker. Later errors it outlives, or else the pulse tells. */
  handleError(): void {
    if (!this.#alive && !this.#closed) this.#onDead();
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }

  #next(): void {
    this.#stop = after(PULSE_MS, () => {
      if (this.#misses >= (this.#alive ? MISSES_TO_BE_DEAD : MISSES_AT_START)) return this.#onDead();
      this.#misses += 1;
      this.#ask().then(
        () => {
          this.#alive = true;
          this.#misses = 0;
        },
        () => undefined,
      );
      this.#next();
    });
  }
}
