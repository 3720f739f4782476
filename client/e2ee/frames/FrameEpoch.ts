// The frame keys of one epoch: what we seal with, how far each counter went, and what others' frames are opened with.
import { STREAM_NAMES, type StreamName } from '../messages.ts';
import { deriveKeys, importBaseKey, type SframeKeys } from '../sframe/keys.ts';
import { SUITE_4 } from '../sframe/suites.ts';
import { toHex, utf8 } from '../util/bytes.ts';
import { EPOCH_MODULUS, packKid, streamNumber } from './kid.ts';
import { ReplayWindow } from './ReplayWindow.ts';

export interface EpochKeys {
  groupId: Uint8Array;
  epoch: number;
  /** 16 bytes from the MLS exporter. */
  baseKey: Uint8Array;
  selfLeaf: number;
  /** leaf → peerId of every member of this epoch. */
  memberOfLeaf: ReadonlyMap<number, string>;
}

/** One of our own streams in one epoch; `nextCtr` only grows. */
export interface SendSlot {
  readonly kid: bigint;
  readonly keys: SframeKeys;
  nextCtr: number;
}

/** One KID of somebody else. */
export interface ReceiveSlot {
  readonly window: ReplayWindow;
  /** Themselves as soon as they are derived, so that a frame waits for nothing but its opening. */
  keys: SframeKeys | Promise<SframeKeys>;
}

export class FrameEpoch {
  readonly groupTag: string;
  readonly epoch: number;
  readonly memberOfLeaf: ReadonlyMap<number, string>;
  /** On the keyring's clock; Infinity while nobody retired it. */
  retireAtMs = Infinity;
  /** Tells base keys apart without holding one. */
  readonly fingerprint: string;
  readonly #base: CryptoKey;
  readonly #send: ReadonlyMap<StreamName, SendSlot>;
  readonly #receive = new Map<number, ReceiveSlot>();

  private constructor(keys: EpochKeys, base: CryptoKey, fingerprint: string, send: ReadonlyMap<StreamName, SendSlot>) {
    this.groupTag = groupTag(keys.groupId);
    this.epoch = keys.epoch;
    this.memberOfLeaf = new Map(keys.memberOfLeaf);
    this.fingerprint = fingerprint;
    this.#base = base;
    this.#send = send;
  }

  /**
   * Takes ownership of `keys.baseKey` and zeroes it, whatever happens. Throws RangeError where leaf, epoch or base key cannot be ours.
   * The send keys are made here, so that switching to this epoch waits for nothing.
   */
  static async create(keys: EpochKeys, incarnation: number): Promise<FrameEpoch> {
    try {
      if (keys.baseKey.length !== SUITE_4.keyBits / 8) throw new RangeError('the base key has 16 bytes');
      if (!Number.isSafeInteger(keys.epoch) || keys.epoch < 0) throw new RangeError('the epoch is a whole number');
      const base = await importBaseKey(keys.baseKey);
      const send = new Map<StreamName, SendSlot>();
      const slots = STREAM_NAMES.map(async (stream) => {
        const fields = { incarnation, domain: 0, stream: streamNumber(stream), leaf: keys.selfLeaf } as const;
        const kid = BigInt(packKid({ ...fields, epochBits: keys.epoch % EPOCH_MODULUS }));
        send.set(stream, { kid, keys: await deriveKeys(base, kid, SUITE_4), nextCtr: 0 });
      });
      await Promise.all(slots);
      return new FrameEpoch(keys, base, await fingerprintOf(base), send);
    } finally {
      keys.baseKey.fill(0);
    }
  }

  /** Whether `keys` are this epoch's. Takes ownership of `keys.baseKey` and zeroes it. */
  async isOf(keys: EpochKeys): Promise<boolean> {
    try {
      return (await fingerprintOf(await importBaseKey(keys.baseKey))) === this.fingerprint;
    } finally {
      keys.baseKey.fill(0);
    }
  }

  get epochBits(): number {
    return this.epoch % EPOCH_MODULUS;
  }

  sendSlot(stream: StreamName): SendSlot | undefined {
    return this.#send.get(stream);
  }

  /**
   * The one key of a KID, derived at its first frame. Ask only for a KID whose leaf and stream were checked: that bounds the
   * map to 32 KIDs a member, whatever the server invents.
   */
  receiveSlot(kid: number): ReceiveSlot {
    const known = this.#receive.get(kid);
    if (known !== undefined) return known;
    const keys = deriveKeys(this.#base, BigInt(kid), SUITE_4);
    const slot: ReceiveSlot = { window: new ReplayWindow(), keys };
    this.#receive.set(kid, slot);
    keys.then(
      (derived) => (slot.keys = derived),
      () => {}, // Each frame that waits for them is told.
    );
    return slot;
  }
}

/** A group id as a map key. */
export function groupTag(groupId: Uint8Array): string {
  return toHex(groupId);
}

/** 128 bits under a label of their own: equal for equal base keys, and they say nothing of the keys that frames are sealed with. */
async function fingerprintOf(base: CryptoKey): Promise<string> {
  const info = utf8('cc1 base key fingerprint');
  const params = { name: 'HKDF', hash: SUITE_4.hash, salt: new Uint8Array(0), info };
  return toHex(new Uint8Array(await crypto.subtle.deriveBits(params, base, 128)));
}
