// The keys of one domain of one epoch, room or stage: what we seal with, and what others' frames are opened with.
import { captionKeyInput } from '../feed/caption.ts';
import { LeafLog } from '../feed/LeafLog.ts';
import { STREAM_NAMES, type StreamName } from '../messages.ts';
import { deriveKeys, importBaseKey, type SframeKeys } from '../sframe/keys.ts';
import { SUITE_4 } from '../sframe/suites.ts';
import { toHex, utf8 } from '../util/bytes.ts';
import { packKid, streamNumber, type Kid } from './kid.ts';
import { ReplayWindow } from './ReplayWindow.ts';

/** One of our own streams in one epoch; `nextCtr` only grows. */
export interface SendSlot {
  readonly kid: bigint;
  readonly keys: SframeKeys;
  nextCtr: number;
  /** Of what was sealed for the stage. */
  readonly log: LeafLog;
}

/** One KID of somebody else. */
export interface ReceiveSlot {
  readonly window: ReplayWindow;
  /** Themselves as soon as they are derived, so that a frame waits for nothing but its opening. */
  keys: SframeKeys | Promise<SframeKeys>;
}

export class DomainKeys {
  /** Tells base keys apart without holding one. */
  readonly fingerprint: string;
  readonly #base: CryptoKey;
  readonly #send = new Map<StreamName, SendSlot>();
  readonly #receive = new Map<number, ReceiveSlot>();
  #preparing: Promise<void> | null = null;

  private constructor(base: CryptoKey, fingerprint: string) {
    this.#base = base;
    this.fingerprint = fingerprint;
  }

  /** Throws RangeError where it is no base key. The caller zeroes its bytes. */
  static async create(baseKey: Uint8Array): Promise<DomainKeys> {
    if (baseKey.length !== SUITE_4.keyBits / 8) throw new RangeError('the base key has 16 bytes');
    const base = await importBaseKey(baseKey);
    return new DomainKeys(base, await fingerprintOf(base));
  }

  /** Makes the send keys of every stream, so that the first frame waits for nothing. Once: counters never begin anew. */
  prepareSending(self: Omit<Kid, 'stream'>): Promise<void> {
    this.#preparing ??= this.#deriveSendKeys(self);
    return this.#preparing;
  }

  async #deriveSendKeys(self: Omit<Kid, 'stream'>): Promise<void> {
    const slots = STREAM_NAMES.map(async (stream) => {
      const kid = BigInt(packKid({ ...self, stream: streamNumber(stream) }));
      const keys = await deriveKeys(this.#base, kid, SUITE_4);
      this.#send.set(stream, { kid, keys, nextCtr: 0, log: new LeafLog() });
    });
    await Promise.all(slots);
  }

  sendSlot(stream: StreamName): SendSlot | undefined {
    return this.#send.get(stream);
  }

  /** RFC 9605, section 4.4.2. */
  derive(kid: number): Promise<SframeKeys> {
    return deriveKeys(this.#base, BigInt(kid), SUITE_4);
  }

  /** Of the stage: HKDF-SHA-256(K_stage, "cc1 caption" 0x00 feedKey), for what that speaker's device writes of their words. */
  captionKey(feedKey: Uint8Array): Promise<CryptoKey> {
    const params = { name: 'HKDF', hash: SUITE_4.hash, salt: new Uint8Array(0), info: captionKeyInput(feedKey) };
    return crypto.subtle.deriveKey(params, this.#base, { name: 'AES-GCM', length: 128 }, false, ['encrypt', 'decrypt']);
  }

  receiveSlot(kid: number): ReceiveSlot {
    const known = this.#receive.get(kid);
    if (known !== undefined) return known;
    const keys = this.derive(kid);
    const slot: ReceiveSlot = { window: new ReplayWindow(), keys };
    this.#receive.set(kid, slot);
    keys.then(
      (derived) => (slot.keys = derived),
      () => {}, // Each frame that waits for them is told.
    );
    return slot;
  }
}

/** 128 bits under a label of their own: equal for equal base keys, and they say nothing of the keys that frames are sealed with. */
async function fingerprintOf(base: CryptoKey): Promise<string> {
  const info = utf8('cc1 base key fingerprint');
  const params = { name: 'HKDF', hash: SUITE_4.hash, salt: new Uint8Array(0), info };
  return toHex(new Uint8Array(await crypto.subtle.deriveBits(params, base, 128)));
}
