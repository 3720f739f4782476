// One AEAD call each way (RFC 9605, sections 4.4.3 and 4.4.4) for a key, a counter and the bytes to authenticate.
import type { SframeKeys } from './keys.ts';
import { NONCE_BYTES } from './suites.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** The salt with CTR, as 12 big-endian bytes, added bit by bit. RFC 9605, section 4.4.3. */
export function frameNonce(salt: Uint8Array, ctr: bigint): Bytes {
  const nonce = new Uint8Array(NONCE_BYTES);
  nonce.set(salt);
  const view = new DataView(nonce.buffer);
  view.setBigUint64(NONCE_BYTES - 8, view.getBigUint64(NONCE_BYTES - 8) ^ ctr);
  return nonce;
}

/** Ciphertext with its tag. `aad` is the header followed by the metadata. Each (key, ctr) may be used once. */
export function seal(keys: SframeKeys, ctr: bigint, aad: Bytes, plaintext: Bytes): Promise<ArrayBuffer> {
  const algorithm = { name: 'AES-GCM', iv: frameNonce(keys.salt, ctr), additionalData: aad };
  return crypto.subtle.encrypt(algorithm, keys.key, plaintext);
}

/** The plaintext; rejects (OperationError) where the tag does not fit. */
export function open(keys: SframeKeys, ctr: bigint, aad: Bytes, ciphertext: Bytes): Promise<ArrayBuffer> {
  const algorithm = { name: 'AES-GCM', iv: frameNonce(keys.salt, ctr), additionalData: aad };
  return crypto.subtle.decrypt(algorithm, keys.key, ciphertext);
}
