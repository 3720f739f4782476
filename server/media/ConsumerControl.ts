// One Consumer of one Peer: brings what the Worker sends in line with what the policy decides, one request at a time.
import { ProtocolError } from '#protocol/errors';
import type { ConsumerId, ProducerId } from '#protocol/ids';
import type { ConsumerOptions } from '#protocol/media';
import { parseScalabilityMode } from 'mediasoup';
import type { Consumer, ConsumerLayers, Producer } from 'mediasoup/types';
import type { Clock } from '../rooms/ports.ts';
import { DEFAULT_VIEW, decideDelivery, type Delivery, type Forwarded, type View } from './consumerPolicy.ts';
import { KeyFrameRequests } from './KeyFrameRequests.ts';
import type { Published } from './published.ts';

export class ConsumerControl {
  readonly id: ConsumerId;
  readonly #consumer: Consumer;
  readonly #published: Published;
  readonly #layers: Layers;
  readonly #replaces: ConsumerId | undefined;
  readonly #keyFrames: KeyFrameRequests;
  #ready = false;
  #heard = true;
  #yields = false;
  #view: View = DEFAULT_VIEW;
  /** What the Worker was told last of layers and priority; pause it reports itself. */
  #preferred: ConsumerLayers | null = null;
  #priority = 1;
  #settling: Promise<void> | null = null;

  /** @param former the Consumer whose place it takes: what the client shows of that one it will show of this one */
  constructor(consumer: Consumer, published: Published, clock: Clock, former?: ConsumerControl) {
    this.id = consumer.id as ConsumerId;
    this.#replaces = former?.id;
    if (former !== undefined) this.#view = former.#view;
    this.#consumer = consumer;
    this.#published = published;
    this.#layers = layersOf(published.producer);
    this.#keyFrames = new KeyFrameRequests(clock, () => void this.#attempt(() => consumer.requestKeyFrame()));
  }

  get closed(): boolean {
    return this.#consumer.closed;
  }

  get producerId(): ProducerId {
    return this.#published.id;
  }

  get published(): Published {
    return this.#published;
  }

  /** What the client needs to build it, as of now. */
  describe(): ConsumerOptions {
    return {
      id: this.id,
      producerId: this.#published.id,
      peerId: this.#published.peerId,
      stream: this.#published.stream,
      kind: this.#consumer.kind,
      rtpParameters: this.#consumer.rtpParameters,
      producerPaused: this.#consumer.producerPaused,
      ...(this.#replaces !== undefined && { replaces: this.#replaces }),
    };
  }

  /** The client can open its frames from now on. Resolves when the Worker knows; never rejects. */
  markReady(): Promise<void> {
    this.#ready = true;
    return this.settle();
  }

  /** Resolves when the Worker knows; never rejects. */
  show(view: View): Promise<void> {
    this.#view = view;
    return this.settle();
  }

  /** Whether it is among the microphones that are forwarded. Resolves when the Worker knows; never rejects. */
  setHeard(heard: boolean): Promise<void> {
    this.#heard = heard;
    return this.settle();
  }

  /**
   * Another takes its place: from now on it is sent in the lowest layer. While a client sends two of a picture, its encoder drops the
   * upper layers of either, and who waits for one that is not sent sees nothing; the lowest is always there.
   */
  yieldPlace(): void {
    this.#yields = true;
    void this.settle();
  }

  /** Throws ProtocolError `bad_request` for audio; requests that come too soon are merged. */
  requestKeyFrame(): void {
    if (this.#consumer.kind !== 'video') throw new ProtocolError('bad_request', 'audio has no key frames');
    // A paused Consumer asks for a key frame by itself when it resumes.
    if (!this.#consumer.paused) this.#keyFrames.request();
  }

  /** Of the client's own accord; its Consumer is gone on both sides. */
  close(): void {
    this.orphaned();
    this.#consumer.close();
  }

  /** Its Producer, Transport or Router is gone: no more requests. */
  orphaned(): void {
    this.#keyFrames.close();
  }

  /** Asks the Worker for whatever differs, until nothing does; a change on the way is picked up by the run that is on. */
  settle(): Promise<void> {
    if (this.#settling !== null) return this.#settling;
    if (this.#nextRequest() === null) return Promise.resolve();
    this.#settling = this.#run();
    return this.#settling;
  }

  async #run(): Promise<void> {
    for (let request = this.#nextRequest(); request !== null; request = this.#nextRequest()) {
      if (!(await this.#attempt(request))) break;
    }
    this.#settling = null;
  }

  /** False when the Worker refused, which it does only once the Consumer is gone. */
  async #attempt(request: () => Promise<void>): Promise<boolean> {
    try {
      await request();
      return true;
    } catch {
      return false;
    }
  }

  /** Stops before it adjusts and adjusts before it resumes, so that no layer flows that is not wanted. */
  #nextRequest(): (() => Promise<void>) | null {
    const consumer = this.#consumer;
    if (consumer.closed) return null;
    const wanted = this.#wanted();
    if (wanted.paused) return consumer.paused ? null : () => consumer.pause();
    const { priority } = wanted;
    const layers = preferredLayers(wanted);
    if (layers !== null && JSON.stringify(layers) !== JSON.stringify(this.#preferred)) {
      return async () => {
        await consumer.setPreferredLayers(layers);
        this.#preferred = layers;
      };
    }
    if (priority !== this.#priority) {
      return async () => {
        await consumer.setPriority(priority);
        this.#priority = priority;
      };
    }
    return consumer.paused ? () => consumer.resume() : null;
  }

  #wanted(): Delivery {
    const delivery = decideDelivery({
      stream: this.#published.stream,
      ...this.#layers,
      ready: this.#ready,
      heard: this.#heard,
      view: this.#view,
    });
    return this.#yields && delivery.spatialLayer !== null ? { ...delivery, spatialLayer: 0 } : delivery;
  }
}

/** Null where everything is to be sent. */
function preferredLayers({ spatialLayer, temporalLayer }: Delivery): ConsumerLayers | null {
  if (temporalLayer !== null) return { spatialLayer: spatialLayer ?? 0, temporalLayer };
  return spatialLayer === null ? null : { spatialLayer };
}

type Layers = Pick<Forwarded, 'layers' | 'temporalLayers'>;

/** Simulcast has an encoding for each layer; SVC has one encoding that names its layers. */
function layersOf({ type, rtpParameters }: Producer): Layers {
  const encodings = rtpParameters.encodings ?? [];
  const { spatialLayers, temporalLayers } = parseScalabilityMode(encodings[0]?.scalabilityMode);
  switch (type) {
    case 'simulcast':
      return { layers: encodings.length, temporalLayers };
    case 'svc':
      return { layers: spatialLayers, temporalLayers };
    case 'simple':
      return { layers: 1, temporalLayers: 1 };
  }
}
