// The order of what the server says: duplicates are dropped, a gap is noticed, nothing is delivered out of turn.

export type Turn = 'next' | 'seen' | 'gap';

export class SequenceTrack {
  #last = 0;

  /** The highest number taken; what a resume names. */
  get last(): number {
    return this.#last;
  }

  /** A fresh place in the Room counts from 1 again. */
  reset(): void {
    this.#last = 0;
  }

  /** Whose turn it is; `next` advances. */
  take(sequence: number): Turn {
    if (sequence <= this.#last) return 'seen';
    if (sequence > this.#last + 1) return 'gap';
    this.#last = sequence;
    return 'next';
  }
}
