// One chunk of a file each way: AES-256-GCM under the file's own key, bound to its place and to being the last one or not.
import { concatBytes, source, u32, utf8, wipe } from '../util/bytes.ts';
import { FILE_NONCE_BYTES, type FileChunk } from './layout.ts';

const KEY_BYTES = 32;
const LABEL = utf8('cc1 file\0');

export type FileChunkResult = { ok: true; bytes: Uint8Array<ArrayBuffer> } | { ok: false; fault: 'damaged' };

/** 32 random bytes, for one file. */
export function createFileKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(KEY_BYTES));
}

/** Wipes what it was given: from here on the key is a handle that cannot be exported. */
export async function importFileKey(raw: Uint8Array): Promise<CryptoKey> {
  if (raw.length !== KEY_BYTES) throw new RangeError('a file key has 32 bytes');
  const key = await crypto.subtle.importKey('raw', source(raw), 'AES-GCM', false, ['encrypt', 'decrypt']);
  wipe(raw);
  return key;
}

/**
 * STREAM's binding of index and last flag (Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its Nonce-Reuse
 * Misuse-Resistance", CRYPTO 2015, section 5), in the data to authenticate instead of the nonce (E-111).
 */
function placeOf({ index, isLast }: Pick<FileChunk, 'index' | 'isLast'>): Uint8Array<ArrayBuffer> {
  return concatBytes(LABEL, u32(index), Uint8Array.of(isLast ? 1 : 0));
}

/**
 * The nonce, and `ciphertext || tag`, which follow each other in the sealed file; joining them would be one copy more.
 * @param plaintext as long as the chunk, padding included
 * @throws RangeError where its length is not the chunk's
 */
export async function sealFileChunk(
  key: CryptoKey,
  chunk: FileChunk,
  plaintext: Uint8Array<ArrayBuffer>,
): Promise<[nonce: Uint8Array<ArrayBuffer>, sealed: ArrayBuffer]> {
  if (plaintext.length !== chunk.length) throw new RangeError('not this chunk');
  const iv = crypto.getRandomValues(new Uint8Array(FILE_NONCE_BYTES));
  const algorithm = { name: 'AES-GCM', iv, additionalData: placeOf(chunk) };
  return [iv, await crypto.subtle.encrypt(algorithm, key, plaintext)];
}

/** The file's bytes of this chunk, without the padding; never rejects. */
export async function openFileChunk(
  key: CryptoKey,
  chunk: FileChunk,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<FileChunkResult> {
  if (sealed.length !== chunk.sealedLength) return { ok: false, fault: 'damaged' };
  const iv = sealed.subarray(0, FILE_NONCE_BYTES);
  try {
    const algorithm = { name: 'AES-GCM', iv, additionalData: placeOf(chunk) };
    const opened = await crypto.subtle.decrypt(algorithm, key, sealed.subarray(FILE_NONCE_BYTES));
    return { ok: true, bytes: new Uint8Array(opened, 0, chunk.dataLength) };
  } catch {
    return { ok: false, fault: 'damaged' };
  }
}
