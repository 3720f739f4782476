// How large pictures are asked for on this line: the server measures nothing for an audience, so the client steps down and up by itself.
import { lineQualityOf } from '../quality/lineQuality.ts';
import type { Counters } from '../quality/lineReading.ts';

/** Share of the size shown, or of the largest that is sent where more is shown, in steps; the last is the smallest layer of any camera. */
const STEPS = [1, 1 / 2, 1 / 4] as const;
/** Of a camera's top layer. A tall phone shows more than twice of it: half of that would still be all that there is. */
const LARGEST_HEIGHT = 720;
/** A picture fills its place, so that a low and wide one needs what its width needs. */
const ASPECT = 9 / 16;
/** Readings in a row that are bad before a step down: one alone is a hiccup. */
const TO_EASE = 2;
/** Readings in a row that are good before a step up. Sooner, and a line that only just carries the smaller picture swings. */
const TO_RETURN = 5;
/** A step up that had to be taken back makes the next one wait so many times longer … */
const PATIENCE_GROWS = 2;
/** … up to this: at two seconds a reading, under three minutes. */
const MOST_PATIENCE = 80;
/** A step up held for so many readings has proven itself. */
const PROVEN_AFTER = 10;
/** Of so few bars nothing larger is asked; of four, more. Between the two all stays as it is. */
const BAD_BARS = 2;
/** Standing still for so much of the time is seen by everybody. */
const FROZEN_SHARE = 0.15;

export interface AudienceReading {
  atMs: number;
  down: Counters;
  /** For how long pictures stood still, in ms since the beginning. */
  frozenMs: number;
}

export class EasedSize {
  #step = 0;
  #before: AudienceReading | null = null;
  #bad = 0;
  #good = 0;
  #toReturn = TO_RETURN;
  /** Readings since the last step up; null once it has proven itself, and before any. */
  #onTrial: number | null = null;

  /** Smaller than it is shown. */
  get eased(): boolean {
    return this.#step > 0;
  }

  /** @returns the size to ask for, of one that is shown */
  of<Size extends { width: number; height: number }>(shown: Size): Size {
    if (!this.eased) return shown;
    const { width, height } = shown;
    const factor = (STEPS[this.#step] ?? 1) * Math.min(1, LARGEST_HEIGHT / Math.max(height, width * ASPECT, 1));
    return { ...shown, width: width * factor, height: height * factor };
  }

  /** Another life of the media counts from nought. */
  restart(): void {
    this.#before = null;
    this.#bad = 0;
    this.#good = 0;
  }

  /** True where another size is to be asked for from now on. */
  measured(now: AudienceReading): boolean {
    const before = this.#before;
    this.#before = now;
    if (before === null || now.atMs <= before.atMs) return false;
    const elapsedMs = now.atMs - before.atMs;
    const { bars } = lineQualityOf(before.down, now.down, elapsedMs);
    const frozen = (now.frozenMs - before.frozenMs) / elapsedMs;
    this.#prove();
    if (bars <= BAD_BARS || frozen > FROZEN_SHARE) return this.#wasBad();
    this.#bad = 0;
    if (bars < 4 || frozen > 0) {
      this.#good = 0;
      return false;
    }
    return this.#wasGood();
  }

  #prove(): void {
    if (this.#onTrial === null) return;
    this.#onTrial += 1;
    if (this.#onTrial < PROVEN_AFTER) return;
    this.#onTrial = null;
    this.#toReturn = TO_RETURN;
  }

  #wasBad(): boolean {
    this.#good = 0;
    this.#bad += 1;
    if (this.#bad < TO_EASE || this.#step === STEPS.length - 1) return false;
    if (this.#onTrial !== null) this.#toReturn = Math.min(this.#toReturn * PATIENCE_GROWS, MOST_PATIENCE);
    this.#onTrial = null;
    this.#bad = 0;
    this.#step += 1;
    return true;
  }

  #wasGood(): boolean {
    this.#good += 1;
    if (this.#step === 0 || this.#good < this.#toReturn) return false;
    this.#good = 0;
    this.#onTrial = 0;
    this.#step -= 1;
    return true;
  }
}
