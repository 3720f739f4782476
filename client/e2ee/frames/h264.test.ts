import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { H264_DELTA, H264_KEY, H264_KEY_CLEAR } from '../test/codecSamples.ts';
import { joinH264, splitH264, takeH264Apart } from './h264.ts';
import { concatBytes as concat } from '../util/bytes.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const bytes = (...values: number[]): Bytes => Uint8Array.from(values);
const START = [0, 0, 0, 1];

function split(data: Bytes) {
  const parts = splitH264(data);
  if (typeof parts === 'string') throw new Error(parts);
  return parts;
}

/** Bytes dense with zeros and small values, where escapes and start codes happen. */
const zeroRich = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 1, 2, 3) }, fc.nat(255)), { maxLength: 200 })
  .map((values) => Uint8Array.from(values));

function hasStartCode(data: Uint8Array): boolean {
  return data.some((byte, at) => at >= 2 && byte <= 2 && data[at - 1] === 0 && data[at - 2] === 0);
}

describe('F-17 clear bytes of H.264', () => {
  it('F-17 are the parameter sets and the slice up to pps_id of a key frame that Chromium made', () => {
    const { clear, rest, isKeyFrame } = split(H264_KEY);
    expect(clear).toEqual(H264_KEY_CLEAR);
    expect(concat(clear, rest)).toEqual(H264_KEY);
    expect(isKeyFrame).toBe(true);
  });

  it('F-17 are start code, NAL header and one byte of a delta frame that Chromium made', () => {
    const { clear, rest, isKeyFrame } = split(H264_DELTA);
    expect(clear).toEqual(H264_DELTA.subarray(0, 6));
    expect(concat(clear, rest)).toEqual(H264_DELTA);
    expect(isKeyFrame).toBe(false);
  });

  it('F-17 are spelt with start codes of four bytes, whatever stood there', () => {
    const { clear, rest } = split(bytes(0, 0, 1, 0x67, 1, 2, 0, 0, 0, 0, 1, 0x65, 0xb8, 7, 8));
    expect(clear).toEqual(bytes(...START, 0x67, 1, 2, ...START, 0x65, 0xb8));
    expect(rest).toEqual(bytes(7, 8));
  });

  it('F-17 end in the first slice: further slices belong to the sealed rest', () => {
    const further = [...START, 0x41, 0x9a, 1, 2, 3];
    const { clear, rest } = split(bytes(...START, 0x41, 0xe0, 5, 6, ...further));
    expect(clear).toEqual(bytes(...START, 0x41, 0xe0));
    expect(rest).toEqual(bytes(5, 6, ...further));
  });

  it('F-17 take fields that are longer than a byte, across emulation prevention', () => {
    // first_mb_in_slice of 16 leading zeros: 00 00 03 80 00 40 …, then slice_type and pps_id of one bit each.
    const { clear } = split(bytes(...START, 0x41, 0, 0, 3, 0x80, 0, 0x60, 9, 9));
    expect(clear).toEqual(bytes(...START, 0x41, 0, 0, 3, 0x80, 0, 0x60));
  });

  it.each([
    ['nothing', bytes()],
    ['no start code', bytes(0x65, 0xb8, 1, 2, 3)],
    ['bytes before the first start code', bytes(9, ...START, 0x65, 0xb8, 1)],
    ['no slice', bytes(...START, 0x67, 1, 2, 3)],
    ['an empty NAL unit', bytes(...START, ...START, 0x65, 0xb8)],
    ['a set forbidden bit', bytes(...START, 0xe5, 0xb8, 1)],
    ['partitioned data', bytes(...START, 0x62, 0xb8, 1)],
    ['a slice that ends before pps_id', bytes(...START, 0x65, 0x10)],
    ['a value no header has', bytes(...START, 0x65, 0, 0, 3, 0, 0, 3, 0, 0, 3, 1)],
    ['more clear bytes than parameter sets take', concat(bytes(...START, 6), new Uint8Array(2000).fill(7))],
  ])('F-17 are not to be told of %s', (_what, data) => {
    expect(splitH264(data)).toBe('malformed');
  });
});

describe('F-17 the sealed rest of H.264', () => {
  const clear = bytes(...START, 0x41, 0xe0);
  /** pps_id of 17 and of 27 bits, the last of which are zeros. */
  const endingInZeros = [bytes(...START, 0x41, 0xc0, 0x20, 0), bytes(...START, 0x41, 0xc0, 1, 0, 0)];

  it('F-17 comes back as it was, and no start code stands in what carries it', () => {
    fc.assert(
      fc.property(zeroRich, fc.constantFrom(clear, ...endingInZeros), (content, before) => {
        const sealed = concat(content, bytes(0x80));
        const whole = joinH264(before, sealed);
        expect(hasStartCode(whole.subarray(4))).toBe(false);
        expect(takeH264Apart(whole.slice())).toEqual({ clear: before, sealed, isKeyFrame: false });
      }),
    );
  });

  it('F-17 has an escape before each byte that needs one, told byte by byte, and no other', () => {
    fc.assert(
      fc.property(zeroRich, fc.constantFrom(clear, ...endingInZeros), (content, before) => {
        const wanted = [...before];
        for (const byte of content) {
          const isAfterZeros = wanted.at(-1) === 0 && wanted.at(-2) === 0;
          wanted.push(...(isAfterZeros && byte <= 3 ? [3, byte] : [byte]));
        }
        expect([...joinH264(before, content)]).toEqual(wanted);
      }),
    );
  });

  it('F-17 is escaped across its border with a clear part that ends in zeros', () => {
    const whole = joinH264(bytes(0x41, 0, 0), bytes(1, 0x80));
    expect(whole).toEqual(bytes(0x41, 0, 0, 3, 1, 0x80));
  });

  it('F-17 is refused where it has a start code, an escape nobody needs, or one cut off', () => {
    for (const tail of [
      [0, 0, 1, 0x80],
      [0, 0, 0, 0x80],
      [0, 0, 3, 0x80],
      [5, 0, 0, 3],
    ]) {
      expect(takeH264Apart(bytes(...clear, ...tail))).toBe('malformed');
    }
  });

  it('F-17 is taken apart without throwing, whatever bytes come', () => {
    const anything = fc.oneof(
      zeroRich,
      zeroRich.map((tail) => concat(bytes(...START, 0x65), tail)),
    );
    fc.assert(
      fc.property(anything, (data) => {
        for (const parts of [splitH264(new Uint8Array(data)), takeH264Apart(new Uint8Array(data))]) {
          expect(parts === 'malformed' || typeof parts === 'object').toBe(true);
        }
      }),
    );
  });
});
