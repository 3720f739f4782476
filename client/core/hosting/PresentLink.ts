// The link that opens the Room now: the one that was followed here, until the group goes over to another.
import type { Listener, RoomLink, Store } from '../types.ts';
import { createStore, type WritableStore } from '../util/store.ts';

export class PresentLink implements Store<RoomLink> {
  readonly #store: WritableStore<RoomLink>;

  constructor(link: RoomLink) {
    this.#store = createStore(link);
  }

  get(): RoomLink {
    return this.#store.get();
  }

  subscribe(listener: Listener): () => void {
    return this.#store.subscribe(listener);
  }

  /** Told once, however often it is heard of: by who asked for it, and by the group. */
  replace(secret: Uint8Array): RoomLink {
    const present = this.get();
    if (!isSame(present.secret, secret)) this.#store.set({ ...present, secret: secret.slice() });
    return this.get();
  }
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);
