// The digits that people read to each other: equal on every screen of one epoch, unlike on any other.
import { concatBytes, source, utf8 } from '../util/bytes.ts';
import type { SafetyCode } from '../messages.ts';

const GROUPS = 6;
const BYTES_PER_GROUP = 5;

/**
 * SHA-256("cc1 safety" 0x00 epoch_authenticator), then six times five bytes, each as a 40-bit big-endian number modulo
 * 100,000 (SPEC E-60). 2^40 modulo 10^5 leaves a bias below 10^-7 in the rarest group, of no use to a forger; the last
 * two bytes are not used. 30 digits are about 99 bits.
 */
export async function safetyCode(epochAuthenticator: Uint8Array): Promise<SafetyCode> {
  const input = concatBytes(utf8('cc1 safety'), new Uint8Array(1), epochAuthenticator);
  const digest = new DataView(await crypto.subtle.digest('SHA-256', source(input)));
  const digits: string[] = [];
  for (let group = 0; group < GROUPS; group++) {
    const offset = group * BYTES_PER_GROUP;
    const value = digest.getUint8(offset) * 2 ** 32 + digest.getUint32(offset + 1);
    digits.push(String(value % 100_000).padStart(5, '0'));
  }
  return { digits };
}
