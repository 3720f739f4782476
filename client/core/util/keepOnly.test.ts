import { expect, test } from 'vitest';
import { keepOnly } from './keepOnly.ts';

test('whatever is known of those who are not there any more is forgotten, and of the others nothing', () => {
  const known = new Map([
    ['ana', 1],
    ['ben', 2],
  ]);
  const told = new Set(['ana', 'ben', 'cem']);
  keepOnly(known, ['ben', 'dov']);
  keepOnly(told, new Set(['ana']));
  expect([...known]).toEqual([['ben', 2]]);
  expect([...told]).toEqual(['ana']);
});
