// Whether a device keeps up: the median of what frames took over some seconds, against the time there is for each.

/** How long a device is looked at before it is judged: less takes one busy moment for a slow device, more heats it longer. */
export const WINDOW_MS = 3_000;
/** The first frames compile and warm up, which says nothing of those that follow. */
const WARM_UP_MS = 1_000;
/** Fewer say nothing; so slow a device is judged once it has that many. */
const MIN_FRAMES = 5;

export class FrameBudget {
  readonly #budgetMs: number;
  #sinceMs: number | null = null;
  #took: { atMs: number; tookMs: number }[] = [];

  constructor(budgetMs: number) {
    this.#budgetMs = budgetMs;
  }

  /** @returns whether the budget is missed */
  add(tookMs: number, atMs: number): boolean {
    this.#sinceMs ??= atMs + WARM_UP_MS;
    if (atMs < this.#sinceMs) return false;
    this.#took.push({ atMs, tookMs });
    this.#took = this.#took.filter((one) => one.atMs > atMs - WINDOW_MS || this.#took.length <= MIN_FRAMES);
    if (atMs - this.#sinceMs < WINDOW_MS || this.#took.length < MIN_FRAMES) return false;
    const sorted = this.#took.map((one) => one.tookMs).toSorted((a, b) => a - b);
    return (sorted[sorted.length >> 1] ?? 0) > this.#budgetMs;
  }
}
