// Whether noise suppression keeps up: the audio thread's clock stands still while it is late, and no sound may come out at all.

/** How long it is looked at. */
const WINDOW_MS = 3_000;
/** A tenth less than real time is heard as stutter. */
const LEAST_PACE = 0.9;
/** Louder than this going in, and more than once, something must come out. */
const AUDIBLE = 0.02;
const LEAST_LOUD = 2;

export interface Heard {
  atMs: number;
  /** The audio clock without what was not treated in time, seconds. */
  clockS: number;
  peakIn: number;
  peakOut: number;
}

export class LatenessWatch {
  #heard: Heard[] = [];

  /** @returns whether the sound should go its plain way again */
  add(heard: Heard): boolean {
    this.#heard.push(heard);
    const first = this.#heard.findLast((one) => one.atMs <= heard.atMs - WINDOW_MS);
    if (first === undefined) return false;
    this.#heard = this.#heard.slice(this.#heard.indexOf(first));
    const pace = ((heard.clockS - first.clockS) * 1000) / (heard.atMs - first.atMs);
    const loud = this.#heard.filter(({ peakIn }) => peakIn > AUDIBLE);
    const isMute = loud.length >= LEAST_LOUD && this.#heard.every(({ peakOut }) => peakOut === 0);
    return pace < LEAST_PACE || isMute;
  }
}
