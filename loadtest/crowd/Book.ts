// What a scenario measured and what went wrong: times by name, counts by name, and faults, each of which should not have been.
import { percentileFigure, type Figure } from '../bench/figures.ts';

const P50 = 0.5;
export const P95 = 0.95;

export interface Threshold {
  /** A name that times were noted under. */
  of: string;
  /** Most that the 95th of a hundred may be, ms. */
  p95Ms: number;
}

export class Book {
  readonly #times = new Map<string, number[]>();
  readonly #counts = new Map<string, number>();
  readonly #faults = new Map<string, number>();

  took(name: string, ms: number): void {
    const times = this.#times.get(name);
    if (times === undefined) this.#times.set(name, [ms]);
    else times.push(ms);
  }

  /** Notes how long it took where it succeeded; passes the error on where it did not. */
  async timed<Value>(name: string, work: () => Promise<Value>): Promise<Value> {
    const startMs = performance.now();
    const value = await work();
    this.took(name, performance.now() - startMs);
    return value;
  }

  count(name: string, more = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + more);
  }

  fault(what: string): void {
    this.#faults.set(what, (this.#faults.get(what) ?? 0) + 1);
  }

  times(name: string): readonly number[] {
    return this.#times.get(name) ?? [];
  }

  counted(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** `what happened ×how often`, the most frequent first. */
  get faults(): string[] {
    const sorted = [...this.#faults].toSorted(([, left], [, right]) => right - left);
    return sorted.map(([what, times]) => `${what} ×${times}`);
  }

  /** Half of `name`, and its 95th of a hundred with `threshold`; nothing where nothing was timed. */
  figures(scenario: string, threshold: Threshold, isJudged: boolean): Figure[] {
    const values = this.times(threshold.of);
    if (values.length === 0) return [];
    const name = `crowd-${scenario}-${threshold.of}`;
    const target = isJudged ? threshold.p95Ms : null;
    return [
      percentileFigure({ name: `${name}-p50`, unit: 'ms', values }, { share: P50 }),
      percentileFigure({ name: `${name}-p95`, unit: 'ms', values }, { share: P95, target }),
    ];
  }
}
