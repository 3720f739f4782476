// Tells the RoomClient which tiles are seen and how large, so that nothing is sent or decoded that nobody looks at.
import type { TileView } from '#core';

/** Gathers the many small changes of a gliding layout; longer shows blurry tiles longer. */
const SETTLE_MS = 120;

type Picture = Pick<TileView, 'peerId' | 'stream'>;
interface Size {
  width: number;
  height: number;
}
interface Watched extends Picture {
  visible: boolean;
  /** In a window of its own, which is seen while the tab is not. */
  outside: boolean;
  /** In device pixels. */
  size: () => Size;
}

const sizeOf = (element: Element): Size => {
  const scale = element.ownerDocument.defaultView?.devicePixelRatio ?? 1;
  return { width: element.clientWidth * scale, height: element.clientHeight * scale };
};

export class ViewReporter {
  readonly #watched = new Set<Watched>();
  readonly #byElement = new Map<Element, Watched>();
  readonly #report: (tiles: TileView[]) => void;
  readonly #seen: IntersectionObserver;
  readonly #sizes: ResizeObserver;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(report: (tiles: TileView[]) => void) {
    this.#report = report;
    this.#seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const watched = this.#byElement.get(entry.target);
        if (watched !== undefined) watched.visible = entry.isIntersecting;
      }
      this.refresh();
    });
    this.#sizes = new ResizeObserver(() => this.refresh());
    document.addEventListener('visibilitychange', this.#turned);
  }

  /** Taken as seen until the observer says otherwise: in a tab behind others it says nothing. */
  watch(element: Element, picture: Picture): () => void {
    // Observers of this page know nothing of another window's elements.
    if (element.ownerDocument !== document) return this.watchOutside(picture, () => sizeOf(element));
    const watched = { ...picture, visible: true, outside: false, size: () => sizeOf(element) };
    this.#byElement.set(element, watched);
    this.#seen.observe(element);
    this.#sizes.observe(element);
    const stop = this.#add(watched);
    return () => {
      this.#byElement.delete(element);
      this.#seen.unobserve(element);
      this.#sizes.unobserve(element);
      stop();
    };
  }

  /** A picture in a window of its own; whoever watches it says when its size changed. */
  watchOutside(picture: Picture, size: () => Size): () => void {
    return this.#add({ ...picture, visible: true, outside: true, size });
  }

  /** Something changed that nobody here observes. */
  refresh(): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => this.#flush(), SETTLE_MS);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#turned);
    this.#seen.disconnect();
    this.#sizes.disconnect();
    this.#watched.clear();
    this.#byElement.clear();
  }

  #add(watched: Watched): () => void {
    this.#watched.add(watched);
    this.refresh();
    return () => {
      this.#watched.delete(watched);
      this.refresh();
    };
  }

  /** At once: timers of a tab that is not seen are slow. */
  readonly #turned = (): void => {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#flush();
  };

  #flush(): void {
    this.#timer = null;
    if (this.#closed) return;
    this.#report(
      [...this.#watched].map(({ peerId, stream, visible, outside, size }) => {
        const { width, height } = size();
        const isSeen = outside || (visible && !document.hidden);
        return { peerId, stream, visible: isSeen, width: Math.round(width), height: Math.round(height) };
      }),
    );
  }
}
