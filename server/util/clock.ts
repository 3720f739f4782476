// Time as the running server knows it; has the shape of the domain's Clock port.

/** setTimeout fires at once for more (24.8 days); nothing here waits that long. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Wall clock and Node's timers, which do not keep the process alive. */
export const systemClock = {
  now: (): number => Date.now(),
  after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(callback, Math.min(ms, MAX_TIMER_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
