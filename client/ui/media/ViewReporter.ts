// Tells the RoomClient which tiles are seen and how large, so that nothing is decoded that nobody looks at.
import type { TileView } from '#core';

/** Gathers the many small changes of a gliding layout; longer shows blurry tiles longer. */
const SETTLE_MS = 120;

interface Watched {
  peerId: string;
  stream: 'camera' | 'screen';
  visible: boolean;
}

export class ViewReporter {
  #watched = new Map<Element, Watched>();
  #report: (tiles: TileView[]) => void;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #closed = false;
  #seen: IntersectionObserver;
  #sizes: ResizeObserver;

  constructor(report: (tiles: TileView[]) => void) {
    this.#report = report;
    this.#seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const watched = this.#watched.get(entry.target);
        if (watched !== undefined) watched.visible = entry.isIntersecting;
      }
      this.#changed();
    });
    this.#sizes = new ResizeObserver(() => this.#changed());
  }

  /** Taken as seen until the observer says otherwise: in a tab behind others it says nothing. */
  watch(element: Element, peerId: string, stream: 'camera' | 'screen'): () => void {
    this.#watched.set(element, { peerId, stream, visible: true });
    this.#seen.observe(element);
    this.#sizes.observe(element);
    this.#changed();
    return () => {
      this.#watched.delete(element);
      this.#seen.unobserve(element);
      this.#sizes.unobserve(element);
      this.#changed();
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#seen.disconnect();
    this.#sizes.disconnect();
    this.#watched.clear();
  }

  #changed(): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => this.#flush(), SETTLE_MS);
  }

  #flush(): void {
    this.#timer = null;
    const scale = globalThis.devicePixelRatio;
    this.#report(
      [...this.#watched].map(([element, { peerId, stream, visible }]) => ({
        peerId,
        stream,
        visible,
        width: Math.round(element.clientWidth * scale),
        height: Math.round(element.clientHeight * scale),
      })),
    );
  }
}
