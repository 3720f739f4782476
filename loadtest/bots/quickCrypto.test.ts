// The short cut gives what WebCrypto gives, byte for byte, and refuses what it refuses.
import { afterEach, describe, expect, it } from 'vitest';
import { installQuickCrypto } from './quickCrypto.ts';

const HMAC = { name: 'HMAC', hash: 'SHA-256' };
const KEY = new Uint8Array(32).map((_, index) => index * 7);
/** A view that begins inside its buffer, as the group's code hands them over. */
const DATA = new Uint8Array(100).map((_, index) => 255 - index).subarray(3, 90);

interface Seen {
  mac: string;
  hash: string;
  holds: boolean;
  forged: boolean;
  cut: boolean;
  signed: boolean;
  signedOther: boolean;
  signedForged: boolean;
  signedAgain: boolean;
  derived: string;
  sealed: string;
  opened: string;
  openedForged: string;
}

const hexOf = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('hex');

const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
const publicKey = await crypto.subtle.exportKey('raw', pair.publicKey);
const signature = await crypto.subtle.sign('Ed25519', pair.privateKey, DATA);

async function checks(given: ArrayBuffer, data: BufferSource): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', key, given, data);
}

/** As frame keys are made and used: HKDF from a base key, then AES-GCM with header and clear bytes beside it. */
async function lookAtFrames(): Promise<Pick<Seen, 'derived' | 'sealed' | 'opened' | 'openedForged'>> {
  const { subtle } = globalThis.crypto;
  const base = await subtle.importKey('raw', KEY.slice(0, 16), 'HKDF', false, ['deriveKey', 'deriveBits']);
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: DATA };
  const aes = { name: 'AES-GCM', length: 128 };
  const key = await subtle.deriveKey(hkdf, base, aes, false, ['encrypt', 'decrypt']);
  const gcm = { name: 'AES-GCM', iv: new Uint8Array(12).fill(3), additionalData: DATA };
  const sealed = await subtle.encrypt(gcm, key, DATA);
  const forged = new Uint8Array(sealed.slice(0));
  forged[2] = (forged[2] ?? 0) ^ 1;
  return {
    derived: hexOf(await subtle.deriveBits(hkdf, base, 96)),
    sealed: hexOf(sealed),
    opened: hexOf(await subtle.decrypt(gcm, key, sealed)),
    openedForged: await subtle.decrypt(gcm, key, forged).then(hexOf, () => 'refused'),
  };
}

async function look(): Promise<Seen> {
  const { subtle } = globalThis.crypto;
  const key = await subtle.importKey('raw', KEY, HMAC, false, ['sign', 'verify']);
  const mac = await subtle.sign('HMAC', key, DATA);
  const forged = new Uint8Array(mac.slice(0));
  forged[0] = (forged[0] ?? 0) ^ 1;
  return {
    mac: hexOf(mac),
    hash: hexOf(await subtle.digest('SHA-256', DATA)),
    holds: await subtle.verify('HMAC', key, mac, DATA),
    forged: await subtle.verify('HMAC', key, forged, DATA),
    cut: await subtle.verify('HMAC', key, mac.slice(1), DATA),
    signed: await checks(signature, DATA),
    signedOther: await checks(signature, DATA.subarray(1)),
    signedForged: await checks(signature.slice(1), DATA),
    signedAgain: await checks(signature, DATA),
    ...(await lookAtFrames()),
  };
}

describe('WebCrypto in place', () => {
  let restore = (): void => undefined;
  afterEach(() => restore());

  it('gives the same HMACs, hashes and verdicts as Node’s own', async () => {
    const own = await look();
    restore = installQuickCrypto();
    expect(await look()).toEqual(own);
    expect(own).toMatchObject({ holds: true, forged: false, cut: false });
    expect(own).toMatchObject({ signed: true, signedOther: false, signedForged: false, signedAgain: true });
    expect(own).toMatchObject({ opened: Buffer.from(DATA).toString('hex'), openedForged: 'refused' });
  });

  it('hashes a key that is longer than a block first', async () => {
    const { subtle } = globalThis.crypto;
    const longKey = new Uint8Array(100).fill(9);
    const macOf = async () =>
      hexOf(await subtle.sign('HMAC', await subtle.importKey('raw', longKey, HMAC, false, ['sign']), DATA));
    const own = await macOf();
    restore = installQuickCrypto();
    expect(await macOf()).toBe(own);
  });

  it('copies the key, so that wiping its bytes afterwards changes nothing', async () => {
    restore = installQuickCrypto();
    const bytes = KEY.slice();
    const key = await globalThis.crypto.subtle.importKey('raw', bytes, HMAC, false, ['sign']);
    bytes.fill(0);
    const mac = await globalThis.crypto.subtle.sign('HMAC', key, DATA);
    expect(hexOf(mac)).toBe((await look()).mac);
  });

  it('leaves every other algorithm to WebCrypto', async () => {
    restore = installQuickCrypto();
    const { subtle } = globalThis.crypto;
    expect((await subtle.digest('SHA-384', DATA)).byteLength).toBe(48);
    const key = await subtle.importKey('raw', KEY, 'AES-CBC', false, ['encrypt']);
    expect(key).toBeInstanceOf(CryptoKey);
    const { privateKey } = (await subtle.generateKey('X25519', true, ['deriveBits'])) as CryptoKeyPair;
    expect(privateKey).toBeInstanceOf(CryptoKey);
  });

  it('is gone once it is taken back', async () => {
    const { importKey } = globalThis.crypto.subtle;
    installQuickCrypto()();
    expect(globalThis.crypto.subtle.importKey).toBe(importKey);
  });
});
