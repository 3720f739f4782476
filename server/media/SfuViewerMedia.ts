// One viewer's media on mediasoup: a Transport, and a Consumer for each Producer that is on air, wherever the viewer was placed.
import type { ConsumerId, ProducerId, TransportId } from '#protocol/ids';
import type { ConsumerView, TransportOptions } from '#protocol/media';
import type { Clock, ViewerMedia, ViewerMediaEvents } from '../rooms/ports.ts';
import { Attachment } from './Attachment.ts';
import type { ClientTransport } from './ClientTransport.ts';
import { isWorkerGone } from './mediaErrors.ts';
import type { MediaPlace } from './MediaPlace.ts';
import { PeerConsumers } from './PeerConsumers.ts';
import type { Published } from './published.ts';
import { parseRtpCapabilities } from './rtpInput.ts';
import type { ViewerKinds } from './ViewerKinds.ts';

/** What a viewer needs of its Room's audience. */
export interface ViewerHost {
  readonly kinds: ViewerKinds;
  /** Where it belongs now, with a place taken there. Rejects with a ProtocolError or mediasoup's own errors. */
  place(): Promise<MediaPlace>;
  onAir(): Published[];
  /** The viewer closed by itself. */
  removeViewer(viewer: SfuViewerMedia): void;
}

interface Attached {
  readonly place: MediaPlace;
  readonly transport: ClientTransport;
  readonly consumers: PeerConsumers;
}

export class SfuViewerMedia implements ViewerMedia {
  readonly #host: ViewerHost;
  readonly #events: ViewerMediaEvents;
  readonly #clock: Clock;
  readonly #attachment = new Attachment<Attached>({
    make: () => this.#make(),
    isLost: ({ place }) => place.router.closed,
    unmake: ({ place, transport, consumers }) => {
      consumers.transportClosed();
      transport.close();
      place.leave();
    },
  });

  constructor(host: ViewerHost, events: ViewerMediaEvents, clock: Clock) {
    this.#host = host;
    this.#events = events;
    this.#clock = clock;
  }

  async #make(): Promise<Attached | null> {
    let place: MediaPlace | null = null;
    try {
      place = await this.#host.place();
      const transport = await place.createTransport();
      const { notify } = this.#events;
      const consumers = new PeerConsumers({ place, transport: transport.transport, notify, clock: this.#clock });
      return { place, transport, consumers };
    } catch (error) {
      place?.leave();
      if (isWorkerGone(error)) return null;
      throw error;
    }
  }

  async openTransport(): Promise<TransportOptions> {
    const { transport } = await this.#attachment.open();
    return transport.describe();
  }

  async connect(transportId: TransportId, dtlsParameters: Record<string, unknown>): Promise<void> {
    await this.#attachment.require().transport.require(transportId).connect(dtlsParameters);
  }

  async restartIce(transportId: TransportId): Promise<Record<string, unknown>> {
    return await this.#attachment.require().transport.require(transportId).restartIce();
  }

  async start(rtpCapabilities: Record<string, unknown>): Promise<void> {
    const capabilities = this.#host.kinds.of(parseRtpCapabilities(rtpCapabilities));
    await this.#attachment.require().consumers.start(capabilities, this.#host.onAir(), null);
  }

  async consumersReady(consumerIds: readonly ConsumerId[]): Promise<void> {
    await this.#attachment.require().consumers.ready(consumerIds);
  }

  async view(views: readonly ConsumerView[]): Promise<void> {
    await this.#attachment.require().consumers.view(views);
  }

  async requestKeyFrame(consumerId: ConsumerId): Promise<void> {
    this.#attachment.require().consumers.requestKeyFrame(consumerId);
  }

  /** Something is on air from now on. */
  offer(published: Published): void {
    this.#attachment.current?.consumers.add(published);
  }

  /** Something is not on air any more. */
  withdraw(producerId: ProducerId): void {
    this.#attachment.current?.consumers.withdraw(producerId);
  }

  isAt(place: MediaPlace): boolean {
    return this.#attachment.current?.place === place;
  }

  /** The Worker died. While a Transport was being made, that goes on by itself on the next one. */
  routerLost(): void {
    this.#attachment.lose();
    this.#events.onReset();
  }

  close(): void {
    if (this.#attachment.close()) this.#host.removeViewer(this);
  }

  /** The Room closes, and this viewer with it. */
  roomClosed(): void {
    this.#attachment.close();
  }
}
