// One Peer's media on mediasoup: which Transports, Producers and Consumers it has at this moment, if any.
import { ProtocolError } from '#protocol/errors';
import type { ConsumerId, PeerId, ProducerId, TransportId } from '#protocol/ids';
import type { ConsumerView, TransportPair } from '#protocol/media';
import type { Clock, Notify, PeerMedia } from '../rooms/ports.ts';
import { isWorkerGone, toProtocolError } from './mediaErrors.ts';
import { type Heard, PeerConsumers } from './PeerConsumers.ts';
import { PeerProducers, type ProduceOptions, type Publisher } from './PeerProducers.ts';
import { PeerTransports } from './PeerTransports.ts';
import type { Published } from './published.ts';
import type { RoomRouter } from './RoomRouter.ts';
import { parseRtpCapabilities } from './rtpInput.ts';

/** What a Peer needs of its Room. */
export interface PeerHost extends Publisher {
  /** The Router of now, or the next one while there is none. Rejects with ProtocolError once the Room is closed. */
  router(): Promise<RoomRouter>;
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
  readonly transports: PeerTransports;
  readonly producers: PeerProducers;
  readonly consumers: PeerConsumers;
}

type State =
  | { name: 'detached' }
  | { name: 'attaching'; attached: Promise<Attached> }
  | { name: 'attached'; attached: Attached }
  | { name: 'closed' };

export class SfuPeerMedia implements PeerMedia {
  readonly peerId: PeerId;
  readonly #options: PeerOptions;
  #state: State = { name: 'detached' };

  constructor(options: PeerOptions) {
    this.peerId = options.peerId;
    this.#options = options;
  }

  async openTransports(): Promise<TransportPair> {
    const { transports } = await this.#attach();
    return transports.describe();
  }

  async connect(transportId: TransportId, dtlsParameters: Record<string, unknown>): Promise<void> {
    await this.#attached().transports.connect(transportId, dtlsParameters);
  }

  async restartIce(transportId: TransportId): Promise<Record<string, unknown>> {
    return await this.#attached().transports.restartIce(transportId);
  }

  async start(rtpCapabilities: Record<string, unknown>): Promise<void> {
    const capabilities = parseRtpCapabilities(rtpCapabilities);
    const { consumers } = this.#attached();
    const { host } = this.#options;
    await consumers.start(capabilities, host.publishedByOthers(this.peerId), host.heard);
  }

  async produce(options: ProduceOptions): Promise<ProducerId> {
    return await this.#attached().producers.produce(options);
  }

  closeProducer(producerId: ProducerId): void {
    if (this.#state.name === 'attached') this.#state.attached.producers.closeProducer(producerId);
  }

  async pauseProducer(producerId: ProducerId): Promise<void> {
    await this.#attached().producers.pause(producerId);
  }

  async resumeProducer(producerId: ProducerId): Promise<void> {
    await this.#attached().producers.resume(producerId);
  }

  async consumersReady(consumerIds: readonly ConsumerId[]): Promise<void> {
    await this.#attached().consumers.ready(consumerIds);
  }

  async view(views: readonly ConsumerView[]): Promise<void> {
    await this.#attached().consumers.view(views);
  }

  async renewConsumers(consumerIds: readonly ConsumerId[]): Promise<void> {
    await this.#attached().consumers.renew(consumerIds);
  }

  async requestKeyFrame(consumerId: ConsumerId): Promise<void> {
    this.#attached().consumers.requestKeyFrame(consumerId);
  }

  close(): void {
    if (this.#state.name === 'closed') return;
    this.#detach('closed');
    this.#options.host.removePeer(this);
  }

  /** Other microphones are forwarded from now on. */
  hear(heard: Heard | null): void {
    if (this.#state.name === 'attached') this.#state.attached.consumers.hear(heard);
  }

  /** Another Peer sends something new. */
  addPublished(published: Published): void {
    if (this.#state.name === 'attached') this.#state.attached.consumers.add(published);
  }

  /** Another Peer stopped sending something; the Consumers hear of it from the Worker. */
  removePublished(published: Published): void {
    if (this.#state.name === 'attached') this.#state.attached.consumers.remove(published);
  }

  /** Everything is forgotten without a word: `openTransports()` and `start()` begin anew on the next Router. */
  routerLost(): void {
    // While attaching, that goes on by itself with the next Router.
    if (this.#state.name === 'attached') this.#detach('detached');
  }

  /** The Room closes, and this Peer with it. */
  roomClosed(): void {
    if (this.#state.name !== 'closed') this.#detach('closed');
  }

  #detach(name: 'detached' | 'closed'): void {
    const state = this.#state;
    this.#state = { name };
    if (state.name !== 'attached') return;
    state.attached.consumers.transportClosed();
    state.attached.producers.transportClosed();
    state.attached.transports.close();
  }

  #attached(): Attached {
    if (this.#state.name === 'attached') return this.#state.attached;
    throw new ProtocolError('wrong_state', 'this Peer has no Transports now');
  }

  async #attach(): Promise<Attached> {
    switch (this.#state.name) {
      case 'attached':
        return this.#state.attached;
      case 'attaching':
        return await this.#state.attached;
      case 'detached':
        this.#state = { name: 'attaching', attached: this.#openAttached() };
        return await this.#state.attached;
      case 'closed':
        throw closedError();
    }
  }

  /** Goes on to the next Router when one dies meanwhile. */
  async #openAttached(): Promise<Attached> {
    try {
      for (;;) {
        const router = await this.#options.host.router();
        const transports = await PeerTransports.open(router).catch((error: unknown) => {
          if (isWorkerGone(error)) return null;
          throw error;
        });
        if (transports === null) continue;
        if (router.router.closed || this.#state.name !== 'attaching') transports.close();
        if (this.#state.name !== 'attaching') throw closedError();
        if (router.router.closed) continue;
        const attached = this.#dress(router, transports);
        this.#state = { name: 'attached', attached };
        return attached;
      }
    } catch (error) {
      if (this.#state.name === 'attaching') this.#state = { name: 'detached' };
      throw toProtocolError(error, 'server');
    }
  }

  #dress(router: RoomRouter, transports: PeerTransports): Attached {
    const { host, notify, clock } = this.#options;
    return {
      transports,
      producers: new PeerProducers(this.peerId, transports.send, host, clock),
      consumers: new PeerConsumers({ router: router.router, transport: transports.recv, notify, clock }),
    };
  }
}

function closedError(): ProtocolError {
  return new ProtocolError('wrong_state', 'this Peer has left');
}
