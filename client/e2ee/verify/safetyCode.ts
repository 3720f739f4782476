// What people read to each other, as digits and as words: equal on every screen of one epoch, unlike on any other.
import { concatBytes, source, utf8 } from '../util/bytes.ts';
import type { SafetyCode } from '../messages.ts';

const GROUPS = 6;
const BYTES_PER_GROUP = 5;
const WORDS = 9;
const BITS_PER_WORD = 11n;

/**
 * SHA-256("cc1 safety" 0x00 epoch_authenticator), read twice (SPEC E-60). Digits: six times five bytes, each as a 40-bit
 * big-endian number modulo 100,000; 2^40 modulo 10^5 leaves a bias below 10^-7 in the rarest group, of no use to a forger; 30
 * digits are about 99 bits. Words: the first 99 bits as nine 11-bit big-endian numbers, places in the word list.
 */
export async function safetyCode(epochAuthenticator: Uint8Array): Promise<SafetyCode> {
  const input = concatBytes(utf8('cc1 safety'), new Uint8Array(1), epochAuthenticator);
  const digest = new DataView(await crypto.subtle.digest('SHA-256', source(input)));
  return { digits: digitsOf(digest), words: wordPlacesOf(digest) };
}

/** The words of a code. The list is a script of its own, run with the first code that somebody looks at. */
export async function safetyWords({ words }: SafetyCode): Promise<string[]> {
  const { WORD_LIST } = await import('./wordList.ts');
  return words.map((place) => WORD_LIST[place] ?? '');
}

function digitsOf(digest: DataView): string[] {
  return Array.from({ length: GROUPS }, (_, group) => {
    const offset = group * BYTES_PER_GROUP;
    const value = digest.getUint8(offset) * 2 ** 32 + digest.getUint32(offset + 1);
    return String(value % 100_000).padStart(5, '0');
  });
}

function wordPlacesOf(digest: DataView): number[] {
  const firstBits = (digest.getBigUint64(0) << 64n) | digest.getBigUint64(8);
  return Array.from({ length: WORDS }, (_, word) => {
    const below = 128n - BITS_PER_WORD * BigInt(word + 1);
    return Number((firstBits >> below) & (2n ** BITS_PER_WORD - 1n));
  });
}
