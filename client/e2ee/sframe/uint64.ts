// KID and CTR are 64-bit (RFC 9605, section 4.3); two halves write and read them without the BigInts that a frame has no time for.

export interface Uint64 {
  /** 0 … 2^32-1 each. */
  readonly high: number;
  readonly low: number;
}

const LARGEST = (1n << 64n) - 1n;

/** Throws RangeError for what is no whole number of 64 bits, and for a number too large to be exact: a bug of the caller. */
export function uint64(value: bigint | number): Uint64 {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('no whole number of 64 bits');
    return { high: Math.floor(value / 2 ** 32), low: value >>> 0 };
  }
  if (value < 0n || value > LARGEST) throw new RangeError('no whole number of 64 bits');
  return { high: Number(value >> 32n), low: Number(value & 0xffff_ffffn) };
}

export function toBigInt({ high, low }: Uint64): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

/** The byte worth 256^`index`. */
export function byteOf({ high, low }: Uint64, index: number): number {
  return ((index < 4 ? low : high) >>> (8 * (index & 3))) & 0xff;
}
