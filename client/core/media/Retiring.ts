// Producers whose successors are announced: each goes on until the others had time to change over.
import type { StreamName } from '#e2ee';
import { after } from '../util/timers.ts';

/**
 * For how long a picture is sent in both codecs when the Room goes over: longer costs twice the uplink, shorter shows a gap to
 * whoever takes longer to receive, open and draw the new one. Less than the server's REPLACED_PRODUCER_MS.
 */
const OVERLAP_MS = 4_000;

export class Retiring<Producer extends { readonly stream: StreamName }> {
  readonly #entries = new Map<StreamName, { producer: Producer; stopTimer: () => void }>();
  readonly #forget: (producer: Producer) => void;
  readonly #onOver: (producer: Producer) => void;

  /**
   * @param forget lets go of one here, however it ended
   * @param onOver the others had their time; the server is to be told
   */
  constructor(forget: (producer: Producer) => void, onOver: (producer: Producer) => void) {
    this.#forget = forget;
    this.#onOver = onOver;
  }

  get(stream: StreamName): Producer | undefined {
    return this.#entries.get(stream)?.producer;
  }

  get all(): Producer[] {
    return [...this.#entries.values()].map(({ producer }) => producer);
  }

  /** Of one stream there is one at most. */
  add(producer: Producer): void {
    const { stream } = producer;
    this.end(stream);
    const stopTimer = after(OVERLAP_MS, () => {
      this.end(stream);
      this.#onOver(producer);
    });
    this.#entries.set(stream, { producer, stopTimer });
  }

  end(stream: StreamName): void {
    const entry = this.#entries.get(stream);
    if (!entry) return;
    this.#entries.delete(stream);
    entry.stopTimer();
    this.#forget(entry.producer);
  }

  close(): void {
    for (const stream of [...this.#entries.keys()]) this.end(stream);
  }
}
