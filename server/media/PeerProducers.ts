// What one Peer sends: one Producer for each stream, and for a while the one that it replaced.
import { ProtocolError } from '#protocol/errors';
import type { PeerId, ProducerId, Stream, TransportId } from '#protocol/ids';
import { REPLACED_PRODUCER_MS } from '#protocol/limits';
import type { MediaKind } from '#protocol/media';
import type { Producer, Router, WebRtcTransport } from 'mediasoup/types';
import type { Clock } from '../rooms/ports.ts';
import { asked } from './mediaErrors.ts';
import type { Published } from './published.ts';
import { parseRtpParameters } from './rtpInput.ts';

/**
 * A sender is asked for a key frame at most once in this many milliseconds, however many join at once. Less costs every
 * receiver a burst of large frames; more lets those who came second wait for their first picture.
 */
const KEY_FRAME_REQUEST_DELAY_MS = 500;

const KIND_OF: Readonly<Record<Stream, MediaKind>> = {
  mic: 'audio',
  camera: 'video',
  screen: 'video',
  screenAudio: 'audio',
};

/** Where the Room hears of Producers. */
export interface Publisher {
  publish(published: Published): void;
  unpublish(published: Published): void;
  /** Rejects nothing but `capacity`, where too much is on air. */
  setOnAir(published: Published, onAir: boolean): void;
  isOnAir(published: Published): boolean;
}

export interface ProduceOptions {
  transportId: TransportId;
  kind: MediaKind;
  stream: Stream;
  rtpParameters: Record<string, unknown>;
  paused: boolean;
}

/** A stream is taken from the request on, so that two requests for it cannot both succeed. */
type Slot =
  /** `published` goes on until the new one is there. */
  { name: 'creating'; published: Published | null } | { name: 'published'; published: Published };

/** A Producer on its way out: the Room does not know it any more, its Consumers live until it closes. */
interface Replaced {
  published: Published;
  stopTimer: () => void;
}

export interface ProducersOptions {
  peerId: PeerId;
  router: Router;
  transport: WebRtcTransport;
  publisher: Publisher;
  clock: Clock;
}

export class PeerProducers {
  readonly #peerId: PeerId;
  readonly #router: Router;
  readonly #transport: WebRtcTransport;
  readonly #publisher: Publisher;
  readonly #clock: Clock;
  #slots = new Map<Stream, Slot>();
  #replaced = new Map<Stream, Replaced>();

  constructor({ peerId, router, transport, publisher, clock }: ProducersOptions) {
    this.#peerId = peerId;
    this.#router = router;
    this.#transport = transport;
    this.#publisher = publisher;
    this.#clock = clock;
  }

  /**
   * A Producer of the same stream is replaced: the client goes over to another codec, or lost the answer that named it.
   * A picture goes on beside its successor until it is closed, at most for a while; the same voice twice would echo.
   * Rejects with `not_found` (Transport), `bad_request`, `conflict` (another request for the stream is under way) or
   * `wrong_state`.
   */
  async produce({ transportId, kind, stream, rtpParameters, paused }: ProduceOptions): Promise<ProducerId> {
    if (transportId !== this.#transport.id) throw new ProtocolError('not_found', 'no such sending Transport');
    if (kind !== KIND_OF[stream]) throw new ProtocolError('bad_request', `${stream} is not ${kind}`);
    const parsed = parseRtpParameters(kind, rtpParameters);
    this.#reserve(stream);
    try {
      const producer = await asked('client', () =>
        this.#transport.produce({
          kind,
          rtpParameters: parsed,
          paused,
          ...(kind === 'video' ? { keyFrameRequestDelay: KEY_FRAME_REQUEST_DELAY_MS } : {}),
        }),
      );
      if (producer.closed || this.#transport.closed) {
        producer.close();
        throw new ProtocolError('wrong_state', 'the Transport closed meanwhile');
      }
      return this.#publish(stream, producer);
    } catch (error) {
      this.#restore(stream);
      throw error;
    }
  }

  /** Closing what is gone already is no error. With the Producer of a stream goes what it replaced: off is off. */
  closeProducer(producerId: ProducerId): void {
    for (const [stream, { published }] of this.#replaced) if (published.id === producerId) this.#endReplaced(stream);
    const published = this.#find(producerId);
    if (published === undefined) return;
    published.producer.close();
    this.#endReplaced(published.stream);
    this.#remove(published);
  }

  /** No timer outlives the Transport, which ends the Producers themselves. */
  transportClosed(): void {
    for (const stream of [...this.#replaced.keys()]) this.#endReplaced(stream);
  }

  async pause(producerId: ProducerId): Promise<void> {
    const { producer } = this.#get(producerId);
    await asked('server', () => producer.pause());
  }

  async resume(producerId: ProducerId): Promise<void> {
    const { producer } = this.#get(producerId);
    await asked('server', () => producer.resume());
  }

  /**
   * Of each Producer anew: what replaces one that is on air is not. Off air is off, also of what is gone or on its way out.
   * @throws ProtocolError `not_found`, `capacity`
   */
  setOnAir(producerId: ProducerId, onAir: boolean): void {
    if (onAir) return this.#publisher.setOnAir(this.#get(producerId), true);
    const replaced = [...this.#replaced.values()].find(({ published }) => published.id === producerId);
    const published = this.#find(producerId) ?? replaced?.published;
    if (published !== undefined) this.#publisher.setOnAir(published, false);
  }

  get isOnAir(): boolean {
    return [...this.#slots.values()].some(({ published }) => published !== null && this.#publisher.isOnAir(published));
  }

  #reserve(stream: Stream): void {
    const slot = this.#slots.get(stream);
    if (slot?.name === 'creating') throw new ProtocolError('conflict', `${stream} is being made already`);
    if (slot !== undefined && KIND_OF[stream] === 'audio') this.closeProducer(slot.published.id);
    this.#slots.set(stream, { name: 'creating', published: this.#slots.get(stream)?.published ?? null });
  }

  /** What was refused changes nothing. */
  #restore(stream: Stream): void {
    const former = this.#slots.get(stream)?.published ?? null;
    if (former === null) this.#slots.delete(stream);
    else this.#slots.set(stream, { name: 'published', published: former });
  }

  #publish(stream: Stream, producer: Producer): ProducerId {
    const former = this.#slots.get(stream)?.published ?? null;
    const published: Published = {
      id: producer.id as ProducerId,
      peerId: this.#peerId,
      stream,
      producer,
      router: this.#router,
      ...(former && { replaces: former.id }),
    };
    producer.on('transportclose', () => this.#remove(published));
    this.#slots.set(stream, { name: 'published', published });
    if (former !== null) this.#retire(former);
    this.#publisher.publish(published);
    return published.id;
  }

  /** Whoever comes now gets the new one only; whoever has the old one keeps it until it closes. */
  #retire(former: Published): void {
    this.#endReplaced(former.stream);
    this.#publisher.unpublish(former);
    const stopTimer = this.#clock.after(REPLACED_PRODUCER_MS, () => this.#endReplaced(former.stream));
    this.#replaced.set(former.stream, { published: former, stopTimer });
  }

  #endReplaced(stream: Stream): void {
    const replaced = this.#replaced.get(stream);
    if (replaced === undefined) return;
    this.#replaced.delete(stream);
    replaced.stopTimer();
    replaced.published.producer.close();
  }

  #remove(published: Published): void {
    const slot = this.#slots.get(published.stream);
    if (slot?.published?.id !== published.id) return;
    if (slot.name === 'creating') slot.published = null;
    else this.#slots.delete(published.stream);
    this.#publisher.unpublish(published);
  }

  #find(producerId: ProducerId): Published | undefined {
    return [...this.#slots.values()].find(({ published }) => published?.id === producerId)?.published ?? undefined;
  }

  #get(producerId: ProducerId): Published {
    const published = this.#find(producerId);
    if (published === undefined) throw new ProtocolError('not_found', 'no such Producer');
    return published;
  }
}
