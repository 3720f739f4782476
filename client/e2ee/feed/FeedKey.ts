// This device's own key for what it says on air: made with the worker, gone with it, its private half in WebCrypto alone.

export class FeedKey {
  /** Raw Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly #privateKey: CryptoKey;

  private constructor(publicKey: Uint8Array<ArrayBuffer>, privateKey: CryptoKey) {
    this.publicKey = publicKey;
    this.#privateKey = privateKey;
  }

  static async create(): Promise<FeedKey> {
    const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
    const raw = await crypto.subtle.exportKey('raw', pair.publicKey);
    return new FeedKey(new Uint8Array(raw), pair.privateKey);
  }

  /** A handle that cannot be exported. */
  get privateKey(): CryptoKey {
    return this.#privateKey;
  }

  async sign(content: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await crypto.subtle.sign('Ed25519', this.#privateKey, content));
  }
}
