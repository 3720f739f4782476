// The digits people compare.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { safetyCode } from './safetyCode.ts';

describe('safetyCode', () => {
  it('E-60 is six groups of five digits of SHA-256("cc1 safety" 0x00 authenticator)', async () => {
    const authenticator = new Uint8Array(32).fill(5);
    const digest = createHash('sha256').update('cc1 safety\0').update(authenticator).digest();
    const expected = Array.from({ length: 6 }, (_, group) => {
      const value = BigInt(`0x${digest.subarray(group * 5, group * 5 + 5).toString('hex')}`);
      return String(value % 100_000n).padStart(5, '0');
    });
    expect(await safetyCode(authenticator)).toEqual({ digits: expected });
    expect(expected.every((group) => /^[0-9]{5}$/.test(group))).toBe(true);
  });

  it('E-60 differs where one bit of the authenticator does, and leaves the authenticator alone', async () => {
    const authenticator = new Uint8Array(32);
    const before = await safetyCode(authenticator);
    authenticator[31] = 1;
    expect(await safetyCode(authenticator)).not.toEqual(before);
    expect(authenticator[31]).toBe(1);
  });

  it('E-60 uses every digit about equally', async () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 400; i++) {
      const { digits } = await safetyCode(Uint8Array.of(i >> 8, i & 255));
      for (const digit of digits.join('')) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    }
    // 12,000 digits, 1,200 of each expected; 5 standard deviations are 165.
    for (const digit of '0123456789') expect(Math.abs((counts.get(digit) ?? 0) - 1_200)).toBeLessThan(165);
  });
});
