// Draws one frame anew: the person as filmed, and something else behind them. Nothing of the room is drawn unless it was blurred.
import { blurBehind, feathered, softened, steady, type Mask } from './mask.ts';
import type { Load, Look } from './protocol.ts';

/** What the model takes in (selfie_segmentation_landscape). */
const MODEL = { width: 256, height: 144 };
/** Pixels of half the model's size: at 1280 wide a radius of 2 hides print, one of 6 all but light and dark. */
const RADIUS = { slight: 2, strong: 6 };
/** Greatest height that is drawn: `light` costs about a quarter. */
const MAX_HEIGHT: Record<Load, number> = { full: 720, light: 360 };

export type Segment = (picture: OffscreenCanvas) => Float32Array;
/** A frame or a picture, with its size. */
export interface Source {
  picture: CanvasImageSource;
  width: number;
  height: number;
}
interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

const contextOf = (canvas: OffscreenCanvas, options?: CanvasRenderingContext2DSettings) => {
  const context = canvas.getContext('2d', options);
  if (context === null) throw new Error('no canvas to draw on');
  context.imageSmoothingQuality = 'high';
  return context;
};

/** The largest place inside `into` that keeps the shape of `size`. */
const contain = (size: { width: number; height: number }, into: typeof MODEL): Rect => {
  const scale = Math.min(into.width / size.width, into.height / size.height);
  const [width, height] = [size.width * scale, size.height * scale];
  return { x: (into.width - width) / 2, y: (into.height - height) / 2, width, height };
};

const even = (length: number): number => Math.max(2, 2 * Math.round(length / 2));

export class Compositor {
  readonly #segment: Segment;
  readonly #small = new OffscreenCanvas(MODEL.width, MODEL.height);
  readonly #mask = new OffscreenCanvas(MODEL.width, MODEL.height);
  readonly #behind = new OffscreenCanvas(MODEL.width / 2, MODEL.height / 2);
  readonly #whole = new OffscreenCanvas(MODEL.width, MODEL.height);
  readonly #smallContext = contextOf(this.#small, { willReadFrequently: true });
  readonly #maskContext = contextOf(this.#mask);
  readonly #behindContext = contextOf(this.#behind);
  readonly #wholeContext = contextOf(this.#whole);
  #steady: Float32Array | null = null;
  look: Look;
  load: Load = 'full';

  constructor(segment: Segment, look: Look) {
    this.#segment = segment;
    this.look = look;
  }

  /** The canvas with the whole new picture; it is drawn over at the next call. */
  draw({ picture, width, height }: Source): OffscreenCanvas {
    const scale = Math.min(1, MAX_HEIGHT[this.load] / height);
    const [w, h] = [even(width * scale), even(height * scale)];
    if (this.#whole.width !== w || this.#whole.height !== h) {
      this.#whole.width = w;
      this.#whole.height = h;
      this.#steady = null;
    }
    const place = contain({ width, height }, MODEL);
    this.#smallContext.clearRect(0, 0, MODEL.width, MODEL.height);
    this.#smallContext.drawImage(picture, place.x, place.y, place.width, place.height);
    this.#steady = steady(this.#steady, this.#segment(this.#small));
    const context = this.#wholeContext;
    this.#drawMask();
    context.globalCompositeOperation = 'copy';
    context.drawImage(this.#mask, place.x, place.y, place.width, place.height, 0, 0, w, h);
    context.globalCompositeOperation = 'source-in';
    context.drawImage(picture, 0, 0, w, h);
    context.globalCompositeOperation = 'destination-over';
    this.#drawBehind(place);
    return this.#whole;
  }

  #drawMask(): void {
    const image = new ImageData(MODEL.width, MODEL.height);
    const values = feathered({ ...MODEL, values: this.#steady ?? new Float32Array(0) });
    for (let at = 0; at < values.length; at += 1) image.data[at * 4 + 3] = Math.round(softened(values[at] ?? 0) * 255);
    this.#maskContext.putImageData(image, 0, 0);
  }

  #drawBehind(place: Rect): void {
    const { width, height } = this.#whole;
    if (this.look.kind === 'image') {
      const { image } = this.look;
      const cover = contain({ width, height }, { width: image.width, height: image.height });
      this.#wholeContext.drawImage(image, cover.x, cover.y, cover.width, cover.height, 0, 0, width, height);
      return;
    }
    const { data } = this.#smallContext.getImageData(0, 0, MODEL.width, MODEL.height);
    const mask: Mask = { ...MODEL, values: coveringBars(this.#steady ?? new Float32Array(0), place) };
    const blurred = blurBehind(data, mask, RADIUS[this.look.strength]);
    this.#behindContext.putImageData(new ImageData(blurred, MODEL.width / 2, MODEL.height / 2), 0, 0);
    const half = [place.x / 2, place.y / 2, place.width / 2, place.height / 2] as const;
    this.#wholeContext.drawImage(this.#behind, ...half, 0, 0, width, height);
  }
}

/** Bars beside an upright picture count as person, so that their black does not run into the blur. */
const coveringBars = (values: Float32Array, place: Rect): Float32Array => {
  if (place.x < 1 && place.y < 1) return values;
  return values.map((value, at) => {
    const [x, y] = [at % MODEL.width, Math.floor(at / MODEL.width)];
    const inside = x >= place.x && x < place.x + place.width && y >= place.y && y < place.y + place.height;
    return inside ? value : 1;
  });
};
