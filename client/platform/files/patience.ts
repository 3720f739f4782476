// How a transfer goes on, pauses and stops; and how it is tried again while only the network stands in its way.
import type { TransferOutcome } from '#core';
import { TransferError } from './relayCalls.ts';

/** Soon at first, then less often. */
const WAITS_MS = [300, 1_000, 2_000, 5_000];

/** What the person wants of a transfer. Pausing breaks off what is under way, and keeps what it holds open. */
export class Gate {
  #state: 'open' | 'paused' | 'stopped' = 'open';
  #attempt = new AbortController();
  readonly #waiting = new Set<() => void>();

  get state(): 'open' | 'paused' | 'stopped' {
    return this.#state;
  }

  /** Of the attempt under way. */
  get signal(): AbortSignal {
    return this.#attempt.signal;
  }

  pause(): void {
    if (this.#state !== 'open') return;
    this.#state = 'paused';
    this.#attempt.abort();
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'open';
    this.hurry();
  }

  stop(): void {
    this.#state = 'stopped';
    this.#attempt.abort();
    this.hurry();
  }

  /** Whatever waits looks again at once. */
  hurry(): void {
    for (const callback of this.#waiting) callback();
  }

  /** Resolves when an attempt may begin, with a signal of its own, or all is over. */
  async ready(): Promise<void> {
    while (this.#state === 'paused') await this.sleep();
    if (this.#state === 'open' && this.#attempt.signal.aborted) this.#attempt = new AbortController();
  }

  /** Until it is hurried, or `ms` are over. */
  sleep(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(done, ms);
      this.#waiting.add(done);
    });
  }
}

export interface Patience {
  gate: Gate;
  onWaiting(): void;
}

/**
 * @param attempt goes on from where the last one came to; rejects with a TransferError where no further one helps
 * @param progress grows with whatever an attempt got done: those that get somewhere are not failures
 * @returns null where it was stopped
 */
export async function persist(
  attempt: () => Promise<void>,
  progress: () => number,
  { gate, onWaiting }: Patience,
): Promise<TransferOutcome | null> {
  let failures = 0;
  for (;;) {
    await gate.ready();
    if (gate.state === 'stopped') return null;
    const before = progress();
    try {
      await attempt();
      if (gate.state === 'open') return 'done';
    } catch (error) {
      if (gate.state === 'open' && error instanceof TransferError) return error.outcome;
    }
    if (gate.state !== 'open') continue;
    failures = progress() > before ? 0 : failures + 1;
    if (failures > 0) onWaiting();
    await gate.sleep(WAITS_MS[Math.min(failures, WAITS_MS.length) - 1] ?? 0);
  }
}
