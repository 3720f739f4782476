// Waiting by asking again: under the page's CSP nothing that evaluates strings can wait inside it.
import { setTimeout as sleep } from 'node:timers/promises';

export interface UntilOptions {
  timeoutMs?: number;
  everyMs?: number;
  /** What is waited for, for the error. */
  what: string;
}

type Truthy<T> = Exclude<T, undefined | null | false | 0 | ''>;

/** A machine of two cores may be three times slower in one hour than in another; who waits in vain is told late, and nobody else waits. */
export const PATIENCE_MS = 60_000;

/**
 * Asks until the answer is truthy and returns it. Rejects after the timeout with what was waited for and the last
 * answer or error.
 */
export async function until<T>(
  ask: () => T | Promise<T>,
  { timeoutMs = PATIENCE_MS, everyMs = 150, what }: UntilOptions,
): Promise<Truthy<T>> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await ask();
      if (answer) return answer as Truthy<T>;
      last = answer;
    } catch (error) {
      last = error;
    }
    await sleep(everyMs);
  }
  throw new Error(`waited ${timeoutMs} ms for ${what}; last: ${describe(last)}`);
}

function describe(value: unknown): string {
  return value instanceof Error ? value.message : (JSON.stringify(value) ?? String(value));
}
