// How long until something happens, as people say it.

/** Whole minutes; 0 for less than half a one. */
export const minutesIn = (ms: number): number => Math.max(0, Math.round(ms / 60_000));
