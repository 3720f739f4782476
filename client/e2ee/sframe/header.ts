// The SFrame header (RFC 9605, section 4.3): one config byte, then KID and CTR where they do not fit into it.
import { byteOf, toBigInt, uint64, type Uint64 } from './uint64.ts';

export interface SframeHeader {
  kid: bigint;
  ctr: bigint;
  /** Bytes the header took, from the first byte on. */
  length: number;
}

/** A header whose KID and CTR have 32 bits at most, as all of ours have. */
export interface ShortHeader {
  kid: number;
  ctr: number;
  length: number;
}

const EXTENDED = 0b1000;

/** Bytes of a field that stands outside the config byte, or 0 where it fits inside. */
function extendedBytes({ high, low }: Uint64): number {
  if (high !== 0) return 8 - (Math.clz32(high) >>> 3);
  return low < 8 ? 0 : 4 - (Math.clz32(low) >>> 3);
}

function configBits({ low }: Uint64, bytes: number): number {
  return bytes === 0 ? low : EXTENDED | (bytes - 1);
}

function writeField(into: Uint8Array, at: number, value: Uint64, bytes: number): void {
  for (let index = 0; index < bytes; index++) into[at + bytes - 1 - index] = byteOf(value, index);
}

/**
 * Encodes a header in the fewest bytes (1 … 17). RFC 9605, section 4.3.
 * Throws RangeError for a value outside 0 … 2^64-1, which is a bug of the caller.
 */
export function encodeHeader(kid: bigint | number, ctr: bigint | number): Uint8Array<ArrayBuffer> {
  const [kidField, ctrField] = [uint64(kid), uint64(ctr)];
  const kidBytes = extendedBytes(kidField);
  const ctrBytes = extendedBytes(ctrField);
  const header = new Uint8Array(1 + kidBytes + ctrBytes);
  header[0] = (configBits(kidField, kidBytes) << 4) | configBits(ctrField, ctrBytes);
  writeField(header, 1, kidField, kidBytes);
  writeField(header, 1 + kidBytes, ctrField, ctrBytes);
  return header;
}

/** One field of a header, or null where it is cut off or longer than it had to be. */
function readField(bytes: Uint8Array, at: number, bits: number): (Uint64 & { next: number }) | null {
  if ((bits & EXTENDED) === 0) return { high: 0, low: bits, next: at };
  const length = (bits & 0b111) + 1;
  if (at + length > bytes.length) return null;
  let high = 0;
  let low = 0;
  for (let index = at; index < at + length; index++) {
    high = ((high << 8) | (low >>> 24)) >>> 0;
    low = ((low << 8) | (bytes[index] as number)) >>> 0;
  }
  const field = { high, low, next: at + length };
  return extendedBytes(field) === length ? field : null;
}

function readFields(bytes: Uint8Array): { kid: Uint64; ctr: Uint64; length: number } | null {
  const config = bytes[0];
  if (config === undefined) return null;
  const kid = readField(bytes, 1, config >> 4);
  if (kid === null) return null;
  const ctr = readField(bytes, kid.next, config & 0b1111);
  return ctr === null ? null : { kid, ctr, length: ctr.next };
}

/**
 * Reads the header at the start of `bytes`; null where it is cut off or not in its shortest form. Section 4.3 obliges the
 * sender to the shortest form, so that each (KID, CTR) has one spelling; we hold it to that.
 */
export function decodeHeader(bytes: Uint8Array): SframeHeader | null {
  const fields = readFields(bytes);
  return fields && { kid: toBigInt(fields.kid), ctr: toBigInt(fields.ctr), length: fields.length };
}

/** The same, as numbers; null also where KID or CTR has more than 32 bits. */
export function decodeShortHeader(bytes: Uint8Array): ShortHeader | null {
  const fields = readFields(bytes);
  if (fields === null || fields.kid.high !== 0 || fields.ctr.high !== 0) return null;
  return { kid: fields.kid.low, ctr: fields.ctr.low, length: fields.length };
}
