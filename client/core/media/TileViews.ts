// Tells the server what is shown and how large, so that nothing is sent that nobody sees.
import type { ConsumerView } from '#protocol/media';
import type { TileView } from '../types.ts';
import { createDebounce } from '../util/timers.ts';
import type { Ask } from './Publishing.ts';
import type { MediaSession } from './MediaSession.ts';
import type { RemoteTrack } from './Receiving.ts';

/** Layout changes come in bursts; longer would be seen as blur when a tile grows. */
const DEBOUNCE_MS = 100;
/** What the server did not take is told again: nothing else may change for long, and a picture that was hidden would stay so. */
const AGAIN_MS = 1_000;
const LARGEST_PX = 16_384;

export class TileViews {
  readonly #ask: Ask;
  readonly #media: () => Pick<MediaSession, 'remoteTracks' | 'setShown'> | null;
  readonly #debounce = createDebounce(DEBOUNCE_MS, () => void this.#send());
  /** `null` until the page speaks: bots that show nothing still receive. */
  #tiles: TileView[] | null = null;
  #told = new Map<string, string>();
  readonly #again = createDebounce(AGAIN_MS, () => void this.#send());
  #closed = false;

  /** Another life of the media is to hear of it too. */
  #toldShown: { media: object; keys: string } | null = null;

  constructor(ask: Ask, media: () => Pick<MediaSession, 'remoteTracks' | 'setShown'> | null) {
    this.#ask = ask;
    this.#media = media;
  }

  show(tiles: TileView[]): void {
    this.#tiles = tiles;
    this.#tellShown();
    this.#debounce.poke();
  }

  /** Consumers came or went. */
  refresh(): void {
    if (!this.#tiles) return;
    this.#tellShown();
    this.#debounce.poke();
  }

  /** At once, since what is not built yet takes longest. */
  #tellShown(): void {
    const media = this.#media();
    const keys = (this.#tiles ?? []).flatMap((tile) => (tile.visible ? [`${tile.peerId}/${tile.stream}`] : []));
    const told = keys.toSorted().join();
    if (media === null || (this.#toldShown?.media === media && this.#toldShown.keys === told)) return;
    this.#toldShown = { media, keys: told };
    media.setShown(new Set(keys));
  }

  close(): void {
    this.#closed = true;
    this.#debounce.cancel();
    this.#again.cancel();
  }

  async #send(): Promise<void> {
    if (!this.#tiles) return;
    const views = viewsOf(this.#tiles, this.#media()?.remoteTracks ?? []);
    const before = this.#told;
    this.#told = new Map(views.map((view) => [view.consumerId, JSON.stringify(view)]));
    const changed = views.filter((view) => before.get(view.consumerId) !== JSON.stringify(view));
    if (changed.length === 0) return;
    await this.#ask('consumer:view', { views: changed }).catch(() => {
      if (this.#closed) return;
      this.#told = before;
      this.#again.poke();
    });
  }
}

/** One view per video Consumer: that of its largest visible tile, or hidden. */
export function viewsOf(tiles: TileView[], remoteTracks: RemoteTrack[]): ConsumerView[] {
  return remoteTracks
    .filter(({ stream, readiness }) => readiness === 'ready' && (stream === 'camera' || stream === 'screen'))
    .map(({ consumerId, peerId, stream }) => {
      const shown = tiles
        .filter((tile) => tile.visible && tile.peerId === peerId && tile.stream === stream)
        .toSorted((a, b) => b.width * b.height - a.width * a.height)[0];
      return {
        consumerId: consumerId as ConsumerView['consumerId'],
        visible: shown !== undefined,
        width: pixels(shown?.width),
        height: pixels(shown?.height),
      };
    });
}

function pixels(value: number | undefined): number {
  return Number.isFinite(value) ? Math.min(Math.max(Math.round(value ?? 0), 0), LARGEST_PX) : 0;
}
