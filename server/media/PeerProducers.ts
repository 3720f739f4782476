// What one Peer sends: at most one Producer for each stream.
import { ProtocolError } from '#protocol/errors';
import type { PeerId, ProducerId, Stream, TransportId } from '#protocol/ids';
import type { MediaKind } from '#protocol/media';
import type { Producer, WebRtcTransport } from 'mediasoup/types';
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
}

export interface ProduceOptions {
  transportId: TransportId;
  kind: MediaKind;
  stream: Stream;
  rtpParameters: Record<string, unknown>;
  paused: boolean;
}

/** A stream is taken from the request on, so that two requests for it cannot both succeed. */
type Slot = { name: 'creating' } | { name: 'published'; published: Published };

export class PeerProducers {
  readonly #peerId: PeerId;
  readonly #transport: WebRtcTransport;
  readonly #publisher: Publisher;
  #slots = new Map<Stream, Slot>();

  constructor(peerId: PeerId, transport: WebRtcTransport, publisher: Publisher) {
    this.#peerId = peerId;
    this.#transport = transport;
    this.#publisher = publisher;
  }

  /**
   * A Producer of the same stream is replaced: its client lost the answer that named it, or it would have closed it.
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
      this.#slots.delete(stream);
      throw error;
    }
  }

  /** Closing what is gone already is no error. */
  closeProducer(producerId: ProducerId): void {
    const published = this.#find(producerId);
    if (published === undefined) return;
    published.producer.close();
    this.#remove(published);
  }

  async pause(producerId: ProducerId): Promise<void> {
    const { producer } = this.#get(producerId);
    await asked('server', () => producer.pause());
  }

  async resume(producerId: ProducerId): Promise<void> {
    const { producer } = this.#get(producerId);
    await asked('server', () => producer.resume());
  }

  #reserve(stream: Stream): void {
    const slot = this.#slots.get(stream);
    if (slot?.name === 'creating') throw new ProtocolError('conflict', `${stream} is being made already`);
    if (slot !== undefined) this.closeProducer(slot.published.id);
    this.#slots.set(stream, { name: 'creating' });
  }

  #publish(stream: Stream, producer: Producer): ProducerId {
    const published = { id: producer.id as ProducerId, peerId: this.#peerId, stream, producer };
    producer.on('transportclose', () => this.#remove(published));
    this.#slots.set(stream, { name: 'published', published });
    this.#publisher.publish(published);
    return published.id;
  }

  #remove(published: Published): void {
    if (this.#find(published.id) === undefined) return;
    this.#slots.delete(published.stream);
    this.#publisher.unpublish(published);
  }

  #find(producerId: ProducerId): Published | undefined {
    for (const slot of this.#slots.values()) {
      if (slot.name === 'published' && slot.published.id === producerId) return slot.published;
    }
    return undefined;
  }

  #get(producerId: ProducerId): Published {
    const published = this.#find(producerId);
    if (published === undefined) throw new ProtocolError('not_found', 'no such Producer');
    return published;
  }
}
