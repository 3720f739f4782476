// What is judged of pairs, and what the table says of it.
import { describe, expect, it } from 'vitest';
import { figureOf, tableOf, type Figure } from './figures.ts';

const place = { machine: '2 × anything', commit: 'abc', date: '2026-01-01T00:00:00.000Z' };
const tableRow = (figure: Figure): string => tableOf({ figures: [figure], ...place }).split('\n')[1] ?? '';

describe('a figure', () => {
  const sample = { name: 'seal-1', unit: 'µs', values: [14, 40, 15], floors: [10, 20, 10.5] };

  it('is made of its steady pairs, and met where their median is within the target', () => {
    const figure = figureOf(sample, { wanted: 2, targetRatio: 1.5 });
    expect(figure).toMatchObject({ value: 14.5, against: 10.25, target: 15.38, met: true, pairs: 2, spread: 0.05 });
    expect(figureOf(sample, { wanted: 2, targetRatio: 1.4 })).toMatchObject({ target: 14.35, met: false });
  });

  it('is made of all pairs and not judged where too few were steady', () => {
    const figure = figureOf(sample, { wanted: 3, targetRatio: 1.5 });
    expect(figure).toMatchObject({ value: 15, against: 10.5, met: null, pairs: 3, spread: 1 });
    expect(tableRow(figure)).toContain('not judged (±100 %)');
  });

  it('has a ratio in the table where there is a floor to divide by', () => {
    expect(tableRow(figureOf(sample, { wanted: 2 }))).toContain('1.41×');
    const onNothing = figureOf({ ...sample, floors: [0, 0, 0] }, { wanted: 2 });
    expect(tableRow(onNothing)).not.toContain('×');
  });
});

it('a figure that is to reach a share of its floor is met from there on', () => {
  const sample = { name: 'viewers', unit: 'viewers', values: [96, 95, 97], floors: [100, 100, 100] };
  expect(figureOf(sample, { wanted: 3, targetRatio: 0.95, atLeast: true })).toMatchObject({ target: 95, met: true });
  const missed = figureOf(sample, { wanted: 3, targetRatio: 0.97, atLeast: true });
  expect(missed).toMatchObject({ target: 97, atLeast: true, met: false });
  expect(tableRow(missed)).toContain('≥ 97');
});
