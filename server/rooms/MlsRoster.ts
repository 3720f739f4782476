// Who is a leaf of one MLS group and at which epoch it stands, as the delivery service believes it; no message is read.
import type { PeerId } from '#protocol/ids';
import type { GroupRef } from '#protocol/mls';

type Bytes = GroupRef['groupId'];

/**
 * - `in`: holds the keys of every epoch from `sinceEpoch` on; `sealed` once it reported ready for one of them; `barred`
 *   once half of the others refused a commit of its
 * - `rejoined`: the device came back afresh and holds no keys; its leaf waits to be removed and added again
 * - `lost`: the device is gone and its leaf waits to be removed
 */
export type Leaf =
  | { state: 'in'; sinceEpoch: number; sealed: boolean; barred: boolean }
  | { state: 'rejoined' }
  | { state: 'lost'; sinceMs: number };

/** One group from its creation to its end. */
export class MlsRoster {
  readonly #groupId: Bytes;
  readonly #beacon: Bytes;
  readonly #leaves = new Map<PeerId, Leaf>();
  readonly #ready = new Set<PeerId>();
  #epoch = 0;
  #allReadyTold = false;

  constructor(groupId: Bytes, beacon: Bytes, creator: PeerId) {
    this.#groupId = groupId;
    this.#beacon = beacon;
    this.#leaves.set(creator, { state: 'in', sinceEpoch: 0, sealed: false, barred: false });
  }

  get ref(): GroupRef {
    return { groupId: this.#groupId, epoch: this.#epoch, beacon: this.#beacon };
  }

  get epoch(): number {
    return this.#epoch;
  }

  isSameGroup(groupId: Uint8Array): boolean {
    return Buffer.compare(this.#groupId, groupId) === 0;
  }

  leaf(peerId: PeerId): Leaf | undefined {
    return this.#leaves.get(peerId);
  }

  /** The leaf when it holds keys. */
  leafIn(peerId: PeerId): Extract<Leaf, { state: 'in' }> | undefined {
    const leaf = this.#leaves.get(peerId);
    return leaf?.state === 'in' ? leaf : undefined;
  }

  peersIn(): PeerId[] {
    return this.#peers('in');
  }

  peersRejoined(): PeerId[] {
    return this.#peers('rejoined');
  }

  #peers(state: Leaf['state']): PeerId[] {
    return [...this.#leaves].filter(([, leaf]) => leaf.state === state).map(([peerId]) => peerId);
  }

  lost(nowMs: number): { peerId: PeerId; goneForMs: number }[] {
    return [...this.#leaves].flatMap(([peerId, leaf]) =>
      leaf.state === 'lost' ? [{ peerId, goneForMs: Math.max(0, nowMs - leaf.sinceMs) }] : [],
    );
  }

  markLost(peerId: PeerId, sinceMs: number): void {
    if (this.#leaves.has(peerId)) this.#leaves.set(peerId, { state: 'lost', sinceMs });
    this.#ready.delete(peerId);
  }

  markRejoined(peerId: PeerId): void {
    if (this.#leaves.has(peerId)) this.#leaves.set(peerId, { state: 'rejoined' });
    this.#ready.delete(peerId);
  }

  /** Takes an accepted commit: removes come first, so that one commit can renew a leaf. */
  advance(removed: readonly PeerId[], added: readonly PeerId[]): void {
    this.#epoch += 1;
    this.#ready.clear();
    this.#allReadyTold = false;
    for (const peerId of removed) this.#leaves.delete(peerId);
    const fresh = { state: 'in', sinceEpoch: this.#epoch, sealed: false, barred: false } as const;
    for (const peerId of added) this.#leaves.set(peerId, { ...fresh });
  }

  /** For a commit made in `epoch`; a leaf that was renewed since then is another one. False where nothing changed. */
  bar(peerId: PeerId, epoch: number): boolean {
    const leaf = this.leafIn(peerId);
    if (leaf === undefined || leaf.barred || leaf.sinceEpoch > epoch) return false;
    leaf.barred = true;
    return true;
  }

  /** A report for an epoch that has passed still shows that the device has keys, but does not count for this one. */
  markReady(peerId: PeerId, epoch: number): void {
    const leaf = this.leafIn(peerId);
    if (leaf === undefined || epoch < leaf.sinceEpoch || epoch > this.#epoch) return;
    leaf.sealed = true;
    if (epoch === this.#epoch) this.#ready.add(peerId);
  }

  /** True once per epoch: when every leaf `in` that `isConnected` has reported ready, and there is one. */
  takeAllReady(isConnected: (peerId: PeerId) => boolean): boolean {
    const counted = this.peersIn().filter(isConnected);
    if (this.#allReadyTold || counted.length === 0) return false;
    if (!counted.every((peerId) => this.#ready.has(peerId))) return false;
    this.#allReadyTold = true;
    return true;
  }
}
