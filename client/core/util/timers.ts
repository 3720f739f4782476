// Timers that are cancelled by calling what they returned, twice if need be.

/** Some 25 days. What is asked to wait for longer is called back at once by browsers, and who looks again then would do so without end. */
const LONGEST_MS = 2 ** 31 - 1;

/** What is further away than `LONGEST_MS` is called back then: whoever waits for a moment that others named looks whether it has come. */
export function after(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, Math.min(ms, LONGEST_MS));
  return () => clearTimeout(timer);
}

/** Calls back once, `ms` after the first of a burst of calls. */
export function createDebounce(ms: number, callback: () => void): { poke(): void; cancel(): void } {
  let cancel: (() => void) | null = null;
  return {
    poke() {
      cancel ??= after(ms, () => {
        cancel = null;
        callback();
      });
    },
    cancel() {
      cancel?.();
      cancel = null;
    },
  };
}
