// Rules of seating.ts: tiles stay put.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comeForward, reseat } from './seating.ts';

const ids = fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 20 });
const movedIn = (before: readonly string[], after: readonly string[]): string[] =>
  before.filter((peerId, place) => after.includes(peerId) && after[place] !== peerId);

describe('reseat', () => {
  test('seats exactly those who are there, each once', () => {
    fc.assert(
      fc.property(ids, ids, (seats, present) => {
        expect(reseat(seats, present).toSorted()).toEqual(present.toSorted());
      }),
    );
  });

  test('nobody moves when people only come', () => {
    fc.assert(
      fc.property(ids, ids, (seats, more) => {
        expect(reseat(seats, [...new Set([...more, ...seats])]).slice(0, seats.length)).toEqual(seats);
      }),
    );
  });

  test('when people leave, at most as many others move as left', () => {
    fc.assert(
      fc.property(ids, ids, (seats, gone) => {
        const present = seats.filter((peerId) => !gone.includes(peerId));
        expect(movedIn(seats, reseat(seats, present)).length).toBeLessThanOrEqual(seats.length - present.length);
      }),
    );
  });

  test('the last one takes the place of who left, and the same seats stay the same object', () => {
    const seats = ['a', 'b', 'c', 'd'];
    expect(reseat(seats, ['a', 'c', 'd'])).toEqual(['a', 'd', 'c']);
    expect(reseat(seats, ['d', 'c', 'b', 'a'])).toBe(seats);
  });
});

describe('comeForward', () => {
  const seats = ['a', 'b', 'c', 'd', 'e'];
  const first = new Set(['a', 'b', 'c']);
  const heard = (speaker: string, heardAt: [string, number][] = [], seen = first) => ({
    speaker,
    first,
    seen,
    heardAt: new Map(heardAt),
  });

  test('whoever speaks on the first page, or on the page that is looked at, stays where they are', () => {
    expect(comeForward(seats, heard('b'))).toBe(seats);
    expect(comeForward(seats, heard('e', [], new Set(['d', 'e'])))).toBe(seats);
    expect(comeForward(seats, heard('gone'))).toBe(seats);
  });

  test('another changes places with the one on the first page who has been silent longest, and nobody else moves', () => {
    const silent: [string, number][] = [
      ['a', 3],
      ['b', 1],
      ['c', 2],
    ];
    expect(comeForward(seats, heard('e', silent))).toEqual(['a', 'e', 'c', 'd', 'b']);
  });

  test('the last of those who never spoke gives up their place before anybody who did', () => {
    expect(comeForward(seats, heard('d', [['c', 9]]))).toEqual(['a', 'd', 'c', 'b', 'e']);
  });
});
