// The frame keys of one epoch: the room's at members, the stage's at members and viewers.
import type { StreamName } from '../messages.ts';
import type { SframeKeys } from '../sframe/keys.ts';
import { toHex } from '../util/bytes.ts';
import { DomainKeys, type ReceiveSlot, type SendSlot } from './DomainKeys.ts';
import { EPOCH_MODULUS, packKid, type Domain } from './kid.ts';

export type { ReceiveSlot } from './DomainKeys.ts';

/** What a Member holds of an epoch. */
export interface EpochKeys {
  groupId: Uint8Array;
  epoch: number;
  /** 16 bytes from the MLS exporter. */
  baseKey: Uint8Array;
  /** 16 bytes from the MLS exporter, too; without them nothing on air is sealed or opened. */
  stageKey?: Uint8Array;
  selfLeaf: number;
  /** leaf → peerId of every member of this epoch. */
  memberOfLeaf: ReadonlyMap<number, string>;
}

/** What a viewer holds of it: nothing to seal with, and nothing of the room. */
export interface StageKeys {
  groupId: Uint8Array;
  epoch: number;
  stageKey: Uint8Array;
}

export type AnyKeys = EpochKeys | StageKeys;

type Domains = readonly [room: DomainKeys | null, stage: DomainKeys | null];

export class FrameEpoch {
  readonly groupTag: string;
  readonly groupId: Uint8Array;
  readonly epoch: number;
  /** Null at a viewer, who knows no leaves. */
  readonly memberOfLeaf: ReadonlyMap<number, string> | null;
  /** On the keyring's clock; Infinity while nobody retired it. */
  retireAtMs = Infinity;
  /** Tells epochs apart by what they were made from. */
  readonly fingerprint: string;
  readonly #domains: Domains;
  readonly #self: { incarnation: number; leaf: number; epochBits: number } | null;

  private constructor(keys: AnyKeys, incarnation: number, domains: Domains) {
    this.groupTag = groupTag(keys.groupId);
    this.groupId = keys.groupId.slice();
    this.epoch = keys.epoch;
    const isMember = 'baseKey' in keys;
    this.memberOfLeaf = isMember ? new Map(keys.memberOfLeaf) : null;
    this.#self = isMember ? { incarnation, leaf: keys.selfLeaf, epochBits: this.epochBits } : null;
    this.#domains = domains;
    this.fingerprint = fingerprintOf(domains);
  }

  /**
   * Takes ownership of the keys' bytes and zeroes them, whatever happens. Throws RangeError where leaf, epoch or base key cannot
   * be ours. The send keys are made here, so that switching to this epoch waits for nothing; the stage's where `isOnAir`.
   */
  static async create(keys: AnyKeys, incarnation: number, isOnAir = false): Promise<FrameEpoch> {
    try {
      if (!Number.isSafeInteger(keys.epoch) || keys.epoch < 0) throw new RangeError('the epoch is a whole number');
      if ('baseKey' in keys) {
        const { selfLeaf: leaf, epoch } = keys;
        packKid({ incarnation, domain: 0, stream: 0, leaf, epochBits: epoch % EPOCH_MODULUS });
      }
      const epoch = new FrameEpoch(keys, incarnation, await domainsOf(keys));
      await epoch.#prepareSending(0);
      if (isOnAir) await epoch.prepareStage();
      return epoch;
    } finally {
      wipeKeys(keys);
    }
  }

  /** Whether `keys` are this epoch's. Takes ownership of the keys' bytes and zeroes them. */
  async isOf(keys: AnyKeys): Promise<boolean> {
    try {
      return fingerprintOf(await domainsOf(keys)) === this.fingerprint;
    } finally {
      wipeKeys(keys);
    }
  }

  get epochBits(): number {
    return this.epoch % EPOCH_MODULUS;
  }

  /** Makes the keys by which what is on air is sealed; at once where they are made. */
  prepareStage(): Promise<void> {
    return this.#prepareSending(1);
  }

  async #prepareSending(domain: Domain): Promise<void> {
    if (this.#self !== null) await this.#domains[domain]?.prepareSending({ ...this.#self, domain });
  }

  sendSlot(domain: Domain, stream: StreamName): SendSlot | undefined {
    return this.#domains[domain]?.sendSlot(stream);
  }

  /** Whether any frame of that domain can be opened. */
  holds(domain: Domain): boolean {
    return this.#domains[domain] !== null;
  }

  /**
   * The one key of a KID, derived at its first frame. Ask only for a KID whose domain is held and whose leaf and stream were
   * checked, or whose frame was signed by whom it is of: that bounds the map, whatever the server invents.
   */
  receiveSlot(domain: Domain, kid: number): ReceiveSlot {
    const keys = this.#domains[domain];
    if (keys === null) throw new RangeError('no key of that domain is held');
    return keys.receiveSlot(kid);
  }

  /** Undefined where the stage's key is not held. */
  captionKey(feedKey: Uint8Array): Promise<CryptoKey> | undefined {
    return this.#domains[1]?.captionKey(feedKey);
  }

  /** The keys of a KID that nobody vouches for; nothing of them is kept. */
  async deriveOnce(domain: Domain, kid: number): Promise<SframeKeys> {
    const keys = this.#domains[domain];
    if (keys === null) throw new RangeError('no key of that domain is held');
    return keys.derive(kid);
  }
}

async function domainsOf(keys: AnyKeys): Promise<Domains> {
  const { stageKey } = keys;
  const room = 'baseKey' in keys ? await DomainKeys.create(keys.baseKey) : null;
  return [room, stageKey === undefined ? null : await DomainKeys.create(stageKey)];
}

function fingerprintOf([room, stage]: Domains): string {
  return room?.fingerprint ?? stage?.fingerprint ?? '';
}

/** Overwrites what an epoch was to be made from. */
export function wipeKeys(keys: AnyKeys): void {
  if ('baseKey' in keys) keys.baseKey.fill(0);
  keys.stageKey?.fill(0);
}

/** A copy that is wiped by itself. */
export function copyKeys(keys: AnyKeys): AnyKeys {
  const stage = keys.stageKey === undefined ? {} : { stageKey: keys.stageKey.slice() };
  return 'baseKey' in keys
    ? { ...keys, baseKey: keys.baseKey.slice(), ...stage }
    : { ...keys, stageKey: keys.stageKey.slice() };
}

/** A group id as a map key. */
export function groupTag(groupId: Uint8Array): string {
  return toHex(groupId);
}
