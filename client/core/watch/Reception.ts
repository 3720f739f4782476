// All that a viewer receives, over every place it had: the newest life of its media, and the one before for as long as it stands in.
import type { TrackState, TransformOptions } from '#e2ee';
import type { ConsumerOptions, IceServer } from '#protocol/media';
import { TileViews } from '../media/TileViews.ts';
import type { Ask } from '../media/Publishing.ts';
import { codeOf, SignallingError } from '../signalling/SignallingError.ts';
import type { Platform, TileView } from '../types.ts';
import { after } from '../util/timers.ts';
import { EasedSize } from './EasedSize.ts';
import { LiveEdge } from './LiveEdge.ts';
import { WatchDevice } from './WatchDevice.ts';
import { WatchMediaLife, type WatchMediaOffer } from './WatchMediaLife.ts';
import { leansOn, watchTracksOf, withFormer } from './watchTracks.ts';
import type { WatchTrack } from './watchTypes.ts';

export interface ReceptionOptions {
  platform: Platform;
  ask: Ask;
  attach(rtpReceiver: RTCRtpReceiver, options: TransformOptions): void;
  dropTrack(trackId: string): void;
  onChange(): void;
  /** Nothing but another place empties long buffers. */
  onStuck(): void;
  /** The Device could not start, or the server took nothing of it: there is nothing to be had here. */
  onBroken(): void;
}

/** Between two readings of the line: shorter, and a share of the packets says little. */
const READING_MS = 2_000;
/** What was last seen stands in no longer than this for what does not come at the new place. */
const FORMER_MS = 10_000;
/** What the Connection took with it is mended by the next one. */
const MENDED_LATER: readonly string[] = [
  'disconnected',
  'closed',
  'timeout',
  'wrong_state',
  'not_found',
  'rate_limited',
];

interface Former {
  life: WatchMediaLife;
  tracks: WatchTrack[];
  stop: () => void;
}

export class Reception {
  readonly #options: ReceptionOptions;
  readonly #views: TileViews;
  readonly #size = new EasedSize();
  readonly #edge = new LiveEdge();
  readonly #device: WatchDevice;
  #life: WatchMediaLife | null = null;
  #former: Former | null = null;
  /** Null until the page speaks. */
  #tiles: TileView[] | null = null;
  #stopReadings: () => void = () => undefined;
  #closed = false;

  constructor(options: ReceptionOptions) {
    this.#options = options;
    this.#device = new WatchDevice(options.platform);
    this.#views = new TileViews(options.ask, () => this.#life);
  }

  get tracks(): WatchTrack[] {
    const now = this.#life ? watchTracksOf(this.#life.remoteTracks, this.#life.way) : [];
    return this.#former ? withFormer(now, this.#former.tracks) : now;
  }

  get impaired(): boolean {
    return this.#life?.way.impaired ?? false;
  }

  get behind(): boolean {
    return this.#edge.behind;
  }

  get eased(): boolean {
    return this.#size.eased;
  }

  /** What this browser can receive of such a Router; null where that is not known. Never rejects. */
  async receivable(router: Record<string, unknown> | undefined): Promise<Record<string, unknown> | null> {
    if (router === undefined) return null;
    const device = await this.#device.of(router).catch(() => null);
    return device && { ...device.recvRtpCapabilities };
  }

  /** At a fresh place, or a media Worker's: what is on screen stays there until the new one has it. */
  start(offer: WatchMediaOffer): void {
    if (this.#closed) return;
    this.#retire();
    const { platform, ask, attach, dropTrack } = this.#options;
    const life: WatchMediaLife = new WatchMediaLife({
      platform,
      device: this.#device.of(offer.routerRtpCapabilities),
      // A life that is over asks nothing at the place of the next one.
      ask: (name, input) => (this.#life === life ? ask(name, input) : Promise.reject(new SignallingError('closed'))),
      attach,
      dropTrack,
      onChange: () => this.#changed(),
      onRefused: (error) => this.#refused(life, error),
    });
    this.#life = life;
    this.#size.restart();
    this.#edge.restart();
    this.#views.refresh();
    this.#read();
    // What is drawn of it waits until the server has been asked: drawing takes a phone longer than asking.
    void life
      .start(offer)
      .catch((error: unknown) => this.#refused(life, error))
      .then(() => this.#options.onChange());
  }

  addConsumers(consumers: ConsumerOptions[]): void {
    this.#life?.addConsumers(consumers);
  }

  removeConsumers(consumerIds: readonly string[]): void {
    this.#life?.removeConsumers(consumerIds);
  }

  setProducerPaused(consumerId: string, paused: boolean): void {
    this.#life?.setProducerPaused(consumerId, paused);
  }

  handleTrack(trackId: string, state: TrackState): void {
    this.#life?.handleTrack(trackId, state);
  }

  requestKeyFrame(trackId: string): void {
    this.#life?.requestKeyFrame(trackId);
  }

  restartIce(): void {
    this.#life?.restartIce();
  }

  renewIceServers(iceServers: IceServer[]): void {
    this.#life?.renewIceServers(iceServers);
  }

  view(tiles: TileView[]): void {
    this.#tiles = tiles;
    this.#views.show(tiles.map((tile) => this.#size.of(tile)));
  }

  goLive(): void {
    if (this.#edge.behind) this.#options.onStuck();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopReadings();
    this.#views.close();
    this.#dropFormer();
    this.#life?.close();
    this.#life = null;
  }

  #refused(life: WatchMediaLife, error: unknown): void {
    if (this.#life === life && !this.#closed && !MENDED_LATER.includes(codeOf(error))) this.#options.onBroken();
  }

  #changed(): void {
    if (this.#closed) return;
    this.#views.refresh();
    if (this.#former && !leansOn(this.tracks, this.#former.tracks)) this.#dropFormer();
    this.#options.onChange();
  }

  #retire(): void {
    const life = this.#life;
    if (life === null) return;
    const tracks = this.tracks;
    this.#dropFormer();
    this.#former = {
      life,
      tracks,
      stop: after(FORMER_MS, () => {
        this.#dropFormer();
        this.#options.onChange();
      }),
    };
  }

  #dropFormer(): void {
    this.#former?.stop();
    this.#former?.life.close();
    this.#former = null;
  }

  #read(): void {
    this.#stopReadings();
    this.#stopReadings = after(READING_MS, () => void this.#takeReading());
  }

  async #takeReading(): Promise<void> {
    const life = this.#life;
    const stats = await life?.stats();
    if (this.#closed || life !== this.#life) return;
    if (stats) {
      const resized = this.#size.measured(stats.line);
      const moved = this.#edge.measured(stats.buffers);
      if (resized && this.#tiles) this.view(this.#tiles);
      if (resized || moved) this.#options.onChange();
    }
    this.#read();
  }
}
