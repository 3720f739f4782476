// What the island needs of WebCrypto, tried out before anybody is let in: some browsers have the transforms and not these.
import { bytesEqual, utf8 } from '../util/bytes.ts';

/**
 * Whether every algorithm of MLS suite 1 and SFrame suite 4 is there and works (SPEC E-75): Ed25519 came to Chromium in 137 and
 * to Firefox in 129, X25519 in 133 and 130, later than RTCRtpScriptTransform. A few ms; never rejects.
 * @param subtle undefined on pages that are no secure context
 */
export async function hasCrypto(subtle: SubtleCrypto | undefined): Promise<boolean> {
  if (subtle === undefined) return false;
  try {
    const works = await Promise.all([hasEd25519(subtle), hasX25519(subtle), hasDerivation(subtle), hasDigests(subtle)]);
    return works.every(Boolean);
  } catch {
    return false;
  }
}

const MESSAGE = utf8('conclave');

/** RFC 9420, section 5.1: signatures of leaves; keys go in and out as PKCS #8 and raw. */
async function hasEd25519(subtle: SubtleCrypto): Promise<boolean> {
  const pair = (await subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  const pkcs8 = await subtle.exportKey('pkcs8', pair.privateKey);
  const raw = await subtle.exportKey('raw', pair.publicKey);
  const signKey = await subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
  const verifyKey = await subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
  return subtle.verify('Ed25519', verifyKey, await subtle.sign('Ed25519', signKey, MESSAGE), MESSAGE);
}

/** RFC 9180, DHKEM(X25519): both sides reach the same bits, also from a key that went out and in again. */
async function hasX25519(subtle: SubtleCrypto): Promise<boolean> {
  const generate = async () => (await subtle.generateKey({ name: 'X25519' }, true, ['deriveBits'])) as CryptoKeyPair;
  const [one, two] = [await generate(), await generate()];
  const pkcs8 = await subtle.exportKey('pkcs8', one.privateKey);
  const raw = await subtle.exportKey('raw', one.publicKey);
  const own = await subtle.importKey('pkcs8', pkcs8, { name: 'X25519' }, true, ['deriveBits']);
  const peer = await subtle.importKey('raw', raw, { name: 'X25519' }, true, []);
  const [left, right] = await Promise.all([
    subtle.deriveBits({ name: 'X25519', public: two.publicKey }, own, 256),
    subtle.deriveBits({ name: 'X25519', public: peer }, two.privateKey, 256),
  ]);
  return bytesEqual(new Uint8Array(left), new Uint8Array(right));
}

/** RFC 9605, suite 4: HKDF to bits and to an AES-128-GCM key that cannot be exported. */
async function hasDerivation(subtle: SubtleCrypto): Promise<boolean> {
  const base = await subtle.importKey('raw', new Uint8Array(16), 'HKDF', false, ['deriveKey', 'deriveBits']);
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: MESSAGE };
  const aes = { name: 'AES-GCM', length: 128 };
  const key = await subtle.deriveKey(hkdf, base, aes, false, ['encrypt', 'decrypt']);
  const same = await subtle.importKey('raw', await subtle.deriveBits(hkdf, base, 128), 'AES-GCM', false, ['decrypt']);
  const gcm = { name: 'AES-GCM', iv: new Uint8Array(12), additionalData: MESSAGE };
  const opened = await subtle.decrypt(gcm, same, await subtle.encrypt(gcm, key, MESSAGE));
  return bytesEqual(new Uint8Array(opened), MESSAGE);
}

async function hasDigests(subtle: SubtleCrypto): Promise<boolean> {
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const key = await subtle.importKey('raw', new Uint8Array(32), hmac, false, ['sign', 'verify']);
  const digest = await subtle.digest('SHA-256', MESSAGE);
  return subtle.verify('HMAC', key, await subtle.sign('HMAC', key, digest), digest);
}
