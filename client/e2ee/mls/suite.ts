// Cipher suite 1 of MLS over WebCrypto alone, as ts-mls wants it; no optional package, no other suite.
import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import type { CiphersuiteImpl } from 'ts-mls/crypto/ciphersuite.js';
import type { Signature } from 'ts-mls/crypto/signature.js';
import { makeGenericHpke } from 'ts-mls/crypto/implementation/hpke.js';
import { source } from '../util/bytes.ts';

export const SUITE_NAME = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519';

export type Suite = CiphersuiteImpl;
export type RandomBytes = (count: number) => Uint8Array;

const HPKE_NAMES = { kem: 'DHKEM-X25519-HKDF-SHA256', kdf: 'HKDF-SHA256', aead: 'AES128GCM' } as const;

/** RFC 9420 17.1, suite 1: X25519, AES-128-GCM, SHA-256, Ed25519. `randomBytes` feeds paths, guards and nonces. */
export async function createSuite(randomBytes: RandomBytes = webCryptoRandom): Promise<Suite> {
  const kdf = new HkdfSha256();
  const hpke = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf, aead: new Aes128Gcm() });
  return {
    name: SUITE_NAME,
    rng: { randomBytes },
    hash: { digest: sha256, mac: hmac, verifyMac },
    kdf: {
      size: 32,
      extract: async (salt, ikm) => new Uint8Array(await kdf.extract(exact(salt), exact(ikm))),
      expand: async (prk, info, length) => new Uint8Array(await kdf.expand(exact(prk), exact(info), length)),
    },
    hpke: await makeGenericHpke(HPKE_NAMES, { encrypt: seal, decrypt: open }, hpke),
    signature: ed25519,
  };
}

function webCryptoRandom(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}

/** An ArrayBuffer of just these bytes: @hpke/core takes whole buffers. */
function exact(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

async function sha256(data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', source(data)));
}

function hmacKey(raw: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', source(raw), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}

async function hmac(key: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', await hmacKey(key), source(data)));
}

async function verifyMac(key: Uint8Array, mac: Uint8Array, data: Uint8Array): Promise<boolean> {
  return crypto.subtle.verify('HMAC', await hmacKey(key), source(mac), source(data));
}

function gcm(nonce: Uint8Array, aad: Uint8Array): AesGcmParams {
  return { name: 'AES-GCM', iv: source(nonce), additionalData: source(aad) };
}

async function seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey('raw', source(key), 'AES-GCM', false, ['encrypt']);
  return new Uint8Array(await crypto.subtle.encrypt(gcm(nonce, aad), imported, source(plain)));
}

async function open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey('raw', source(key), 'AES-GCM', false, ['decrypt']);
  return new Uint8Array(await crypto.subtle.decrypt(gcm(nonce, aad), imported, source(sealed)));
}

/** DER prefix of a PKCS #8 Ed25519 private key (RFC 8410); the 32 raw bytes follow. Vectors bring raw keys. */
const PKCS8_PREFIX = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);

const ed25519: Signature = {
  async sign(signKey, message) {
    const pkcs8 = signKey.length === 32 ? Uint8Array.of(...PKCS8_PREFIX, ...signKey) : source(signKey);
    const key = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
    return new Uint8Array(await crypto.subtle.sign('Ed25519', key, source(message)));
  },
  async verify(publicKey, message, signature) {
    const key = await crypto.subtle.importKey('raw', source(publicKey), 'Ed25519', false, ['verify']);
    return crypto.subtle.verify('Ed25519', key, source(signature), source(message));
  },
  async keygen() {
    const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
    return {
      publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)),
      signKey: new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey)),
    };
  },
};
