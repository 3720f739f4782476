// One thing at a time, in the order in which they were asked for.

export class TaskQueue {
  readonly #onFault: (error: unknown) => void;
  #tail: Promise<void> = Promise.resolve();

  /** `onFault` hears of what a task threw; the next task runs all the same. */
  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  run(task: () => Promise<void> | void): void {
    this.#tail = this.#tail.then(task).catch((error: unknown) => this.#onFault(error));
  }

  /** Resolves once everything asked for so far is done. */
  idle(): Promise<void> {
    return this.#tail;
  }
}
