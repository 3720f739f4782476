// Who refused which of the last commits: half of those who were asked undo it, or stop its sender.
import { createHash } from 'node:crypto';
import type { PeerId } from '#protocol/ids';
import { REOPENABLE_EPOCHS } from '#protocol/limits';

interface CommitNote {
  /** The epoch in which it was made. */
  epoch: number;
  sender: PeerId;
  /** Who was told the commit; who was added by it cannot judge it. */
  holders: readonly PeerId[];
}

export interface RefusedCommit {
  sender: PeerId;
  /** Whether who refuses it is half of all, its sender counted: else it stands, since most have followed it. */
  isVoid: boolean;
  /** Who was told it and has not refused it so far. */
  silent: PeerId[];
}

export class NackCount {
  readonly #kept = new Map<number, CommitNote & { hash: Buffer; nackers: Set<PeerId> }>();

  noteCommit(note: CommitNote, commit: Uint8Array): void {
    const hash = createHash('sha256').update(commit).digest();
    this.#kept.set(note.epoch, { ...note, hash, nackers: new Set() });
    this.#kept.delete(note.epoch - REOPENABLE_EPOCHS);
  }

  wasTold(peerId: PeerId, epoch: number): boolean {
    return this.#kept.get(epoch)?.holders.includes(peerId) ?? false;
  }

  /**
   * Counts one refusal, each holder once. Words of others, and of commits that were never accepted, count for nothing.
   * @param isAsked whether this holder's silence counts as consent
   * @returns the commit, once half of the holders who are asked have refused it; null until then
   */
  count(
    peerId: PeerId,
    { epoch, commitHash }: { epoch: number; commitHash: Uint8Array },
    isAsked: (holder: PeerId) => boolean,
  ): RefusedCommit | null {
    const commit = this.#kept.get(epoch);
    if (commit === undefined || !commit.holders.includes(peerId)) return null;
    if (Buffer.compare(commit.hash, commitHash) !== 0) return null;
    commit.nackers.add(peerId);
    const asked = commit.holders.filter(isAsked);
    const refused = asked.filter((holder) => commit.nackers.has(holder)).length;
    if (refused === 0 || refused * 2 < asked.length) return null;
    const { sender, holders, nackers } = commit;
    const isVoid = refused * 2 >= asked.length + (isAsked(sender) ? 1 : 0);
    return { sender, isVoid, silent: holders.filter((holder) => !nackers.has(holder)) };
  }

  clear(): void {
    this.#kept.clear();
  }
}
