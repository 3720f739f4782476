// Whom this device's person compared the safety code with, what changed since, and what the others say that they compared.
import type { GroupMember, GroupView } from '#e2ee';
import { encodePayload, parsePayload } from '../talk/payload.ts';
import type { ComparisonView, DeviceView } from '../types.ts';
import { after } from '../util/timers.ts';
import { DeviceBook, type SeenDevice } from './DeviceBook.ts';

export interface VerificationOptions {
  /** Seals and sends; resolves when the server took it. */
  say(payload: Uint8Array): Promise<void>;
  nowMs(): number;
  onChange(): void;
}

/** While the group is rejoined or the connection is lost nobody hears us. */
const RETRY_MS = 1_000;
/** Messages of the last three epochs are still opened (SPEC E-58). */
const EPOCHS_KEPT = 4;

interface Comparison {
  atMs: number;
  /** The others who were in the group that was compared, by key. */
  others: ReadonlyMap<string, GroupMember>;
}

/**
 * Lives as long as the RoomClient and is kept nowhere else: keys are fresh at each place in the Room, so that nothing of it would
 * be worth more than that. What others say is shown as theirs and never counts as ours.
 */
export class Verification {
  readonly #options: VerificationOptions;
  readonly #book = new DeviceBook();
  /** Keys by Peer id in each of the last epochs: what was said in one is its signer's of that epoch. */
  readonly #epochs = new Map<number, ReadonlyMap<string, string>>();
  /** When somebody said that they compared with us, by their key. */
  readonly #claims = new Map<string, number>();
  #code: string | null = null;
  #comparison: Comparison | null = null;
  /** What is still to be told to the group: the keys that we compared, none for a comparison taken back. */
  #untold: string[] | null = null;
  #ready = false;
  #saying = false;
  #stopRetry: () => void = () => undefined;
  #closed = false;

  constructor(options: VerificationOptions) {
    this.#options = options;
  }

  update(view: GroupView): void {
    this.#code = view.state === 'in' ? view.safetyCode.digits.join(' ') : null;
    if (view.state !== 'in') return;
    const ownBefore = this.#ownKey();
    this.#book.update(view, this.#options.nowMs());
    // What was said of our earlier key says nothing of this one.
    if (ownBefore !== this.#ownKey()) this.#claims.clear();
    this.#epochs.set(view.epoch, new Map(view.members.map(({ peerId, keyHash }) => [peerId, keyHash])));
    for (const epoch of [...this.#epochs.keys()].slice(0, -EPOCHS_KEPT)) this.#epochs.delete(epoch);
  }

  /** After a fresh place the epochs that were counted may be another group's. */
  startOver(): void {
    this.#epochs.clear();
  }

  /** Whether the group can be spoken to. */
  setReady(ready: boolean): void {
    this.#ready = ready;
    this.#flush();
  }

  /**
   * The person compared `digits` and they matched: all who are in that code's group are verified from now on. False, and nothing is
   * verified, where the code is not of this moment any more, or nobody else is in the group.
   */
  confirm(digits: readonly string[]): boolean {
    const others = this.#book.present.filter(({ self }) => !self);
    if (this.#code === null || digits.join(' ') !== this.#code || others.length === 0) return false;
    this.#comparison = {
      atMs: this.#options.nowMs(),
      others: new Map(others.map((member) => [member.keyHash, member])),
    };
    this.#tell([...this.#comparison.others.keys()]);
    return true;
  }

  forget(): void {
    if (this.#comparison === null) return;
    this.#comparison = null;
    this.#tell([]);
  }

  /** What a member says of their own comparison. */
  handleSaid(said: { from: string; payload: Uint8Array; epoch: number; self: boolean }): void {
    const parsed = said.self ? null : parsePayload(said.payload);
    if (parsed?.t !== 'compared') return;
    const key = this.#epochs.get(said.epoch)?.get(said.from);
    const own = this.#ownKey();
    if (key === undefined || own === undefined) return;
    if (parsed.keys.includes(own)) this.#claims.set(key, this.#options.nowMs());
    else this.#claims.delete(key);
    this.#options.onChange();
  }

  get comparison(): ComparisonView {
    if (this.#comparison === null) return { state: 'none' };
    const { atMs, others } = this.#comparison;
    const present = new Set(this.#book.present.map(({ keyHash }) => keyHash));
    const gone = [...others.values()]
      .filter(({ keyHash }) => !present.has(keyHash))
      .map(({ displayName }) => displayName);
    const fresh = this.#book.present
      .filter(({ keyHash }) => !others.has(keyHash) && this.#book.deviceOf(keyHash)?.own === false)
      .map(({ displayName }) => displayName);
    return {
      state: 'compared',
      atMs,
      names: [...others.values()].map(({ displayName }) => displayName),
      came: fresh.filter((name) => !gone.includes(name)),
      returned: fresh.filter((name) => gone.includes(name)),
      left: gone.filter((name) => !fresh.includes(name)),
    };
  }

  /** Every device that holds the keys, in the order of the tree. */
  get devices(): DeviceView[] {
    return this.#book.present.map((member) => this.#deviceView(member, this.#book.deviceOf(member.keyHash)));
  }

  close(): void {
    this.#closed = true;
    this.#stopRetry();
  }

  #deviceView(member: GroupMember, seen: SeenDevice | undefined): DeviceView {
    const { keyHash } = member;
    return {
      ...member,
      own: seen?.own ?? member.self,
      sinceMs: seen?.sinceMs ?? null,
      firstKeyHash: seen?.firstKeyHash ?? keyHash,
      formerName: seen?.formerName ?? null,
      verifiedAtMs: this.#comparison?.others.has(keyHash) ? this.#comparison.atMs : null,
      claimedAtMs: this.#claims.get(keyHash) ?? null,
    };
  }

  #ownKey(): string | undefined {
    return this.#book.present.find(({ self }) => self)?.keyHash;
  }

  #tell(keys: string[]): void {
    this.#untold = keys;
    this.#flush();
    this.#options.onChange();
  }

  #flush(): void {
    this.#stopRetry();
    if (this.#ready && !this.#saying && !this.#closed && this.#untold !== null) void this.#say(this.#untold);
  }

  async #say(keys: string[]): Promise<void> {
    this.#saying = true;
    const said = await this.#options.say(encodePayload({ t: 'compared', keys })).then(
      () => true,
      () => false,
    );
    this.#saying = false;
    if (this.#closed) return;
    if (said && this.#untold === keys) this.#untold = null;
    if (said) this.#flush(); // The person may have thought better of it meanwhile.
    else this.#stopRetry = after(RETRY_MS, () => this.#flush());
  }
}
