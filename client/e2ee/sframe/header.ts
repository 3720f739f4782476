// The SFrame header (RFC 9605, section 4.3): one config byte, then KID and CTR where they do not fit into it.

export interface SframeHeader {
  kid: bigint;
  ctr: bigint;
  /** Bytes the header took, from the first byte on. */
  length: number;
}

const EXTENDED = 0b1000;
const LARGEST = (1n << 64n) - 1n;

/** Bytes of a field that stands outside the config byte, or 0 where it fits inside. */
function extendedBytes(value: bigint): number {
  if (value < 8n) return 0;
  let bytes = 1;
  while (bytes < 8 && value >> BigInt(8 * bytes) !== 0n) bytes++;
  return bytes;
}

function configBits(value: bigint, bytes: number): number {
  return bytes === 0 ? Number(value) : EXTENDED | (bytes - 1);
}

function writeField(into: Uint8Array, at: number, value: bigint, bytes: number): void {
  let rest = value;
  for (let index = at + bytes - 1; index >= at; index--) {
    into[index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

/**
 * Encodes a header in the fewest bytes (1 … 17). RFC 9605, section 4.3.
 * Throws RangeError for a value outside 0 … 2^64-1, which is a bug of the caller.
 */
export function encodeHeader(kid: bigint, ctr: bigint): Uint8Array<ArrayBuffer> {
  if (kid < 0n || kid > LARGEST || ctr < 0n || ctr > LARGEST) throw new RangeError('KID and CTR are 64-bit');
  const kidBytes = extendedBytes(kid);
  const ctrBytes = extendedBytes(ctr);
  const header = new Uint8Array(1 + kidBytes + ctrBytes);
  header[0] = (configBits(kid, kidBytes) << 4) | configBits(ctr, ctrBytes);
  writeField(header, 1, kid, kidBytes);
  writeField(header, 1 + kidBytes, ctr, ctrBytes);
  return header;
}

/** One field of a header, or null where it is cut off or longer than it had to be. */
function readField(bytes: Uint8Array, at: number, bits: number): { value: bigint; next: number } | null {
  if ((bits & EXTENDED) === 0) return { value: BigInt(bits), next: at };
  const length = (bits & 0b111) + 1;
  if (at + length > bytes.length) return null;
  let value = 0n;
  for (let index = at; index < at + length; index++) value = (value << 8n) | BigInt(bytes[index] as number);
  return extendedBytes(value) === length ? { value, next: at + length } : null;
}

/**
 * Reads the header at the start of `bytes`; null where it is cut off or not in its shortest form. Section 4.3 obliges the
 * sender to the shortest form, so that each (KID, CTR) has one spelling; we hold it to that.
 */
export function decodeHeader(bytes: Uint8Array): SframeHeader | null {
  const config = bytes[0];
  if (config === undefined) return null;
  const kid = readField(bytes, 1, config >> 4);
  if (kid === null) return null;
  const ctr = readField(bytes, kid.next, config & 0b1111);
  if (ctr === null) return null;
  return { kid: kid.value, ctr: ctr.value, length: ctr.next };
}
