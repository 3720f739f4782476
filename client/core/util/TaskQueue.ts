// Runs asynchronous tasks one after the other: every negotiation goes through one.

export class TaskQueue {
  #tail: Promise<void> = Promise.resolve();
  #closed = false;

  /** Resolves or rejects with the task's own outcome; rejects with `closed` when the queue ended before its turn. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const outcome = this.#tail.then(() => {
      if (this.#closed) throw new Error('closed');
      return task();
    });
    this.#tail = outcome.then(
      () => undefined,
      () => undefined,
    );
    return outcome;
  }

  /** Tasks that have not begun are refused; the one that runs is left to look for itself. */
  close(): void {
    this.#closed = true;
  }
}
