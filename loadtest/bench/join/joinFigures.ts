// How the times of joins become figures: what is added to browser to browser, and how many round trips a slow line shows.
import type { Figure } from '../figures.ts';
import { median, spread, steadyPairs } from '../steady.ts';

/** Blocks whose floors have to be alike, or nothing is judged. */
const WANTED_BLOCKS = 3;
const P95 = 0.95;

export interface Block {
  ours: readonly number[];
  /** Browser to browser, in turns with ours. */
  direct: readonly number[];
}

const rounded = (value: number): number => Number(value.toPrecision(4));

function p95(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(sorted.length * P95) - 1)] ?? Number.NaN;
}

/** p95 of ours in the blocks whose floors lie within the limit of each other; at most `moreMs` above that of the floor. */
export function addedFigure(
  name: string,
  blocks: readonly Block[],
  { moreMs, isJudged }: { moreMs: number; isJudged: boolean },
): Figure {
  const floors = blocks.map(({ direct }) => median(direct));
  const steady = steadyPairs(floors);
  const isSteady = steady.length >= WANTED_BLOCKS;
  const used = isSteady ? blocks.filter((_, index) => steady.includes(index)) : blocks;
  const [value, against] = [p95(used.flatMap(({ ours }) => ours)), p95(used.flatMap(({ direct }) => direct))];
  const target = against + moreMs;
  const shown = { name, value: rounded(value), unit: 'ms', against: rounded(against), target: rounded(target) };
  const apart = spread(floors.filter((_, index) => !isSteady || steady.includes(index)));
  return { ...shown, met: isJudged && isSteady ? value <= target : null, pairs: used.length, spread: rounded(apart) };
}

/** How much later the picture is on the slow line, in its round trips; to the nearest half, since what is said without waiting is half of one. */
export function roundTripsFigure(
  { near, slow, roundTripMs }: { near: readonly number[]; slow: readonly number[]; roundTripMs: number },
  target: number | null,
): Figure {
  const later = slow.map((value) => (value - median(near)) / roundTripMs);
  const value = Math.round(2 * median(later)) / 2;
  const shown = { name: 'join-round-trips', value, unit: 'round trips', against: null, target };
  return {
    ...shown,
    met: target === null ? null : value <= target,
    pairs: slow.length,
    spread: rounded(spread(later)),
  };
}
