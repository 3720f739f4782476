import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packKid, streamNumber, unpackKid, type Kid } from './kid.ts';

const kids: fc.Arbitrary<Kid> = fc.record({
  incarnation: fc.integer({ min: 0, max: 7 }),
  domain: fc.constantFrom(0, 1),
  stream: fc.integer({ min: 0, max: 15 }),
  leaf: fc.integer({ min: 0, max: 1023 }),
  epochBits: fc.integer({ min: 0, max: 63 }),
});

describe('F-2 KID', () => {
  it('F-2 lays out ctx(8) | leaf(10) | epoch(6) with ctx = incarnation(3) | domain(1) | stream(4)', () => {
    const kid = { incarnation: 0b101, domain: 1, stream: 0b0010, leaf: 0b10_0000_0001, epochBits: 0b11_0001 } as const;
    expect(packKid(kid).toString(2)).toBe('101' + '1' + '0010' + '1000000001' + '110001');
  });

  it('F-2 gives back every field and gives no two sets of fields one KID', () => {
    fc.assert(
      fc.property(kids, kids, (left, right) => {
        expect(unpackKid(BigInt(packKid(left)))).toEqual(left);
        const same = JSON.stringify(left) === JSON.stringify(right);
        expect(packKid(left) === packKid(right)).toBe(same);
      }),
    );
  });

  it('F-2 refuses a field that does not fit instead of cutting it off', () => {
    const fits: Kid = { incarnation: 0, domain: 0, stream: 0, leaf: 0, epochBits: 0 };
    for (const wrong of [
      { leaf: 1024 },
      { leaf: -1 },
      { leaf: 0.5 },
      { incarnation: 8 },
      { stream: 16 },
      { epochBits: 64 },
    ]) {
      expect(() => packKid({ ...fits, ...wrong })).toThrow(RangeError);
    }
  });

  it('F-2 reads no KID of more than 24 bits', () => {
    expect(unpackKid((1n << 24n) - 1n)).not.toBeNull();
    expect(unpackKid(1n << 24n)).toBeNull();
  });

  it('F-2 numbers the streams as the protocol does', () => {
    const numbers = (['mic', 'camera', 'screen', 'screenAudio'] as const).map((stream) => streamNumber(stream));
    expect(numbers).toEqual([0, 1, 2, 3]);
  });
});
