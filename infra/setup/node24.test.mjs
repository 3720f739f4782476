import { expect, test } from 'vitest';
import { majorOf } from './node24.mjs';

test.each([
  ['v24.21.0', 24],
  ['20.9.0', 20],
  ['v100.0.1-nightly', 100],
])('the major of %s is %i', (version, major) => {
  expect(majorOf(version)).toBe(major);
});

test('what is no version is no Node that is new enough', () => {
  expect(majorOf('') >= 24).toBe(false);
  expect(majorOf('command not found') >= 24).toBe(false);
});
