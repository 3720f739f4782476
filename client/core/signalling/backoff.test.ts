// How long clients wait before they try again.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, returnPauseMs } from './backoff.ts';

describe('backoffMs', () => {
  it('grows, stays between half a ceiling and ten seconds, and never reaches nothing', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
        const ms = backoffMs(attempt, random);
        expect(ms).toBeGreaterThanOrEqual(150);
        expect(ms).toBeLessThanOrEqual(10_000);
        expect(backoffMs(attempt + 1, random)).toBeGreaterThanOrEqual(ms);
      }),
    );
  });
});

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('returnPauseMs', () => {
  it('is never nothing and three seconds at the longest in the first minute, and as ever after that', () => {
    fc.assert(
      fc.property(fc.nat(100), chance, fc.nat(200_000), (attempt, random, lostForMs) => {
        const ms = returnPauseMs(attempt, random, lostForMs);
        expect(ms).toBeGreaterThanOrEqual(150);
        if (lostForMs >= 60_000) expect(ms).toBe(backoffMs(attempt, random));
        else expect(ms).toBeLessThanOrEqual(3_000);
      }),
    );
  });

  it('spreads a crowd over all of the three seconds', () => {
    const thirds = [0, 0, 0];
    for (let one = 0; one < 3_000; one += 1) {
      const third = Math.floor(returnPauseMs(5, one / 3_000, 10_000) / 1_000);
      thirds[third] = (thirds[third] ?? 0) + 1;
    }
    for (const count of thirds) expect(count).toBeGreaterThan(900);
  });
});
