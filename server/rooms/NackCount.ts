// Who refused which of the last commits: half of those who were asked stop its sender.
import { createHash } from 'node:crypto';
import type { PeerId } from '#protocol/ids';

interface CommitNote {
  /** The epoch in which it was made. */
  epoch: number;
  sender: PeerId;
  /** Who was told the commit; who was added by it cannot judge it. */
  holders: readonly PeerId[];
}

/** At two epochs a second four seconds: a member that was slower has lost its way by other causes. */
const KEPT_COMMITS = 8;

export class NackCount {
  readonly #kept = new Map<number, CommitNote & { hash: Buffer; nackers: Set<PeerId> }>();

  noteCommit(note: CommitNote, commit: Uint8Array): void {
    const hash = createHash('sha256').update(commit).digest();
    this.#kept.set(note.epoch, { ...note, hash, nackers: new Set() });
    this.#kept.delete(note.epoch - KEPT_COMMITS);
  }

  /**
   * Counts one refusal, each holder once. Words of others, and of commits that were never accepted, count for nothing.
   * @param isAsked whether this holder's silence counts as consent
   * @returns the commit's sender, once half of the holders who are asked have refused it; null until then
   */
  count(
    peerId: PeerId,
    { epoch, commitHash }: { epoch: number; commitHash: Uint8Array },
    isAsked: (holder: PeerId) => boolean,
  ): PeerId | null {
    const commit = this.#kept.get(epoch);
    if (commit === undefined || !commit.holders.includes(peerId)) return null;
    if (Buffer.compare(commit.hash, commitHash) !== 0) return null;
    commit.nackers.add(peerId);
    const asked = commit.holders.filter(isAsked);
    const refused = asked.filter((holder) => commit.nackers.has(holder)).length;
    return refused * 2 >= asked.length && refused > 0 ? commit.sender : null;
  }

  clear(): void {
    this.#kept.clear();
  }
}
