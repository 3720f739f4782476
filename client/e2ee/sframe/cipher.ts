// One AEAD call each way (RFC 9605, sections 4.4.3 and 4.4.4) for a key, a counter and the bytes to authenticate.
import type { SframeKeys } from './keys.ts';
import { NONCE_BYTES } from './suites.ts';
import { byteOf, uint64 } from './uint64.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The salt with CTR, as 12 big-endian bytes, added bit by bit. RFC 9605, section 4.4.3. In an array of its own each time: one
 * for all would save Chromium half a microsecond, and stake every key on the moment at which a platform reads it.
 */
export function frameNonce(salt: Uint8Array, ctr: bigint | number): Bytes {
  const nonce = new Uint8Array(NONCE_BYTES);
  nonce.set(salt);
  const counter = uint64(ctr);
  for (let index = 0; index < 8; index++) {
    const at = NONCE_BYTES - 1 - index;
    nonce[at] = (nonce[at] as number) ^ byteOf(counter, index);
  }
  return nonce;
}

/** Ciphertext with its tag. `aad` is the header followed by the metadata. Each (key, ctr) may be used once. */
export function seal(keys: SframeKeys, ctr: bigint | number, aad: Bytes, plaintext: Bytes): Promise<ArrayBuffer> {
  return crypto.subtle.encrypt(algorithmFor(keys, ctr, aad), keys.key, unwrapped(plaintext));
}

/** The plaintext; rejects (OperationError) where the tag does not fit. */
export function open(keys: SframeKeys, ctr: bigint | number, aad: Bytes, ciphertext: Bytes): Promise<ArrayBuffer> {
  return crypto.subtle.decrypt(algorithmFor(keys, ctr, aad), keys.key, unwrapped(ciphertext));
}

function algorithmFor(keys: SframeKeys, ctr: bigint | number, aad: Bytes): AesGcmParams {
  return { name: 'AES-GCM', iv: frameNonce(keys.salt, ctr).buffer, additionalData: unwrapped(aad) };
}

/** Bytes without the array around them, where that shows them all: Chromium makes an object of its own for every array it is handed. */
function unwrapped(bytes: Bytes): BufferSource {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes;
}
