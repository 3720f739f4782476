// One life of a viewer's media: a Device and its receiving Transport, until another place in the Room takes its turn.
import type { TrackState, TransformOptions } from '#e2ee';
import type { ConsumerOptions, IceServer, TransportOptions } from '#protocol/media';
import type { Device, Transport } from 'mediasoup-client/types';
import { connectAtOnce, transportSettings } from '../media/clientTransport.ts';
import { IceWatch } from '../media/IceWatch.ts';
import type { Ask } from '../media/Publishing.ts';
import { Receiving, type RemoteTrack } from '../media/Receiving.ts';
import type { Platform } from '../types.ts';
import { audienceStatsOf, type AudienceStats } from './audienceStats.ts';
import type { WatchWay } from './watchTracks.ts';

export interface WatchMediaOptions {
  platform: Platform;
  /** Loaded for the Router that is offered. */
  device: Promise<Device>;
  ask: Ask;
  attach(rtpReceiver: RTCRtpReceiver, options: TransformOptions): void;
  dropTrack(trackId: string): void;
  onChange(): void;
  /** The server did not take our end of the Transport. */
  onRefused(error: unknown): void;
}

export interface WatchMediaOffer {
  routerRtpCapabilities: Record<string, unknown>;
  transport: TransportOptions;
  iceServers: IceServer[];
  /** The server knows already what can be received. */
  started?: boolean;
}

interface Running {
  recv: Transport;
  receiving: Receiving;
  watch: IceWatch;
}

export class WatchMediaLife {
  readonly #options: WatchMediaOptions;
  #running: Running | null = null;
  /** What the server says of Consumers while the Device is being made. */
  #early: ((receiving: Receiving) => void)[] = [];
  #closed = false;

  constructor(options: WatchMediaOptions) {
    this.#options = options;
  }

  /** Rejects with what the Device or the server refused. */
  async start(offer: WatchMediaOffer): Promise<void> {
    const device = await this.#options.device;
    if (this.#closed) return;
    this.#running = this.#build(device, offer);
    for (const tell of this.#early.splice(0)) tell(this.#running.receiving);
    if (offer.started !== true)
      await this.#options.ask('media:start', { rtpCapabilities: { ...device.recvRtpCapabilities } });
  }

  get remoteTracks(): RemoteTrack[] {
    return this.#running?.receiving.remoteTracks ?? [];
  }

  get way(): WatchWay {
    const { recv, watch } = this.#running ?? {};
    return { sought: recv !== undefined && recv.connectionState !== 'new', impaired: watch?.impaired ?? false };
  }

  addConsumers(consumers: ConsumerOptions[]): void {
    this.#tell((receiving) => receiving.add(consumers));
  }

  removeConsumers(consumerIds: readonly string[]): void {
    this.#tell((receiving) => receiving.remove(consumerIds));
  }

  setProducerPaused(consumerId: string, paused: boolean): void {
    this.#tell((receiving) => receiving.setProducerPaused(consumerId, paused));
  }

  /** What is seen, as `peerId/stream`. */
  setShown(shown: ReadonlySet<string>): void {
    this.#tell((receiving) => receiving.setShown(shown));
  }

  handleTrack(trackId: string, state: TrackState): void {
    this.#running?.receiving.handleTrack(trackId, state);
  }

  requestKeyFrame(trackId: string): void {
    this.#running?.receiving.requestKeyFrame(trackId);
  }

  restartIce(): void {
    void this.#running?.watch.restart();
  }

  renewIceServers(iceServers: IceServer[]): void {
    void this.#running?.watch.renew(iceServers);
  }

  /** Null where there is nothing to measure; never rejects. */
  async stats(): Promise<AudienceStats | null> {
    if (!this.#running || this.#closed) return null;
    try {
      return audienceStatsOf((await this.#running.recv.getStats()).values(), this.#options.platform.nowMs());
    } catch {
      return null;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#early = [];
    this.#running?.watch.close();
    this.#running?.receiving.close();
    this.#running?.recv.close();
  }

  #tell(what: (receiving: Receiving) => void): void {
    if (this.#running) what(this.#running.receiving);
    else if (!this.#closed) this.#early.push(what);
  }

  #build(device: Device, { transport, iceServers }: WatchMediaOffer): Running {
    const { ask, attach, dropTrack, onChange, onRefused, platform } = this.#options;
    const nowMs = () => platform.nowMs();
    const recv = device.createRecvTransport(transportSettings(transport, iceServers, platform));
    connectAtOnce(recv, ask, onRefused);
    recv.on('connectionstatechange', onChange);
    const receiving = new Receiving({
      transport: recv,
      ask,
      attach,
      dropTrack,
      onChange,
      nowMs,
      seesAllAtFirst: true,
    });
    return { recv, receiving, watch: new IceWatch(recv, ask, onChange, nowMs) };
  }
}
