// The signature that frames on air carry behind their tag, and the bytes that it signs (SPEC F-20, F-21).
import { concatBytes, source, u32, u64, utf8 } from '../util/bytes.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export const LEAF_BYTES = 16;
const SIGNATURE_BYTES = 64;
const TIME_BYTES = 6;
/** Behind the leaves: time, count, signature. */
const FIXED_BYTES = TIME_BYTES + 1 + SIGNATURE_BYTES;

/**
 * Of sound every fifth frame is signed: 100 ms of Opus. Each block signs the batch before once more, so that no single loss
 * leaves anything unproven. Smaller batches cost a signature more each, larger ones let what is forged sound for longer.
 */
export const SOUND_BATCH = 5;
export const MAX_COUNT = 2 * SOUND_BATCH;
/** Most that a block takes of a frame. */
export const MAX_BLOCK_BYTES = FIXED_BYTES + (MAX_COUNT - 1) * LEAF_BYTES;

/** What a signature is bound to beside the frames. */
export interface FeedPlace {
  groupId: Uint8Array;
  /** SFrame stream number. */
  stream: number;
  epoch: number;
}

export interface FeedBlock {
  /** Of the frames before the one that carries it, oldest first. */
  readonly leaves: Uint8Array;
  /** Frames that it signs, the one that carries it included. */
  readonly count: number;
  readonly timeMs: number;
  readonly signature: Uint8Array;
  /** Bytes it takes of a frame. */
  readonly length: number;
}

/** First 16 bytes of SHA-256 over the sealed frame without the block, clear bytes and trailer included. */
export async function leafOf(frame: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', frame)).slice(0, LEAF_BYTES);
}

function u48(value: number): Bytes {
  return u64(value).slice(8 - TIME_BYTES);
}

/** "cc1 feed" 0x00 groupId u8(stream) u64(epoch) u32(first CTR) u48(time) u8(count) leaves. */
export function signedBody(place: FeedPlace, ctr: number, timeMs: number, leaves: Uint8Array): Bytes {
  const count = leaves.length / LEAF_BYTES;
  return concatBytes(
    utf8('cc1 feed'),
    new Uint8Array(1),
    place.groupId,
    Uint8Array.of(place.stream),
    u64(place.epoch),
    u32(ctr - count + 1),
    u48(timeMs),
    Uint8Array.of(count),
    leaves,
  );
}

export function blockLength(count: number): number {
  return FIXED_BYTES + (count - 1) * LEAF_BYTES;
}

/** leaves || u48(time) || u8(count) || signature; the carrying frame's own leaf is left out. */
export function encodeBlock(leaves: Uint8Array, timeMs: number, signature: Uint8Array): Bytes {
  const carried = leaves.subarray(0, leaves.length - LEAF_BYTES);
  return concatBytes(carried, u48(timeMs), Uint8Array.of(leaves.length / LEAF_BYTES), signature);
}

/** The block that ends `bytes`; null where none does. Nothing in it is proven yet. */
export function takeBlock(bytes: Uint8Array): FeedBlock | null {
  const signatureAt = bytes.length - SIGNATURE_BYTES;
  const count = bytes[signatureAt - 1];
  if (count === undefined || count < 1 || count > MAX_COUNT) return null;
  const length = blockLength(count);
  if (bytes.length < length) return null;
  const start = bytes.length - length;
  const timeAt = signatureAt - 1 - TIME_BYTES;
  let timeMs = 0;
  for (let index = 0; index < TIME_BYTES; index++) timeMs = timeMs * 256 + (bytes[timeAt + index] ?? 0);
  return { leaves: bytes.subarray(start, timeAt), count, timeMs, signature: bytes.subarray(signatureAt), length };
}

/** Whether the holder of `key` signed the frames up to the one that carries the block, whose leaf and counter these are. */
export function isSignedBy(
  key: CryptoKey,
  place: FeedPlace,
  block: FeedBlock,
  carrier: { ctr: number; leaf: Uint8Array },
): Promise<boolean> {
  if (carrier.ctr < block.count - 1) return Promise.resolve(false);
  const body = signedBody(place, carrier.ctr, block.timeMs, concatBytes(block.leaves, carrier.leaf));
  return crypto.subtle.verify('Ed25519', key, source(block.signature), body);
}
