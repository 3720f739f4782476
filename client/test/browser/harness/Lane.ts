// One direction of a line: what goes in comes out in order, later, and no faster than the line is wide.

interface Width {
  /** One way, ms. */
  delayMs: number;
  bitsPerSecond: number | null;
}

interface Parcel {
  dueMs: number;
  deliver: () => void;
}

export class Lane {
  readonly #width: Readonly<Width>;
  readonly #parcels: Parcel[] = [];
  #freeAtMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /** @param width as it is at the time of each parcel */
  constructor(width: Readonly<Width>) {
    this.#width = width;
  }

  /** @param heldMs on top of the line's own delay */
  carry(bytes: number, deliver: () => void, heldMs = 0): void {
    if (this.#closed) return;
    const { delayMs, bitsPerSecond } = this.#width;
    const nowMs = performance.now();
    const takesMs = bitsPerSecond === null ? 0 : (bytes * 8_000) / bitsPerSecond;
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs) + takesMs;
    const before = this.#parcels.at(-1)?.dueMs ?? 0;
    this.#parcels.push({ dueMs: Math.max(before, this.#freeAtMs + delayMs + heldMs), deliver });
    this.#wait();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#parcels.length = 0;
  }

  #wait(): void {
    const [first] = this.#parcels;
    if (this.#timer !== undefined || first === undefined || this.#closed) return;
    this.#timer = setTimeout(() => this.#deliverDue(), Math.max(0, first.dueMs - performance.now()));
  }

  #deliverDue(): void {
    this.#timer = undefined;
    const nowMs = performance.now();
    const left = this.#parcels.findIndex(({ dueMs }) => dueMs > nowMs);
    for (const { deliver } of this.#parcels.splice(0, left === -1 ? this.#parcels.length : left)) deliver();
    this.#wait();
  }
}
