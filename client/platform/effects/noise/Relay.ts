// The memory by which an audio thread that may compile nothing has its sound treated in a worker: what came in, what was made of it,
// and how far each has come. Neither waits for the other's messages; sound that is not back in time is left out, without a click.

/** What RNNoise treats at once: 10 ms. */
export const FRAME = 480;
/** What an audio thread plays at once. */
const QUANTUM = 128;
/** A power of two that holds more than anybody waits for, and whole quanta. */
const RING = 8_192;
/** Between sound that comes in and the same sound going out, at first 21 ms: the frame itself, and as long for the way there and back. */
const FIRST_DELAY = 8 * QUANTUM;
/** It grows to this where the worker takes longer, and no further: 40 ms. More is noticed when people answer each other. */
const MOST_DELAY = 15 * QUANTUM;

/** Samples that came in; samples treated; samples that were not back in time. They run over and are compared by their difference. */
const [CAME, TREATED, MISSED] = [0, 1, 2];

/** What both threads are given. */
export interface RelayMemory {
  counts: SharedArrayBuffer;
  before: SharedArrayBuffer;
  after: SharedArrayBuffer;
}

interface Views {
  counts: Int32Array<SharedArrayBuffer>;
  before: Float32Array<SharedArrayBuffer>;
  after: Float32Array<SharedArrayBuffer>;
}

export const createRelayMemory = (): RelayMemory => ({
  counts: new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT),
  before: new SharedArrayBuffer(RING * Float32Array.BYTES_PER_ELEMENT),
  after: new SharedArrayBuffer(RING * Float32Array.BYTES_PER_ELEMENT),
});

const viewsOf = ({ counts, before, after }: RelayMemory): Views => ({
  counts: new Int32Array(counts),
  before: new Float32Array(before),
  after: new Float32Array(after),
});

const at = (position: number): number => position & (RING - 1);

/** How many samples were not back in time so far. */
export const missedOf = ({ counts }: RelayMemory): number => Atomics.load(new Int32Array(counts), MISSED);

/** The end on the audio thread. It never waits. */
export class RelayedSound {
  readonly #views: Views;
  #came = 0;
  #delay = FIRST_DELAY;
  #last = 0;
  #isSilent = true;

  constructor(memory: RelayMemory) {
    this.#views = viewsOf(memory);
    this.#came = Atomics.load(this.#views.counts, CAME);
  }

  /** From sound to the same sound treated, samples. */
  get delay(): number {
    return this.#delay;
  }

  /**
   * @param input what came in now; undefined for silence
   * @param output takes what was treated, as long as the input
   */
  process(input: Float32Array | undefined, output: Float32Array): void {
    const { counts, before, after } = this.#views;
    const start = at(this.#came);
    if (input === undefined) before.fill(0, start, start + QUANTUM);
    else before.set(input, start);
    const wanted = (this.#came - this.#delay) | 0;
    this.#came = (this.#came + QUANTUM) | 0;
    Atomics.store(counts, CAME, this.#came);
    const treated = Atomics.load(counts, TREATED);
    if (((this.#came - treated) | 0) >= FRAME) Atomics.notify(counts, CAME);
    if (((treated - wanted) | 0) >= QUANTUM)
      return this.#play(after.subarray(at(wanted), at(wanted) + QUANTUM), output);
    Atomics.add(counts, MISSED, QUANTUM);
    // The same sound is wanted again next time, until waiting longer would be worse than a gap.
    if (this.#delay + QUANTUM <= MOST_DELAY) this.#delay += QUANTUM;
    this.#fallSilent(output);
  }

  #play(treated: Float32Array, output: Float32Array): void {
    output.set(treated);
    if (this.#isSilent) for (let n = 0; n < QUANTUM; n += 1) output[n] = (output[n] ?? 0) * ((n + 1) / QUANTUM);
    this.#isSilent = false;
    this.#last = output[QUANTUM - 1] ?? 0;
  }

  /** From the last sample down to nothing: a step is heard as a click. */
  #fallSilent(output: Float32Array): void {
    for (let n = 0; n < QUANTUM; n += 1) output[n] = this.#last * (1 - (n + 1) / QUANTUM);
    this.#isSilent = true;
    this.#last = 0;
  }
}

/** The end in the worker. */
export class RelayedFrames {
  readonly #views: Views;
  readonly #treat: (frame: Float32Array) => void;
  readonly #frame = new Float32Array(FRAME);

  /** @param treat changes a frame in place */
  constructor(memory: RelayMemory, treat: (frame: Float32Array) => void) {
    this.#views = viewsOf(memory);
    this.#treat = treat;
  }

  /** Sleeps until sound comes in, or not at all where some came meanwhile. */
  wait(): void {
    const { counts } = this.#views;
    const came = Atomics.load(counts, CAME);
    if (((came - Atomics.load(counts, TREATED)) | 0) < FRAME) Atomics.wait(counts, CAME, came);
  }

  /** Treats all that is there. What nobody waits for any more is passed over, so that a worker that was held up catches up. */
  treatAll(): void {
    const { counts, before, after } = this.#views;
    for (;;) {
      const treated = Atomics.load(counts, TREATED);
      const ahead = (Atomics.load(counts, CAME) - treated) | 0;
      if (ahead < FRAME) return;
      if (ahead < FRAME + MOST_DELAY) {
        for (let n = 0; n < FRAME; n += 1) this.#frame[n] = before[at(treated + n)] ?? 0;
        this.#treat(this.#frame);
        for (let n = 0; n < FRAME; n += 1) after[at(treated + n)] = this.#frame[n] ?? 0;
      }
      Atomics.store(counts, TREATED, (treated + FRAME) | 0);
    }
  }
}
