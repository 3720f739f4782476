// Rules of safety.ts.
import { describe, expect, test } from 'vitest';
import type { RoomView } from '#core';
import { isSilenced, printOf, sealCause, sealState, shortened, unverifiedCount } from './safety.ts';

const keys = { epoch: 1, safetyCode: { digits: [], words: [] }, members: [] };
const locks: [RoomView['security'], boolean, string, string][] = [
  [{ state: 'securing' }, false, 'securing', 'securing'],
  [{ state: 'sealed', ...keys }, false, 'sealed', 'sealed'],
  [{ state: 'resyncing', cause: 'gap' }, false, 'resyncing', 'resyncing'],
  [{ state: 'fenced', cause: 'behind' }, false, 'fenced', 'behind'],
  [{ state: 'fenced', cause: 'silent' }, false, 'fenced', 'silent'],
  [{ state: 'fenced', cause: 'stale' }, false, 'fenced', 'stale'],
  [{ state: 'fenced', cause: 'split' }, true, 'split', 'split'],
  [{ state: 'held', ...keys }, true, 'held', 'held'],
  [{ state: 'resyncing', cause: 'gap' }, true, 'held', 'held'],
  [{ state: 'fenced', cause: 'stale' }, true, 'held', 'held'],
];

describe('the lock', () => {
  test.each(locks)('E-67 of %j, with a split seen: %s, is %s for %s', (security, splitSeen, state, cause) => {
    const view = { security, splitSeen };
    expect([sealState(view), sealCause(view)]).toEqual([state, cause]);
    expect(isSilenced(view)).toBe(state !== 'sealed' && state !== 'securing');
  });
});

describe('a comparison', () => {
  test('counts whoever came or came back since', () => {
    const comparison = {
      state: 'compared' as const,
      atMs: 1,
      names: ['Ana'],
      came: ['Bo'],
      returned: ['Cy'],
      left: ['Di'],
    };
    expect(unverifiedCount(comparison)).toBe(2);
    expect(unverifiedCount({ state: 'none' })).toBe(0);
  });
});

test('shortened counts the rest of a long list, but not a single one', () => {
  expect(shortened(['a', 'b', 'c'], 2)).toEqual({ shown: ['a', 'b', 'c'], more: 0 });
  expect(shortened(['a', 'b', 'c', 'd'], 2)).toEqual({ shown: ['a', 'b'], more: 2 });
});

test('printOf shows the beginning of a key’s hash in two groups', () => {
  expect(printOf('0123456789abcdef')).toBe('0123 4567');
});
