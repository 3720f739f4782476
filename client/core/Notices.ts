// Things said once to the person; the page holds the words.
import type { Notice } from './types.ts';

/** The page shows each for seconds; more is only memory. */
const MAX_NOTICES = 50;

export class Notices {
  #all: Notice[] = [];
  #lastId = 0;

  /** A new array with every change. */
  get all(): Notice[] {
    return this.#all;
  }

  add(said: Omit<Notice, 'id'>): void {
    this.#lastId += 1;
    const notice: Notice = { ...said, id: this.#lastId };
    this.#all = [...this.#all, notice].slice(-MAX_NOTICES);
  }
}
