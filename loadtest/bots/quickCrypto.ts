// WebCrypto in place: the symmetric algorithms and Ed25519 checks answered by node:crypto at once, so that a crowd of Bots fits into few cores.
import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  hash,
  hkdfSync,
  timingSafeEqual,
  verify as verifySignature,
  type KeyObject,
} from 'node:crypto';

type Algorithm = AlgorithmIdentifier | HmacImportParams | AesDerivedKeyParams;
type ImportValues = [format: string, data: BufferSource, Algorithm, extractable: boolean, usages: KeyUsage[]];
type Subtle = Record<
  'importKey' | 'sign' | 'verify' | 'digest' | 'encrypt' | 'decrypt' | 'deriveBits' | 'deriveKey',
  (...values: never[]) => Promise<unknown>
>;

const viewOf = (data: BufferSource): Uint8Array =>
  ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);

const bufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;
const nameOf = (algorithm: Algorithm): string => (typeof algorithm === 'string' ? algorithm : algorithm.name);
const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');

const BLOCK_BYTES = 64;

/**
 * An epoch costs each member some 800 HMACs. Through Node's WebCrypto each is two jobs of a thread pool, two thirds of all that
 * following a commit costs; a hundred devices of their own would not notice, a hundred in one process starve each other.
 */
class PlainHmacKey {
  readonly #inner = new Uint8Array(BLOCK_BYTES).fill(0x36);
  readonly #outer = new Uint8Array(BLOCK_BYTES).fill(0x5c);

  constructor(bytes: Uint8Array) {
    const key = bytes.length > BLOCK_BYTES ? sha256(bytes) : bytes;
    for (const [index, byte] of key.entries()) {
      this.#inner[index] = byte ^ 0x36;
      this.#outer[index] = byte ^ 0x5c;
    }
  }

  /** RFC 2104: two hashes at once are a third of what createHmac costs for a key that is used once. */
  sign(data: BufferSource): Buffer {
    return sha256(Buffer.concat([this.#outer, sha256(Buffer.concat([this.#inner, viewOf(data)]))]));
  }
}

/** DER prefix of an Ed25519 public key (RFC 8410); the 32 raw bytes follow. */
const SPKI_PREFIX = Uint8Array.of(0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0);
const ED25519_BYTES = 32;
/** Keys of a few hundred members, each checked a few times a second by everybody. */
const KEPT_KEYS = 2_000;
const publicKeys = new Map<string, KeyObject>();

/** What was checked of late: the same words of one member come to fifty others in this thread. */
const KEPT_VERDICTS = 20_000;
const verdicts = new Map<string, boolean>();

/** Every member checks every sign of life of every other, 10,000 signatures an epoch where there are 100: each is checked once. */
class PlainVerifyKey {
  readonly #name: string;
  readonly #key: KeyObject;

  constructor(bytes: Uint8Array) {
    this.#name = Buffer.from(bytes).toString('latin1');
    const known = publicKeys.get(this.#name);
    this.#key = known ?? createPublicKey({ key: Buffer.concat([SPKI_PREFIX, bytes]), format: 'der', type: 'spki' });
    if (known === undefined) keep(publicKeys, this.#name, this.#key, KEPT_KEYS);
  }

  verify(signature: BufferSource, data: BufferSource): boolean {
    const said = Buffer.concat([viewOf(signature), sha256(viewOf(data))]).toString('latin1');
    const name = `${this.#name}${said}`;
    const known = verdicts.get(name);
    if (known !== undefined) return known;
    const isRight = verifySignature(null, viewOf(data), this.#key, viewOf(signature));
    keep(verdicts, name, isRight, KEPT_VERDICTS);
    return isRight;
  }
}

function keep<T>(kept: Map<string, T>, name: string, value: T, most: number): void {
  if (kept.size >= most) kept.clear();
  kept.set(name, value);
}

const AES_BYTES = 16;
const TAG_BYTES = 16;

/** AES-128-GCM with a tag of 16 bytes: of frames, and inside MLS. */
class PlainAesKey {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes.slice();
  }

  encrypt({ iv, additionalData }: AesGcmParams, data: BufferSource): ArrayBuffer {
    const cipher = createCipheriv('aes-128-gcm', this.#bytes, viewOf(iv));
    if (additionalData !== undefined) cipher.setAAD(viewOf(additionalData));
    return bufferOf(Buffer.concat([cipher.update(viewOf(data)), cipher.final(), cipher.getAuthTag()]));
  }

  /** Throws where the tag is not right. */
  decrypt({ iv, additionalData }: AesGcmParams, data: BufferSource): ArrayBuffer {
    const sealed = viewOf(data);
    const decipher = createDecipheriv('aes-128-gcm', this.#bytes, viewOf(iv), { authTagLength: TAG_BYTES });
    if (additionalData !== undefined) decipher.setAAD(viewOf(additionalData));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    return bufferOf(Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]));
  }
}

class PlainHkdfKey {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes.slice();
  }

  derive({ salt, info, hash: digest }: HkdfParams, bits: number): ArrayBuffer {
    if (nameOf(digest) !== 'SHA-256') throw new Error('only HKDF with SHA-256 is derived in place');
    return hkdfSync('sha256', this.#bytes, viewOf(salt), viewOf(info), bits / 8);
  }
}

type PlainKey = PlainHmacKey | PlainVerifyKey | PlainAesKey | PlainHkdfKey;

/** Undefined for what is better left to WebCrypto. */
function plainKeyOf(...values: ImportValues): PlainKey | undefined {
  const [format, data, algorithm, extractable, usages] = values;
  if (format !== 'raw' || extractable) return undefined;
  const bytes = viewOf(data);
  switch (nameOf(algorithm)) {
    case 'HMAC': {
      const digest = typeof algorithm === 'object' && 'hash' in algorithm ? algorithm.hash : '';
      return nameOf(digest) === 'SHA-256' ? new PlainHmacKey(bytes) : undefined;
    }
    case 'Ed25519':
      return usages.every((usage) => usage === 'verify') && bytes.length === ED25519_BYTES
        ? new PlainVerifyKey(bytes)
        : undefined;
    case 'AES-GCM':
      return bytes.length === AES_BYTES ? new PlainAesKey(bytes) : undefined;
    case 'HKDF':
      return new PlainHkdfKey(bytes);
  }
  return undefined;
}

/** For this whole thread; whatever else is asked goes on as it was. Returns the way back. */
export function installQuickCrypto(): () => void {
  const subtle = globalThis.crypto.subtle as unknown as Subtle;
  const { importKey, sign, verify, digest, encrypt, decrypt, deriveBits, deriveKey } = subtle;
  const native: Subtle = { importKey, sign, verify, digest, encrypt, decrypt, deriveBits, deriveKey };
  const ask = (name: keyof Subtle, values: readonly unknown[]) => native[name].apply(subtle, values as never);
  const imported = async (...values: ImportValues) => plainKeyOf(...values) ?? ask('importKey', values);
  const quick: Subtle = {
    importKey: imported,
    sign: async (...values: [Algorithm, unknown, BufferSource]) => {
      const [, key, data] = values;
      return key instanceof PlainHmacKey ? bufferOf(key.sign(data)) : ask('sign', values);
    },
    verify: async (...values: [Algorithm, unknown, BufferSource, BufferSource]) => {
      const [, key, signature, data] = values;
      if (key instanceof PlainVerifyKey) return key.verify(signature, data);
      if (!(key instanceof PlainHmacKey)) return ask('verify', values);
      const [given, right] = [viewOf(signature), key.sign(data)];
      return given.length === right.length && timingSafeEqual(given, right);
    },
    digest: async (...values: [Algorithm, BufferSource]) => {
      const [algorithm, data] = values;
      return nameOf(algorithm) === 'SHA-256' ? bufferOf(sha256(viewOf(data))) : ask('digest', values);
    },
    encrypt: async (...values: [AesGcmParams, unknown, BufferSource]) => {
      const [params, key, data] = values;
      return key instanceof PlainAesKey ? key.encrypt(params, data) : ask('encrypt', values);
    },
    decrypt: async (...values: [AesGcmParams, unknown, BufferSource]) => {
      const [params, key, data] = values;
      return key instanceof PlainAesKey ? key.decrypt(params, data) : ask('decrypt', values);
    },
    deriveBits: async (...values: [HkdfParams, unknown, number]) => {
      const [params, key, bits] = values;
      return key instanceof PlainHkdfKey ? key.derive(params, bits) : ask('deriveBits', values);
    },
    deriveKey: async (...values: [HkdfParams, unknown, AesDerivedKeyParams, boolean, KeyUsage[]]) => {
      const [params, key, derived, extractable, usages] = values;
      if (!(key instanceof PlainHkdfKey)) return ask('deriveKey', values);
      return imported('raw', key.derive(params, derived.length), derived, extractable, usages);
    },
  };
  const install = (methods: Subtle): void => {
    for (const [name, value] of Object.entries(methods)) {
      Object.defineProperty(subtle, name, { value, configurable: true, writable: true });
    }
  };
  install(quick);
  return () => install(native);
}
