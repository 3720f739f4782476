// Timers by name: setting one replaces its namesake, and one that was cleared never fires, not even from a queue.

/** Calls back once after `ms`; the returned function cancels and may be called twice. */
export type SetTimer = (ms: number, callback: () => void) => () => void;

export class NamedTimers {
  readonly #setTimer: SetTimer;
  readonly #run: (task: () => Promise<void> | void) => void;
  readonly #timers = new Map<string, { cancel: () => void }>();

  /** Due work goes through `run`, a queue; whether the timer still stands is asked when its turn comes. */
  constructor(setTimer: SetTimer, run: (task: () => Promise<void> | void) => void) {
    this.#setTimer = setTimer;
    this.#run = run;
  }

  set(name: string, ms: number, work: () => Promise<void> | void): void {
    this.clear(name);
    const timer = { cancel: () => {} };
    this.#timers.set(name, timer);
    timer.cancel = this.#setTimer(Math.max(0, ms), () =>
      this.#run(() => {
        if (this.#timers.get(name) !== timer) return;
        this.#timers.delete(name);
        return work();
      }),
    );
  }

  clear(name: string): void {
    this.#timers.get(name)?.cancel();
    this.#timers.delete(name);
  }

  clearAll(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }
}
