// What is received: builds a Consumer for each that the server announces, with its transform, and follows how it fares.
import type { StreamName, TrackState, TransformOptions } from '#e2ee';
import type { ConsumerOptions } from '#protocol/media';
import type { Consumer, RtpParameters, Transport } from 'mediasoup-client/types';
import { codecOf } from './encodings.ts';
import type { Ask } from './Publishing.ts';

/** One stream of one Peer, from its announcement on. */
export interface RemoteTrack {
  readonly consumerId: string;
  readonly peerId: string;
  readonly stream: StreamName;
  /** The Consumer of the same stream that is shown until this one has a picture. */
  readonly replaces: string | null;
  /** Muted or off at its source. */
  producerPaused: boolean;
  /** Preparing until there is one; broken where no transform could be attached. */
  readiness: 'preparing' | 'ready' | 'broken';
  track: MediaStreamTrack | null;
  frames: TrackState;
}

export interface ReceivingOptions {
  transport: Transport;
  ask: Ask;
  /** Throws where opening is impossible. */
  attach(rtpReceiver: RTCRtpReceiver, options: TransformOptions): void;
  dropTrack(trackId: string): void;
  onChange(): void;
  nowMs(): number;
}

/** More often than this a key frame helps nobody and costs every other viewer bits. */
const KEY_FRAME_GAP_MS = 500;

interface Entry {
  remote: RemoteTrack;
  consumer: Consumer | null;
  askedKeyFrameAtMs: number;
}

export class Receiving {
  readonly #options: ReceivingOptions;
  readonly #entries = new Map<string, Entry>();
  #closed = false;

  constructor(options: ReceivingOptions) {
    this.#options = options;
  }

  get remoteTracks(): RemoteTrack[] {
    return [...this.#entries.values()].map(({ remote }) => remote);
  }

  /** A batch is negotiated at once and its frames flow only after every transform in it stands. */
  async add(announced: ConsumerOptions[]): Promise<void> {
    const fresh = announced.filter(({ id }) => !this.#closed && !this.#entries.has(id));
    for (const options of fresh) this.#entries.set(options.id, newEntry(options));
    this.#options.onChange();
    await Promise.all(fresh.map((options) => this.#consume(options)));
    const consumerIds = fresh.map(({ id }) => id).filter((id) => this.#entries.get(id)?.remote.readiness === 'ready');
    if (this.#closed) return;
    this.#options.onChange();
    if (consumerIds.length === 0) return;
    await this.#options.ask('consumer:ready', { consumerIds }).catch(() => undefined);
  }

  remove(consumerIds: readonly string[]): void {
    for (const id of consumerIds) {
      const entry = this.#entries.get(id);
      if (!entry) continue;
      this.#entries.delete(id);
      entry.consumer?.close();
      this.#options.dropTrack(id);
    }
    this.#options.onChange();
  }

  setProducerPaused(consumerId: string, paused: boolean): void {
    const entry = this.#entries.get(consumerId);
    if (!entry || entry.remote.producerPaused === paused) return;
    entry.remote.producerPaused = paused;
    this.#options.onChange();
  }

  handleTrack(trackId: string, frames: TrackState): void {
    const entry = this.#entries.get(trackId);
    if (!entry) return;
    entry.remote.frames = frames;
    this.#options.onChange();
  }

  requestKeyFrame(consumerId: string): void {
    const entry = this.#entries.get(consumerId);
    const now = this.#options.nowMs();
    if (!entry?.consumer || entry.consumer.kind !== 'video' || now - entry.askedKeyFrameAtMs < KEY_FRAME_GAP_MS) return;
    entry.askedKeyFrameAtMs = now;
    this.#options.ask('consumer:keyFrame', { consumerId }).catch(() => undefined);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const [id, entry] of this.#entries) {
      entry.consumer?.close();
      this.#options.dropTrack(id);
    }
    this.#entries.clear();
  }

  async #consume({ id, producerId, peerId, stream, kind, rtpParameters }: ConsumerOptions): Promise<void> {
    const codec = codecOf(rtpParameters);
    let attached = false;
    try {
      if (!codec) throw new Error('unknown codec');
      const consumer = await this.#options.transport.consume({
        id,
        producerId,
        kind,
        // The wire carries mediasoup's own shape; mediasoup-client checks its inside.
        rtpParameters: rtpParameters as unknown as RtpParameters,
        // Streams of one Peer in lip sync, different Peers apart.
        streamId: `${peerId}-${stream === 'mic' || stream === 'camera' ? 'person' : 'screen'}`,
        onRtpReceiver: (rtpReceiver) => {
          this.#options.attach(rtpReceiver, { side: 'receive', trackId: id, stream, codec, peerId });
          attached = true;
        },
      });
      this.#settle(id, consumer, attached);
    } catch {
      this.#settle(id, null, false);
    }
  }

  #settle(id: string, consumer: Consumer | null, attached: boolean): void {
    const entry = this.#entries.get(id);
    if (!entry || this.#closed || !consumer || !attached) {
      consumer?.close();
      if (entry) entry.remote.readiness = 'broken';
      return;
    }
    entry.consumer = consumer;
    entry.remote.track = consumer.track;
    entry.remote.readiness = 'ready';
  }
}

function newEntry({ id, peerId, stream, producerPaused, replaces }: ConsumerOptions): Entry {
  const remote: RemoteTrack = {
    consumerId: id,
    peerId,
    stream,
    replaces: replaces ?? null,
    producerPaused,
    readiness: 'preparing',
    track: null,
    frames: { state: 'idle' },
  };
  return { remote, consumer: null, askedKeyFrameAtMs: -KEY_FRAME_GAP_MS };
}
