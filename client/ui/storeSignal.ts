// A core Store as a signal, so that components follow it.
import { signal, type ReadonlySignal } from '@preact/signals';
import type { Store } from '#core';

/** Follows `store` until closed. */
export const createStoreSignal = <T>(store: Store<T>): { value: ReadonlySignal<T>; close(): void } => {
  const value = signal(store.get());
  const unsubscribe = store.subscribe(() => {
    value.value = store.get();
  });
  return { value, close: unsubscribe };
};
