// Rules of duration.ts.
import { expect, test } from 'vitest';
import { clockText, isoDuration } from './duration.ts';

test.each([
  [0, '0:00'],
  [61_500, '1:01'],
  [3_599_999, '59:59'],
  [3_600_000, '1:00:00'],
  [-5, '0:00'],
])('%i ms read %s', (ms, text) => {
  expect(clockText(ms)).toBe(text);
});

test('isoDuration is whole seconds', () => {
  expect(isoDuration(61_500)).toBe('PT61S');
});
