// When a show that an earlier page of this device produced is taken up again, and when it is not (SPEC E-205).
import { after } from '../util/timers.ts';
import type { KeptShow, ShowKeeper } from './ShowKeeper.ts';

/** Others who lead may have a later word of the show: they tell newcomers within this time. More is seen as a stage that is gone for longer. */
export const OTHERS_FIRST_MS = 1_500;
/** Who does not lead by then has lost the show to whoever does: it must not open a stage out of the blue. */
export const RETURN_WITHIN_MS = 30_000;

export interface ReturnState {
  /** The group can be spoken to. */
  ready: boolean;
  leads: boolean;
  alone: boolean;
  /** Somebody said how the show stands, or that it is over. */
  heard: boolean;
}

export class ShowReturn {
  readonly #keeper: ShowKeeper;
  readonly #nowMs: () => number;
  readonly #onChange: () => void;
  #kept: KeptShow | null = null;
  #sinceMs: number | null = null;
  #isRead = false;
  #stopTimer: () => void = () => undefined;
  #closed = false;

  constructor(keeper: ShowKeeper, nowMs: () => number, onChange: () => void) {
    this.#keeper = keeper;
    this.#nowMs = nowMs;
    this.#onChange = onChange;
  }

  /** How our own person was described in it; for a show that another said since. Once. */
  takeDescription(): { name: string; title: string } | null {
    const kept = this.#kept;
    this.#kept = null;
    const own = kept?.show.people.find(({ id }) => id === kept.self);
    return own === undefined ? null : { name: own.n, title: own.d };
  }

  /** The show that is to be said again now, once; null while it is too early, or there is none. */
  take({ ready, leads, alone, heard }: ReturnState): KeptShow | null {
    this.#stopTimer();
    if (!this.#isRead) this.#read();
    if (ready) this.#sinceMs ??= this.#nowMs();
    const sinceMs = this.#sinceMs;
    if (this.#kept === null || sinceMs === null || heard) return null;
    const waitedMs = this.#nowMs() - sinceMs;
    if (waitedMs >= RETURN_WITHIN_MS) this.#kept = null;
    else if (ready && leads && (alone || waitedMs >= OTHERS_FIRST_MS)) {
      const kept = this.#kept;
      this.#kept = null;
      return kept;
    } else if (waitedMs < OTHERS_FIRST_MS) this.#stopTimer = after(OTHERS_FIRST_MS - waitedMs, this.#onChange);
    return null;
  }

  /** The person opens a stage while one of theirs waits to come back: that is the one. */
  takeNow(): KeptShow | null {
    const kept = this.#kept;
    this.#kept = null;
    return kept;
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer();
  }

  #read(): void {
    this.#isRead = true;
    void this.#keeper.recall().then((kept) => {
      if (this.#closed || kept === null) return;
      this.#kept = kept;
      this.#onChange();
    });
  }
}
