// Tries a transfer again while only the network stands in its way: soon at first, then less often, at once when told to hurry.
import type { TransferOutcome } from '#core';
import { TransferError } from './relayCalls.ts';

const WAITS_MS = [300, 1_000, 2_000, 5_000];

export interface Patience {
  signal: AbortSignal;
  /** Called back when it is worth trying at once; returns the way to stop it. */
  onHurry(callback: () => void): () => void;
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
  { signal, onHurry, onWaiting }: Patience,
): Promise<TransferOutcome | null> {
  let failures = 0;
  for (;;) {
    const before = progress();
    try {
      await attempt();
      return signal.aborted ? null : 'done';
    } catch (error) {
      if (signal.aborted) return null;
      if (error instanceof TransferError) return error.outcome;
    }
    failures = progress() > before ? 0 : failures + 1;
    if (failures > 0) onWaiting();
    await pause(WAITS_MS[Math.min(failures, WAITS_MS.length) - 1] ?? WAITS_MS[0] ?? 0, signal, onHurry);
    if (signal.aborted) return null;
  }
}

function pause(ms: number, signal: AbortSignal, onHurry: Patience['onHurry']): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const stop = onHurry(done);
    signal.addEventListener('abort', done);
  });
}
