// Progress as the page is told of it: at once, then a few times a second, and the last of it always, since the line may stand still then.

/** Each word costs the page's thread a turn. */
const TELL_MS = 250;

export class ProgressTold {
  readonly #tell: (bytes: number) => void;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #untold: number | null = null;

  constructor(tell: (bytes: number) => void) {
    this.#tell = tell;
  }

  reach(bytes: number): void {
    this.#untold = bytes;
    if (this.#timer === null) this.#pass();
  }

  /** Before anything else is said, so that what is told last is what holds. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#untold !== null) this.#tell(this.#untold);
    this.#untold = null;
  }

  #pass(): void {
    this.flush();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#untold !== null) this.#pass();
    }, TELL_MS);
  }
}
