// By how much a time moved: what is judged, and what is left open.
import { describe, expect, it } from 'vitest';
import { medianInterval, movedFigure, type Pair } from './moved.ts';

const pairsOf = (ratios: readonly number[]): Pair[] => ratios.map((ratio) => ({ calm: 2, attacked: 2 * ratio }));
const around = (middle: number): number[] => Array.from({ length: 36 }, (_, at) => middle + (at - 17.5) / 500);
const judge = (ratios: readonly number[], isJudged = true) => movedFigure('moved', pairsOf(ratios), 1.2, isJudged);

describe('the interval in which the median lies', () => {
  it('reaches as far as the sign test has it: the 12th and the 25th of 36, all of six, and no end of five', () => {
    const numbers = Array.from({ length: 36 }, (_, at) => at + 1);
    expect(medianInterval(numbers)).toEqual({ from: 12, to: 25 });
    expect(medianInterval([6, 5, 4, 3, 2, 1])).toEqual({ from: 1, to: 6 });
    expect(medianInterval([1, 2, 3, 4, 5])).toEqual({ from: -Infinity, to: Infinity });
  });
});

describe('by how much a time moved', () => {
  it('is met where the whole interval is below what may be, and missed where it is above', () => {
    expect(judge(around(1.1))).toMatchObject({ value: 1.1, met: true, pairs: 36 });
    expect(judge(around(1.3))).toMatchObject({ value: 1.3, met: false });
  });

  it('is not judged where the interval lies on both sides, of too few pairs, and in short', () => {
    expect(judge(around(1.2)).met).toBeNull();
    expect(judge([1, 1, 1, 1, 1]).met).toBeNull();
    expect(judge(around(1.1), false).met).toBeNull();
  });

  it('is moved little by a few turns in which the machine did something else', () => {
    const ratios = around(1.1);
    expect(judge([...ratios.slice(4), 9, 9, 9, 9]).met).toBe(true);
  });
});
