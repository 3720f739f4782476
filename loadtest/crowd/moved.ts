// By how much something moves a time: the median of what it was in turns with it and without, side by side, and how sure that is.
import type { Figure } from '../bench/figures.ts';
import { median } from '../bench/steady.ts';

/** One turn of each kind, next to each other in time. */
export interface Pair {
  calm: number;
  attacked: number;
}

/** The median of all that might be measured lies in the interval in so many of a hundred runs. */
const SURE = 0.95;

/**
 * Where the median of all pairs that there could be lies, by the sign test: nothing is assumed of how they are spread, so that a second
 * in which the machine did something else counts for one pair and not for what it did.
 */
export function medianInterval(values: readonly number[]): { from: number; to: number } {
  const sorted = values.toSorted((left, right) => left - right);
  const count = sorted.length;
  // Of `count` tosses of a coin: how likely no more than `rank` show heads.
  let [likely, atMost, rank] = [0.5 ** count, 0, -1];
  while (rank < count / 2 && 2 * (atMost + likely) <= 1 - SURE) {
    atMost += likely;
    rank += 1;
    likely *= (count - rank) / (rank + 1);
  }
  if (rank < 0) return { from: -Infinity, to: Infinity };
  return { from: sorted[rank] ?? -Infinity, to: sorted[count - 1 - rank] ?? Infinity };
}

/** Met or missed where the whole interval is on one side of `most`; else nothing is judged. Its width is the figure's spread. */
export function movedFigure(name: string, pairs: readonly Pair[], most: number, isJudged: boolean): Figure {
  const ratios = pairs.map(({ calm, attacked }) => attacked / calm);
  const { from, to } = medianInterval(ratios);
  const met = to <= most ? true : from > most ? false : null;
  return {
    name,
    value: rounded(median(ratios)),
    unit: 'of calm',
    against: null,
    target: most,
    met: isJudged ? met : null,
    pairs: pairs.length,
    spread: from > 0 && Number.isFinite(to) ? rounded(to / from - 1) : 0,
  };
}

const rounded = (value: number): number => Number(value.toPrecision(4));
