// Chance that can be had again: the same seed draws the same numbers.

export interface Random {
  /** 0 … limit − 1. */
  below(limit: number): number;
  pick<T>(all: readonly T[]): T | undefined;
}

/** mulberry32: small, and good enough to choose among acts. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { below, pick: (all) => all[below(all.length)] };
}
