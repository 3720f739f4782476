// What people compare.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { safetyCode, safetyWords } from './safetyCode.ts';
import { WORD_LIST } from './wordList.ts';

const digestOf = (authenticator: Uint8Array) =>
  createHash('sha256').update('cc1 safety\0').update(authenticator).digest();

describe('safetyCode', () => {
  it('E-60 is six groups of five digits of SHA-256("cc1 safety" 0x00 authenticator)', async () => {
    const authenticator = new Uint8Array(32).fill(5);
    const digest = digestOf(authenticator);
    const expected = Array.from({ length: 6 }, (_, group) => {
      const value = BigInt(`0x${digest.subarray(group * 5, group * 5 + 5).toString('hex')}`);
      return String(value % 100_000n).padStart(5, '0');
    });
    expect((await safetyCode(authenticator)).digits).toEqual(expected);
    expect(expected.every((group) => /^[0-9]{5}$/.test(group))).toBe(true);
  });

  it('E-60 is the first 99 bits of the same digest as nine words of eleven bits each', async () => {
    for (const seed of [0, 5, 255]) {
      const authenticator = new Uint8Array(32).fill(seed);
      const bits = [...digestOf(authenticator)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
      const expected = Array.from({ length: 9 }, (_, word) =>
        Number.parseInt(bits.slice(word * 11, word * 11 + 11), 2),
      );
      const code = await safetyCode(authenticator);
      expect(code.words).toEqual(expected);
      expect(await safetyWords(code)).toEqual(expected.map((place) => WORD_LIST[place]));
    }
  });

  it('E-60 differs where one bit of the authenticator does, in digits and in words, and leaves the authenticator alone', async () => {
    const authenticator = new Uint8Array(32);
    const before = await safetyCode(authenticator);
    authenticator[31] = 1;
    const after = await safetyCode(authenticator);
    expect(after.digits).not.toEqual(before.digits);
    expect(after.words).not.toEqual(before.words);
    expect(authenticator[31]).toBe(1);
  });

  it('E-60 uses every digit and every word about equally', async () => {
    const digitCounts = new Map<string, number>();
    const eighths = new Map<number, number>();
    for (let i = 0; i < 400; i++) {
      const { digits, words } = await safetyCode(Uint8Array.of(i >> 8, i & 255));
      for (const digit of digits.join('')) digitCounts.set(digit, (digitCounts.get(digit) ?? 0) + 1);
      for (const place of words) eighths.set(place >> 8, (eighths.get(place >> 8) ?? 0) + 1);
    }
    // 12,000 digits, 1,200 of each expected; 5 standard deviations are 165.
    for (const digit of '0123456789') expect(Math.abs((digitCounts.get(digit) ?? 0) - 1_200)).toBeLessThan(165);
    // 3,600 words, 450 in each eighth of the list expected; 5 standard deviations are 100.
    for (let eighth = 0; eighth < 8; eighth++) expect(Math.abs((eighths.get(eighth) ?? 0) - 450)).toBeLessThan(100);
  });
});

describe('the word list', () => {
  it('E-60 is BIP-39’s English one, byte for byte', () => {
    const published = '2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda';
    expect(
      createHash('sha256')
        .update(`${WORD_LIST.join('\n')}\n`)
        .digest('hex'),
    ).toBe(published);
  });

  it('E-60 has 2,048 words, each told by its first four letters', () => {
    expect(WORD_LIST).toHaveLength(2_048);
    expect(new Set(WORD_LIST.map((word) => word.slice(0, 4))).size).toBe(2_048);
  });
});
