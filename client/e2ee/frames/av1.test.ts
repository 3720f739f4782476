import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AV1_DELTA, AV1_KEY, AV1_SEQUENCE_HEADER } from '../test/codecSamples.ts';
import { joinAv1, splitAv1, takeAv1Apart } from './av1.ts';
import { concatBytes as concat } from '../util/bytes.ts';

const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);
const anyBytes = fc.uint8Array({ maxLength: 300 }).map((values) => new Uint8Array(values));

describe('F-18 clear bytes of AV1', () => {
  it('F-18 are the sequence header of a key frame that Chromium made; its temporal delimiter is left out', () => {
    const parts = splitAv1(AV1_KEY);
    const rest = AV1_KEY.subarray(2 + AV1_SEQUENCE_HEADER.length);
    expect(parts).toEqual({ clear: AV1_SEQUENCE_HEADER, rest, isKeyFrame: true });
  });

  it('F-18 are none of a delta frame that Chromium made', () => {
    expect(splitAv1(AV1_DELTA)).toEqual({ clear: bytes(), rest: AV1_DELTA.subarray(2), isKeyFrame: false });
  });

  it('F-18 leave every sealed OBU with its size, also the last one that had none', () => {
    expect(splitAv1(bytes(0x30, 7, 8, 9))).toEqual({
      clear: bytes(),
      rest: bytes(0x32, 3, 7, 8, 9),
      isKeyFrame: false,
    });
  });

  it.each([
    ['nothing', bytes()],
    ['a temporal delimiter alone', bytes(0x12, 0)],
    ['a set forbidden bit', bytes(0xb2, 1, 7)],
    ['a size beyond the end', bytes(0x32, 9, 7)],
    ['a size that does not end', bytes(0x32, 0x80, 0x80, 0x80, 0x80, 0x80)],
    ['an extension cut off', bytes(0x36)],
    ['a tile list', bytes(0x42, 1, 7)],
    ['a sequence header larger than any', concat(bytes(0x08), new Uint8Array(300))],
  ])('F-18 are not to be told of %s', (_what, data) => {
    expect(splitAv1(data)).toBe('malformed');
  });
});

describe('F-18 the sealed rest of AV1', () => {
  it('F-18 comes back as it was, behind a sequence header or alone', () => {
    fc.assert(
      fc.property(anyBytes, fc.constantFrom(AV1_SEQUENCE_HEADER, bytes()), (sealed, clear) => {
        const whole = joinAv1(clear, sealed);
        expect(takeAv1Apart(whole)).toEqual({ clear, sealed, isKeyFrame: clear.length > 0 });
      }),
    );
  });

  it('F-18 comes back where the packetiser took the sizes off', () => {
    const unsized = concat(bytes(0x0a, 2, 5, 6), bytes(0x30, 1, 2, 3));
    expect(takeAv1Apart(unsized)).toEqual({ clear: bytes(0x0a, 2, 5, 6), sealed: bytes(1, 2, 3), isKeyFrame: true });
  });

  it('F-18 is refused in another OBU, behind two sequence headers, with an extension, or not last', () => {
    expect(takeAv1Apart(bytes(0x1a, 1, 7))).toBe('malformed');
    expect(takeAv1Apart(bytes(0x0a, 1, 7, 0x0a, 1, 7, 0x32, 1, 7))).toBe('malformed');
    expect(takeAv1Apart(bytes(0x36, 0, 1, 7))).toBe('malformed');
    expect(takeAv1Apart(bytes(0x32, 1, 7, 0x0a, 1, 7))).toBe('malformed');
    expect(takeAv1Apart(bytes(0x32, 1, 7, 0x32, 1, 7))).toBe('malformed');
  });

  it('F-18 is taken apart without throwing, whatever bytes come', () => {
    fc.assert(
      fc.property(anyBytes, (data) => {
        for (const parts of [splitAv1(data), takeAv1Apart(data)]) {
          expect(parts === 'malformed' || typeof parts === 'object').toBe(true);
        }
      }),
    );
  });
});
