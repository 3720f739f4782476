// How much one Worker has to do: measured and smoothed, and until it can be measured what was placed there since.
import type { WorkerReading } from './workerReading.ts';

/** Weight of the newest second in what is smoothed: more follows one burst, less lets a crowd in before it shows. */
const NEWEST_WEIGHT = 0.4;
/** What comes is measured by and by: transports in a second, pictures in two or three. So much of an expectation is left after each sample. */
const STILL_EXPECTED = 0.6;

/** Share of a core that a newcomer is expected to take, before it is measured. */
export type DeviceKind = 'member' | 'viewer';
const EXPECTED: Readonly<Record<DeviceKind, number>> = {
  // Sends a picture in three layers, and is sent those of a few others.
  member: 0.012,
  // Of one picture and one voice a core held eight hundred.
  viewer: 0.0015,
};

export class WorkerLoad {
  #last: { cpuMs: number; atMs: number } | null = null;
  #cpu = 0;
  #expected = 0;
  #delaysMs: readonly [number, number] = [0, 0];

  /** Measured, smoothed: share of a core. */
  get cpu(): number {
    return this.#cpu;
  }

  /** The same with what is on its way: what placing goes by. */
  get foreseenCpu(): number {
    return this.#cpu + this.#expected;
  }

  /** The better of the last two answers: one late answer is a pause of the machine, two are a queue. */
  get delayMs(): number {
    return Math.min(...this.#delaysMs);
  }

  expect(kind: DeviceKind): void {
    this.#expected += EXPECTED[kind];
  }

  /** The first reading only begins a span. */
  take({ cpuMs, atMs, delayMs }: WorkerReading): void {
    const last = this.#last;
    this.#delaysMs = [this.#delaysMs[1], delayMs];
    this.#last = { cpuMs, atMs };
    if (last === null || atMs <= last.atMs) return;
    const share = Math.max(0, (cpuMs - last.cpuMs) / (atMs - last.atMs));
    this.#cpu += NEWEST_WEIGHT * (share - this.#cpu);
    this.#expected *= STILL_EXPECTED;
  }

  /** It was asked and has not answered for so long. */
  takeSilence(silentMs: number): void {
    this.#delaysMs = [this.#delaysMs[1], silentMs];
  }
}
