// Time that passes faster than on the wall, for the server and for every e2eeWorker alike: a minute of silence in three seconds.
import type { Clock } from '../../rooms/ports.ts';

export class FastClock implements Clock {
  readonly #speed: number;
  readonly #startedAtMs = performance.now();
  readonly #beganMs = Date.now();

  /** @param speed milliseconds of this clock in one of the wall's; the faster, the longer the network seems to take */
  constructor(speed: number) {
    this.#speed = speed;
  }

  readonly nowMs = (): number => (performance.now() - this.#startedAtMs) * this.#speed;

  readonly setTimer = (ms: number, callback: () => void): (() => void) => {
    const timer = setTimeout(callback, ms / this.#speed);
    timer.unref();
    return () => clearTimeout(timer);
  };

  now(): number {
    return Math.round(this.#beganMs + this.nowMs());
  }

  after(ms: number, callback: () => void): () => void {
    return this.setTimer(ms, callback);
  }

  /** Resolves when so much of its time has passed. */
  pass(ms: number): Promise<void> {
    return new Promise((resolve) => this.setTimer(ms, resolve));
  }
}
