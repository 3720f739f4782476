// Ctrl-C ends a bench as its last line does: what stands on 'exit' runs, so nothing that it started outlives it.
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The exit code is 128 + the signal's number, as shells have it. */
export function endOnSignals(): void {
  for (const signal of SIGNALS) process.once(signal, () => process.exit(128 + constants.signals[signal]));
}
