// A media plane without media: real ids, real states and real notifications to the other Peers, but no packet.
import { randomUUID } from 'node:crypto';
import { ProtocolError } from '#protocol/errors';
import type { ConsumerId, PeerId, ProducerId, RoomId, TransportId } from '#protocol/ids';
import type { ConsumerView, TransportPair } from '#protocol/media';
import type {
  MediaPlane,
  Notify,
  PeerMedia,
  RoomMedia,
  RoomMediaEvents,
  ViewerMediaEvents,
  WorkerStatus,
} from '../rooms/ports.ts';
import { fakeTransport, FakeViewerMedia, type FakeProducer } from './FakeViewerMedia.ts';

type ProduceOptions = Parameters<PeerMedia['produce']>[0];
export class FakeMediaPlane implements MediaPlane {
  readonly rooms = new Map<RoomId, FakeRoomMedia>();
  isReady = true;
  /** Nobody new is admitted, and when to ask again. */
  isFull = false;
  retryAfterMs = 10_000;
  deaths = 0;
  closed = false;
  routerRtpCapabilities: Record<string, unknown> = { codecs: [{ mimeType: 'audio/opus' }] };
  /** What a Consumer is announced with, from what its Producer was made with. */
  consumerRtpParameters: (produced: Record<string, unknown>) => Record<string, unknown> = () => ({});
  /** Runs before Transports are made; a test may wait in it, or throw. */
  beforeTransports: () => Promise<void> = () => Promise.resolve();
  /** The same before a Peer is given what the others send. */
  beforeStart: () => Promise<void> = () => Promise.resolve();
  beforeConnect: () => Promise<void> = () => Promise.resolve();

  openRoom(roomId: RoomId, events: RoomMediaEvents): Promise<RoomMedia> {
    if (!this.isReady) return Promise.reject(new ProtocolError('capacity', 'no worker'));
    const room = new FakeRoomMedia(this, events, () => this.rooms.delete(roomId));
    this.rooms.set(roomId, room);
    return Promise.resolve(room);
  }

  admit(): void {
    if (this.isFull) throw new ProtocolError('capacity', 'no room', this.retryAfterMs);
  }

  status(): { ready: boolean; workers: number; deaths: number; perWorker: WorkerStatus[] } {
    const idle = { cpu: 0, delayMs: 0, rooms: this.rooms.size, transports: 0, full: this.isFull, goesFirst: true };
    const perWorker = this.isReady ? [idle] : [];
    return { ready: this.isReady, workers: perWorker.length, deaths: this.deaths, perWorker };
  }

  /** The Worker dies and another takes over: everything on it is gone, the Rooms are told. */
  killWorker(): void {
    this.deaths += 1;
    for (const room of this.rooms.values()) room.reset();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const room of [...this.rooms.values()]) room.close();
  }
}

export class FakeRoomMedia implements RoomMedia {
  readonly plane: FakeMediaPlane;
  readonly events: RoomMediaEvents;
  readonly peers = new Map<PeerId, FakePeerMedia>();
  readonly viewers = new Set<FakeViewerMedia>();
  readonly onAir = new Map<ProducerId, FakeProducer>();
  readonly #onClosed: () => void;
  closed = false;

  constructor(plane: FakeMediaPlane, events: RoomMediaEvents, onClosed: () => void) {
    this.plane = plane;
    this.events = events;
    this.#onClosed = onClosed;
  }

  get routerRtpCapabilities(): Record<string, unknown> {
    return this.plane.routerRtpCapabilities;
  }

  addPeer(peerId: PeerId, notify: Notify): PeerMedia {
    const peer = new FakePeerMedia(this, peerId, notify);
    this.peers.set(peerId, peer);
    return peer;
  }

  get viewerRtpCapabilities(): Record<string, unknown> {
    return this.plane.routerRtpCapabilities;
  }

  addViewer(events: ViewerMediaEvents): FakeViewerMedia {
    const viewer = new FakeViewerMedia(this, events);
    this.viewers.add(viewer);
    return viewer;
  }

  setOnAir(producer: FakeProducer, onAir: boolean): void {
    if (onAir === this.onAir.has(producer.id)) return;
    if (onAir) this.onAir.set(producer.id, producer);
    else this.onAir.delete(producer.id);
    for (const viewer of this.viewers)
      if (onAir) viewer.consume(producer);
      else viewer.drop(producer.id);
  }

  clearAir(): void {
    for (const producer of [...this.onAir.values()]) this.setOnAir(producer, false);
  }

  reset(): void {
    for (const peer of this.peers.values()) peer.forget();
    this.onAir.clear();
    this.events.onReset();
    for (const viewer of this.viewers) viewer.reset();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const peer of [...this.peers.values()]) peer.close();
    for (const viewer of this.viewers) viewer.close();
    this.#onClosed();
  }
}

export class FakePeerMedia implements PeerMedia {
  readonly peerId: PeerId;
  readonly producers = new Map<ProducerId, FakeProducer>();
  readonly connected = new Set<TransportId>();
  readonly ready = new Set<ConsumerId>();
  readonly views = new Map<ConsumerId, ConsumerView>();
  readonly #consumers = new Map<ConsumerId, ProducerId>();
  readonly #room: FakeRoomMedia;
  readonly #notify: Notify;
  #transports: TransportPair | null = null;
  #isStarted = false;
  closed = false;

  constructor(room: FakeRoomMedia, peerId: PeerId, notify: Notify) {
    this.#room = room;
    this.peerId = peerId;
    this.#notify = notify;
  }

  async openTransports(): Promise<TransportPair> {
    await this.#room.plane.beforeTransports();
    this.#transports = { send: fakeTransport(), recv: fakeTransport() };
    return this.#transports;
  }

  async connect(transportId: TransportId): Promise<void> {
    await this.#room.plane.beforeConnect();
    this.#requireTransport(transportId);
    if (this.connected.has(transportId)) throw new ProtocolError('wrong_state', 'connected already');
    this.connected.add(transportId);
  }

  async restartIce(transportId: TransportId): Promise<Record<string, unknown>> {
    this.#requireTransport(transportId);
    return { usernameFragment: randomUUID() };
  }

  async start(): Promise<void> {
    await this.#room.plane.beforeStart();
    this.#isStarted = true;
    for (const other of this.#room.peers.values()) {
      if (other !== this) for (const producer of other.producers.values()) this.#consume(producer);
    }
  }

  async produce({ transportId, kind, stream, rtpParameters, paused }: ProduceOptions): Promise<ProducerId> {
    this.#requireTransport(transportId);
    if (transportId !== this.#transports?.send.id) throw new ProtocolError('wrong_state', 'not the send transport');
    const producer = { id: randomUUID() as ProducerId, owner: this, kind, stream, rtpParameters, paused };
    this.producers.set(producer.id, producer);
    for (const other of this.#room.peers.values()) if (other !== this && other.#isStarted) other.#consume(producer);
    return producer.id;
  }

  async setOnAir(producerId: ProducerId, onAir: boolean): Promise<void> {
    this.#room.setOnAir(this.#requireProducer(producerId), onAir);
  }

  get isOnAir(): boolean {
    return [...this.producers.keys()].some((producerId) => this.#room.onAir.has(producerId));
  }

  closeProducer(producerId: ProducerId): void {
    this.#room.setOnAir(this.#requireProducer(producerId), false);
    this.producers.delete(producerId);
    for (const other of this.#room.peers.values()) other.#dropConsumersOf(producerId);
  }

  async pauseProducer(producerId: ProducerId): Promise<void> {
    this.#requireProducer(producerId).paused = true;
    this.#tellConsumers(producerId, 'consumer:paused');
  }

  async resumeProducer(producerId: ProducerId): Promise<void> {
    this.#requireProducer(producerId).paused = false;
    this.#tellConsumers(producerId, 'consumer:resumed');
  }

  async consumersReady(consumerIds: readonly ConsumerId[]): Promise<void> {
    for (const consumerId of consumerIds) this.ready.add(this.#requireConsumer(consumerId));
  }

  async view(views: readonly ConsumerView[]): Promise<void> {
    for (const view of views) this.views.set(this.#requireConsumer(view.consumerId), view);
  }

  async renewConsumers(consumerIds: readonly ConsumerId[]): Promise<void> {
    for (const consumerId of consumerIds) this.#requireConsumer(consumerId);
  }

  async requestKeyFrame(consumerId: ConsumerId): Promise<void> {
    this.#requireConsumer(consumerId);
  }

  /** What a reset leaves: a Peer without Transports. */
  forget(): void {
    this.#transports = null;
    this.#isStarted = false;
    this.producers.clear();
    this.#consumers.clear();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#room.peers.delete(this.peerId);
    for (const [producerId, producer] of this.producers) {
      this.#room.setOnAir(producer, false);
      for (const other of this.#room.peers.values()) other.#dropConsumersOf(producerId);
    }
  }

  #consume({ id, owner, kind, stream, paused, ...producer }: FakeProducer): void {
    const consumerId = randomUUID() as ConsumerId;
    this.#consumers.set(consumerId, id);
    const rtpParameters = this.#room.plane.consumerRtpParameters(producer.rtpParameters);
    const options = { id: consumerId, producerId: id, peerId: owner.peerId, stream, kind, rtpParameters };
    this.#notify('consumer:new', { consumers: [{ ...options, producerPaused: paused }] });
  }

  #dropConsumersOf(producerId: ProducerId): void {
    const consumerIds = [...this.#consumers].filter(([, source]) => source === producerId).map(([id]) => id);
    for (const consumerId of consumerIds) this.#consumers.delete(consumerId);
    if (consumerIds.length > 0) this.#notify('consumer:closed', { consumerIds });
  }

  #tellConsumers(producerId: ProducerId, name: 'consumer:paused' | 'consumer:resumed'): void {
    for (const other of this.#room.peers.values()) {
      for (const [consumerId, source] of other.#consumers)
        if (source === producerId) other.#notify(name, { consumerId });
    }
  }

  #requireTransport(transportId: TransportId): void {
    const known = [this.#transports?.send.id, this.#transports?.recv.id];
    if (!known.includes(transportId)) throw new ProtocolError('not_found', 'no such transport');
  }

  #requireProducer(producerId: ProducerId): FakeProducer {
    const producer = this.producers.get(producerId);
    if (producer === undefined) throw new ProtocolError('not_found', 'no such producer');
    return producer;
  }

  #requireConsumer(consumerId: ConsumerId): ConsumerId {
    if (!this.#consumers.has(consumerId)) throw new ProtocolError('not_found', 'no such consumer');
    return consumerId;
  }
}
