// What was opened, to be closed in reverse order exactly once.

/** `close()` never throws: a closer that fails is reported and the others still run. */
export class Closer {
  readonly #onError: (error: unknown) => void;
  #closers: (() => void)[] = [];
  #closed = false;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Registers what undoes the step just taken; runs it at once when already closed. */
  add(close: () => void): void {
    if (this.#closed) this.#run(close);
    else this.#closers.push(close);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const closers = this.#closers.reverse();
    this.#closers = [];
    for (const close of closers) this.#run(close);
  }

  #run(close: () => void): void {
    try {
      close();
    } catch (error) {
      this.#onError(error);
    }
  }
}
