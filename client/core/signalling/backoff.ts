// How long an attempt to reach the server may take, and how long to wait before the next one.

/** Connecting and joining each take no longer, or the attempt counts as failed. */
export const ATTEMPT_TIMEOUT_MS = 10_000;
/** After a change of network: the server's own pings would need up to 16 s to notice that nobody is there. */
export const PROBE_MS = 2_500;

/** First wait: short, since most losses are a blink of the radio. */
const FIRST_MS = 300;
/** Longest wait: more and a person who is back online sits and stares, less and a dead server is hammered. */
const LONGEST_MS = 10_000;

/**
 * For who had a place and lost it less than `QUICK_FOR_MS` ago: an update or a blink of the network is over within that time, and the pause is most of
 * what people wait once it is. A server's core takes 1,700 joins a second in, so that all whom one carries come back over these three seconds.
 */
const QUICK_LONGEST_MS = 3_000;
const QUICK_FOR_MS = 60_000;
/** Whatever chance says. */
const SHORTEST_MS = 150;

/** A server that names its own pause is believed up to here. */
const LONGEST_PAUSE_MS = 120_000;

/** What the server named, and up to half as much again by chance: all whom it told the same would come at once. */
export function namedPauseMs(retryAfterMs: number, random: number): number {
  return Math.round(Math.min(retryAfterMs, LONGEST_PAUSE_MS) * (1 + random / 2));
}

/**
 * Exponential with full jitter over the upper half, so that a room does not come back as one wave.
 * @param attempt from 0
 * @param random 0 ≤ random < 1
 * @returns milliseconds
 */
export function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}

/**
 * The same for the way back to a place: at first with shorter pauses and full jitter, which spreads a crowd over all of the pause.
 * @param lostForMs how long there has been none
 * @returns milliseconds
 */
export function returnPauseMs(attempt: number, random: number, lostForMs: number): number {
  if (lostForMs >= QUICK_FOR_MS) return backoffMs(attempt, random);
  const ceiling = Math.min(QUICK_LONGEST_MS, 2 * FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.max(SHORTEST_MS, Math.round(ceiling * random));
}
