// AES-GCM with a random nonce in front: how wraps and documents for viewers lie at the server.
import { concatBytes, source } from '../util/bytes.ts';

const NONCE_BYTES = 12;

/** nonce(12) || ciphertext || tag. */
export async function sealWith(
  key: CryptoKey,
  additionalData: Uint8Array<ArrayBuffer>,
  plain: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, source(plain));
  return concatBytes(iv, new Uint8Array(sealed));
}

/** Undefined where it is not what was sealed under this key with these additional data. Never throws. */
export async function openWith(
  key: CryptoKey,
  additionalData: Uint8Array<ArrayBuffer>,
  sealed: Uint8Array,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const iv = source(sealed.subarray(0, NONCE_BYTES));
  try {
    const params = { name: 'AES-GCM', iv, additionalData };
    return new Uint8Array(await crypto.subtle.decrypt(params, key, source(sealed.subarray(NONCE_BYTES))));
  } catch {
    return undefined;
  }
}
