// One life of the media: a Device and its two Transports, until the Room is left or the server makes them anew.
import type { StreamName, TrackState, TransformOptions, VideoCodec } from '#e2ee';
import type { ConsumerOptions, IceServer, TransportOptions, TransportPair } from '#protocol/media';
import type { Device, RtpCapabilities, Transport } from 'mediasoup-client/types';
import type { Platform } from '../types.ts';
import { lineReadingOf, type LineReading } from '../quality/lineReading.ts';
import { connectable, connectAtOnce, connectedAhead, transportSettings } from './clientTransport.ts';
import { chooseVideoCodec, VIDEO_PREFERENCE } from './codecChoice.ts';
import { videoCodecsOf } from './encodings.ts';
import { IceWatch } from './IceWatch.ts';
import type { Wanted } from './LocalTracks.ts';
import type { Gate } from './mediaGate.ts';
import { Publishing, type Ask, type PublishFault } from './Publishing.ts';
import { Receiving, type RemoteTrack } from './Receiving.ts';

export interface MediaSessionOptions {
  platform: Platform;
  ask: Ask;
  attach(rtp: RTCRtpSender | RTCRtpReceiver, options: TransformOptions): void;
  dropTrack(trackId: string): void;
  onChange(): void;
  onPublishFailed(stream: StreamName, cause: PublishFault): void;
}

/** What the server gives for a life of the media. */
export interface MediaOffer {
  routerRtpCapabilities: Record<string, unknown>;
  transports: TransportPair;
  /** The server was told of the Device's end of both with the join. */
  connected?: true | undefined;
  iceServers: IceServer[];
  /** Loaded already, and the server announces what it can receive; null where it is yet to be made and told of. */
  device: Device | null;
}

interface Running {
  device: Device;
  send: Transport;
  recv: Transport;
  publishing: Publishing;
  receiving: Receiving;
  /** Of the way out, then of the way in. */
  watches: IceWatch[];
}

export class MediaSession {
  readonly #options: MediaSessionOptions;
  #running: Running | null = null;
  /** What the server says of Consumers while the Device is being made: a reset that overtook another one has it speak early. */
  #early: ((running: Running) => void)[] = [];
  #wanted: Wanted[] = [];
  #gate: Gate = 'shut';
  #air: readonly StreamName[] = [];
  /** What the other members' devices can send and receive, as far as they said. */
  #othersCodecs: readonly (readonly VideoCodec[])[] = [];
  #closed = false;

  constructor(options: MediaSessionOptions) {
    this.#options = options;
  }

  /** Rejects with what the Device or the server refused. */
  async start(offer: MediaOffer): Promise<void> {
    const device = offer.device ?? (await this.#load(offer));
    if (this.#closed) return;
    this.#running = this.#build(device, offer);
    this.#running.publishing.setAir(this.#air).catch(() => undefined);
    this.#running.publishing.want(this.#wanted);
    this.#running.publishing.setGate(this.#gate);
    for (const tell of this.#early.splice(0)) tell(this.#running);
    if (offer.device === null) {
      await this.#options.ask('media:start', { rtpCapabilities: { ...device.recvRtpCapabilities } });
    }
  }

  async #load({ routerRtpCapabilities }: MediaOffer): Promise<Device> {
    const device = await this.#options.platform.createDevice();
    await device.load({ routerRtpCapabilities: routerRtpCapabilities as unknown as RtpCapabilities });
    return device;
  }

  want(wanted: Wanted[]): void {
    this.#wanted = wanted;
    if (this.#running) this.#running.publishing.want(wanted);
    // Nothing is confirmed yet: hold it until it is.
    else for (const { track } of wanted) track.enabled = false;
  }

  /** Viewers get these streams, those made later too; resolves once the server was told of what is there. */
  async setAir(streams: readonly StreamName[]): Promise<void> {
    this.#air = streams;
    await this.#running?.publishing.setAir(streams);
  }

  setGate(gate: Gate): void {
    this.#gate = gate;
    this.#running?.publishing.setGate(gate);
  }

  /** What our Device can; null until there is one. */
  get videoCodecs(): VideoCodec[] | null {
    return this.#running ? videoCodecsOf(this.#running.device) : null;
  }

  /** What our pictures are to be sent in; null while that is not known, and where our Device can send none. */
  get videoCodec(): VideoCodec | null {
    const own = this.videoCodecs;
    return own && chooseVideoCodec(VIDEO_PREFERENCE, own, this.#othersCodecs);
  }

  /** One list for each other member that told theirs; streams in a codec that not all of them have are made anew. */
  setOthersCodecs(codecs: readonly (readonly VideoCodec[])[]): void {
    this.#othersCodecs = codecs;
    this.#running?.publishing.reconcile();
  }

  isSealed(stream: StreamName): boolean {
    return this.#running?.publishing.isSealed(stream) ?? false;
  }

  get remoteTracks(): RemoteTrack[] {
    return this.#running?.receiving.remoteTracks ?? [];
  }

  /** Nothing comes in and has not for a while. */
  /** Nothing of ours has come through for long enough to say so, or there is no way yet. */
  get sendLost(): boolean {
    return this.#running?.watches[0]?.impaired ?? true;
  }

  get impaired(): boolean {
    return this.#running?.watches.some((watch) => watch.impaired) ?? false;
  }

  get transportStates(): { send: string; recv: string } {
    return {
      send: this.#running?.send.connectionState ?? 'none',
      recv: this.#running?.recv.connectionState ?? 'none',
    };
  }

  /** Null where there is none; never rejects. */
  async lineReading(): Promise<LineReading | null> {
    if (!this.#running || this.#closed) return null;
    const { send, recv, receiving } = this.#running;
    try {
      const [sent, received] = await Promise.all([send.getStats(), recv.getStats()]);
      const peerOf = new Map(receiving.remoteTracks.map(({ track, peerId }) => [track?.id, peerId]));
      return lineReadingOf(sent.values(), received.values(), this.#options.platform.nowMs(), peerOf);
    } catch {
      return null;
    }
  }

  addConsumers(consumers: ConsumerOptions[]): void {
    this.#tell(({ receiving }) => receiving.add(consumers));
  }

  removeConsumers(consumerIds: readonly string[]): void {
    this.#tell(({ receiving }) => receiving.remove(consumerIds));
  }

  setProducerPaused(consumerId: string, paused: boolean): void {
    this.#tell(({ receiving }) => receiving.setProducerPaused(consumerId, paused));
  }

  /** What is seen, as `peerId/stream`. Not kept for the next life of the media: TileViews tells each. */
  setShown(shown: ReadonlySet<string>): void {
    this.#tell(({ receiving }) => receiving.setShown(shown));
  }

  /** Whose microphones the server forwards; null for all. */
  setHeard(peerIds: readonly string[] | null): void {
    this.#tell(({ receiving }) => receiving.setHeard(peerIds));
  }

  producerClosed(producerId: string): void {
    this.#running?.publishing.producerClosed(producerId);
  }

  #tell(what: (running: Running) => void): void {
    if (this.#running) what(this.#running);
    else if (!this.#closed) this.#early.push(what);
  }

  handleTrack(trackId: string, state: TrackState): void {
    this.#running?.publishing.handleTrack(trackId, state);
    this.#running?.receiving.handleTrack(trackId, state);
  }

  requestKeyFrame(trackId: string): void {
    this.#running?.receiving.requestKeyFrame(trackId);
  }

  /** The network is another, or the Connection came back. */
  restartIce(): void {
    for (const watch of this.#running?.watches ?? []) void watch.restart();
  }

  /** The Connection came back to its old place; what failed meanwhile is done now. */
  resumed(iceServers: IceServer[]): void {
    if (!this.#running) return;
    const { publishing, watches } = this.#running;
    this.renewIceServers(iceServers);
    for (const watch of watches) watch.resumed();
    publishing.reconcile();
  }

  renewIceServers(iceServers: IceServer[]): void {
    for (const watch of this.#running?.watches ?? []) void watch.renew(iceServers);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#early = [];
    if (!this.#running) return;
    const { send, recv, publishing, receiving, watches } = this.#running;
    for (const watch of watches) watch.close();
    publishing.close();
    receiving.close();
    send.close();
    recv.close();
  }

  #build(device: Device, { transports, iceServers, connected }: MediaOffer): Running {
    const { ask, attach, dropTrack, onChange, onPublishFailed, platform } = this.#options;
    const nowMs = () => platform.nowMs();
    const settings = (offered: TransportOptions) => transportSettings(offered, iceServers, platform);
    const send = device.createSendTransport(settings(transports.send));
    const recv = device.createRecvTransport(settings(transports.recv));
    if (connected === true) for (const transport of [send, recv]) connectedAhead(transport);
    else {
      connectable(send, ask);
      // Where the server does not take our end nothing ever comes in, which is what the watch of its line is there to tell.
      connectAtOnce(recv, ask, () => undefined);
    }
    return {
      device,
      send,
      recv,
      publishing: new Publishing({
        device,
        transport: send,
        ask,
        videoCodec: () => this.videoCodec,
        attach,
        dropTrack,
        onSealed: onChange,
        onFailed: onPublishFailed,
      }),
      receiving: new Receiving({ transport: recv, ask, attach, dropTrack, onChange, nowMs }),
      watches: [send, recv].map((transport) => new IceWatch(transport, ask, onChange, nowMs)),
    };
  }
}
