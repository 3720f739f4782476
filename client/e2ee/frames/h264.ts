// H.264 in Annex B: parameter sets and the first slice's header stay readable up to pps_id, all else is one ciphertext.
import type { FrameFault } from '../messages.ts';
import { concatBytes } from '../util/bytes.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** H.264, table 7-1. */
const SLICE = 1;
const IDR_SLICE = 5;
/** SEI, SPS, PPS, access unit delimiter: what may come before the first slice. */
const LEADING_TYPES: readonly number[] = [6, 7, 8, 9];
const START_CODE = [0, 0, 0, 1] as const;
/** emulation_prevention_three_byte (section 7.3.1). */
const ESCAPE = 3;
/** first_mb_in_slice, slice_type and pic_parameter_set_id come first in every slice header (section 7.3.3). */
const CLEAR_HEADER_FIELDS = 3;
/** More zero bits than this before a value would make it greater than any of the three may be. */
const MAX_LEADING_ZEROS = 20;
/** Parameter sets take some dozens of bytes. More in the clear is no picture we make, and would show what we do not know. */
const CLEAR_BYTES_LIMIT = 1024;

interface ClearPart {
  /** NAL units before the slice and the slice's clear bytes, each behind a start code of four bytes. */
  readonly clear: Bytes;
  /** Where in the frame the rest begins. */
  readonly restAt: number;
  readonly isKeyFrame: boolean;
}

/** What stays readable of a frame, and what is to be sealed. Total. */
export function splitH264(data: Bytes): { clear: Bytes; rest: Bytes; isKeyFrame: boolean } | FrameFault {
  const part = readClearPart(data);
  if (typeof part === 'string') return part;
  return { clear: part.clear, rest: data.subarray(part.restAt), isKeyFrame: part.isKeyFrame };
}

/** Puts the sealed bytes into the first slice, escaped so that no start code stands in them. */
export function joinH264(clear: Uint8Array, ...sealed: readonly Uint8Array[]): Bytes {
  const unescaped = concatBytes(clear, ...sealed);
  const escapes = escapesWanted(unescaped, clear.length);
  // Some ten million random bytes want one.
  if (escapes.length === 0) return unescaped;
  const whole = new Uint8Array(unescaped.length + escapes.length);
  let from = 0;
  escapes.forEach((at, before) => {
    whole.set(unescaped.subarray(from, at), from + before);
    whole[at + before] = ESCAPE;
    from = at;
  });
  whole.set(unescaped.subarray(from), from + escapes.length);
  return whole;
}

/** The inverse of `joinH264`; packetisers may have spelt start codes anew. Total. */
export function takeH264Apart(data: Bytes): { clear: Bytes; sealed: Bytes; isKeyFrame: boolean } | FrameFault {
  const part = readClearPart(data);
  if (typeof part === 'string') return part;
  const sealed = unescape(data.subarray(part.restAt), trailingZeros(part.clear));
  return sealed === null ? 'malformed' : { clear: part.clear, sealed, isKeyFrame: part.isKeyFrame };
}

/** Where an escape must go so that no start code stands in `bytes` from `from` on. */
function escapesWanted(bytes: Uint8Array, from: number): number[] {
  const wanted: number[] = [];
  let zeros = trailingZeros(bytes.subarray(0, from));
  for (let at = nextToLookAt(bytes, from, zeros); at < bytes.length; at = nextToLookAt(bytes, at + 1, zeros)) {
    const byte = bytes[at] ?? 0;
    if (zeros === 2 && byte <= 3) {
      wanted.push(at);
      zeros = 0;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return wanted;
}

/** Null where a start code stands in it, or an escape that nobody writes: one content has one spelling. A view where nothing was escaped. */
function unescape(escaped: Bytes, zerosBefore: number): Bytes | null {
  const runs: Bytes[] = [];
  let from = 0;
  let zeros = zerosBefore;
  for (let at = nextToLookAt(escaped, 0, zeros); at < escaped.length; at = nextToLookAt(escaped, at + 1, zeros)) {
    let byte = escaped[at] ?? 0;
    if (zeros === 2 && byte <= 3) {
      const next = escaped[at + 1];
      if (byte !== ESCAPE || next === undefined || next > 3) return null;
      runs.push(escaped.subarray(from, at));
      at += 1;
      from = at;
      byte = next;
      zeros = 0;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return runs.length === 0 ? escaped : concatBytes(...runs, escaped.subarray(from));
}

/** `at`, or the next zero where none came just before: nothing else begins a start code, and most bytes are no zeros. */
function nextToLookAt(bytes: Uint8Array, at: number, zerosBefore: number): number {
  if (zerosBefore > 0) return at;
  const zero = bytes.indexOf(0, at);
  return zero === -1 ? bytes.length : zero;
}

function readClearPart(data: Bytes): ClearPart | FrameFault {
  let unit = nextStartCode(data, 0);
  if (unit === null || data.subarray(0, unit.at).some((byte) => byte !== 0)) return 'malformed';
  const clear: number[] = [];
  while (unit !== null) {
    const following = nextStartCode(data, unit.end);
    const end = contentEnd(data, unit.end, following?.at ?? data.length);
    const first = data[unit.end];
    if (first === undefined || end === unit.end || first >= 0x80) return 'malformed';
    const type = first & 0x1f;
    if (type === SLICE || type === IDR_SLICE) {
      const restAt = sliceHeaderEnd(data, unit.end + 1, end);
      if (restAt === null || clear.length + restAt - unit.end > CLEAR_BYTES_LIMIT) return 'malformed';
      clear.push(...START_CODE, ...data.subarray(unit.end, restAt));
      return { clear: Uint8Array.from(clear), restAt, isKeyFrame: type === IDR_SLICE };
    }
    if (!LEADING_TYPES.includes(type) || clear.length + end - unit.end > CLEAR_BYTES_LIMIT) return 'malformed';
    clear.push(...START_CODE, ...data.subarray(unit.end, end));
    unit = following;
  }
  return 'malformed';
}

/** The next 00 00 01 from `from` on; `end` is where its NAL unit begins. */
function nextStartCode(data: Uint8Array, from: number): { at: number; end: number } | null {
  for (let at = data.indexOf(0, from); at !== -1; at = data.indexOf(0, at + 1)) {
    if (data[at + 1] === 0 && data[at + 2] === 1) return { at, end: at + 3 };
  }
  return null;
}

/** Zeros behind a NAL unit belong to the byte stream, not to it (Annex B.1). */
function contentEnd(data: Uint8Array, start: number, until: number): number {
  let end = until;
  while (end > start && data[end - 1] === 0) end -= 1;
  return end;
}

/** Where the byte ends in which pps_id ends; null where the slice ends before that. */
function sliceHeaderEnd(data: Uint8Array, start: number, end: number): number | null {
  const bits = new SliceBits(data, start, end);
  for (let field = 0; field < CLEAR_HEADER_FIELDS; field++) if (!bits.skipExpGolomb()) return null;
  return bits.byteEnd;
}

function trailingZeros(bytes: Uint8Array): number {
  if (bytes.at(-1) !== 0) return 0;
  return bytes.at(-2) === 0 ? 2 : 1;
}

/** Reads a NAL unit's payload bit by bit, without its emulation prevention bytes (section 7.3.1). */
class SliceBits {
  readonly #data: Uint8Array;
  readonly #end: number;
  #at: number;
  #bit = 0;
  #zeros = 0;

  constructor(data: Uint8Array, start: number, end: number) {
    this.#data = data;
    this.#at = start;
    this.#end = end;
  }

  /** First byte of which nothing was read. */
  get byteEnd(): number {
    return this.#bit === 0 ? this.#at : this.#at + 1;
  }

  /** Steps over one ue(v) (section 9.1); false where there is none. */
  skipExpGolomb(): boolean {
    let zeros = 0;
    for (let bit = this.#read(); bit !== 1; bit = this.#read()) {
      if (bit === null || ++zeros > MAX_LEADING_ZEROS) return false;
    }
    for (let left = zeros; left > 0; left--) if (this.#read() === null) return false;
    return true;
  }

  #read(): 0 | 1 | null {
    if (this.#bit === 0 && this.#zeros >= 2 && this.#data[this.#at] === 3) {
      this.#at += 1;
      this.#zeros = 0;
    }
    const byte = this.#data[this.#at];
    if (this.#at >= this.#end || byte === undefined) return null;
    const bit = (byte & (0x80 >> this.#bit)) === 0 ? 0 : 1;
    this.#bit += 1;
    if (this.#bit === 8) {
      this.#bit = 0;
      this.#at += 1;
      this.#zeros = byte === 0 ? this.#zeros + 1 : 0;
    }
    return bit;
  }
}
