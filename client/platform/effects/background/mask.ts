// Where the person is, frame by frame: steady over time, soft at the edge; and the blur of what is not the person.

/** Confidence 0 … 1 that a pixel is of the person, row by row. */
export interface Mask {
  width: number;
  height: number;
  values: Float32Array;
}

/** The least that a new frame moves the mask by: less trembles less and trails behind more. */
const LEAST_STEP = 0.4;
/** Below and above, a pixel is wholly background and wholly person; between, it is both, which is the soft edge. */
const EDGE = { from: 0.3, to: 0.8 };

/** Goes from `before` towards `now`, all the way where they differ much, since that is somebody moving. */
export const steady = (before: Float32Array | null, now: Float32Array): Float32Array => {
  if (before === null || before.length !== now.length) return Float32Array.from(now);
  return now.map((value, at) => {
    const old = before[at] ?? value;
    const difference = value - old;
    return old + difference * Math.min(1, LEAST_STEP + Math.abs(difference));
  });
};

/** 0 … 1 with a soft edge between. */
export const softened = (confidence: number): number => {
  const part = Math.min(1, Math.max(0, (confidence - EDGE.from) / (EDGE.to - EDGE.from)));
  return part * part * (3 - 2 * part);
};

/** A model sure of itself gives stairs for an edge: each pixel becomes a mean of itself and its neighbours, its own weight twice. */
export const feathered = ({ width, height, values }: Mask): Float32Array => {
  const across = (from: Float32Array, step: number, place: (at: number) => number, last: number): Float32Array =>
    from.map((value, at) => {
      const before = place(at) > 0 ? (from[at - step] ?? value) : value;
      const after = place(at) < last ? (from[at + step] ?? value) : value;
      return (before + 2 * value + after) / 4;
    });
  const rows = across(values, 1, (at) => at % width, width - 1);
  return across(rows, width, (at) => Math.floor(at / width), height - 1);
};

/** Red, green, blue and weight of each pixel. */
const CHANNELS = 4;

/** Half the size, weighted by how little of a pixel is the person. */
const halved = (rgba: Uint8ClampedArray, { width, height, values }: Mask): Float32Array => {
  const [w, h] = [width >> 1, height >> 1];
  const out = new Float32Array(w * h * CHANNELS);
  for (let y = 0; y < h * 2; y += 1) {
    for (let x = 0; x < w * 2; x += 1) {
      const from = y * width + x;
      const to = ((y >> 1) * w + (x >> 1)) * CHANNELS;
      const weight = 1 - softened(values[from] ?? 0);
      for (let channel = 0; channel < 3; channel += 1) {
        out[to + channel] = (out[to + channel] ?? 0) + (rgba[from * 4 + channel] ?? 0) * weight;
      }
      out[to + 3] = (out[to + 3] ?? 0) + weight;
    }
  }
  return out;
};

/** One box blur along lines of `length` pixels that lie `step` apart; a sliding sum, so that the radius costs nothing. */
const blurLine = (from: Float32Array, to: Float32Array, start: number, line: Line, radius: number): void => {
  const { length, step } = line;
  const at = (index: number): number => start + Math.min(length - 1, Math.max(0, index)) * step;
  for (let channel = 0; channel < CHANNELS; channel += 1) {
    let sum = 0;
    for (let index = -radius; index <= radius; index += 1) sum += from[at(index) + channel] ?? 0;
    for (let index = 0; index < length; index += 1) {
      to[start + index * step + channel] = sum / (2 * radius + 1);
      sum += (from[at(index + radius + 1) + channel] ?? 0) - (from[at(index - radius) + channel] ?? 0);
    }
  }
};
interface Line {
  length: number;
  step: number;
}

/** Three box blurs are as good as a Gaussian one. */
const PASSES = 3;

/** Colour where there is no background to take one from: under the person, far from any edge. */
const UNSEEN = 96;

/**
 * What is behind the person, blurred, at half the mask's size. The person's own colours do not run into it.
 * @param rgba the picture at the mask's size
 * @param radius pixels of half the mask's size
 */
export const blurBehind = (rgba: Uint8ClampedArray, mask: Mask, radius: number): Uint8ClampedArray<ArrayBuffer> => {
  const [width, height] = [mask.width >> 1, mask.height >> 1];
  const now = halved(rgba, mask);
  const spare = new Float32Array(now.length);
  for (let pass = 0; pass < PASSES; pass += 1) {
    const row = { length: width, step: CHANNELS };
    const column = { length: height, step: width * CHANNELS };
    for (let y = 0; y < height; y += 1) blurLine(now, spare, y * width * CHANNELS, row, radius);
    for (let x = 0; x < width; x += 1) blurLine(spare, now, x * CHANNELS, column, radius);
  }
  const out = new Uint8ClampedArray(width * height * 4);
  for (let at = 0; at < out.length; at += 4) {
    const weight = now[at + 3] ?? 0;
    for (let channel = 0; channel < 3; channel += 1) {
      out[at + channel] = weight > 1e-3 ? (now[at + channel] ?? 0) / weight : UNSEEN;
    }
    out[at + 3] = 255;
  }
  return out;
};
