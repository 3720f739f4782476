// Which counters of one KID were opened already: the newest and the 1,023 before it.

/**
 * Counters looked back on. A simulcast camera spends about 90 a second over its layers, so this is 11 s of reordering and
 * layer switching; more would cost 128 bytes a KID and forgive nothing that a decoder can still use.
 */
export const REPLAY_WINDOW = 1024;
const WORDS = REPLAY_WINDOW / 32;

export class ReplayWindow {
  /** One bit a counter, at its value mod REPLAY_WINDOW. */
  readonly #seen = new Uint32Array(WORDS);
  #newest = -1;

  /** Whether `ctr` could still be accepted. Looks only: an unauthenticated frame must not move the window. */
  isFresh(ctr: number): boolean {
    if (ctr > this.#newest) return true;
    if (ctr <= this.#newest - REPLAY_WINDOW) return false;
    return (this.#word(ctr) & (1 << (ctr % 32))) === 0;
  }

  /** Takes an authenticated counter; false where it was taken before, also by a copy that was being opened meanwhile. */
  accept(ctr: number): boolean {
    if (!this.isFresh(ctr)) return false;
    this.#advance(ctr);
    this.#seen[(ctr % REPLAY_WINDOW) >>> 5] = this.#word(ctr) | (1 << (ctr % 32));
    return true;
  }

  #word(ctr: number): number {
    return this.#seen[(ctr % REPLAY_WINDOW) >>> 5] as number;
  }

  /** Moves the newest counter up and forgets the bits that the move made stale. */
  #advance(ctr: number): void {
    if (ctr <= this.#newest) return;
    if (ctr - this.#newest >= REPLAY_WINDOW) {
      this.#seen.fill(0);
    } else {
      for (let stale = this.#newest + 1; stale <= ctr; stale++) {
        const word = (stale % REPLAY_WINDOW) >>> 5;
        this.#seen[word] = (this.#seen[word] as number) & ~(1 << (stale % 32));
      }
    }
    this.#newest = ctr;
  }
}
