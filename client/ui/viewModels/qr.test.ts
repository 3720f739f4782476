// The squares that are drawn are the code's, with the margin that scanners need.
import { encode } from 'uqr';
import { expect, test } from 'vitest';
import { qrPath } from './qr.ts';

const LINK = `https://meet.example/r/${'A'.repeat(22)}#1.${'s'.repeat(32)}.${'h'.repeat(22)}`;

test('every dark module is drawn, and nothing else', () => {
  const { size, path } = qrPath(LINK);
  const drawn = new Set<string>();
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let at = 0; at < Number(run); at += 1) drawn.add(`${Number(x) + at} ${y}`);
  }
  const code = encode(LINK, { ecc: 'M', border: 4 });
  const dark = code.data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`${x} ${y}`] : [])));
  expect([...drawn].toSorted()).toEqual(dark.toSorted());
  expect(size).toBe(code.size);
});

test('four light modules stand around it', () => {
  const { size, path } = qrPath(LINK);
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    expect(Number(x)).toBeGreaterThanOrEqual(4);
    expect(Number(y)).toBeGreaterThanOrEqual(4);
    expect(Number(x) + Number(run)).toBeLessThanOrEqual(size - 4);
    expect(Number(y)).toBeLessThan(size - 4);
  }
});
