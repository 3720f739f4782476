// Who is a leaf of one MLS group and at which epoch it stands, as the delivery service believes it; no message is read.
import type { PeerId } from '#protocol/ids';
import { REOPEN_WITHIN_MS, REOPENABLE_EPOCHS, REOPENINGS_PER_EPOCH } from '#protocol/limits';
import type { GroupRef } from '#protocol/mls';

type Bytes = GroupRef['groupId'];

/**
 * - `in`: holds the keys of every epoch from `sinceEpoch` on; `sealed` once it reported ready for one of them; `barred`
 *   once half of the others refused a commit of its
 * - `rejoined`: the device came back afresh, or its epoch was undone, and it holds no keys; its leaf waits to be removed
 *   and added again
 * - `lost`: the device is gone and its leaf waits to be removed
 */
export type Leaf =
  | { state: 'in'; sinceEpoch: number; sealed: boolean; barred: boolean }
  | { state: 'rejoined' }
  | { state: 'lost'; sinceMs: number };

/** Leaf objects are shared between epochs in which the leaf is the same one. */
interface Standing {
  epoch: number;
  leaves: Map<PeerId, Leaf>;
  ready: Set<PeerId>;
  allReadyTold: boolean;
}

/** An epoch that a commit led out of, while its refusals could still undo it. */
interface PastEpoch extends Standing {
  /** Who made the commit. */
  sender: PeerId;
  leftAtMs: number;
}

/** One group from its creation to its end. */
export class MlsRoster {
  readonly #groupId: Bytes;
  #beacon: Bytes;
  #now: Standing;
  /** Oldest first. */
  #past: PastEpoch[] = [];
  #reopened = { epoch: -1, times: 0 };

  constructor(groupId: Bytes, beacon: Bytes, creator: PeerId) {
    this.#groupId = groupId;
    this.#beacon = beacon;
    const leaf = { state: 'in', sinceEpoch: 0, sealed: false, barred: false } as const;
    this.#now = { epoch: 0, leaves: new Map([[creator, { ...leaf }]]), ready: new Set(), allReadyTold: false };
  }

  get ref(): GroupRef {
    return { groupId: this.#groupId, epoch: this.epoch, beacon: this.#beacon };
  }

  get epoch(): number {
    return this.#now.epoch;
  }

  /** Newcomers know the group by the MAC of their own link. */
  setBeacon(beacon: Bytes): void {
    this.#beacon = beacon;
  }

  isSameGroup(groupId: Uint8Array): boolean {
    return Buffer.compare(this.#groupId, groupId) === 0;
  }

  leaf(peerId: PeerId): Leaf | undefined {
    return this.#now.leaves.get(peerId);
  }

  /** The leaf when it holds keys. */
  leafIn(peerId: PeerId): Extract<Leaf, { state: 'in' }> | undefined {
    const leaf = this.leaf(peerId);
    return leaf?.state === 'in' ? leaf : undefined;
  }

  peersIn(): PeerId[] {
    return this.#peers('in');
  }

  peersRejoined(): PeerId[] {
    return this.#peers('rejoined');
  }

  #peers(state: Leaf['state']): PeerId[] {
    return [...this.#now.leaves].filter(([, leaf]) => leaf.state === state).map(([peerId]) => peerId);
  }

  lost(nowMs: number): { peerId: PeerId; goneForMs: number }[] {
    return [...this.#now.leaves].flatMap(([peerId, leaf]) =>
      leaf.state === 'lost' ? [{ peerId, goneForMs: Math.max(0, nowMs - leaf.sinceMs) }] : [],
    );
  }

  markLost(peerId: PeerId, sinceMs: number): void {
    this.#replace(peerId, { state: 'lost', sinceMs });
  }

  markRejoined(peerId: PeerId): void {
    this.#replace(peerId, { state: 'rejoined' });
  }

  /** What became of the device holds in whatever epoch the group may come to stand again. */
  #replace(peerId: PeerId, leaf: Leaf): void {
    for (const { leaves, ready } of [this.#now, ...this.#past]) {
      if (leaves.has(peerId)) leaves.set(peerId, leaf);
      ready.delete(peerId);
    }
  }

  /** Whether so many commits came on top of each other that none of the first could be undone after one more. */
  isTooFast(nowMs: number): boolean {
    this.#past = this.#past.filter(({ leftAtMs }) => nowMs - leftAtMs < REOPEN_WITHIN_MS);
    return this.#past.length >= REOPENABLE_EPOCHS;
  }

  /** Takes an accepted commit: removes come first, so that one commit can renew a leaf. */
  advance(sender: PeerId, removed: readonly PeerId[], added: readonly PeerId[], nowMs: number): void {
    this.#past.push({ ...this.#now, sender, leftAtMs: nowMs });
    const epoch = this.epoch + 1;
    const leaves = new Map(this.#now.leaves);
    for (const peerId of removed) leaves.delete(peerId);
    const fresh = { state: 'in', sinceEpoch: epoch, sealed: false, barred: false } as const;
    for (const peerId of added) leaves.set(peerId, { ...fresh });
    this.#now = { epoch, leaves, ready: new Set(), allReadyTold: false };
  }

  /** For a commit made in `epoch`; a leaf that was renewed since then is another one. False where nothing changed. */
  bar(peerId: PeerId, epoch: number): boolean {
    const leaf = this.leafIn(peerId);
    if (leaf === undefined || leaf.barred || leaf.sinceEpoch > epoch) return false;
    leaf.barred = true;
    return true;
  }

  /**
   * The group stands in `epoch` again, with the leaves of then. Whoever is known to have gone on, by a commit, a Welcome or
   * a report, has given up the keys of then. False, and nothing changes, where that is too late or was done too often.
   */
  reopen(epoch: number, nowMs: number): boolean {
    const undone = this.#past.filter((past) => past.epoch >= epoch);
    const [first] = undone;
    const times = this.#reopened.epoch === epoch ? this.#reopened.times : 0;
    if (first?.epoch !== epoch || nowMs - first.leftAtMs >= REOPEN_WITHIN_MS) return false;
    if (times >= REOPENINGS_PER_EPOCH) return false;
    this.#reopened = { epoch, times: times + 1 };
    const wentOn = new Set(undone.map(({ sender }) => sender));
    for (const { leaves, ready } of [...undone.slice(1), this.#now]) {
      for (const peerId of ready) wentOn.add(peerId);
      for (const [peerId, leaf] of leaves) if (leaf.state === 'in' && leaf.sinceEpoch > epoch) wentOn.add(peerId);
    }
    const { leaves, ready, allReadyTold } = first;
    this.#past = this.#past.filter((past) => past.epoch < epoch);
    this.#now = { epoch, leaves, ready, allReadyTold };
    for (const peerId of wentOn) if (this.leafIn(peerId) !== undefined) this.markRejoined(peerId);
    return true;
  }

  /** A report for an epoch that has passed still shows that the device has keys, but does not count for this one. */
  markReady(peerId: PeerId, epoch: number): void {
    const leaf = this.leafIn(peerId);
    if (leaf === undefined || epoch < leaf.sinceEpoch || epoch > this.epoch) return;
    leaf.sealed = true;
    const standing = [...this.#past, this.#now].find((one) => one.epoch === epoch);
    standing?.ready.add(peerId);
  }

  /**
   * True once per epoch: when every leaf `in` that `isConnected` has reported ready, and there is one. Those whom the epoch added
   * are not waited for where there are others: they can open nothing that is sealed before.
   */
  takeAllReady(isConnected: (peerId: PeerId) => boolean): boolean {
    const connected = this.peersIn().filter(isConnected);
    const former = connected.filter((peerId) => (this.leafIn(peerId)?.sinceEpoch ?? Infinity) < this.epoch);
    const counted = former.length > 0 ? former : connected;
    if (this.#now.allReadyTold || counted.length === 0) return false;
    if (!counted.every((peerId) => this.#now.ready.has(peerId))) return false;
    this.#now.allReadyTold = true;
    return true;
  }
}
