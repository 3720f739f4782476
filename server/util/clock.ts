// Time as the running server knows it; has the shape of the domain's Clock port.

/** setTimeout fires at once for more (24.8 days); nothing here waits that long. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** From here on waits are whole seconds, which many share: Node keeps a list for each length that there is. */
const LONG_MS = 30_000;

const lengthOf = (ms: number): number => Math.min(ms < LONG_MS ? ms : Math.ceil(ms / 1_000) * 1_000, MAX_TIMER_MS);

/** Wall clock and Node's timers, which do not keep the process alive. */
export const systemClock = {
  now: (): number => Date.now(),
  after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(callback, lengthOf(ms));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
