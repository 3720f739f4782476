// A value that changes and tells: the one way in which the SDK shows state.
import type { Listener, Store } from '../types.ts';

export interface WritableStore<T> extends Store<T> {
  set(value: T): void;
}

/** Listeners run synchronously in the order they subscribed; one that throws does not keep the others from hearing. */
export function createStore<T>(initial: T): WritableStore<T> {
  let current = initial;
  const listeners = new Set<Listener>();
  return {
    get: () => current,
    set(value) {
      if (Object.is(value, current)) return;
      current = value;
      for (const listener of [...listeners]) callSafely(listener);
    },
    subscribe(listener) {
      // Wrapped, so that one function subscribed twice is two subscriptions.
      const entry: Listener = () => listener();
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}

function callSafely(listener: Listener): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
