// Counts acts per key in memory and says how long to wait when there were too many.
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

export interface Rate {
  points: number;
  perSeconds: number;
}

/** A fixed window per key: at most `points` acts in `perSeconds`, counted from the first. */
export class RateLimit {
  readonly #limiter: RateLimiterMemory;

  constructor({ points, perSeconds }: Rate) {
    this.#limiter = new RateLimiterMemory({ points, duration: perSeconds });
  }

  /** Takes `points`. @returns 0, or how many ms to wait where so many are not left */
  async take(key: string, points = 1): Promise<number> {
    try {
      await this.#limiter.consume(key, points);
      return 0;
    } catch (refusal) {
      return waitOf(refusal);
    }
  }

  /** The same without taking one. */
  async peek(key: string): Promise<number> {
    const state = await this.#limiter.get(key);
    return state !== null && state.consumedPoints !== undefined && state.consumedPoints >= this.#limiter.points
      ? waitOf(state)
      : 0;
  }
}

const MIN_WAIT_MS = 1;

function waitOf(state: unknown): number {
  if (state instanceof RateLimiterRes) return Math.max(MIN_WAIT_MS, state.msBeforeNext);
  throw state;
}
