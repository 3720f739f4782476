// The bus between the nodes of one process: copies, in order, a turn later, as they would come from elsewhere.
import type { Bus, BusMessages, BusTopic } from '../rooms/ports.ts';

type Listener = (message: never) => void;

/** Who listens to what, on all nodes. */
export class LocalTopics {
  readonly #listeners = new Map<BusTopic, Set<Listener>>();
  readonly #onFault: (error: unknown) => void;

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  add(topic: BusTopic, listener: Listener): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** Microtasks run in the order in which they were asked for, and so are the words heard. */
  tell<Topic extends BusTopic>(topic: Topic, message: BusMessages[Topic]): void {
    const said = structuredClone(message);
    queueMicrotask(() => {
      for (const listener of this.#listeners.get(topic) ?? []) this.#tellOne(listener, structuredClone(said));
    });
  }

  #tellOne(listener: Listener, message: unknown): void {
    try {
      listener(message as never);
    } catch (error) {
      this.#onFault(error);
    }
  }
}

export class LocalBus implements Bus {
  readonly #topics: LocalTopics;
  readonly #subscriptions = new Set<() => void>();
  #closed = false;

  constructor(topics: LocalTopics) {
    this.#topics = topics;
  }

  publish<Topic extends BusTopic>(topic: Topic, message: BusMessages[Topic]): void {
    if (!this.#closed) this.#topics.tell(topic, message);
  }

  subscribe<Topic extends BusTopic>(topic: Topic, listener: (message: BusMessages[Topic]) => void): () => void {
    if (this.#closed) return () => undefined;
    // A function of its own, so that one that listens twice hears twice.
    const remove = this.#topics.add(topic, (message: BusMessages[Topic]) => listener(message));
    const stop = (): void => {
      remove();
      this.#subscriptions.delete(stop);
    };
    this.#subscriptions.add(stop);
    return stop;
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#subscriptions) stop();
  }
}
