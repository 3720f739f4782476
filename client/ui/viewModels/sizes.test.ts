// Sizes and names of files as people and systems take them.
import { expect, test } from 'vitest';
import { recordingName } from './recordingName.ts';
import { sizeText } from './sizes.ts';

test.each([
  [0, '0 kB'],
  [999_999, '1,000 kB'],
  [1_234_567, '1.2 MB'],
  [34_567_890, '35 MB'],
  [2_500_000_000, '2.5 GB'],
  [7e15, '7,000,000 GB'],
])('%d bytes are %s', (bytes, text) => {
  expect(sizeText(bytes, 'en')).toBe(text);
});

test('a recording is named by its time, without what a file’s name may not hold', () => {
  expect(recordingName(new Date(2026, 2, 4, 9, 5, 7))).toBe('Conclave 2026-03-04 09.05.07');
});
