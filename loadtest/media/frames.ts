// Encoded frames as far as an SFU and a sealer look at them: the sizes and headers of a talking head, and noise for the rest.
import { randomFillSync } from 'node:crypto';

export interface Layer {
  bitrate: number;
  width: number;
  height: number;
}

/** Lowest first. */
export const LAYERS: readonly Layer[] = [
  { bitrate: 150_000, width: 320, height: 180 },
  { bitrate: 500_000, width: 640, height: 360 },
  { bitrate: 1_500_000, width: 1280, height: 720 },
];
export const FPS = 30;
/** A Consumer begins at a key frame; longer, and whoever comes waits for one that has to be asked for. */
export const KEY_FRAME_EVERY = 2 * FPS;
/** How much larger a key frame is than the others. */
const KEY_FRAME_RATIO = 6;
const OPUS_BITRATE = 32_000;
export const OPUS_MS = 20;
/** Sizes move about their mean by so much. */
const JITTER = 0.2;

/** One frame of VP8: noise behind the header of RFC 6386 section 9.1. */
export function vp8Frame({ bitrate, width, height }: Layer, isKey: boolean): Uint8Array<ArrayBuffer> {
  const plain = (bitrate / 8 / FPS) * (KEY_FRAME_EVERY / (KEY_FRAME_EVERY - 1 + KEY_FRAME_RATIO));
  const frame = noise(plain * (isKey ? KEY_FRAME_RATIO : 1));
  const view = new DataView(frame.buffer);
  view.setUint8(0, (view.getUint8(0) & 0xfe) | (isKey ? 0 : 1));
  if (!isKey) return frame;
  frame.set([0x9d, 0x01, 0x2a], 3);
  view.setUint16(6, width, true);
  view.setUint16(8, height, true);
  return frame;
}

export const opusFrame = (): Uint8Array<ArrayBuffer> => noise((OPUS_BITRATE / 8 / 1000) * OPUS_MS);

function noise(meanBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = Math.round(meanBytes * (1 + JITTER * (Math.random() * 2 - 1)));
  return randomFillSync(new Uint8Array(Math.max(16, bytes)));
}
