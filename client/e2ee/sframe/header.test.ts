import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../test/vectors/sframe.json';
import { decodeHeader, decodeShortHeader, encodeHeader } from './header.ts';

const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });

describe('F-1 SFrame header (RFC 9605, section 4.3)', () => {
  it('F-1 encodes and decodes every header of the RFC', () => {
    expect(vectors.header.length).toBe(145);
    for (const { kid, ctr, encoded } of vectors.header) {
      expect(hex(encodeHeader(BigInt(kid), BigInt(ctr)))).toBe(encoded);
      const decoded = decodeHeader(new Uint8Array(Buffer.from(`${encoded}ffff`, 'hex')));
      expect(decoded).toEqual({ kid: BigInt(kid), ctr: BigInt(ctr), length: encoded.length / 2 });
    }
  });

  it('F-1 gives back any KID and CTR of 64 bits, and reads no cut-off header', () => {
    fc.assert(
      fc.property(u64, u64, (kid, ctr) => {
        const header = encodeHeader(kid, ctr);
        expect(decodeHeader(header)).toEqual({ kid, ctr, length: header.length });
        for (let length = 0; length < header.length; length++) {
          expect(decodeHeader(header.subarray(0, length))).toBeNull();
        }
      }),
    );
  });

  it('F-1 refuses a field that is longer than it had to be', () => {
    for (const spelling of ['8007', '0807', '900011', '99000100ff', '8f0000000000000001']) {
      expect(decodeHeader(new Uint8Array(Buffer.from(spelling, 'hex')))).toBeNull();
    }
  });

  it('F-1 reads whatever bytes come without throwing, and only the shortest spelling', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        const header = decodeHeader(bytes);
        const spelling = header === null ? null : hex(encodeHeader(header.kid, header.ctr));
        expect(spelling).toBe(header === null ? null : hex(bytes.subarray(0, header.length)));
      }),
    );
  });

  it('F-1 refuses to encode what has no 64 bits', () => {
    expect(() => encodeHeader(-1n, 0n)).toThrow(RangeError);
    expect(() => encodeHeader(0n, 1n << 64n)).toThrow(RangeError);
    for (const wrong of [-1, 0.5, 2 ** 53, Number.NaN]) expect(() => encodeHeader(0, wrong)).toThrow(RangeError);
  });

  it('F-1 spells numbers as it spells the same BigInts, and reads them back as numbers up to 32 bits', () => {
    const sizes = [7, 8, 0xff, 0x100, 0xffff_ffff, 2 ** 32, Number.MAX_SAFE_INTEGER];
    const numbers = fc.oneof(fc.constantFrom(...sizes), fc.maxSafeNat());
    fc.assert(
      fc.property(numbers, numbers, (kid, ctr) => {
        const header = encodeHeader(kid, ctr);
        expect(hex(header)).toBe(hex(encodeHeader(BigInt(kid), BigInt(ctr))));
        const isShort = kid < 2 ** 32 && ctr < 2 ** 32;
        expect(decodeShortHeader(header)).toEqual(isShort ? { kid, ctr, length: header.length } : null);
      }),
    );
  });

  it('F-1 reads short headers just where it reads the whole ones', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        const header = decodeHeader(bytes);
        const isShort = header !== null && header.kid >> 32n === 0n && header.ctr >> 32n === 0n;
        const wanted = isShort ? { kid: Number(header.kid), ctr: Number(header.ctr), length: header.length } : null;
        expect(decodeShortHeader(bytes)).toEqual(wanted);
      }),
    );
  });
});

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
