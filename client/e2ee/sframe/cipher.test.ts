import { describe, expect, it } from 'vitest';
import vectors from '../test/vectors/sframe.json';
import { frameNonce, open, seal } from './cipher.ts';
import { encodeHeader } from './header.ts';
import { deriveKeys, derivationLabel, importBaseKey } from './keys.ts';
import { SUITE_4, SUITE_5, type CipherSuite } from './suites.ts';

/**
 * RFC 9605, appendix C.3, for suite 5; suite 4 comes from the file. Suites 1 to 3 (AES-CTR with HMAC and short tags) are not
 * implemented: WebCrypto has no such mode in one call, and nothing of ours speaks them.
 */
const SUITE_5_VECTOR = {
  cipher_suite: 5,
  kid: '291',
  ctr: '17767',
  base_key: '000102030405060708090a0b0c0d0e0f',
  sframe_key_label: '534672616d6520312e3020536563726574206b65792000000000000001230005',
  sframe_salt_label: '534672616d6520312e30205365637265742073616c742000000000000001230005',
  sframe_key: 'd3e27b0d4a5ae9e55df01a70e6d4d28d969b246e2936f4b7a5d9b494da6b9633',
  sframe_salt: '84991c167b8cd23c93708ec7',
  metadata: '4945544620534672616d65205747',
  nonce: '84991c167b8cd23c9370cba0',
  aad: '99012345674945544620534672616d65205747',
  pt: '64726166742d696574662d736672616d652d656e63',
  ct: '990123456794f509d36e9beacb0e261d99c7d1e972f1fed787d4049f17ca21353c1cc24d56ceabced279',
};
const SUITES = new Map<number, CipherSuite>([
  [4, SUITE_4],
  [5, SUITE_5],
]);
const VECTORS = [...vectors.sframe, SUITE_5_VECTOR];

describe.each(VECTORS)('F-1 cipher suite $cipher_suite (RFC 9605, appendix C.3)', (vector) => {
  const suite = SUITES.get(vector.cipher_suite) as CipherSuite;
  const kid = BigInt(vector.kid);
  const ctr = BigInt(vector.ctr);

  it('F-1 has the labels of the RFC', () => {
    expect(hex(derivationLabel('key', kid, suite))).toBe(vector.sframe_key_label);
    expect(hex(derivationLabel('salt', kid, suite))).toBe(vector.sframe_salt_label);
  });

  it('F-1 derives the salt, the nonce and a key that seals as the RFC does', async () => {
    const keys = await deriveKeys(await importBaseKey(bytes(vector.base_key)), kid, suite);
    expect(hex(keys.salt)).toBe(vector.sframe_salt);
    expect(hex(frameNonce(keys.salt, ctr))).toBe(vector.nonce);
    const header = encodeHeader(kid, ctr);
    expect(hex(header) + vector.metadata).toBe(vector.aad);
    const ciphertext = await seal(keys, ctr, bytes(vector.aad), bytes(vector.pt));
    expect(hex(header) + hex(new Uint8Array(ciphertext))).toBe(vector.ct);
    const raw = await crypto.subtle.importKey('raw', bytes(vector.sframe_key), 'AES-GCM', false, ['encrypt']);
    const known = await seal({ key: raw, salt: keys.salt }, ctr, bytes(vector.aad), bytes(vector.pt));
    expect(hex(new Uint8Array(ciphertext))).toBe(hex(new Uint8Array(known)));
  });

  it('F-1 opens what the RFC sealed, and nothing that was touched', async () => {
    const keys = await deriveKeys(await importBaseKey(bytes(vector.base_key)), kid, suite);
    const ciphertext = bytes(vector.ct).subarray(encodeHeader(kid, ctr).length);
    expect(hex(new Uint8Array(await open(keys, ctr, bytes(vector.aad), ciphertext)))).toBe(vector.pt);
    const touched = new Uint8Array(ciphertext);
    touched[0] = (touched[0] as number) ^ 1;
    await expect(open(keys, ctr, bytes(vector.aad), touched)).rejects.toBeInstanceOf(DOMException);
    await expect(open(keys, ctr + 1n, bytes(vector.aad), ciphertext)).rejects.toBeInstanceOf(DOMException);
    await expect(open(keys, ctr, bytes(vector.aad).subarray(1), ciphertext)).rejects.toBeInstanceOf(DOMException);
  });
});

describe('F-1 nonces', () => {
  const salt = Uint8Array.from({ length: 12 }, (_, index) => 0xf0 + index);

  it('F-1 are the salt with the counter in its last bytes, the same for a number as for a BigInt', () => {
    for (const ctr of [0, 1, 0xff, 0x1234_5678, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      const counter = ctr.toString(16).padStart(24, '0');
      const wanted = Buffer.from(counter, 'hex').map((byte, index) => byte ^ (salt[index] as number));
      expect(hex(frameNonce(salt, ctr))).toBe(hex(wanted));
      expect(hex(frameNonce(salt, BigInt(ctr)))).toBe(hex(wanted));
    }
  });

  it('F-1 never lie in memory that another one lies in', () => {
    const [one, other] = [frameNonce(salt, 1), frameNonce(salt, 2)];
    expect(one.buffer).not.toBe(other.buffer);
    expect(one.buffer.byteLength).toBe(12);
    expect(hex(one)).not.toBe(hex(other));
  });
});

describe('F-1 keys stay inside WebCrypto', () => {
  it('F-1 makes every key non-extractable', async () => {
    const base = await importBaseKey(new Uint8Array(16));
    const { key } = await deriveKeys(base, 9n, SUITE_4);
    expect([base.extractable, key.extractable]).toEqual([false, false]);
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toBeInstanceOf(DOMException);
  });
});

function bytes(hexText: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(hexText, 'hex'));
}

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString('hex');
}
