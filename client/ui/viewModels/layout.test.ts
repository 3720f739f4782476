// Rules of layout.ts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GAP, gridShape, pageCapacity, sceneOf, type Place, type SceneWish } from './layout.ts';

const people = (count: number): SceneWish['tiles'][number][] => [
  ...Array.from({ length: count }, (_, index) => ({ key: `p${index}/camera`, self: false, stream: 'camera' as const })),
  { key: 'me/camera', self: true, stream: 'camera' },
];
const wish = (changes: Partial<SceneWish>): SceneWish => ({
  mode: 'grid',
  box: { width: 1280, height: 640 },
  tiles: people(3),
  focus: null,
  pinned: false,
  page: 0,
  ...changes,
});
const overlaps = (a: Place, b: Place): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const anyWish = fc.record({
  mode: fc.constantFrom('grid' as const, 'speaker' as const),
  box: fc.record({ width: fc.integer({ min: 280, max: 3840 }), height: fc.integer({ min: 240, max: 2160 }) }),
  count: fc.integer({ min: 0, max: 60 }),
  screens: fc.integer({ min: 0, max: 2 }),
  focusAt: fc.integer({ min: 0, max: 61 }),
  pinned: fc.boolean(),
  page: fc.integer({ min: -1, max: 20 }),
});

test('no tile leaves the box and no two overlap but the one in the corner, whatever the wish', () => {
  fc.assert(
    fc.property(anyWish, ({ mode, box, count, screens, focusAt, pinned, page }) => {
      const shared = Array.from({ length: screens }, (_, index) => ({
        key: `p${index}/screen`,
        self: false,
        stream: 'screen' as const,
      }));
      const tiles = [...shared, ...people(count)];
      const focus = tiles[focusAt % tiles.length]?.key ?? null;
      const scene = sceneOf({ mode, box, tiles, focus, pinned, page });
      expect(scene.places.length).toBeGreaterThan(0);
      for (const place of scene.places) {
        expect(place.x).toBeGreaterThanOrEqual(0);
        expect(place.y).toBeGreaterThanOrEqual(0);
        expect(place.x + place.width).toBeLessThanOrEqual(box.width + 1);
        expect(place.y + place.height).toBeLessThanOrEqual(box.height + 1);
        expect(Math.min(place.width, place.height)).toBeGreaterThan(0);
      }
      const flat = scene.places.filter((place) => place.role !== 'corner');
      for (const [index, place] of flat.entries()) {
        for (const other of flat.slice(index + 1)) expect(overlaps(place, other)).toBe(false);
      }
    }),
  );
});

test('the pages together show every tile', () => {
  for (const mode of ['grid', 'speaker'] as const) {
    const tiles = people(40);
    const first = sceneOf(wish({ mode, tiles, focus: 'p0/camera' }));
    const seen = new Set<string>();
    for (let page = 0; page < first.pages; page += 1) {
      for (const place of sceneOf(wish({ mode, tiles, focus: 'p0/camera', page })).places) seen.add(place.key);
    }
    expect(first.pages).toBeGreaterThan(1);
    expect(seen.size).toBe(tiles.length);
  }
});

test('a page that is no longer there is clamped to the last', () => {
  const scene = sceneOf(wish({ tiles: people(40), page: 99 }));
  expect(scene.page).toBe(scene.pages - 1);
});

test('two people are one to one: the other fills the stage, oneself is in the corner', () => {
  const { places } = sceneOf(wish({ tiles: people(1) }));
  expect(places.map(({ key, role }) => [key, role])).toEqual([
    ['p0/camera', 'focus'],
    ['me/camera', 'corner'],
  ]);
  expect(places[0]).toMatchObject({ x: 0, y: 0, width: 1280, height: 640 });
});

test('a shared screen is shown large even in the grid', () => {
  const tiles = [{ key: 'p0/screen', self: false, stream: 'screen' as const }, ...people(3)];
  const { places } = sceneOf(wish({ tiles, focus: 'p0/screen' }));
  const [large, ...strip] = places;
  expect(large).toMatchObject({ key: 'p0/screen', role: 'focus' });
  expect(strip.every((place) => place.role === 'strip')).toBe(true);
  expect((large?.width ?? 0) * (large?.height ?? 0)).toBeGreaterThan(0.6 * 1280 * 640);
});

test('the strip lies below where the stage is tall, and beside where it is wide', () => {
  const tall = sceneOf(wish({ mode: 'speaker', focus: 'p0/camera', box: { width: 360, height: 600 } })).places;
  const wide = sceneOf(wish({ mode: 'speaker', focus: 'p0/camera' })).places;
  expect(tall[1]?.y).toBeGreaterThan((tall[0]?.height ?? 0) - 1);
  expect(wide[1]?.x).toBeGreaterThan((wide[0]?.width ?? 0) - 1);
});

test('nothing is placed without a box or without tiles', () => {
  expect(sceneOf(wish({ box: { width: 0, height: 0 } })).places).toEqual([]);
  expect(sceneOf(wish({ tiles: [] })).places).toEqual([]);
});

describe('gridShape', () => {
  test('lets someone alone fill a stage of common shape, and keeps the shape of a picture on a wider one', () => {
    expect(gridShape(1, { width: 1264, height: 672 })).toMatchObject({ width: 1264, height: 672 });
    expect(gridShape(1, { width: 1600, height: 600 })).toMatchObject({ width: 1066, height: 600 });
  });

  test.each([
    [1, 1, 1],
    [2, 2, 1],
    [4, 2, 2],
    [6, 3, 2],
    [9, 3, 3],
    [12, 4, 3],
  ])('puts %i tiles on a wide stage in %i columns and %i rows', (count, columns, rows) => {
    expect(gridShape(count, { width: 1280, height: 640 })).toMatchObject({ columns, rows });
  });

  test('puts tiles of a phone on top of each other before beside', () => {
    expect(gridShape(2, { width: 344, height: 600 })).toMatchObject({ columns: 1, rows: 2 });
    expect(gridShape(6, { width: 344, height: 620 })).toMatchObject({ columns: 2, rows: 3 });
  });

  test('keeps the gap between tiles', () => {
    const { places } = sceneOf(wish({ tiles: people(3), box: { width: 1280, height: 640 } }));
    const [first, second] = places;
    expect((second?.x ?? 0) - ((first?.x ?? 0) + (first?.width ?? 0))).toBe(GAP);
  });
});

test('a page holds 4 or 6 on a phone and up to 25 on a large screen', () => {
  expect(pageCapacity({ width: 360, height: 480 })).toBe(4);
  expect(pageCapacity({ width: 360, height: 620 })).toBe(6);
  expect(pageCapacity({ width: 1000, height: 600 })).toBe(9);
  expect(pageCapacity({ width: 1280, height: 672 })).toBe(16);
  expect(pageCapacity({ width: 1920, height: 960 })).toBe(25);
});
