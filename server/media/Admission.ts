// Whether there is room for one more: a new Room, Peer or viewer. Who is inside is never asked.
import { ProtocolError } from '#protocol/errors';
import type { WorkerLoad } from './WorkerLoad.ts';

/**
 * From here on a Worker is full, however little of the processor it takes: packets wait about twice as long in it as its answers do
 * (decision 0014). More, and people talk over each other before anybody is refused; less refuses for a moment's pause.
 */
const FULL_DELAY_MS = 100;
/**
 * Of the share at which a Worker is full: with less measured, what is expected refuses nobody. People who come to an idle Worker many at a
 * time mostly look and listen at first, and what they do take is measured within two seconds.
 */
const FORESEEN_FROM = 0.5;
/** Until who was refused asks again. Shorter, and those refused are a load of their own; longer, and places stand empty. */
const RETRY_AFTER_MS = 10_000;

export class Admission {
  readonly #fullCpu: number;

  /** @param fullCpu share of a core at which a Worker is full; Infinity refuses nobody, by delay neither */
  constructor(fullCpu: number) {
    this.#fullCpu = fullCpu;
  }

  isFull({ cpu, foreseenCpu, delayMs }: WorkerLoad): boolean {
    if (this.#fullCpu === Infinity) return false;
    const counted = cpu >= FORESEEN_FROM * this.#fullCpu ? foreseenCpu : cpu;
    return counted >= this.#fullCpu || delayMs >= FULL_DELAY_MS;
  }

  /**
   * @param loads of the Workers that live; where none does it is not for want of room
   * @throws ProtocolError `capacity` with `retryAfterMs` where all are full
   */
  admit(loads: readonly WorkerLoad[]): void {
    if (loads.length === 0 || loads.some((load) => !this.isFull(load))) return;
    throw new ProtocolError('capacity', 'every media worker has enough to do', RETRY_AFTER_MS);
  }
}
