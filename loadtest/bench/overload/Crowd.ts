// Those who knock at a server that is full: each is refused and told when to come again, and comes again then.
import { codeOf, retryAfterOf } from '../../../client/core/signalling/SignallingError.ts';
import type { Audience } from '../viewers/sides.ts';

/** Who knock at the same moment. */
const AT_ONCE = 8;
const STEP_MS = 50;
const MOST_FILL_MS = 120_000;

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * From the first word to a server to its clear refusal, ms, with when to come again; null where it let one in, who stays. Rejects where it
 * refuses for anything else, or does not say when.
 */
async function knock(audience: Audience): Promise<{ refusedAfterMs: number; retryAfterMs: number } | null> {
  const startMs = performance.now();
  try {
    await audience.admit();
    return null;
  } catch (error) {
    const refusedAfterMs = performance.now() - startMs;
    const retryAfterMs = retryAfterOf(error);
    if (codeOf(error) !== 'capacity' || retryAfterMs === undefined) throw error;
    return { refusedAfterMs, retryAfterMs };
  }
}

/**
 * Resolves once everybody was refused for `fullForMs`, since what the server goes by is smoothed over some seconds. Answers how long
 * each refusal took, ms.
 */
export async function fill(audience: Audience, fullForMs: number): Promise<number[]> {
  const startMs = performance.now();
  const refusals: number[] = [];
  let admittedAtMs = startMs;
  while (performance.now() - admittedAtMs < fullForMs) {
    const isNearlyFull = refusals.length > 0;
    const knocking = Array.from({ length: isNearlyFull ? 1 : AT_ONCE }, () => knock(audience));
    for (const answer of await Promise.all(knocking)) {
      if (answer === null) admittedAtMs = performance.now();
      else refusals.push(answer.refusedAfterMs);
    }
    if (isNearlyFull) await wait(STEP_MS);
    if (performance.now() - startMs > MOST_FILL_MS) throw new Error('the server lets in whoever comes');
  }
  return refusals;
}

export class Crowd {
  readonly #audience: Audience;
  readonly #nextMs: number[];
  readonly #refusals: number[] = [];
  #isKnocking = true;
  #admitted = 0;
  readonly #done: Promise<void[]>;

  /** @param size of those who want to come in, all at once at first */
  constructor(audience: Audience, size: number) {
    this.#audience = audience;
    this.#nextMs = Array.from({ length: size }, () => 0);
    this.#done = Promise.all(Array.from({ length: Math.min(size, AT_ONCE) }, () => this.#lane()));
    // Whoever ends it hears of it.
    this.#done.catch(() => undefined);
  }

  /** How long each refusal took, ms, and how many were let in after all. */
  async end(): Promise<{ refusals: number[]; admitted: number }> {
    this.#isKnocking = false;
    await this.#done;
    return { refusals: this.#refusals, admitted: this.#admitted };
  }

  async #lane(): Promise<void> {
    while (this.#isKnocking) {
      const due = this.#nextMs.findIndex((atMs) => atMs <= performance.now());
      if (due < 0) {
        await wait(STEP_MS);
        continue;
      }
      this.#nextMs[due] = Infinity;
      const answer = await knock(this.#audience);
      if (answer === null) {
        this.#admitted += 1;
        continue;
      }
      this.#refusals.push(answer.refusedAfterMs);
      this.#nextMs[due] = performance.now() + answer.retryAfterMs;
    }
  }
}
