// Time that goes slower for all that runs in a thread, so that a machine which others use keeps up with a hundred members.

import { syncBuiltinESMExports } from 'node:module';
import nodeTimers from 'node:timers';

type StartTimer = (callback: (...values: unknown[]) => void, ms?: number, ...values: unknown[]) => unknown;

/**
 * Clocks and timers alike: with a factor of 4 a second of the soak takes four of the machine's, and every member has four times the CPU
 * for it. Nothing in the house can tell. To be called before the modules that keep a timer's function for themselves are loaded.
 * @param sinceMs when it began to go slower, by the machine's clock: threads that are given the same one agree on what time it is
 */
export function slowTime(factor: number, sinceMs: number): void {
  if (factor === 1) return;
  const wallNow = Date.now.bind(Date);
  const monotonicNow = performance.now.bind(performance);
  const monotonicBegan = monotonicNow();
  Date.now = () => sinceMs + Math.floor((wallNow() - sinceMs) / factor);
  performance.now = () => monotonicBegan + (monotonicNow() - monotonicBegan) / factor;
  // engine.io takes its pings' timers from the module, all others from the global scope.
  for (const place of [globalThis, nodeTimers]) {
    const timers = place as unknown as Record<'setTimeout' | 'setInterval', StartTimer>;
    for (const name of ['setTimeout', 'setInterval'] as const) {
      const start = timers[name];
      timers[name] = (callback, ms = 0, ...values) => start(callback, ms * factor, ...values);
    }
  }
  syncBuiltinESMExports();
}
