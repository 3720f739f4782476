// Random ids and comparisons that take the same time whatever they find.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const randomBase64url = (bytes: number): string => randomBytes(bytes).toString('base64url');

export const sha256 = (value: Uint8Array | string): Buffer => createHash('sha256').update(value).digest();

/** Compares hashes, so that neither length nor content shows in the time. */
export function equalInConstantTime(a: Uint8Array | string, b: Uint8Array | string): boolean {
  return timingSafeEqual(sha256(a), sha256(b));
}

/** Six characters that tell log lines of one thing apart and cannot be turned back into its id. */
export const tag = (id: string): string => sha256(`tag ${id}`).toString('hex').slice(0, 6);
