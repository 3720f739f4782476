// Rules of focus.ts.
import { describe, expect, test } from 'vitest';
import { focusOf, type FocusWish } from './focus.ts';
import type { Tile } from './tiles.ts';

const tile = (key: string, self = false): Tile => {
  const [peerId = '', stream] = key.split('/');
  const kind = stream === 'screen' ? 'screen' : 'camera';
  return {
    key,
    peerId,
    stream: kind,
    self,
    name: peerId,
    state: 'off',
    track: null,
    micOff: true,
    speaking: false,
    level: 0,
  };
};
const ROOM = [
  ...['a/screen', 'b/screen', 'a/camera', 'b/camera', 'c/camera'].map((key) => tile(key)),
  tile('me/camera', true),
];
const PEOPLE = ROOM.filter(({ stream }) => stream === 'camera');

const focus = (tiles: Tile[], changes: Partial<FocusWish>) =>
  focusOf(tiles, {
    pinned: null,
    spotlight: null,
    screens: ['b/screen', 'a/screen'],
    aside: new Set(),
    lastSpeaker: null,
    ...changes,
  });

describe('focusOf', () => {
  test('prefers my pin, then the spotlight, then the newest screen, then who spoke last, then the first', () => {
    const all = { pinned: 'c/camera', spotlight: 'b', lastSpeaker: 'a' };
    expect(focus(ROOM, all)).toEqual({ key: 'c/camera', why: 'pin' });
    expect(focus(ROOM, { ...all, pinned: null })).toEqual({ key: 'b/camera', why: 'spotlight' });
    expect(focus(ROOM, { lastSpeaker: 'b' })).toEqual({ key: 'a/screen', why: 'screen' });
    expect(focus(PEOPLE, { lastSpeaker: 'b' })).toEqual({ key: 'b/camera', why: 'speaker' });
    expect(focus(PEOPLE, {})).toEqual({ key: 'a/camera', why: 'speaker' });
  });

  test('takes the other screen when one ends, and whoever speaks when both are put aside', () => {
    const left = ROOM.filter(({ key }) => key !== 'a/screen');
    expect(focus(left, {})).toEqual({ key: 'b/screen', why: 'screen' });
    expect(focus(ROOM, { aside: new Set(['a/screen', 'b/screen']), lastSpeaker: 'c' })).toEqual({
      key: 'c/camera',
      why: 'speaker',
    });
    expect(focus(ROOM, { aside: new Set(['b/screen']) })?.key).toBe('a/screen');
  });

  test('passes over a pin and a spotlight of whoever is gone', () => {
    expect(focus(PEOPLE, { pinned: 'gone/camera', spotlight: 'gone', lastSpeaker: 'c' })?.key).toBe('c/camera');
  });

  test('never shows oneself large while others are there, in the spotlight or not', () => {
    expect(focus(PEOPLE, { spotlight: 'me', lastSpeaker: 'me' })?.key).toBe('a/camera');
    expect(focus([tile('me/camera', true)], {})?.key).toBe('me/camera');
    expect(focus([], {})).toBeNull();
  });
});

test('E-200 a hall is large where it is pinned, or there is nobody else, and not for being first or heard', () => {
  const hall: Tile = { ...tile('hall/camera'), hall: true };
  const none = { screens: [] };
  expect(focus([hall, ...PEOPLE], none)?.key).toBe('a/camera');
  expect(focus([hall, ...PEOPLE], { ...none, lastSpeaker: 'hall' })?.key).toBe('a/camera');
  expect(focus([hall, ...PEOPLE], { ...none, pinned: hall.key })).toEqual({ key: hall.key, why: 'pin' });
  expect(focus([hall, tile('me/camera', true)], none)?.key).toBe(hall.key);
});
