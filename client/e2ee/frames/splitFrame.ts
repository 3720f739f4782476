// What of a frame stays readable for the SFU and the packetisers, per codec, and how the sealed rest stands behind it (SPEC F-5).
import type { FrameCodec, FrameFault } from '../messages.ts';
import { concatBytes } from '../util/bytes.ts';
import { joinAv1, splitAv1, takeAv1Apart } from './av1.ts';
import { joinH264, splitH264, takeH264Apart } from './h264.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A frame before sealing. */
export interface SplitFrame {
  /** Stays readable; spelt the same at both ends, however packetisers spell it on the way. */
  readonly clear: Bytes;
  /** Is sealed. */
  readonly rest: Bytes;
  /** Last byte of the sealed frame, authenticated with it. */
  readonly trailer: number;
  /** Can be decoded alone; null where neither clear bytes nor structure say so. */
  readonly isKeyFrame: boolean | null;
}

/** A sealed frame before it is opened: `sealed` is SFrame header, ciphertext, tag, signature block if any, and trailer. */
export interface SealedParts {
  readonly clear: Bytes;
  readonly sealed: Bytes;
  readonly trailer: number;
  readonly isKeyFrame: boolean | null;
}

/**
 * Trailer where the clear bytes tell their own end, and may be more than 255. Not 0: a NAL unit does not end in zeros
 * (H.264, section 7.4.1), and whoever carries it may cut them off.
 */
export const STRUCTURE_TRAILER = 0x80;

/** Added to the trailer of a frame that carries a signature block (SPEC F-20); no count of clear bytes reaches it. */
export const SIGNED_FLAG = 0x40;

/** RFC 6386, section 9.1: the tag, the start code and the dimensions of a key frame. */
const VP8_KEY_PREFIX = 10;
/** Of a delta frame the SFU and the depacketiser read only the key frame bit, in the first byte. */
const VP8_DELTA_PREFIX = 1;
const VP8_START_CODE = [0x9d, 0x01, 0x2a] as const;

/** Total: any bytes give parts or a fault. */
export function splitFrame(codec: FrameCodec, data: Bytes): SplitFrame | FrameFault {
  switch (codec) {
    case 'h264': {
      const parts = splitH264(data);
      return typeof parts === 'string' ? parts : { ...parts, trailer: STRUCTURE_TRAILER };
    }
    case 'av1': {
      const parts = splitAv1(data);
      return typeof parts === 'string' ? parts : { ...parts, trailer: STRUCTURE_TRAILER };
    }
    default: {
      const length = clearPrefixLength(codec, data, data.length);
      if (typeof length === 'string') return length;
      const isKeyFrame = isKeyFramePrefix(codec, length);
      return { clear: data.subarray(0, length), rest: data.subarray(length), trailer: length, isKeyFrame };
    }
  }
}

/** The frame as it goes to the packetiser, in a buffer of its own; `sealed` in parts, since each copy of a frame shows. */
export function joinSealed(codec: FrameCodec, clear: Bytes, ...sealed: readonly Bytes[]): Bytes {
  switch (codec) {
    case 'h264':
      return joinH264(clear, ...sealed);
    case 'av1':
      return joinAv1(clear, ...sealed);
    default:
      return concatBytes(clear, ...sealed);
  }
}

/** What `joinSealed` made, taken apart again. Total; nothing in it is authenticated yet. */
export function takeApart(codec: FrameCodec, data: Bytes): SealedParts | FrameFault {
  switch (codec) {
    case 'h264':
      return withStructureTrailer(takeH264Apart(data));
    case 'av1':
      return withStructureTrailer(takeAv1Apart(data));
    default: {
      const trailer = data.at(-1);
      if (trailer === undefined) return 'malformed';
      const length = clearPrefixLength(codec, data, data.length - 1);
      if (typeof length === 'string') return length;
      // The one length that a frame may have, by its own first bytes.
      if ((trailer & ~SIGNED_FLAG) !== length || data.length - 1 < length) return 'malformed';
      const isKeyFrame = isKeyFramePrefix(codec, length);
      return { clear: data.subarray(0, length), sealed: data.subarray(length), trailer, isKeyFrame };
    }
  }
}

function withStructureTrailer(parts: Omit<SealedParts, 'trailer'> | FrameFault): SealedParts | FrameFault {
  if (typeof parts === 'string') return parts;
  const trailer = parts.sealed.at(-1) ?? 0;
  return (trailer & ~SIGNED_FLAG) === STRUCTURE_TRAILER ? { ...parts, trailer } : 'malformed';
}

/** Of codecs whose clear bytes are a number of bytes at the start of a frame, which is the first `frameLength` bytes of `data`. */
function clearPrefixLength(codec: FrameCodec, data: Uint8Array, frameLength: number): number | FrameFault {
  switch (codec) {
    case 'opus':
    case 'vp9': // All that the SFU needs is in the payload descriptor, outside of the frame.
      return 0;
    case 'vp8':
      return vp8PrefixLength(data, frameLength);
    default:
      return 'wrongCodec';
  }
}

function vp8PrefixLength(data: Uint8Array, frameLength: number): number | FrameFault {
  const first = data[0];
  if (first === undefined || frameLength === 0) return 'malformed';
  const isDelta = (first & 1) === 1;
  if (isDelta) return VP8_DELTA_PREFIX;
  if (frameLength < VP8_KEY_PREFIX) return 'malformed';
  return VP8_START_CODE.every((byte, index) => data[3 + index] === byte) ? VP8_KEY_PREFIX : 'wrongCodec';
}

function isKeyFramePrefix(codec: FrameCodec, length: number): boolean | null {
  return codec === 'vp8' ? length === VP8_KEY_PREFIX : null;
}
