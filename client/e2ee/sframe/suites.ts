// The SFrame cipher suites this island speaks (RFC 9605, section 4.5): AES-GCM only, since WebCrypto has nothing else that is fast.

export interface CipherSuite {
  /** The registry's number; it stands in the key derivation labels. */
  readonly id: number;
  readonly hash: 'SHA-256' | 'SHA-512';
  /** Nk, in bits as WebCrypto wants it. */
  readonly keyBits: 128 | 256;
}

/** AES_128_GCM_SHA256_128, the one suite of `cc1`. */
export const SUITE_4: CipherSuite = { id: 4, hash: 'SHA-256', keyBits: 128 };

/** AES_256_GCM_SHA512_128. No frame of ours uses it; the vectors prove that nothing is suite 4 by accident. */
export const SUITE_5: CipherSuite = { id: 5, hash: 'SHA-512', keyBits: 256 };

/** Nn of every AES-GCM suite, bytes. */
export const NONCE_BYTES = 12;

/** Nt of the two suites above, bytes. */
export const TAG_BYTES = 16;
