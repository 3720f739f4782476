// Where each tile stands, in CSS pixels of the stage: grid with pages, speaker with strip, one to one.

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
}
export interface SceneWish {
  mode: 'grid' | 'speaker';
  box: Box;
  /** In order; `self` marks one's own camera. */
  tiles: readonly { key: string; self: boolean; stream: 'camera' | 'screen' }[];
  /** Shown large in speaker mode and whenever it is a screen or pinned. */
  focus: string | null;
  pinned: boolean;
  /** From 0; clamped. */
  page: number;
}

/** Between tiles; PRODUCT: 8 px. */
export const GAP = 8;
/** Shape of a tile: narrower crops faces, wider shows walls. */
const WIDEST = 16 / 9;
const PHONE_WIDTH = 600;

/** Tiles on one page of the grid: more make faces too small to read and cost a decoder each. */
export const pageCapacity = ({ width, height }: Box): number => {
  if (width < PHONE_WIDTH) return height < 520 ? 4 : 6;
  if (height < 420) return 6;
  const area = width * height;
  if (area < 700_000) return 9;
  return area < 1_500_000 ? 16 : 25;
};

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

const onePage = (places: Place[]): Scene => ({ places, page: 0, pages: 1 });

const pageOf = <T>(
  items: readonly T[],
  capacity: number,
  wanted: number,
): { shown: T[]; page: number; pages: number } => {
  const pages = Math.max(1, Math.ceil(items.length / capacity));
  const page = Math.min(Math.max(0, wanted), pages - 1);
  // The last page is filled from the one before, so that its tiles are not suddenly huge.
  const start = Math.max(0, Math.min(page * capacity, items.length - capacity));
  return { shown: items.slice(start, start + capacity), page, pages };
};

/** The other person fills the stage, oneself sits in the corner. */
const oneToOne = (other: string, self: string, box: Box): Scene => {
  const width = Math.round(Math.min(256, Math.max(104, box.width * 0.22)));
  const tall = box.width < box.height;
  const height = Math.round(tall ? (width * 4) / 3 : (width * 9) / 16);
  const x = box.width - width - 2 * GAP;
  const y = box.height - height - 2 * GAP;
  return onePage([
    { key: other, role: 'focus', x: 0, y: 0, width: Math.floor(box.width), height: Math.floor(box.height) },
    { key: self, role: 'corner', x: Math.round(x), y: Math.round(y), width, height },
  ]);
};

/** One large, the rest in a strip at the side, or below where the stage is tall. */
const speakerScene = (wish: SceneWish, focus: string): Scene => {
  const { box } = wish;
  const rest = wish.tiles.filter((tile) => tile.key !== focus).map((tile) => tile.key);
  if (rest.length === 0) return onePage(gridPlaces([focus], box, 'focus'));
  const beside = box.width > box.height * 1.1 && box.width >= PHONE_WIDTH;
  const across = beside ? Math.round(Math.min(240, box.width * 0.22)) : Math.round(Math.min(132, box.height * 0.2));
  const cell = beside
    ? { width: across, height: Math.round((across * 9) / 16) }
    : { width: Math.round((across * 4) / 3), height: across };
  const along = beside ? box.height : box.width;
  const step = (beside ? cell.height : cell.width) + GAP;
  const { shown, page, pages } = pageOf(rest, Math.max(1, Math.floor((along + GAP) / step)), wish.page);
  const offset = Math.round((along - shown.length * step + GAP) / 2);
  const strip = shown.map((key, index): Place => {
    const run = offset + index * step;
    return beside
      ? { key, role: 'strip', x: box.width - across, y: run, ...cell }
      : { key, role: 'strip', x: run, y: box.height - across, ...cell };
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
  return { places: [large, ...strip], page, pages };
};

/** The whole stage for what is wished; never a tile outside the box, never two on one spot but the corner. */
export const sceneOf = (wish: SceneWish): Scene => {
  const { tiles, box, focus } = wish;
  if (tiles.length === 0 || box.width <= 0 || box.height <= 0) return { places: [], page: 0, pages: 1 };
  const focusTile = tiles.find((tile) => tile.key === focus);
  const large = focusTile !== undefined && (wish.mode === 'speaker' || wish.pinned || focusTile.stream === 'screen');
  const self = tiles.find((tile) => tile.self);
  const others = tiles.filter((tile) => !tile.self);
  const only = others[0];
  if (self !== undefined && only !== undefined && others.length === 1 && !wish.pinned && only.stream === 'camera') {
    return oneToOne(only.key, self.key, box);
  }
  if (large) return speakerScene(wish, focusTile.key);
  const { shown, page, pages } = pageOf(
    tiles.map((tile) => tile.key),
    pageCapacity(box),
    wish.page,
  );
  return { places: gridPlaces(shown, box, 'grid'), page, pages };
};
