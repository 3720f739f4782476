// Rules of tiles.ts.
import { describe, expect, test } from 'vitest';
import type { Participant, RoomView, SelfView } from '#core';
import { roomView } from '../test/fakes.ts';
import { arrange, initialsOf, tilesOf, tintOf, type Tile } from './tiles.ts';

const track = (id: string) => ({ id }) as MediaStreamTrack;

const person = (peerId: string, changes: Partial<Participant> = {}): Participant => ({
  peerId,
  displayName: `Name of ${peerId}`,
  away: false,
  host: false,
  cohost: false,
  mic: { state: 'muted' },
  camera: { state: 'off' },
  screen: { state: 'off' },
  screenAudio: { state: 'off' },
  speaking: false,
  level: 0,
  ...changes,
});

const self: SelfView = {
  peerId: 'me',
  displayName: 'Maya',
  role: 'member',
  mic: { state: 'off' },
  camera: { state: 'off' },
  screen: { state: 'off' },
  sharing: { purpose: 'detail', sound: false },
  speaking: false,
  level: 0,
};

const view = (participants: Participant[], selfChanges: Partial<SelfView> = {}): RoomView =>
  roomView({ self: { ...self, ...selfChanges }, participants });

const only = (tiles: Tile[], key: string): Tile => {
  const tile = tiles.find((candidate) => candidate.key === key);
  if (tile === undefined) throw new Error(`no tile ${key}`);
  return tile;
};

describe('tilesOf', () => {
  test('puts screens first, then people, then oneself', () => {
    const tiles = tilesOf(view([person('a'), person('b', { screen: { state: 'playing', track: track('s') } })]), {
      selfShown: true,
    });
    expect(tiles.map((tile) => tile.key)).toEqual(['b/screen', 'a/camera', 'b/camera', 'me/camera']);
  });

  test('leaves oneself out when hidden, but not when nobody else is there', () => {
    expect(tilesOf(view([person('a')]), { selfShown: false }).map((tile) => tile.key)).toEqual(['a/camera']);
    expect(tilesOf(view([]), { selfShown: false }).map((tile) => tile.key)).toEqual(['me/camera']);
  });

  test('never shows one’s own screen to oneself', () => {
    const tiles = tilesOf(view([], { screen: { state: 'on', track: track('s'), sealed: true } }), { selfShown: true });
    expect(tiles.map((tile) => tile.stream)).toEqual(['camera']);
  });

  test.each([
    ['key', 'waitingKey'],
    ['network', 'waitingNetwork'],
    ['firstFrame', 'waitingFirstFrame'],
    ['codec', 'cannotShow'],
  ] as const)('says what a picture that waits for its %s waits for', (cause, state) => {
    const tiles = tilesOf(view([person('a', { camera: { state: 'waiting', cause } })]), { selfShown: true });
    expect(only(tiles, 'a/camera')).toMatchObject({ state, track: null });
  });

  test.each(['locked', 'foreign', 'damaged', 'setup'] as const)(
    'shows nothing of what fails as %s, and keeps the cause',
    (why) => {
      const failing = { state: 'waiting', cause: 'failing', why } as const;
      const tiles = tilesOf(view([person('a', { camera: failing }), person('b', { mic: failing })]), {
        selfShown: true,
      });
      expect(only(tiles, 'a/camera')).toMatchObject({ state: `failing.${why}`, track: null });
      expect(only(tiles, 'b/camera').state).toBe(`failing.${why}`);
    },
  );

  test.each<RoomView['security']>([
    { state: 'fenced', cause: 'silent' },
    { state: 'fenced', cause: 'split' },
    { state: 'resyncing', cause: 'gap' },
    { state: 'held', epoch: 1, safetyCode: { digits: [], words: [] }, members: [] },
  ])('E-67 says on one’s own tile that nothing is sent while $state', (security) => {
    const camera = { state: 'on', track: track('c'), sealed: true } as const;
    const mic = { state: 'on', track: track('m'), sealed: true } as const;
    const ownTile = (changes: Partial<SelfView>) =>
      only(tilesOf({ ...view([], changes), security }, { selfShown: true }), 'me/camera');
    expect(ownTile({ camera })).toMatchObject({ state: 'notSent', track: camera.track });
    expect(ownTile({ mic })).toMatchObject({ state: 'notSent', track: null });
    expect(ownTile({}).state).toBe('off');
  });

  test('says what the voice waits for when the picture is off', () => {
    const tiles = tilesOf(view([person('a', { mic: { state: 'waiting', cause: 'key' } })]), { selfShown: true });
    expect(only(tiles, 'a/camera').state).toBe('waitingKey');
    const camera = { state: 'waiting', cause: 'codec' } as const;
    const both = tilesOf(view([person('a', { camera, mic: { state: 'waiting', cause: 'key' } })]), { selfShown: true });
    expect(only(both, 'a/camera').state).toBe('waitingKey');
  });

  test('lets a playing picture play while the voice waits', () => {
    const camera = { state: 'playing', track: track('c') } as const;
    const tiles = tilesOf(view([person('a', { camera, mic: { state: 'waiting', cause: 'key' } })]), {
      selfShown: true,
    });
    expect(only(tiles, 'a/camera')).toMatchObject({ state: 'playing', track: camera.track });
  });

  test('shows no frozen picture of a person who is away', () => {
    const camera = { state: 'playing', track: track('c') } as const;
    const screen = { state: 'playing', track: track('s') } as const;
    const tiles = tilesOf(view([person('a', { away: true, camera, screen })]), { selfShown: true });
    expect(only(tiles, 'a/camera')).toMatchObject({ state: 'away', track: null });
    expect(only(tiles, 'a/screen')).toMatchObject({ state: 'away', track: null });
  });

  test('blames nobody else for what is missing while our own way to the server is lost', () => {
    const waits = { camera: { state: 'waiting', cause: 'network' } } as const;
    const seen = view([person('a', { away: true }), person('b', waits)]);
    for (const connection of ['reconnecting', 'restarting'] as const) {
      const tiles = tilesOf({ ...seen, connection }, { selfShown: true });
      expect([only(tiles, 'a/camera').state, only(tiles, 'b/camera').state]).toEqual(['off', 'off']);
    }
    expect(tilesOf(seen, { selfShown: false }).map(({ state }) => state)).toEqual(['away', 'waitingNetwork']);
  });

  test('marks a microphone that is muted or absent, not one that waits', () => {
    const tiles = tilesOf(view([person('a'), person('b', { mic: { state: 'waiting', cause: 'network' } })]), {
      selfShown: true,
    });
    expect(only(tiles, 'a/camera').micOff).toBe(true);
    expect(only(tiles, 'b/camera').micOff).toBe(false);
  });

  test('tells the states of one’s own camera apart', () => {
    const stateOf = (camera: SelfView['camera']) =>
      only(tilesOf(view([], { camera }), { selfShown: true }), 'me/camera').state;
    expect(stateOf({ state: 'starting' })).toBe('starting');
    expect(stateOf({ state: 'failed', fault: 'busy' })).toBe('failed');
    expect(stateOf({ state: 'muted', track: null })).toBe('off');
    expect(stateOf({ state: 'on', track: track('c'), sealed: false })).toBe('sealing');
    expect(stateOf({ state: 'on', track: track('c'), sealed: true })).toBe('playing');
  });
});

describe('arrange', () => {
  const playing = { state: 'playing', track: track('t') } as const;

  test('puts screens in the order in which they began, people by their seats, newcomers behind and oneself last', () => {
    const tiles = tilesOf(view([person('a', { screen: playing }), person('b', { screen: playing }), person('c')]), {
      selfShown: true,
    });
    const arranged = arrange(tiles, { seats: ['b', 'a'], screens: ['b/screen', 'a/screen'] });
    expect(arranged.map(({ key }) => key)).toEqual([
      'b/screen',
      'a/screen',
      'b/camera',
      'a/camera',
      'c/camera',
      'me/camera',
    ]);
  });
});

describe('initialsOf', () => {
  test.each([
    ['Ana Ferreira', 'AF'],
    ['  bo ', 'B'],
    ['Dana van Lindqvist', 'DL'],
    ['', ''],
    ['👩‍🚀 Kim', '👩‍🚀K'],
    ['王小明', '王'],
  ])('of %j are %j', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});

test('tintOf is the same for one Peer each time and within its range', () => {
  for (const peerId of ['a', 'abcdefghijklmnop', '-_-']) {
    expect(tintOf(peerId, 6)).toBe(tintOf(peerId, 6));
    expect(tintOf(peerId, 6)).toBeGreaterThanOrEqual(0);
    expect(tintOf(peerId, 6)).toBeLessThan(6);
  }
});

test('E-200 a hall has a tile after the people, with its picture, and no voice that rings it', () => {
  const hall = person('hall', {
    camera: { state: 'playing', track: track('stage') },
    screenAudio: { state: 'playing', track: track('applause') },
    speaking: true,
    level: 1,
  });
  const tiles = tilesOf({ ...view([person('a')]), halls: [hall] }, { selfShown: true });
  expect(tiles.map(({ key }) => key)).toEqual(['a/camera', 'hall/camera', 'me/camera']);
  expect(only(tiles, 'hall/camera')).toMatchObject({ hall: true, state: 'playing', speaking: false, level: 0 });
  expect(arrange(tiles, { seats: ['a'], screens: [] }).map(({ key }) => key)).toEqual([
    'a/camera',
    'hall/camera',
    'me/camera',
  ]);
});
