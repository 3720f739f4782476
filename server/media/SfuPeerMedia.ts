// One Peer's media on mediasoup: which Transports, Producers and Consumers it has at this moment, if any.
import type { ConsumerId, PeerId, ProducerId, TransportId } from '#protocol/ids';
import type { ConsumerView, TransportPair } from '#protocol/media';
import type { Clock, Notify, PeerMedia } from '../rooms/ports.ts';
import { Attachment } from './Attachment.ts';
import { asked, isWorkerGone } from './mediaErrors.ts';
import type { MediaPlace } from './MediaPlace.ts';
import { type Heard, PeerConsumers } from './PeerConsumers.ts';
import { PeerProducers, type ProduceOptions, type Publisher } from './PeerProducers.ts';
import { PeerTransports } from './PeerTransports.ts';
import type { Published } from './published.ts';
import { parseRtpCapabilities } from './rtpInput.ts';

/** What a Peer needs of its Room. */
export interface PeerHost extends Publisher {
  /** Where it belongs now, with a place taken there. Rejects with a ProtocolError or mediasoup's own errors. */
  place(): Promise<MediaPlace>;
  publishedByOthers(peerId: PeerId): Published[];
  /** Which microphones are forwarded now; null where all are. */
  readonly heard: Heard | null;
  /** The Peer closed by itself. */
  removePeer(peer: SfuPeerMedia): void;
}

export interface PeerOptions {
  peerId: PeerId;
  notify: Notify;
  host: PeerHost;
  clock: Clock;
}

/** Everything that lives on one Router, made and lost together. */
interface Attached {
  readonly place: MediaPlace;
  readonly transports: PeerTransports;
  readonly producers: PeerProducers;
  readonly consumers: PeerConsumers;
}

export class SfuPeerMedia implements PeerMedia {
  readonly peerId: PeerId;
  readonly #options: PeerOptions;
  readonly #attachment = new Attachment<Attached>({
    make: () => this.#make(),
    isLost: ({ place }) => place.router.closed,
    unmake: ({ place, transports, producers, consumers }) => {
      consumers.transportClosed();
      producers.transportClosed();
      transports.close();
      place.leave();
    },
  });

  constructor(options: PeerOptions) {
    this.peerId = options.peerId;
    this.#options = options;
  }

  async openTransports(): Promise<TransportPair> {
    const { transports } = await this.#attachment.open();
    return transports.describe();
  }

  async connect(transportId: TransportId, dtlsParameters: Record<string, unknown>): Promise<void> {
    await this.#attachment.require().transports.connect(transportId, dtlsParameters);
  }

  async restartIce(transportId: TransportId): Promise<Record<string, unknown>> {
    return await this.#attachment.require().transports.restartIce(transportId);
  }

  async start(rtpCapabilities: Record<string, unknown>): Promise<void> {
    const capabilities = parseRtpCapabilities(rtpCapabilities);
    const { consumers } = this.#attachment.require();
    const { host } = this.#options;
    await consumers.start(capabilities, host.publishedByOthers(this.peerId), host.heard);
  }

  async produce(options: ProduceOptions): Promise<ProducerId> {
    const { transports, producers } = this.#attachment.require();
    // In this order at the Worker too, so that nothing is sent without a bound.
    const limited = asked('server', () => transports.limitSending());
    const [producerId] = await Promise.all([producers.produce(options), limited]);
    return producerId;
  }

  closeProducer(producerId: ProducerId): void {
    this.#attachment.current?.producers.closeProducer(producerId);
  }

  async pauseProducer(producerId: ProducerId): Promise<void> {
    await this.#attachment.require().producers.pause(producerId);
  }

  async resumeProducer(producerId: ProducerId): Promise<void> {
    await this.#attachment.require().producers.resume(producerId);
  }

  async setOnAir(producerId: ProducerId, onAir: boolean): Promise<void> {
    this.#attachment.require().producers.setOnAir(producerId, onAir);
  }

  get isOnAir(): boolean {
    return this.#attachment.current?.producers.isOnAir ?? false;
  }

  async consumersReady(consumerIds: readonly ConsumerId[]): Promise<void> {
    await this.#attachment.require().consumers.ready(consumerIds);
  }

  async view(views: readonly ConsumerView[]): Promise<void> {
    await this.#attachment.require().consumers.view(views);
  }

  async renewConsumers(consumerIds: readonly ConsumerId[]): Promise<void> {
    await this.#attachment.require().consumers.renew(consumerIds);
  }

  async requestKeyFrame(consumerId: ConsumerId): Promise<void> {
    this.#attachment.require().consumers.requestKeyFrame(consumerId);
  }

  close(): void {
    if (this.#attachment.close()) this.#options.host.removePeer(this);
  }

  /** Other microphones are forwarded from now on. */
  hear(heard: Heard | null): void {
    this.#attachment.current?.consumers.hear(heard);
  }

  /** Another Peer sends something new. */
  addPublished(published: Published): void {
    this.#attachment.current?.consumers.add(published);
  }

  /** Another Peer stopped sending something; the Consumers hear of it from the Worker. */
  removePublished(published: Published): void {
    this.#attachment.current?.consumers.remove(published);
  }

  /** Everything is forgotten without a word: `openTransports()` and `start()` begin anew on the next Router. */
  routerLost(): void {
    this.#attachment.lose();
  }

  isAt(place: MediaPlace): boolean {
    return this.#attachment.current?.place === place;
  }

  /** The Room closes, and this Peer with it. */
  roomClosed(): void {
    this.#attachment.close();
  }

  async #make(): Promise<Attached | null> {
    const { host, notify, clock } = this.#options;
    let place: MediaPlace | null = null;
    try {
      place = await host.place();
      const transports = await PeerTransports.open(place);
      const { router } = place;
      const { send: transport, recv } = transports;
      return {
        ...{ place, transports },
        producers: new PeerProducers({ peerId: this.peerId, router, transport, publisher: host, clock }),
        consumers: new PeerConsumers({ place, transport: recv, notify, clock }),
      };
    } catch (error) {
      place?.leave();
      if (isWorkerGone(error)) return null;
      throw error;
    }
  }
}
