// What is received: builds Consumers of those that the server announces, with their transforms, and follows how they fare.
import type { StreamName, TrackState, TransformOptions } from '#e2ee';
import type { ConsumerOptions } from '#protocol/media';
import type { Consumer, RtpParameters, Transport } from 'mediasoup-client/types';
import { buildPlan } from './buildPlan.ts';
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
  /** Preparing until there is one, which may be for as long as nobody turns to it; broken where no transform could be attached. */
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
  /** Until the page speaks, pictures count as seen: who only watches opens the page for them. */
  seesAllAtFirst?: true;
}

/** More often than this a key frame helps nobody and costs every other viewer bits. */
const KEY_FRAME_GAP_MS = 500;

/** `released`: built once, and let go for others; another takes its place when it is turned to again, which is `asked` for once. */
type Life = { name: 'announced' } | { name: 'built'; consumer: Consumer | null } | { name: 'released'; asked: boolean };

interface Entry {
  readonly options: ConsumerOptions;
  remote: RemoteTrack;
  life: Life;
  lastWanted: number;
  askedKeyFrameAtMs: number;
}

export class Receiving {
  readonly #options: ReceivingOptions;
  readonly #entries = new Map<string, Entry>();
  /** `peerId/stream` of the pictures that are seen; null until the page speaks. */
  #shown: ReadonlySet<string> | null = null;
  /** Whose microphones are forwarded; null where all are. */
  #heard: ReadonlySet<string> | null = null;
  #turn = 0;
  #closed = false;

  constructor(options: ReceivingOptions) {
    this.#options = options;
  }

  get remoteTracks(): RemoteTrack[] {
    return [...this.#entries.values()].map(({ remote }) => remote);
  }

  add(announced: ConsumerOptions[]): void {
    const fresh = announced.filter(({ id }) => !this.#closed && !this.#entries.has(id));
    for (const options of fresh)
      this.#entries.set(options.id, newEntry(options, this.#entries.get(options.replaces ?? '')));
    this.#options.onChange();
    this.#follow();
  }

  /** @param shown `peerId/stream` of what is seen */
  setShown(shown: ReadonlySet<string>): void {
    this.#shown = shown;
    this.#follow();
  }

  /** @param peerIds whose microphones are forwarded; null for all */
  setHeard(peerIds: readonly string[] | null): void {
    this.#heard = peerIds && new Set(peerIds);
    this.#follow();
  }

  /** Builds what is turned to, and lets go of what has not been for longest where that is too much. */
  #follow(): void {
    if (this.#closed) return;
    this.#turn += 1;
    const candidates = [...this.#entries.values()].map((entry) => {
      const wanted = this.#isWanted(entry.remote);
      if (wanted) entry.lastWanted = this.#turn;
      const { consumerId: id, stream, producerPaused } = entry.remote;
      const likely = stream === 'mic' && !producerPaused;
      return { id, stream, wanted, likely, lastWanted: entry.lastWanted, built: entry.life.name === 'built' };
    });
    const { build, release } = buildPlan(candidates);
    this.#release(release);
    void this.#build(build);
  }

  #isWanted({ peerId, stream, producerPaused }: RemoteTrack): boolean {
    switch (stream) {
      case 'mic':
        return !producerPaused && (this.#heard === null || this.#heard.has(peerId));
      case 'screenAudio':
        return true;
      case 'camera':
      case 'screen':
        return this.#shown?.has(`${peerId}/${stream}`) ?? this.#options.seesAllAtFirst ?? false;
    }
  }

  /** A batch is negotiated at once and its frames flow only after every transform in it stands. */
  async #build(ids: readonly string[]): Promise<void> {
    const entries = ids.flatMap((id) => this.#entries.get(id) ?? []);
    this.#renew(entries);
    const fresh = entries.filter(({ life }) => life.name === 'announced');
    for (const entry of fresh) entry.life = { name: 'built', consumer: null };
    if (fresh.length === 0) return;
    await Promise.all(fresh.map(({ options }) => this.#consume(options)));
    if (this.#closed) return;
    const consumerIds = fresh
      .filter(({ remote }) => remote.readiness === 'ready' && this.#entries.has(remote.consumerId))
      .map(({ remote }) => remote.consumerId);
    this.#options.onChange();
    if (consumerIds.length === 0) return;
    await this.#options.ask('consumer:ready', { consumerIds }).catch(() => undefined);
  }

  /** One that was let go cannot be built twice: its m-line may be another's by now. */
  #renew(entries: readonly Entry[]): void {
    const consumerIds = entries.flatMap(({ life, remote }) => {
      if (life.name !== 'released' || life.asked) return [];
      life.asked = true;
      return [remote.consumerId];
    });
    if (consumerIds.length > 0) this.#options.ask('consumer:renew', { consumerIds }).catch(() => undefined);
  }

  #release(ids: readonly string[]): void {
    // One that is being built is let go of at a later turn, if it is still to be.
    const entries = ids.flatMap((id) => this.#entries.get(id) ?? []).filter((entry) => consumerOf(entry) !== null);
    for (const entry of entries) {
      const { remote } = entry;
      consumerOf(entry)?.close();
      this.#options.dropTrack(remote.consumerId);
      entry.life = { name: 'released', asked: false };
      remote.readiness = 'preparing';
      remote.track = null;
      remote.frames = { state: 'idle' };
    }
    const views = entries
      .filter(({ options }) => options.kind === 'video')
      .map(({ options: { id: consumerId } }) => ({ consumerId, visible: false, width: 0, height: 0 }));
    if (views.length > 0) this.#options.ask('consumer:view', { views }).catch(() => undefined);
  }

  remove(consumerIds: readonly string[]): void {
    for (const id of consumerIds) {
      const entry = this.#entries.get(id);
      if (!entry) continue;
      this.#entries.delete(id);
      consumerOf(entry)?.close();
      this.#options.dropTrack(id);
    }
    this.#options.onChange();
    this.#follow();
  }

  setProducerPaused(consumerId: string, paused: boolean): void {
    const entry = this.#entries.get(consumerId);
    if (!entry || entry.remote.producerPaused === paused) return;
    entry.remote.producerPaused = paused;
    this.#options.onChange();
    this.#follow();
  }

  handleTrack(trackId: string, frames: TrackState): void {
    const entry = this.#entries.get(trackId);
    if (entry?.life.name !== 'built') return;
    entry.remote.frames = frames;
    this.#options.onChange();
  }

  requestKeyFrame(consumerId: string): void {
    const entry = this.#entries.get(consumerId);
    const now = this.#options.nowMs();
    if (!entry || consumerOf(entry)?.kind !== 'video' || now - entry.askedKeyFrameAtMs < KEY_FRAME_GAP_MS) return;
    entry.askedKeyFrameAtMs = now;
    this.#options.ask('consumer:keyFrame', { consumerId }).catch(() => undefined);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const [id, entry] of this.#entries) {
      consumerOf(entry)?.close();
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
    entry.life = { name: 'built', consumer };
    if (entry.remote.stream === 'screenAudio') playSoon(consumer);
    entry.remote.track = consumer.track;
    entry.remote.readiness = 'ready';
  }
}

/** As little as this browser takes is kept back against jitter: who speaks to a hall answers what is heard there. Browsers pass it over. */
function playSoon({ rtpReceiver }: Consumer): void {
  if (rtpReceiver && 'jitterBufferTarget' in rtpReceiver) rtpReceiver.jitterBufferTarget = 0;
}

function consumerOf({ life }: Entry): Consumer | null {
  return life.name === 'built' ? life.consumer : null;
}

/** @param former whose place it takes, and its turn with it */
function newEntry(options: ConsumerOptions, former: Entry | undefined): Entry {
  const { id, peerId, stream, producerPaused, replaces } = options;
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
  const lastWanted = former?.lastWanted ?? 0;
  return { options, remote, life: { name: 'announced' }, lastWanted, askedKeyFrameAtMs: -KEY_FRAME_GAP_MS };
}
