// Timers that are cancelled by calling what they returned, twice if need be.

export function after(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
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
