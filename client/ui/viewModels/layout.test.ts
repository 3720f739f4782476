// Rules of layout.ts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  CORNERS,
  cornerAt,
  GAP,
  gridShape,
  pageCapacity,
  sceneOf,
  showsLarge,
  type Place,
  type SceneWish,
} from './layout.ts';

const people = (count: number): SceneWish['tiles'][number][] => [
  ...Array.from({ length: count }, (_, index) => ({ key: `p${index}/camera`, self: false, stream: 'camera' as const })),
  { key: 'me/camera', self: true, stream: 'camera' },
];
const wish = (changes: Partial<SceneWish>): SceneWish => ({
  layout: 'grid',
  box: { width: 1280, height: 640 },
  tiles: people(3),
  focus: null,
  solo: null,
  pageSize: 'auto',
  corner: 'bottomRight',
  page: 0,
  ...changes,
});
const speaks = (key: string) => ({ key, why: 'speaker' as const });
const overlaps = (a: Place, b: Place): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const anyWish = fc.record({
  layout: fc.constantFrom('grid' as const, 'speaker' as const),
  box: fc.record({ width: fc.integer({ min: 280, max: 3840 }), height: fc.integer({ min: 240, max: 2160 }) }),
  count: fc.integer({ min: 0, max: 60 }),
  screens: fc.integer({ min: 0, max: 2 }),
  focusAt: fc.integer({ min: 0, max: 61 }),
  why: fc.constantFrom('pin' as const, 'spotlight' as const, 'screen' as const, 'speaker' as const),
  isSolo: fc.boolean(),
  pageSize: fc.constantFrom('auto' as const, 9 as const, 16 as const, 25 as const),
  corner: fc.constantFrom(...CORNERS),
  page: fc.integer({ min: -1, max: 20 }),
});

test('no tile leaves the box and no two overlap but the one in the corner, whatever the wish', () => {
  fc.assert(
    fc.property(anyWish, ({ count, screens, focusAt, why, isSolo, box, ...rest }) => {
      const shared = Array.from({ length: screens }, (_, index) => ({
        key: `p${index}/screen`,
        self: false,
        stream: 'screen' as const,
      }));
      const tiles = [...shared, ...people(count)];
      const key = tiles[focusAt % tiles.length]?.key ?? '';
      const scene = sceneOf({ ...rest, box, tiles, focus: { key, why }, solo: isSolo ? key : null });
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
  for (const layout of ['grid', 'speaker'] as const) {
    const tiles = people(40);
    const first = sceneOf(wish({ layout, tiles, focus: speaks('p0/camera') }));
    const seen = new Set<string>();
    for (let page = 0; page < first.pages; page += 1) {
      for (const place of sceneOf(wish({ layout, tiles, focus: speaks('p0/camera'), page })).places)
        seen.add(place.key);
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
  const { places } = sceneOf(wish({ tiles, focus: { key: 'p0/screen', why: 'screen' } }));
  const [large, ...strip] = places;
  expect(large).toMatchObject({ key: 'p0/screen', role: 'focus' });
  expect(strip.every((place) => place.role === 'strip')).toBe(true);
  expect((large?.width ?? 0) * (large?.height ?? 0)).toBeGreaterThan(0.6 * 1280 * 640);
});

test('the strip lies below where the stage is tall, and beside where it is wide', () => {
  const tall = sceneOf(
    wish({ layout: 'speaker', focus: speaks('p0/camera'), box: { width: 360, height: 600 } }),
  ).places;
  const wide = sceneOf(wish({ layout: 'speaker', focus: speaks('p0/camera') })).places;
  expect(tall[1]?.y).toBeGreaterThan((tall[0]?.height ?? 0) - 1);
  expect(wide[1]?.x).toBeGreaterThan((wide[0]?.width ?? 0) - 1);
});

describe('a strip that is longer than the stage', () => {
  const stripOf = (height: number) => {
    const tiles = [{ key: 'p0/screen', self: false, stream: 'screen' as const }, ...people(3)];
    const scene = sceneOf(wish({ tiles, focus: { key: 'p0/screen', why: 'screen' }, box: { width: 1084, height } }));
    return { pages: scene.pages, tiles: scene.places.filter(({ role }) => role === 'strip') };
  };

  test('shrinks its tiles while they stay large enough, so that a line of words above the stage costs nobody’s face', () => {
    expect(stripOf(561)).toMatchObject({ pages: 1, tiles: Array.from({ length: 4 }, () => ({ height: 134 })) });
    for (const height of [536, 484, 428]) {
      const { pages, tiles } = stripOf(height);
      expect(pages).toBe(1);
      expect(tiles.length).toBe(4);
      expect(Math.min(...tiles.map((tile) => tile.height))).toBeGreaterThanOrEqual(100);
      expect(Math.min(...tiles.map((tile) => tile.y))).toBeGreaterThanOrEqual(0);
      expect(Math.max(...tiles.map((tile) => tile.y + tile.height))).toBeLessThanOrEqual(height);
      for (const tile of tiles) expect(tile.x + tile.width).toBe(1084);
    }
  });

  test('keeps their size and has pages where they would become too small', () => {
    const { pages, tiles } = stripOf(400);
    expect([pages, tiles.length]).toEqual([2, 2]);
    expect(tiles.map((tile) => tile.height)).toEqual([134, 134]);
  });
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

describe('what is large', () => {
  const tiles = people(5);
  const strip = (focus: string): string[] =>
    sceneOf(wish({ layout: 'speaker', tiles, focus: speaks(focus), box: { width: 1280, height: 900 } }))
      .places.filter(({ role }) => role === 'strip')
      .map(({ key }) => key);

  test.each([
    ['grid', 'speaker', false],
    ['speaker', 'speaker', true],
    ['grid', 'screen', true],
    ['grid', 'pin', true],
    ['grid', 'spotlight', true],
  ] as const)('in the %s, what is there as a %s is large: %s', (layout, why, large) => {
    const focus = { key: 'p1/camera', why };
    expect(showsLarge({ layout, focus })).toBe(large);
    expect(sceneOf(wish({ layout, focus })).places.some(({ role }) => role === 'focus')).toBe(large);
  });

  test('when another speaks, nobody in the strip moves but those two', () => {
    expect(strip('p0/camera')).toEqual(['p1/camera', 'p2/camera', 'p3/camera', 'p4/camera', 'me/camera']);
    expect(strip('p2/camera')).toEqual(['p1/camera', 'p0/camera', 'p3/camera', 'p4/camera', 'me/camera']);
    expect(strip('p4/camera')).toEqual(['p1/camera', 'p2/camera', 'p3/camera', 'p0/camera', 'me/camera']);
  });

  test('alone on the stage is whoever was asked for, until they are gone', () => {
    const alone = sceneOf(wish({ tiles, solo: 'p3/camera' })).places;
    expect(alone).toEqual([{ key: 'p3/camera', role: 'focus', x: 0, y: 0, width: 1280, height: 640 }]);
    expect(sceneOf(wish({ tiles, solo: 'gone/camera' })).places).toHaveLength(6);
  });
});

describe('one’s own tile', () => {
  test('is the last of the first page, however many there are', () => {
    const box = { width: 1000, height: 600 };
    for (const count of [2, 8, 9, 40]) {
      const { places } = sceneOf(wish({ tiles: people(count), box }));
      expect(places.at(-1)?.key).toBe('me/camera');
      expect(places).toHaveLength(Math.min(count + 1, 9));
    }
    expect(sceneOf(wish({ tiles: people(40), box, page: 1 })).places.some(({ key }) => key === 'me/camera')).toBe(
      false,
    );
  });

  test('stands in each of the four corners between two, and where it is dropped', () => {
    const box = { width: 1280, height: 640 };
    const centre = (corner: (typeof CORNERS)[number]) => {
      const place = sceneOf(wish({ tiles: people(1), box, corner })).places[1];
      return [(place?.x ?? 0) + (place?.width ?? 0) / 2, (place?.y ?? 0) + (place?.height ?? 0) / 2] as const;
    };
    for (const corner of CORNERS) expect(cornerAt(...centre(corner), box)).toBe(corner);
    expect(new Set(CORNERS.map((corner) => centre(corner).join())).size).toBe(4);
  });
});

test('the person’s choice of tiles on a page holds on a desk and not on a phone', () => {
  expect(pageCapacity({ width: 1920, height: 960 }, 9)).toBe(9);
  expect(pageCapacity({ width: 1000, height: 600 }, 25)).toBe(25);
  expect(pageCapacity({ width: 360, height: 620 }, 25)).toBe(6);
  expect(pageCapacity({ width: 740, height: 300 }, 25)).toBe(6);
});

test('a page holds 4 or 6 on a phone and up to 25 on a large screen', () => {
  expect(pageCapacity({ width: 360, height: 480 })).toBe(4);
  expect(pageCapacity({ width: 360, height: 620 })).toBe(6);
  expect(pageCapacity({ width: 1000, height: 600 })).toBe(9);
  expect(pageCapacity({ width: 1280, height: 672 })).toBe(16);
  expect(pageCapacity({ width: 1920, height: 960 })).toBe(25);
});

describe('a hall', () => {
  const hall = { key: 'hall/camera', self: false, stream: 'camera' as const, hall: true as const };
  const shown = (changes: Partial<SceneWish>) => sceneOf(wish(changes)).places.map(({ key }) => key);

  test('E-200 stays on every page of the grid and of the strip, and oneself on the first', () => {
    const tiles = [...people(30), hall];
    for (const changes of [{}, { layout: 'speaker', focus: speaks('p3/camera') }] as const) {
      const { pages } = sceneOf(wish({ tiles, ...changes }));
      expect(pages).toBeGreaterThan(2);
      for (let page = 0; page < pages; page += 1) expect(shown({ tiles, page, ...changes })).toContain(hall.key);
      expect(shown({ tiles, ...changes })).toContain('me/camera');
    }
    const seen = [0, 1, 2, 3].flatMap((page) => shown({ tiles, page }));
    expect(new Set(seen).size).toBe(tiles.length);
  });

  test('E-200 stands small beside who is large, is large where it is chosen, and takes a page in its turn where there is room for one', () => {
    const tiles = [...people(2), hall];
    const large = (focus: SceneWish['focus'], box = { width: 1280, height: 640 }) =>
      sceneOf(wish({ tiles, layout: 'speaker', focus, box })).places.find(({ role }) => role === 'focus')?.key;
    expect(large(speaks('p0/camera'))).toBe('p0/camera');
    expect(large({ key: hall.key, why: 'pin' })).toBe(hall.key);
    const small = { layout: 'speaker', focus: speaks('p0/camera'), box: { width: 280, height: 900 } } as const;
    const { pages } = sceneOf(wish({ tiles, ...small }));
    const seen = Array.from({ length: pages }, (_, page) => shown({ tiles, page, ...small })).flat();
    expect(new Set(seen).size).toBe(tiles.length);
  });
});
