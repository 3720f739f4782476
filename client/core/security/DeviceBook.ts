// Every device whose keys were in the group in this meeting: since when, and under which key and name it was known before.
import type { GroupMember, GroupView } from '#e2ee';

/** A device as it was first seen with its key; a key never changes its Peer id or its name (SPEC E-35). */
export interface SeenDevice {
  keyHash: string;
  peerId: string;
  displayName: string;
  /** When it came in; null for those who were there before us. */
  sinceMs: number | null;
  /** The key that this Peer id, or else this name, was first seen with here: its own where there was none. */
  firstKeyHash: string;
  /** Another name that this Peer id bore here before. */
  formerName: string | null;
  /** This device of ours, at this place in the Room or at an earlier one. */
  own: boolean;
}

/** Devices that are gone and still remembered: as many again as a Room holds people. */
const MAX_GONE = 250;

export class DeviceBook {
  /** By key, in the order in which they came into sight. */
  readonly #seen = new Map<string, SeenDevice>();
  #members: GroupMember[] = [];

  /** Those who hold the keys now, by the last word of the group. */
  get present(): GroupMember[] {
    return this.#members;
  }

  deviceOf(keyHash: string): SeenDevice | undefined {
    return this.#seen.get(keyHash);
  }

  update(view: Extract<GroupView, { state: 'in' }>, nowMs: number): void {
    const isFirst = this.#seen.size === 0;
    const present = new Set(view.members.map(({ keyHash }) => keyHash));
    for (const member of view.members) {
      if (!this.#seen.has(member.keyHash)) this.#meet(member, present, isFirst ? null : nowMs);
    }
    this.#members = view.members;
    this.#forgetOldest(present);
  }

  #meet(
    { keyHash, peerId, displayName, self }: GroupMember,
    present: ReadonlySet<string>,
    sinceMs: number | null,
  ): void {
    const known = [...this.#seen.values()];
    const samePeer = known.findLast((device) => device.peerId === peerId);
    // Whoever bears the name beside it is another person, or says so.
    const sameName = known.findLast((device) => device.displayName === displayName && !present.has(device.keyHash));
    const formerName = samePeer && samePeer.displayName !== displayName ? samePeer.displayName : null;
    const firstKeyHash = (samePeer ?? sameName)?.firstKeyHash ?? keyHash;
    this.#seen.set(keyHash, { keyHash, peerId, displayName, sinceMs, firstKeyHash, formerName, own: self });
  }

  #forgetOldest(present: ReadonlySet<string>): void {
    const gone = [...this.#seen.keys()].filter((keyHash) => !present.has(keyHash));
    for (const keyHash of gone.slice(0, Math.max(0, gone.length - MAX_GONE))) this.#seen.delete(keyHash);
  }
}
