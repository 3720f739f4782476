// Runs asynchronous tasks one after the other, in the order in which they came.

/** A failing task does not stop the ones behind it; after `close()` tasks that have not begun never do. */
export class TaskQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  /** Tasks that have not ended yet, the running one included. */
  get size(): number {
    return this.#waiting;
  }

  /** Resolves or rejects as the task does; `undefined` when the queue closed before its turn. */
  push<Result>(task: () => Promise<Result> | Result): Promise<Result | undefined> {
    this.#waiting += 1;
    const turn = this.#tail.then(() => (this.#closed ? undefined : task()));
    this.#tail = turn.then(
      () => this.#ended(),
      () => this.#ended(),
    );
    return turn;
  }

  #ended(): void {
    this.#waiting -= 1;
  }

  close(): void {
    this.#closed = true;
  }
}
