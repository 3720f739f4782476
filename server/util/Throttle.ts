// Lets the first few of a kind through in each stretch of time, and counts the rest.

interface Stretch {
  startMs: number;
  passed: number;
  held: number;
}

export class Throttle {
  readonly #perStretch: number;
  readonly #stretchMs: number;
  readonly #kinds = new Map<string, Stretch>();

  /** @param perStretch how many of each kind pass in `stretchMs` */
  constructor(perStretch: number, stretchMs: number) {
    this.#perStretch = perStretch;
    this.#stretchMs = stretchMs;
  }

  /** @returns how many of this kind were held back since the last that passed, or null where this one is held back too */
  pass(kind: string, nowMs: number): number | null {
    const known = this.#kinds.get(kind);
    const isCurrent = known !== undefined && nowMs - known.startMs < this.#stretchMs;
    const stretch = isCurrent ? known : { startMs: nowMs, passed: 0, held: known?.held ?? 0 };
    this.#kinds.set(kind, stretch);
    if (stretch.passed >= this.#perStretch) {
      stretch.held += 1;
      return null;
    }
    stretch.passed += 1;
    const { held } = stretch;
    stretch.held = 0;
    return held;
  }
}
