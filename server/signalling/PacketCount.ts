// How many packets came within a stretch of time, whatever stands in them.
import type { Clock } from '../rooms/ports.ts';
import type { Rate } from '../util/RateLimit.ts';

export class PacketCount {
  readonly #rate: Rate;
  readonly #clock: Pick<Clock, 'now'>;
  #windowStartMs = -Infinity;
  #packets = 0;

  constructor(rate: Rate, clock: Pick<Clock, 'now'>) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /** One more. @returns whether it is one too many */
  isOver(): boolean {
    const nowMs = this.#clock.now();
    if (nowMs - this.#windowStartMs >= this.#rate.perSeconds * 1000) {
      this.#windowStartMs = nowMs;
      this.#packets = 0;
    }
    this.#packets += 1;
    return this.#packets > this.#rate.points;
  }
}
