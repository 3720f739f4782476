// The one shape of every bench's figures, how a figure is made of its pairs, and the table that people read.
import { median, spread, steadyPairs } from './steady.ts';

export interface Figure {
  /** Stable and kebab-case, so that it can be followed through time. */
  name: string;
  value: number;
  unit: string;
  /** The floor measured in the same run, in the same unit. */
  against: number | null;
  /** Most that `value` may be, in the same unit; least where `atLeast`. */
  target: number | null;
  atLeast?: true;
  /** Null without a target, in a short run, and where the floor moved too far between pairs to judge. */
  met: boolean | null;
  /** Pairs, or runs where there is no floor, that the medians are made of. */
  pairs: number;
  /** How far the floors of these pairs lie apart (the values, where there is no floor), as a share of the least. */
  spread: number;
}

export interface Report {
  figures: Figure[];
  machine: string;
  commit: string;
  date: string;
}

export interface Measured {
  name: string;
  unit: string;
  values: readonly number[];
  floors?: readonly number[];
}

/**
 * `targetRatio`: most that the value may be of its floor, least where `atLeast`; `wanted`: steady pairs without which nothing is
 * judged.
 */
export function figureOf(sample: Measured, options: { wanted: number; targetRatio?: number; atLeast?: true }): Figure {
  const { name, unit, values, floors } = sample;
  if (floors === undefined) {
    const rest = { against: null, target: null, met: null, pairs: values.length, spread: rounded(spread(values)) };
    return { name, value: rounded(median(values)), unit, ...rest };
  }
  const steady = steadyPairs(floors);
  const isJudged = steady.length >= options.wanted && options.wanted > 1;
  // A floor that moved is shown as it was: over all pairs, with its spread.
  const used = steady.length >= options.wanted ? steady : floors.map((_, index) => index);
  const pick = (list: readonly number[]): number[] => used.map((index) => list[index] ?? Number.NaN);
  const [value, against] = [median(pick(values)), median(pick(floors))];
  const target = options.targetRatio === undefined ? null : rounded(against * options.targetRatio);
  const reaches = target !== null && (options.atLeast === true ? value >= target : value <= target);
  const met = target === null || !isJudged ? null : reaches;
  const apart = rounded(spread(pick(floors)));
  return {
    name,
    value: rounded(value),
    unit,
    against: rounded(against),
    target,
    ...(options.atLeast === true && { atLeast: true as const }),
    met,
    pairs: used.length,
    spread: apart,
  };
}

/** The value below which `share` of all lie; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** `target`: most that the percentile may be. */
export function percentileFigure(
  { name, unit, values }: Omit<Measured, 'floors'>,
  { share, target = null }: { share: number; target?: number | null },
): Figure {
  const value = percentile(values, share);
  const met = target === null ? null : value <= target;
  return {
    name,
    value: rounded(value),
    unit,
    against: null,
    target,
    met,
    pairs: values.length,
    spread: rounded(spread(values)),
  };
}

/** A rate beside its floor, and what it reaches of it: the median of the pairs' own ratios. One pair is judged by nobody. */
export function ratioFigure(
  { name, rateName, unit, values, floors }: Measured & { rateName: string; floors: readonly number[] },
  { atLeast }: { atLeast?: number },
): Figure[] {
  const rate = figureOf({ name: rateName, unit, values, floors }, { wanted: 1 });
  const ratios = values.map((value, pair) => value / (floors[pair] ?? Number.NaN));
  const value = rounded(median(ratios));
  const met = atLeast === undefined || ratios.length < 2 ? null : value >= atLeast;
  const target = atLeast === undefined ? { target: null } : { target: atLeast, atLeast: true as const };
  const shown = { name, value, unit: 'of the floor', against: null, ...target, met };
  return [rate, { ...shown, pairs: ratios.length, spread: rounded(spread(ratios)) }];
}

/** Four figures that count: more would be noise. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function wordFor({ target, met, pairs, spread: apart }: Figure): string {
  if (met !== null) return met ? 'met' : 'MISSED';
  if (target === null) return '';
  return pairs > 1 ? `not judged (±${Math.round(apart * 100)} %)` : 'not judged';
}

export function tableOf({ figures, machine, commit, date }: Report): string {
  const cells = figures.map((figure) => [
    figure.name,
    String(figure.value),
    figure.unit,
    figure.against === null ? '' : String(figure.against),
    figure.against === null || figure.against === 0 ? '' : `${(figure.value / figure.against).toFixed(2)}×`,
    figure.target === null ? '' : `${figure.atLeast === true ? '≥' : '≤'} ${figure.target}`,
    wordFor(figure),
    `${figure.pairs}`,
    `${Math.round(figure.spread * 100)} %`,
  ]);
  const rows = [['figure', 'value', 'unit', 'against', 'ratio', 'target', '', 'pairs', 'spread'], ...cells];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, '', `${machine} · ${commit} · ${date}`].join('\n');
}
