// Rules of words.ts: what the lock and the comparison say.
import { beforeEach, describe, expect, test } from 'vitest';
import type { ComparisonView } from '#core';
import { setLanguage } from '../../i18n/index.ts';
import { timeText } from '../../i18n/time.ts';
import { roomView } from '../../test/fakes.ts';
import { comparisonWords, namesInWords, sealWords } from './words.ts';

beforeEach(() => setLanguage('en'));

const atMs = Date.UTC(2026, 4, 12, 14, 2);
const compared = (more: Partial<Extract<ComparisonView, { state: 'compared' }>> = {}): ComparisonView => ({
  state: 'compared',
  atMs,
  names: ['Ana', 'Ben'],
  came: [],
  returned: [],
  left: [],
  ...more,
});
const sealed = { state: 'sealed', epoch: 1, safetyCode: { digits: [], words: [] }, members: [] } as const;

describe('the lock', () => {
  test('E-100 says verified only while everybody is', () => {
    const words = (comparison: ComparisonView) =>
      sealWords(roomView({ security: { ...sealed, members: [] }, comparison } as never));
    expect(words({ state: 'none' })).toBe('Sealed');
    expect(words(compared())).toBe('Sealed, verified');
    expect(words(compared({ left: ['Ben'] }))).toBe('Sealed, verified');
    expect(words(compared({ came: ['Dana'] }))).toBe('Sealed, 1 new');
  });

  test('E-100 says nothing of a comparison while it is not sealed', () => {
    expect(sealWords(roomView({ comparison: compared() }))).toBe('Securing…');
  });
});

describe('a comparison', () => {
  test('E-101 is told with whom, when, and what changed since', () => {
    expect(comparisonWords(compared({ came: ['Dana'], returned: ['Ben'], left: ['Ana'] }))).toEqual({
      with: `Verified at ${timeText(atMs)} with Ana and Ben.`,
      since: [
        'Since then also Dana (not verified).',
        'Back with another key since then: Ben (not verified).',
        'Left since then: Ana.',
      ],
    });
    expect(comparisonWords({ state: 'none' })).toBeNull();
  });

  test('names some, counts the others, and leaves no name blank', () => {
    expect(namesInWords(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I'])).toBe('A, B, C, D, E, F, and 3 more');
    expect(namesInWords(['', 'Ana'])).toBe('Someone and Ana');
    setLanguage('fr');
    expect(namesInWords(['Ana', 'Ben'])).toBe('Ana et Ben');
  });
});
