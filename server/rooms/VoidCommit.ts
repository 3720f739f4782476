// Who may still stand on a commit that was undone, and is not believed about later epochs until it says that it does not.
import type { PeerId } from '#protocol/ids';

interface Doubt {
  /** The epoch that was reopened: what is said of it, or of one before it, is everybody's. */
  epoch: number;
  commitHash: Uint8Array;
}

/**
 * Epochs after the reopened one have the same numbers as the void ones. Whoever was told the void commit and was silent about it may
 * have adopted it and not heard of its end: its signs of life would look like a second group, its messages open nowhere.
 */
export class VoidCommit {
  readonly #silent = new Map<PeerId, Doubt>();

  note(doubt: Doubt, silent: readonly PeerId[]): void {
    for (const peerId of silent) this.#silent.set(peerId, doubt);
  }

  /** It does not follow this commit; of two that were undone after each other the last one decides. */
  settle(peerId: PeerId, commitHash: Uint8Array): void {
    const doubt = this.#silent.get(peerId);
    if (doubt !== undefined && Buffer.compare(doubt.commitHash, commitHash) === 0) this.#silent.delete(peerId);
  }

  /** Its leaf is another one now, or none. */
  forget(peerId: PeerId): void {
    this.#silent.delete(peerId);
  }

  isDoubtful(peerId: PeerId, epoch: number): boolean {
    return epoch > (this.#silent.get(peerId)?.epoch ?? Infinity);
  }

  clear(): void {
    this.#silent.clear();
  }
}
