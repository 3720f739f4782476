// From a base key to the key and salt of one KID (RFC 9605, section 4.4.2); nothing here can be read back out.
import { NONCE_BYTES, type CipherSuite } from './suites.ts';

/** What seals and opens under one KID. */
export interface SframeKeys {
  /** AES-GCM, non-extractable. */
  readonly key: CryptoKey;
  /** NONCE_BYTES bytes. */
  readonly salt: Uint8Array;
}

const NO_SALT = new Uint8Array(0);
const encoder = new TextEncoder();

/** The label of section 4.4.2: text, KID in 8 bytes, cipher suite in 2. */
export function derivationLabel(purpose: 'key' | 'salt', kid: bigint, suite: CipherSuite): Uint8Array<ArrayBuffer> {
  const text = encoder.encode(`SFrame 1.0 Secret ${purpose} `);
  const label = new Uint8Array(text.length + 10);
  label.set(text);
  const view = new DataView(label.buffer);
  view.setBigUint64(text.length, kid);
  view.setUint16(text.length + 8, suite.id);
  return label;
}

/** Takes the base key into WebCrypto, non-extractable. The caller zeroes its bytes. */
export async function importBaseKey(baseKey: Uint8Array): Promise<CryptoKey> {
  const copy = new Uint8Array(baseKey);
  try {
    return await crypto.subtle.importKey('raw', copy, 'HKDF', false, ['deriveKey', 'deriveBits']);
  } finally {
    copy.fill(0);
  }
}

/**
 * `sframe_key` and `sframe_salt` of a KID: HKDF-Extract with an empty salt, then HKDF-Expand with each label.
 * RFC 9605, section 4.4.2.
 */
export async function deriveKeys(base: CryptoKey, kid: bigint, suite: CipherSuite): Promise<SframeKeys> {
  const hkdf = (purpose: 'key' | 'salt') => ({
    name: 'HKDF',
    hash: suite.hash,
    salt: NO_SALT,
    info: derivationLabel(purpose, kid, suite),
  });
  const aes = { name: 'AES-GCM', length: suite.keyBits };
  const [key, salt] = await Promise.all([
    crypto.subtle.deriveKey(hkdf('key'), base, aes, false, ['encrypt', 'decrypt']),
    crypto.subtle.deriveBits(hkdf('salt'), base, 8 * NONCE_BYTES),
  ]);
  return { key, salt: new Uint8Array(salt) };
}
