// Time that passes only when a test says so.

interface Timer {
  atMs: number;
  callback: () => void;
}

export class FakeClock {
  #nowMs = 1_000_000;
  #timers: Timer[] = [];

  readonly nowMs = (): number => this.#nowMs;

  readonly setTimer = (ms: number, callback: () => void): (() => void) => {
    const timer = { atMs: this.#nowMs + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  /** Fires each timer in its turn, with `settle` after it, and ends `ms` later. */
  async advance(ms: number, settle: () => Promise<void>): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#timers.filter(({ atMs }) => atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
      await settle();
    }
    this.#nowMs = endMs;
    await settle();
  }
}
