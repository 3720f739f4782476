// AV1 in OBUs: a key frame's sequence header stays readable, all else is sealed inside one OBU_FRAME wrapper.
import type { FrameFault } from '../messages.ts';
import { concatBytes } from '../util/bytes.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** AV1 specification, section 6.2.2. */
const OBU_SEQUENCE_HEADER = 1;
const OBU_TEMPORAL_DELIMITER = 2;
const OBU_FRAME = 6;
const OBU_TILE_LIST = 8;
const OBU_PADDING = 15;

const FORBIDDEN_BIT = 0x80;
const EXTENSION_FLAG = 0x04;
const HAS_SIZE_FLAG = 0x02;
/** The wrapper's header: OBU_FRAME with a size; temporal layers are told by the dependency descriptor. */
const WRAPPER_HEADER = (OBU_FRAME << 3) | HAS_SIZE_FLAG;
/** A sequence header takes a dozen bytes; more in the clear would show what we do not know. */
const CLEAR_BYTES_LIMIT = 256;
/** leb128 of up to 28 bits: more than any frame taken. */
const MAX_SIZE_BYTES = 4;

interface Obu {
  readonly type: number;
  /** One or two bytes, as they stand but for the size flag, which is set. */
  readonly header: Uint8Array;
  readonly payload: Bytes;
}

/** What stays readable of a temporal unit, and what is to be sealed: every OBU with its size. Total. */
export function splitAv1(data: Bytes): { clear: Bytes; rest: Bytes; isKeyFrame: boolean } | FrameFault {
  const obus = readObus(data);
  // The packetiser would drop tile lists; real-time encoders make none.
  if (obus === null || obus.some(({ type }) => type === OBU_TILE_LIST)) return 'malformed';
  // The packetiser drops these in any case (AV1 RTP, section 5).
  const kept = obus.filter(({ type }) => type !== OBU_TEMPORAL_DELIMITER && type !== OBU_PADDING);
  const isKeyFrame = kept[0]?.type === OBU_SEQUENCE_HEADER;
  const clear = write(isKeyFrame ? kept.slice(0, 1) : []);
  if (kept.length === 0 || clear.length > CLEAR_BYTES_LIMIT) return 'malformed';
  return { clear, rest: write(isKeyFrame ? kept.slice(1) : kept), isKeyFrame };
}

/** Sequence header, if any, and the wrapper. */
export function joinAv1(clear: Uint8Array, ...sealed: readonly Uint8Array[]): Bytes {
  const size = leb128(sealed.reduce((sum, { length }) => sum + length, 0));
  return concatBytes(clear, Uint8Array.of(WRAPPER_HEADER), size, ...sealed);
}

/** The inverse of `joinAv1`; packetisers may have spelt sizes anew. Total. */
export function takeAv1Apart(data: Bytes): { clear: Bytes; sealed: Bytes; isKeyFrame: boolean } | FrameFault {
  const obus = readObus(data)?.filter(({ type }) => type !== OBU_TEMPORAL_DELIMITER);
  const wrapper = obus?.pop();
  if (!obus || obus.length > 1 || wrapper?.header.length !== 1 || wrapper.header[0] !== WRAPPER_HEADER) {
    return 'malformed';
  }
  if (obus.some(({ type }) => type !== OBU_SEQUENCE_HEADER)) return 'malformed';
  const clear = write(obus);
  if (clear.length > CLEAR_BYTES_LIMIT) return 'malformed';
  return { clear, sealed: wrapper.payload, isKeyFrame: obus.length === 1 };
}

/** Null where the bytes are no sequence of OBUs (section 5.3). */
function readObus(data: Bytes): Obu[] | null {
  const obus: Obu[] = [];
  for (let at = 0; at < data.length;) {
    const first = data[at] ?? 0;
    const headerBytes = (first & EXTENSION_FLAG) === 0 ? 1 : 2;
    if ((first & FORBIDDEN_BIT) !== 0 || at + headerBytes > data.length) return null;
    const header = data.slice(at, at + headerBytes);
    header[0] = first | HAS_SIZE_FLAG;
    at += headerBytes;
    let size = data.length - at;
    if ((first & HAS_SIZE_FLAG) !== 0) {
      const told = readLeb128(data, at);
      if (told === null) return null;
      at += told.bytes;
      size = told.value;
    }
    if (at + size > data.length) return null;
    obus.push({ type: (first >> 3) & 0x0f, header, payload: data.subarray(at, at + size) });
    at += size;
  }
  return obus;
}

function write(obus: readonly Obu[]): Bytes {
  return concatBytes(...obus.flatMap(({ header, payload }) => [header, leb128(payload.length), payload]));
}

/** In its shortest form (section 4.10.5). */
function leb128(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let left = value; ; left >>>= 7) {
    if (left < 0x80) return Uint8Array.from([...bytes, left]);
    bytes.push((left & 0x7f) | 0x80);
  }
}

function readLeb128(data: Uint8Array, at: number): { value: number; bytes: number } | null {
  let value = 0;
  for (let index = 0; index < MAX_SIZE_BYTES; index++) {
    const byte = data[at + index];
    if (byte === undefined) return null;
    value |= (byte & 0x7f) << (7 * index);
    if (byte < 0x80) return { value, bytes: index + 1 };
  }
  return null;
}
