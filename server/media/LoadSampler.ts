// The one that looks at all Workers, once a second.
import type { Worker } from 'mediasoup/types';
import type { Clock } from '../rooms/ports.ts';
import type { WorkerLoad } from './WorkerLoad.ts';
import type { ReadWorker } from './workerReading.ts';

/** More often costs each Worker a wake-up; less often lets more people in before a full Worker shows. */
export const SAMPLE_MS = 1_000;

export interface Sampled {
  readonly worker: Worker;
  readonly load: WorkerLoad;
}

export interface SamplerOptions {
  clock: Clock;
  read: ReadWorker;
  /** Those that live now. */
  workers(): Sampled[];
}

export class LoadSampler {
  readonly #options: SamplerOptions;
  /** Since when those are asked that have not answered. */
  readonly #asked = new Map<Worker, number>();
  #cancel: () => void = () => undefined;
  #closed = false;

  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#sample();
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #sample(): void {
    const { clock, workers } = this.#options;
    for (const sampled of workers()) void this.#ask(sampled);
    this.#cancel = clock.after(SAMPLE_MS, () => this.#sample());
  }

  /** A Worker that owes an answer is asked nothing more: how long it has been silent says enough. */
  async #ask({ worker, load }: Sampled): Promise<void> {
    const { clock, read } = this.#options;
    const askedAtMs = this.#asked.get(worker);
    if (askedAtMs !== undefined) return load.takeSilence(clock.now() - askedAtMs);
    this.#asked.set(worker, clock.now());
    // Refused only where the Worker is gone, and what it had to do with it.
    const reading = await read(worker).catch(() => null);
    this.#asked.delete(worker);
    if (reading !== null && !this.#closed) load.take(reading);
  }
}
