// When a page that did not load completely is loaded again by itself: once the server answers, and only so often.

/** By itself in `WITHIN_MS`; more would be a loop where the server serves what no browser takes, fewer leave a person with a press to do. */
const MAX_LOADS = 3;
const WITHIN_MS = 10 * 60_000;
/** First wait for the server, doubled up to the longest: all whom a restart met while they loaded wait here, so by chance up to half as much again. */
const FIRST_MS = 1_000;
const LONGEST_MS = 10_000;
/** Some five minutes of them; after that the person has gone, or presses. */
const MAX_LOOKS = 30;

export interface LoadTriesPorts {
  /** What the tab remembers; null after a start anew, and always where it may remember nothing. */
  recall(): string | null;
  remember(value: string): void;
  /** Whether the server answers for the page and for what of it failed. Never rejects. */
  look(): Promise<boolean>;
  reload(): void;
  /** A look that is made twice does no harm. */
  after(then: () => void, ms: number): unknown;
  nowMs(): number;
  random(): number;
}

export class LoadTries {
  readonly #ports: LoadTriesPorts;
  #looks = 0;
  #isLooking = false;

  constructor(ports: LoadTriesPorts) {
    this.#ports = ports;
  }

  /** @returns whether the page will be loaded again by itself */
  start(): boolean {
    const { loads } = this.#recalled();
    if (loads >= MAX_LOADS) return false;
    this.#wait();
    return true;
  }

  /** The device has a network again: no need to wait. */
  hurry(): void {
    if (this.#recalled().loads < MAX_LOADS) void this.#look();
  }

  #wait(): void {
    if (this.#looks >= MAX_LOOKS) return;
    const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#looks);
    this.#ports.after(() => void this.#look(), ms * (1 + this.#ports.random() / 2));
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#looks += 1;
    const answers = await this.#ports.look();
    this.#isLooking = false;
    if (answers) this.#load();
    else this.#wait();
  }

  #load(): void {
    const { loads, sinceMs } = this.#recalled();
    const value = `${loads + 1} ${sinceMs}`;
    this.#ports.remember(value);
    // A tab that cannot count would never stop.
    if (this.#ports.recall() === value) this.#ports.reload();
  }

  #recalled(): { loads: number; sinceMs: number } {
    const [loads = 0, sinceMs = 0] = (this.#ports.recall() ?? '').split(' ').map(Number);
    const nowMs = this.#ports.nowMs();
    return nowMs - sinceMs < WITHIN_MS ? { loads, sinceMs } : { loads: 0, sinceMs: nowMs };
  }
}
