// A media plane with real Workers for tests, Peers that remember what they were told, and a view of mediasoup's objects.
import { randomBytes } from 'node:crypto';
import { PeerId, RoomId, type Stream } from '#protocol/ids';
import type { ConsumerOptions, TransportOptions, TransportPair } from '#protocol/media';
import type { NotificationInput, NotificationName } from '#protocol/notifications';
import type { Consumer, RtpCapabilities } from 'mediasoup/types';
import * as v from 'valibot';
import type { Clock, Notify, PeerMedia, RoomMedia, RoomMediaEvents, ViewerMedia } from '../../rooms/ports.ts';
import type { MediaLog } from '../mediaLog.ts';
import { createSfuMediaPlane, type SfuMediaPlane, type SfuMediaPlaneOptions } from '../SfuMediaPlane.ts';
import type { ReadWorker } from '../workerReading.ts';
import { opusParameters, vp8Parameters } from './rtpSamples.ts';

/** Fails, never skips: a media plane that was not tested is not tested. */
export function requireWorkerBin(): string {
  const workerBin = process.env['MEDIASOUP_WORKER_BIN'];
  if (!workerBin) throw new Error('set MEDIASOUP_WORKER_BIN to a mediasoup-worker binary (npm test does)');
  return workerBin;
}

const silentLog: MediaLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Every Worker idle: where Rooms and devices go is then decided by what was placed. */
const idle: ReadWorker = () => Promise.resolve({ cpuMs: 0, atMs: performance.now(), delayMs: 0 });

export function openTestPlane(
  workers = 1,
  clock?: Clock,
  onWorkerDeath?: () => void,
  more: Pick<SfuMediaPlaneOptions, 'fullCpu' | 'spread' | 'read'> = {},
): Promise<SfuMediaPlane> {
  return createSfuMediaPlane({
    workerBin: requireWorkerBin(),
    workers,
    listenHost: '127.0.0.1',
    announcedAddress: '127.0.0.1',
    firstPort: 0,
    clock,
    onWorkerDeath,
    log: silentLog,
    read: idle,
    ...more,
  });
}

export const newRoomId = (): RoomId => v.parse(RoomId, randomBytes(16).toString('base64url'));
const newPeerId = (): PeerId => v.parse(PeerId, randomBytes(12).toString('base64url'));

/** Checks `condition` until it gives something; rejects after `timeoutMs`. */
export async function eventually<Value>(
  what: string,
  condition: () => Value | undefined | null | false,
  timeoutMs = 20_000,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`did not happen in ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * Hears nothing for a while and leaves the processor to others: all that the Worker says meanwhile, one message after the other, is
 * there in one turn, as it mostly is.
 */
export function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

type Told = { [Name in NotificationName]: { name: Name; payload: NotificationInput<Name> } }[NotificationName];

/** What a client of one test Room was told. */
class TestEars {
  readonly told: Told[] = [];
  readonly notify: Notify = (name, payload) => void this.told.push({ name, payload } as Told);

  /** Payloads of one kind of notification, in order. */
  heard<Name extends NotificationName>(name: Name): NotificationInput<Name>[] {
    return this.told.filter((one) => one.name === name).map(({ payload }) => payload as NotificationInput<Name>);
  }

  /** Every Consumer that it was told of. */
  consumers(): ConsumerOptions[] {
    return this.heard('consumer:new').flatMap(({ consumers }) => consumers as ConsumerOptions[]);
  }

  /** Those that it was not told the end of. */
  present(): ConsumerOptions[] {
    const gone = new Set<string>(this.heard('consumer:closed').flatMap(({ consumerIds }) => consumerIds));
    return this.consumers().filter(({ id }) => !gone.has(id));
  }

  consumerOf(stream: Stream): Promise<ConsumerOptions> {
    return eventually(`a Consumer for ${stream}`, () => this.consumers().find((one) => one.stream === stream));
  }
}

/** A Peer of one test Room. */
export class TestPeer extends TestEars {
  readonly peerId = newPeerId();
  readonly media: PeerMedia;
  readonly #capabilities: Record<string, unknown>;
  transports: TransportPair | null = null;

  constructor(room: RoomMedia) {
    super();
    this.media = room.addPeer(this.peerId, this.notify);
    this.#capabilities = room.routerRtpCapabilities;
  }

  async open(): Promise<this> {
    this.transports = await this.media.openTransports();
    return this;
  }

  async openAndStart(): Promise<this> {
    await this.open();
    await this.media.start(this.#capabilities);
    return this;
  }

  produce(stream: Stream, overrides: { paused?: boolean; rtpParameters?: Record<string, unknown> } = {}) {
    const kind = stream === 'mic' || stream === 'screenAudio' ? 'audio' : 'video';
    return this.media.produce({
      transportId: this.transports!.send.id,
      kind,
      stream,
      rtpParameters: kind === 'audio' ? opusParameters() : vp8Parameters(stream === 'camera' ? 3 : 1),
      paused: false,
      ...overrides,
    });
  }
}

/** A viewer of one test Room. */
export class TestViewer extends TestEars {
  readonly media: ViewerMedia;
  readonly #capabilities: Record<string, unknown>;
  resets = 0;
  transport: TransportOptions | null = null;

  constructor(room: RoomMedia) {
    super();
    this.media = room.addViewer({ notify: this.notify, onReset: () => void (this.resets += 1) });
    this.#capabilities = room.routerRtpCapabilities;
  }

  async openAndStart(): Promise<this> {
    this.transport = await this.media.openTransport();
    await this.media.start(this.#capabilities);
    return this;
  }
}

/** A Room whose events are kept, and whose mediasoup Consumers can be looked at. */
export class TestRoom {
  readonly roomId = newRoomId();
  readonly levels: { peerId: PeerId; level: number }[][] = [];
  readonly activeSpeakers: (PeerId | null)[] = [];
  /** Of the whole Room, and of single Peers. */
  resets = 0;
  readonly resetPeers: PeerId[] = [];
  readonly #plane: SfuMediaPlane;
  #media: RoomMedia | null = null;
  #serverConsumers = new Map<string, Consumer>();

  constructor(plane: SfuMediaPlane) {
    this.#plane = plane;
  }

  get media(): RoomMedia {
    return this.#media!;
  }

  get capabilities(): RtpCapabilities {
    return this.media.routerRtpCapabilities;
  }

  async open(): Promise<this> {
    const events: RoomMediaEvents = {
      onLevels: (levels) => void this.levels.push(levels),
      onActiveSpeaker: (peerId) => void this.activeSpeakers.push(peerId),
      onReset: (peerId) => {
        if (peerId !== undefined) return void this.resetPeers.push(peerId);
        this.resets += 1;
        this.#watchConsumers();
      },
    };
    this.#media = await this.#plane.openRoom(this.roomId, events);
    this.#watchConsumers();
    return this;
  }

  peer(): TestPeer {
    return new TestPeer(this.media);
  }

  viewer(): TestViewer {
    return new TestViewer(this.media);
  }

  /** mediasoup's own Consumer behind one that a client was told of. */
  serverConsumer({ id }: Pick<ConsumerOptions, 'id'>): Consumer {
    return this.#serverConsumers.get(id)!;
  }

  #watchConsumers(): void {
    this.#plane.routerOf(this.roomId)!.observer.on('newtransport', (transport) => {
      transport.observer.on('newconsumer', (consumer) => void this.#serverConsumers.set(consumer.id, consumer));
    });
  }
}
