// When users act: each at a moment set beforehand, whether or not the server has caught up with those before.
import { setTimeout as sleep } from 'node:timers/promises';

export interface Arrivals {
  count: number;
  overMs: number;
  signal: AbortSignal;
}

/**
 * Calls `act` for each number from 0 at its moment; resolves when all that were begun have ended.
 * @param act told when it was due (performance.now), since a crowd does not come later because others wait
 */
export async function atTheirTimes(
  { count, overMs, signal }: Arrivals,
  act: (number: number, dueMs: number) => Promise<void>,
): Promise<void> {
  const startMs = performance.now();
  const begun: Promise<void>[] = [];
  for (let number = 0; number < count && !signal.aborted; number += 1) {
    const dueMs = startMs + (number * overMs) / count;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    begun.push(act(number, dueMs));
  }
  await Promise.all(begun);
}

/** Resolves as soon as the condition holds, with true, or with false after `timeoutMs`. */
export async function eventually(condition: () => boolean, timeoutMs = 20_000): Promise<boolean> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadlineMs) return false;
    await sleep(10);
  }
  return true;
}

/** As the promise, but rejects after `timeoutMs` with what was waited for. */
export async function within<Value>(promise: Promise<Value>, timeoutMs: number, what: string): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`waited ${timeoutMs} ms for ${what}`)), timeoutMs);
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}
