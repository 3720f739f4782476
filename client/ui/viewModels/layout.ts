// Where each tile stands, in CSS pixels of the stage: grid with pages, speaker with strip, one to one, one alone.
import type { Focus } from './focus.ts';

export interface Box {
  width: number;
  height: number;
}
export interface Place {
  key: string;
  role: 'grid' | 'focus' | 'strip' | 'corner';
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface Scene {
  /** Only the tiles on this page. */
  places: Place[];
  page: number;
  pages: number;
  /** Keys of the tiles on the first page, without the one shown large. */
  first: string[];
}
export type Layout = 'grid' | 'speaker';
/** The most tiles on a page of the grid that the person wants; by the size of the stage where they say nothing. */
export const PAGE_SIZES = ['auto', 9, 16, 25] as const;
export type PageSize = (typeof PAGE_SIZES)[number];
/** Where one's own picture stands when there are two. In order of a walk around the stage. */
export const CORNERS = ['bottomRight', 'bottomLeft', 'topLeft', 'topRight'] as const;
export type Corner = (typeof CORNERS)[number];

interface SceneTile {
  key: string;
  self: boolean;
  stream: 'camera' | 'screen';
  /** Stays in sight on every page. */
  hall?: true;
}
export interface SceneWish {
  layout: Layout;
  box: Box;
  /** In order; `self` marks one's own camera. */
  tiles: readonly SceneTile[];
  /** Shown large in the speaker layout, and in the grid too unless it only speaks. */
  focus: Pick<Focus, 'key' | 'why'> | null;
  /** Alone on the stage. */
  solo: string | null;
  pageSize: PageSize;
  corner: Corner;
  /** From 0; clamped. */
  page: number;
}

/** Between tiles; PRODUCT: 8 px. */
export const GAP = 8;
/** Shape of a tile: narrower crops faces, wider shows walls. */
const WIDEST = 16 / 9;
const PHONE_WIDTH = 600;
const PHONE_HEIGHT = 420;

/** Tiles on one page of the grid: more make faces too small to read and cost a decoder each. A phone's size is not to be chosen. */
export const pageCapacity = ({ width, height }: Box, wanted: PageSize = 'auto'): number => {
  if (width < PHONE_WIDTH) return height < 520 ? 4 : 6;
  if (height < PHONE_HEIGHT) return 6;
  if (wanted !== 'auto') return wanted;
  const area = width * height;
  if (area < 700_000) return 9;
  return area < 1_500_000 ? 16 : 25;
};

/** Upright, or on its side. */
export const isPhone = ({ width, height }: Box): boolean => width < PHONE_WIDTH || height < PHONE_HEIGHT;

/** Someone alone on the stage fills it, unless that would cut off more than an eighth of the picture. */
const FILLS = 2;

/** Rows and columns that give `count` tiles the most area in `box`. Tile sizes in whole pixels. */
export const gridShape = (
  count: number,
  box: Box,
): { columns: number; rows: number; width: number; height: number } => {
  const narrowest = box.width < PHONE_WIDTH ? 3 / 4 : 1.2;
  let best = { columns: 1, rows: Math.max(1, count), width: 0, height: 0 };
  for (let columns = 1; columns <= Math.max(1, count); columns += 1) {
    const rows = Math.max(1, Math.ceil(count / columns));
    let width = (box.width - GAP * (columns - 1)) / columns;
    let height = (box.height - GAP * (rows - 1)) / rows;
    if (width <= 0 || height <= 0) continue;
    const widest = count === 1 ? FILLS : WIDEST;
    if (width / height > widest) width = height * WIDEST;
    if (width / height < narrowest) height = width / narrowest;
    if (width * height > best.width * best.height)
      best = { columns, rows, width: Math.floor(width), height: Math.floor(height) };
  }
  return best;
};

const gridPlaces = (keys: readonly string[], box: Box, role: Place['role'], at = { x: 0, y: 0 }): Place[] => {
  const { columns, rows, width, height } = gridShape(keys.length, box);
  const top = at.y + (box.height - rows * height - (rows - 1) * GAP) / 2;
  return keys.map((key, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, keys.length - row * columns);
    const left = at.x + (box.width - inRow * width - (inRow - 1) * GAP) / 2;
    const x = Math.round(left + (index - row * columns) * (width + GAP));
    return { key, role, x, y: Math.round(top + row * (height + GAP)), width, height };
  });
};

const onePage = (places: Place[]): Scene => ({ places, page: 0, pages: 1, first: [] });

/** One's own tile is the last of the first page: the others do not move for it, and it is not lost in a crowd. */
const withSelf = (tiles: readonly SceneTile[], capacity: number): string[] => {
  const others = tiles.filter((tile) => !tile.self).map((tile) => tile.key);
  const self = tiles.filter((tile) => tile.self).map((tile) => tile.key);
  const ahead = Math.max(1, capacity - self.length);
  return [...others.slice(0, ahead), ...self, ...others.slice(ahead)];
};

/** People by pages, and halls on each of them: who speaks to a hall looks at it all along. */
const pagesOf = (tiles: readonly SceneTile[], capacity: number, wanted: number): ReturnType<typeof pageOf> => {
  const halls = tiles.filter((tile) => tile.hall);
  // Where there is no room beside them they turn up in their turn.
  if (halls.length >= capacity) return pageOf(withSelf(tiles, capacity), capacity, wanted);
  const left = capacity - halls.length;
  const others = tiles.filter((tile) => !tile.hall);
  const { shown, ...paging } = pageOf(withSelf(others, left), left, wanted);
  return { shown: [...shown, ...halls.map((tile) => tile.key)], ...paging };
};

const pageOf = (
  keys: readonly string[],
  capacity: number,
  wanted: number,
): { shown: string[]; page: number; pages: number; first: string[] } => {
  const pages = Math.max(1, Math.ceil(keys.length / capacity));
  const page = Math.min(Math.max(0, wanted), pages - 1);
  // The last page is filled from the one before, so that its tiles are not suddenly huge.
  const start = Math.max(0, Math.min(page * capacity, keys.length - capacity));
  return { shown: keys.slice(start, start + capacity), page, pages, first: keys.slice(0, capacity) };
};

/** The other person fills the stage, oneself sits in a corner. */
const oneToOne = (other: string, self: string, { box, corner }: SceneWish): Scene => {
  const width = Math.round(Math.min(256, Math.max(104, box.width * 0.22)));
  const tall = box.width < box.height;
  const height = Math.round(tall ? (width * 4) / 3 : (width * 9) / 16);
  const right = Math.round(box.width - width - 2 * GAP);
  const bottom = Math.round(box.height - height - 2 * GAP);
  const x = corner === 'bottomRight' || corner === 'topRight' ? right : Math.min(right, 2 * GAP);
  const y = corner === 'bottomRight' || corner === 'bottomLeft' ? bottom : Math.min(bottom, 2 * GAP);
  return onePage([
    { key: other, role: 'focus', x: 0, y: 0, width: Math.floor(box.width), height: Math.floor(box.height) },
    { key: self, role: 'corner', x, y, width, height },
  ]);
};

/** The corner nearest to a point of the stage. */
export const cornerAt = (x: number, y: number, box: Box): Corner => {
  if (y < box.height / 2) return x < box.width / 2 ? 'topLeft' : 'topRight';
  return x < box.width / 2 ? 'bottomLeft' : 'bottomRight';
};

/** Who is large changes places with the first person: of those in the strip only that one moves, and who was large before. */
const stripTiles = (tiles: readonly SceneTile[], focus: string): SceneTile[] => {
  const large = tiles.find((tile) => tile.key === focus);
  const first = tiles.find((tile) => tile.stream === 'camera' && !tile.self && !tile.hall);
  const changes = large?.stream === 'camera' && !large.self && !large.hall && first !== undefined;
  if (!changes) return tiles.filter((tile) => tile.key !== focus);
  return tiles.filter((tile) => tile !== first).map((tile) => (tile === large ? first : tile));
};

/** A strip's tiles may shrink by so much before one has to go to the next page: a line of words above the stage must cost nobody's face. */
const LEAST_STRIP = 0.75;

/** Room for the strip's tiles: their size across it and along it, and how many there are on a page. */
const stripShape = (count: number, box: Box, beside: boolean): { across: number; run: number; capacity: number } => {
  const wanted = Math.round(beside ? Math.min(240, box.width * 0.22) : Math.min(132, box.height * 0.2));
  const [along, shape] = beside ? [box.height, 9 / 16] : [box.width, 4 / 3];
  const full = wanted * shape;
  const whole = (along - GAP * (count - 1)) / count;
  const run = whole < full && whole >= full * LEAST_STRIP ? Math.floor(whole) : Math.round(full);
  const across = run === Math.round(full) ? wanted : Math.floor(run / shape);
  return { across, run, capacity: Math.max(1, Math.floor((along + GAP) / (run + GAP))) };
};

/** One large, the rest in a strip at the side, or below where the stage is tall. */
const speakerScene = (wish: SceneWish, focus: string): Scene => {
  const { box } = wish;
  const rest = stripTiles(wish.tiles, focus);
  if (rest.length === 0) return onePage(gridPlaces([focus], box, 'focus'));
  const beside = box.width > box.height * 1.1 && box.width >= PHONE_WIDTH;
  const { across, run, capacity } = stripShape(rest.length, box, beside);
  const cell = beside ? { width: across, height: run } : { width: run, height: across };
  const along = beside ? box.height : box.width;
  const step = run + GAP;
  const { shown, ...paging } = pagesOf(rest, capacity, wish.page);
  const offset = Math.round((along - shown.length * step + GAP) / 2);
  const strip = shown.map((key, index): Place => {
    const at = offset + index * step;
    return beside
      ? { key, role: 'strip', x: box.width - across, y: at, ...cell }
      : { key, role: 'strip', x: at, y: box.height - across, ...cell };
  });
  const stage = beside
    ? { width: box.width - across - GAP, height: box.height }
    : { width: box.width, height: box.height - across - GAP };
  const large: Place = {
    key: focus,
    role: 'focus',
    x: 0,
    y: 0,
    width: Math.floor(stage.width),
    height: Math.floor(stage.height),
  };
  return { places: [large, ...strip], ...paging };
};

/** Whether one tile is shown large: the layout that a person sees, whatever they chose for when nothing is to be looked at. */
export const showsLarge = ({ layout, focus }: Pick<SceneWish, 'layout' | 'focus'>): boolean =>
  focus !== null && (layout === 'speaker' || focus.why !== 'speaker');

/** The two of a conversation, where there is nothing but one person and oneself. */
const pairOf = ({ tiles, focus }: SceneWish): { other: string; self: string } | null => {
  const self = tiles.find((tile) => tile.self);
  const [only, ...more] = tiles.filter((tile) => !tile.self);
  if (self === undefined || only?.stream !== 'camera' || more.length > 0 || focus?.why === 'pin') return null;
  return { other: only.key, self: self.key };
};

/** The whole stage for what is wished; never a tile outside the box, never two on one spot but the corner. */
export const sceneOf = (wish: SceneWish): Scene => {
  const { tiles, box, focus, solo } = wish;
  if (tiles.length === 0 || box.width <= 0 || box.height <= 0) return onePage([]);
  if (tiles.some((tile) => tile.key === solo)) {
    const whole = { x: 0, y: 0, width: Math.floor(box.width), height: Math.floor(box.height) };
    return onePage([{ key: solo ?? '', role: 'focus', ...whole }]);
  }
  const pair = pairOf(wish);
  if (pair !== null) return oneToOne(pair.other, pair.self, wish);
  if (focus !== null && showsLarge(wish) && tiles.some((tile) => tile.key === focus.key)) {
    return speakerScene(wish, focus.key);
  }
  const capacity = pageCapacity(box, wish.pageSize);
  const { shown, ...paging } = pagesOf(tiles, capacity, wish.page);
  return { places: gridPlaces(shown, box, 'grid'), ...paging };
};
