// Where each picture of a program stands, in CSS pixels of the box it is shown in: whoever watches, and on whatever.
import type { ProgramContent } from '#core';
import { GAP, gridShape, type Box } from './layout.ts';

export interface ScenePlace {
  /** `peerId/stream`. */
  key: string;
  peerId: string;
  stream: 'camera' | 'screen';
  x: number;
  y: number;
  width: number;
  height: number;
}

type Rect = Pick<ScenePlace, 'x' | 'y' | 'width' | 'height'>;
type Picture = Pick<ScenePlace, 'peerId' | 'stream'>;

/** More side by side are too narrow for faces; they stand in a grid. */
const MOST_IN_A_ROW = 3;
/** What is beside a shared screen takes so much of the box, and no more than so many pixels. */
const BESIDE_SHARE = 0.24;
const BESIDE_MOST = 360;
/** Below a shared screen, on a phone held upright, they take so much of the height. */
const BELOW_SHARE = 0.34;
/** In an upright box a shared screen gets no more height than it can need: few are squarer. */
const SCREEN_SHAPE = 4 / 3;
/** A box is upright below this shape. */
const UPRIGHT = 0.9;
/** A picture in an upright box is as high as this, so that a face is not cut to a slit of its middle. */
const UPRIGHT_SHAPE = 4 / 3;
/** Widest a single picture may be shown: beyond, a face loses its chin. */
const WIDEST = 16 / 9;

const cameraOf = (peerId: string): Picture => ({ peerId, stream: 'camera' });

const place = ({ peerId, stream }: Picture, { x, y, width, height }: Rect): ScenePlace => ({
  key: `${peerId}/${stream}`,
  peerId,
  stream,
  x: Math.round(x),
  y: Math.round(y),
  width: Math.floor(width),
  height: Math.floor(height),
});

/** As large as it gets without being wider, or in an upright box higher, than a picture should be; in the middle. */
const fitted = (box: Rect): Rect => {
  const isUpright = box.width < box.height * UPRIGHT;
  const width = Math.min(box.width, box.height * WIDEST);
  const height = isUpright ? Math.min(box.height, width * UPRIGHT_SHAPE) : box.height;
  return { x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height };
};

/** In one row, or, where the box is upright, in one column. */
const inLine = (pictures: readonly Picture[], box: Rect, along: 'row' | 'column'): ScenePlace[] => {
  const count = pictures.length;
  const whole = along === 'row' ? box.width : box.height;
  const each = (whole - GAP * (count - 1)) / count;
  return pictures.map((picture, index) => {
    const offset = index * (each + GAP);
    const cell =
      along === 'row'
        ? { x: box.x + offset, y: box.y, width: each, height: box.height }
        : { x: box.x, y: box.y + offset, width: box.width, height: each };
    return place(picture, cell);
  });
};

const inGrid = (pictures: readonly Picture[], box: Rect): ScenePlace[] => {
  const { columns, rows, width, height } = gridShape(pictures.length, box);
  const top = box.y + (box.height - rows * height - (rows - 1) * GAP) / 2;
  return pictures.map((picture, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, pictures.length - row * columns);
    const left = box.x + (box.width - inRow * width - (inRow - 1) * GAP) / 2;
    const x = left + (index - row * columns) * (width + GAP);
    return place(picture, { x, y: top + row * (height + GAP), width, height });
  });
};

/** The screen large, and whoever speaks beside it, or below it where the box is upright. */
const withScreen = (screen: string, speakers: readonly string[], box: Rect): ScenePlace[] => {
  const shown: Picture = { peerId: screen, stream: 'screen' };
  if (speakers.length === 0) return [place(shown, box)];
  const cameras = speakers.slice(0, MOST_IN_A_ROW).map(cameraOf);
  if (box.width < box.height * UPRIGHT) {
    const below = Math.round(Math.min(box.height * BELOW_SHARE, box.width / SCREEN_SHAPE));
    const above = Math.min(box.height - below - GAP, box.width / SCREEN_SHAPE);
    const top = box.y + (box.height - above - GAP - below) / 2;
    const strip = { x: box.x, y: top + above + GAP, width: box.width, height: below };
    const faces =
      cameras.length === 1 ? cameras.map((one) => place(one, fitted(strip))) : inLine(cameras, strip, 'row');
    return [place(shown, { ...box, y: top, height: above }), ...faces];
  }
  const beside = Math.round(Math.min(BESIDE_MOST, box.width * BESIDE_SHARE));
  const rest = box.width - beside - GAP;
  const each = (beside * 9) / 16;
  const column = cameras.length * (each + GAP) - GAP;
  const strip = {
    x: box.x + rest + GAP,
    y: box.y + Math.max(0, (box.height - column) / 2),
    width: beside,
    height: Math.min(column, box.height),
  };
  return [place(shown, { ...box, width: rest }), ...inLine(cameras, strip, 'column')];
};

/** Nobody stands twice, and never outside of the box; empty where nobody is on air. */
export const programPlaces = ({ layout, onAir, screen }: ProgramContent, size: Box): ScenePlace[] => {
  const box = { x: 0, y: 0, ...size };
  const people = [...new Set(onAir)];
  if (size.width <= 0 || size.height <= 0) return [];
  if (layout === 'screen' && screen !== null) return withScreen(screen, people, box);
  const [first] = people;
  if (first === undefined) return [];
  if (layout === 'solo' || people.length === 1) return [place(cameraOf(first), fitted(box))];
  const cameras = people.map(cameraOf);
  const isLine = layout === 'side' && people.length <= MOST_IN_A_ROW;
  if (!isLine) return inGrid(cameras, box);
  return inLine(cameras, box, size.width < size.height * UPRIGHT ? 'column' : 'row');
};
