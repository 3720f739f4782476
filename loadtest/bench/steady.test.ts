// Which pairs are judged when the machine's floor moves under them.
import { describe, expect, it } from 'vitest';
import { median, spread, steadyPairs } from './steady.ts';

describe('steady pairs', () => {
  it('keeps the most pairs whose floors lie within a tenth of each other', () => {
    expect(steadyPairs([10, 15, 10.5, 9.9, 15.1])).toEqual([3, 0, 2]);
  });

  it('keeps one of two where the floor moved between them', () => {
    expect(steadyPairs([10, 12])).toEqual([0]);
    expect(steadyPairs([])).toEqual([]);
  });

  it('takes the middle, or half way between two middles', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it('tells how far values lie apart, as a share of the least', () => {
    expect(spread([10, 12, 11])).toBeCloseTo(0.2);
    expect(spread([5])).toBe(0);
    expect(spread(Array.from({ length: 300_000 }, (_, index) => 1 + (index % 2)))).toBe(1);
  });
});
