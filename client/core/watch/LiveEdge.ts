// How far behind the newest that arrived the page plays, by the browser's own figures of its buffers.

/** What a stream's buffer did since the beginning: seconds that its parts waited, all added, and how many parts there were. */
export interface BufferCounters {
  delayS: number;
  emitted: number;
}

/** Beyond this a buffer is no help against a rough line any more: a hall's clock and the page's differ visibly. */
const BEHIND_MS = 1_500;
/** Below this it is over; between the two all stays as it is. */
const LIVE_MS = 800;
/** In a row: a buffer that fills for a moment empties by itself. */
const READINGS = 3;

export class LiveEdge {
  #before = new Map<string, BufferCounters>();
  #late = 0;
  #behind = false;

  get behind(): boolean {
    return this.#behind;
  }

  /** @param buffers by track @returns true where `behind` is another from now on */
  measured(buffers: ReadonlyMap<string, BufferCounters>): boolean {
    const waits = [...buffers].flatMap(([id, now]) => {
      const before = this.#before.get(id);
      const parts = before ? now.emitted - before.emitted : 0;
      return before && parts > 0 ? [((now.delayS - before.delayS) / parts) * 1_000] : [];
    });
    this.#before = new Map(buffers);
    if (waits.length === 0) return false;
    const longest = Math.max(...waits);
    this.#late = longest >= BEHIND_MS ? this.#late + 1 : 0;
    const was = this.#behind;
    if (this.#late >= READINGS) this.#behind = true;
    else if (longest <= LIVE_MS) this.#behind = false;
    return was !== this.#behind;
  }

  /** The buffers are others now. */
  restart(): void {
    this.#before = new Map();
    this.#late = 0;
    this.#behind = false;
  }
}
