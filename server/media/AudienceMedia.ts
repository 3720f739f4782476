// The audience of one Room on mediasoup: which Producers are on air, and who watches them.
import { ProtocolError } from '#protocol/errors';
import type { ProducerId } from '#protocol/ids';
import { MAX_ON_AIR_PRODUCERS } from '#protocol/limits';
import type { Clock, ViewerMediaEvents } from '../rooms/ports.ts';
import type { MediaPlace } from './MediaPlace.ts';
import type { Published } from './published.ts';
import { SfuViewerMedia, type ViewerHost } from './SfuViewerMedia.ts';
import { ViewerKinds } from './ViewerKinds.ts';

export interface AudienceMediaOptions {
  clock: Clock;
  /** Where a viewer belongs now, with a place taken there. Rejects with a ProtocolError or mediasoup's own errors. */
  place(): Promise<MediaPlace>;
}

export class AudienceMedia implements ViewerHost {
  readonly kinds = new ViewerKinds();
  readonly #options: AudienceMediaOptions;
  readonly #viewers = new Set<SfuViewerMedia>();
  readonly #onAir = new Map<ProducerId, Published>();

  constructor(options: AudienceMediaOptions) {
    this.#options = options;
  }

  addViewer(events: ViewerMediaEvents): SfuViewerMedia {
    const viewer = new SfuViewerMedia(this, events, this.#options.clock);
    this.#viewers.add(viewer);
    return viewer;
  }

  removeViewer(viewer: SfuViewerMedia): void {
    this.#viewers.delete(viewer);
  }

  onAir(): Published[] {
    return [...this.#onAir.values()];
  }

  isOnAir({ id }: Published): boolean {
    return this.#onAir.has(id);
  }

  /**
   * Off air nobody is sent it from this turn on, nor what it replaced.
   * @throws ProtocolError `capacity` where too many are on air
   */
  setOnAir(published: Published, onAir: boolean): void {
    if (!onAir) {
      this.#withdraw(published.id);
      if (published.replaces !== undefined) this.#withdraw(published.replaces);
      return;
    }
    if (this.isOnAir(published)) return;
    if (this.#onAir.size >= MAX_ON_AIR_PRODUCERS) throw new ProtocolError('capacity', 'too much is on air');
    this.#onAir.set(published.id, published);
    for (const viewer of this.#viewers) viewer.offer(published);
  }

  #withdraw(producerId: ProducerId): void {
    this.#onAir.delete(producerId);
    for (const viewer of this.#viewers) viewer.withdraw(producerId);
  }

  clear(): void {
    for (const published of this.onAir()) this.setOnAir(published, false);
  }

  /** It has ended, or another takes its place: who has it hears of its end from the Worker, who comes now is not given it. */
  forget({ id }: Published): void {
    this.#onAir.delete(id);
  }

  place(): Promise<MediaPlace> {
    return this.#options.place();
  }

  /** The Room's Worker died, and all that was on air with it; viewers on other Workers wait for what comes. */
  homeLost(place: MediaPlace): void {
    this.#onAir.clear();
    this.placeLost(place);
  }

  /** Whoever was on it begins anew, elsewhere. */
  placeLost(place: MediaPlace): void {
    for (const viewer of [...this.#viewers].filter((one) => one.isAt(place))) viewer.routerLost();
  }

  close(): void {
    for (const viewer of this.#viewers) viewer.roomClosed();
    this.#viewers.clear();
    this.#onAir.clear();
  }
}
