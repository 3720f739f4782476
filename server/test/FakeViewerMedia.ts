// A viewer's media without media: it hears of the Consumers of what is on air, and no packet flows.
import { randomUUID } from 'node:crypto';
import { ProtocolError } from '#protocol/errors';
import type { ConsumerId, PeerId, ProducerId, Stream, TransportId } from '#protocol/ids';
import type { MediaKind, TransportOptions } from '#protocol/media';
import type { ViewerMedia, ViewerMediaEvents } from '../rooms/ports.ts';

/** What of the fake Room a viewer needs. */
interface FakeAir {
  readonly plane: { beforeTransports(): Promise<void> };
  readonly viewers: Set<FakeViewerMedia>;
  readonly onAir: ReadonlyMap<ProducerId, FakeProducer>;
}

export interface FakeProducer<Owner = { readonly peerId: PeerId }> {
  id: ProducerId;
  owner: Owner;
  kind: MediaKind;
  stream: Stream;
  paused: boolean;
  rtpParameters: Record<string, unknown>;
}

export class FakeViewerMedia implements ViewerMedia {
  readonly #room: FakeAir;
  readonly #events: ViewerMediaEvents;
  readonly #consumers = new Map<ProducerId, ConsumerId>();
  #transport: TransportOptions | null = null;
  #isStarted = false;

  constructor(room: FakeAir, events: ViewerMediaEvents) {
    this.#room = room;
    this.#events = events;
  }

  async openTransport(): Promise<TransportOptions> {
    await this.#room.plane.beforeTransports();
    this.#transport = fakeTransport();
    return this.#transport;
  }

  async connect(transportId: TransportId): Promise<void> {
    this.#require(transportId);
  }

  async restartIce(transportId: TransportId): Promise<Record<string, unknown>> {
    this.#require(transportId);
    return { usernameFragment: randomUUID() };
  }

  async start(): Promise<void> {
    this.#isStarted = true;
    for (const producer of this.#room.onAir.values()) this.consume(producer);
  }

  consume({ id, owner, kind, stream, paused }: FakeProducer): void {
    if (!this.#isStarted) return;
    const consumerId = randomUUID() as ConsumerId;
    this.#consumers.set(id, consumerId);
    const options = { id: consumerId, producerId: id, peerId: owner.peerId, stream, kind, rtpParameters: {} };
    this.#events.notify('consumer:new', { consumers: [{ ...options, producerPaused: paused }] });
  }

  drop(producerId: ProducerId): void {
    const consumerId = this.#consumers.get(producerId);
    if (consumerId === undefined) return;
    this.#consumers.delete(producerId);
    this.#events.notify('consumer:closed', { consumerIds: [consumerId] });
  }

  async consumersReady(): Promise<void> {}
  async view(): Promise<void> {}
  async requestKeyFrame(): Promise<void> {}

  /** The Worker behind it died. */
  reset(): void {
    this.#transport = null;
    this.#isStarted = false;
    this.#consumers.clear();
    this.#events.onReset();
  }

  close(): void {
    this.#room.viewers.delete(this);
  }

  #require(transportId: TransportId): void {
    if (this.#transport?.id !== transportId) throw new ProtocolError('not_found', 'no such transport');
  }
}

export const fakeTransport = (): TransportOptions => ({
  id: randomUUID() as TransportId,
  iceParameters: { usernameFragment: 'u', password: 'p', iceLite: true },
  iceCandidates: [],
  dtlsParameters: { role: 'auto', fingerprints: [] },
});
