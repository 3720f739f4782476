// What is sent: keeps the Producers in step with the tracks that are wanted, behind the gate and through the transform.
import type { FrameCodec, StreamName, TrackState, TransformOptions, VideoCodec } from '#e2ee';
import type { Answer, RequestInput, RequestName } from '#protocol/requests';
import type { Device, Producer, ProducerOptions, Transport } from 'mediasoup-client/types';
import { codeOf } from '../signalling/SignallingError.ts';
import type { ScreenPurpose } from '../types.ts';
import { TaskQueue } from '../util/TaskQueue.ts';
import { after } from '../util/timers.ts';
import { asSent, capabilityOf, planOf, tuneSender } from './encodings.ts';
import type { Wanted } from './LocalTracks.ts';
import type { Gate } from './mediaGate.ts';
import { Retiring } from './Retiring.ts';
import { StandIn } from './StandIn.ts';

/** How the media parts speak to the server. */
export type Ask = <Name extends RequestName>(name: Name, input: RequestInput<Name>) => Promise<Answer<Name>>;

/** `cannotSeal`: no transform, so nothing is sent · `refused`: anything else, tried often enough. */
export type PublishFault = 'cannotSeal' | 'refused';

export interface PublishingOptions {
  device: Device;
  transport: Transport;
  ask: Ask;
  /** What cameras and screens are to be sent in now; null where this Device can send no codec that is known. */
  videoCodec(): VideoCodec | null;
  /** Throws where sealing is impossible. */
  attach(rtpSender: RTCRtpSender, options: TransformOptions): void;
  dropTrack(trackId: string): void;
  onSealed(): void;
  /** This stream cannot be sent; it is tried no more until it is switched off and on again. */
  onFailed(stream: StreamName, cause: PublishFault): void;
}

interface Published {
  stream: StreamName;
  codec: FrameCodec;
  trackId: string;
  producer: Producer;
  /** What the server was last told. */
  paused: boolean;
  /** Whether viewers get it, as the server was last told; null while that is not known. */
  onAir: boolean | null;
  /** What its sender was last tuned to. */
  purpose?: ScreenPurpose;
  /** What it sends while its predecessor still sends the track itself. */
  standIn: StandIn | null;
}

/** The server may not have heard of our Epoch yet when the first Producer comes: wait a little and ask again. */
const RETRY_MS = 400;
const MAX_ATTEMPTS = 12;
let lastTrackNumber = 0;

export class Publishing {
  readonly #options: PublishingOptions;
  readonly #queue = new TaskQueue();
  readonly #published = new Map<StreamName, Published>();
  /** The successor takes the track itself once they are gone. */
  readonly #retiring = new Retiring<Published>(
    (published) => this.#forget(published),
    ({ producer }) => {
      this.#options.ask('producer:close', { producerId: producer.id }).catch(() => undefined);
      this.reconcile();
    },
  );
  /** Of the Producer that is being made. */
  #arriving: { stream: StreamName; trackId: string; standIn: StandIn } | null = null;
  /** Tracks of which the worker sealed a frame; a transform confirms before its Producer has an id. */
  readonly #sealed = new Set<string>();
  readonly #attempts = new Map<StreamName, number>();
  #wanted: Wanted[] = [];
  #gate: Gate = 'shut';
  #air: readonly StreamName[] = [];
  #dirty = false;
  #stopRetry: () => void = () => undefined;
  #closed = false;

  constructor(options: PublishingOptions) {
    this.#options = options;
    options.transport.on('produce', ({ kind, rtpParameters, appData }, done, fail) => {
      const { stream, sealing, paused, settled } = appData as unknown as ProducerData;
      if (!sealing()) {
        fail(new CannotSeal());
        return;
      }
      const { id: transportId } = options.transport;
      const create = (): Promise<Answer<'producer:create'>> => {
        if (this.#closed) throw new Error('closed');
        return options.ask('producer:create', {
          transportId,
          kind,
          stream,
          rtpParameters: { ...asSent(rtpParameters) },
          paused,
        });
      };
      settled.then(create).then(({ producerId }) => done({ id: producerId }), fail);
    });
  }

  /** Mutes take effect before this returns; all else follows. */
  want(wanted: Wanted[]): void {
    this.#wanted = wanted;
    for (const stream of this.#attempts.keys()) {
      if (!wanted.some((one) => one.stream === stream)) this.#attempts.delete(stream);
    }
    this.#enableAll();
    this.reconcile();
  }

  setGate(gate: Gate): void {
    this.#gate = gate;
    this.reconcile();
  }

  /** Viewers get these, and those made later; resolves once the server was told of what is there, rejects where it did not take it. */
  async setAir(streams: readonly StreamName[]): Promise<void> {
    this.#air = streams;
    await this.#queue.run(async () => {
      for (const published of [...this.#published.values(), ...this.#retiring.all]) await this.#tellAir(published);
    });
  }

  isSealed(stream: StreamName): boolean {
    const published = this.#published.get(stream);
    return published !== undefined && this.#sealed.has(published.trackId);
  }

  handleTrack(trackId: string, state: TrackState): void {
    if (state.state !== 'flowing' || this.#sealed.has(trackId)) return;
    this.#sealed.add(trackId);
    this.#enableAll();
    this.#options.onSealed();
  }

  /** The server ended it; if it is still wanted, another is made. */
  producerClosed(producerId: string): void {
    for (const { stream, producer } of this.#retiring.all) if (producer.id === producerId) this.#retiring.end(stream);
    for (const published of this.#published.values()) {
      if (published.producer.id === producerId) this.#forget(published);
    }
    this.reconcile();
  }

  /** Once more, after anything changed; cheap when nothing did. */
  reconcile(): void {
    if (this.#dirty || this.#closed) return;
    this.#dirty = true;
    this.#queue
      .run(async () => {
        this.#dirty = false;
        await this.#closeUnwanted();
        for (const one of [...this.#wanted]) if (!this.#closed) await this.#bringAbout(one);
      })
      .catch(() => undefined);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopRetry();
    this.#queue.close();
    this.#arriving?.standIn.stop();
    this.#retiring.close();
    for (const published of [...this.#published.values()]) this.#forget(published);
  }

  #enableAll(): void {
    for (const one of this.#wanted) this.#enable(one);
    const senders = [...this.#published.values(), ...this.#retiring.all, this.#arriving];
    for (const { stream, trackId, standIn } of senders.filter((one) => one !== null)) {
      standIn?.follow(
        this.#wanted.find((one) => one.stream === stream),
        this.#sealed.has(trackId),
      );
    }
  }

  /** A track is real only once its sealing was confirmed: until then it yields silence or black. */
  #enable({ stream, track, paused }: Wanted): void {
    const carrier = this.#retiring.get(stream) ?? this.#published.get(stream);
    track.enabled = !paused && carrier !== undefined && this.#sealed.has(carrier.trackId);
  }

  async #closeUnwanted(): Promise<void> {
    for (const published of [...this.#published.values()]) {
      if (this.#wanted.some(({ stream }) => stream === published.stream)) continue;
      const { id } = published.producer;
      this.#retiring.end(published.stream);
      this.#forget(published);
      // The server ends what it replaced with it.
      await this.#options.ask('producer:close', { producerId: id }).catch(() => undefined);
    }
  }

  #forget(published: Published): void {
    published.producer.close();
    published.standIn?.stop();
    if (this.#published.get(published.stream) === published) this.#published.delete(published.stream);
    this.#sealed.delete(published.trackId);
    this.#options.dropTrack(published.trackId);
  }

  async #bringAbout(one: Wanted): Promise<void> {
    const published = this.#published.get(one.stream);
    try {
      if (published && !this.#isOutdated(published)) await this.#adjust(published, one);
      else if (this.#gate === 'open' && (this.#attempts.get(one.stream) ?? 0) < MAX_ATTEMPTS) await this.#produce(one);
      else return;
      this.#attempts.delete(one.stream);
    } catch (error) {
      this.#failed(one.stream, error);
    }
  }

  /** The Room has another codec by now: another Producer takes its place, here and at the server. */
  #isOutdated({ stream, codec }: Published): boolean {
    const videoCodec = this.#options.videoCodec();
    return videoCodec !== null && planOf(stream, videoCodec).codec !== codec;
  }

  async #adjust(published: Published, one: Wanted): Promise<void> {
    const { producer, stream, standIn } = published;
    const goesOver = this.#retiring.get(stream) !== undefined && standIn?.standsFor(one.track);
    if (producer.track !== one.track && !goesOver) {
      this.#retiring.end(stream);
      await producer.replaceTrack({ track: one.track });
      standIn?.stop();
      published.standIn = null;
      this.#enable(one);
    }
    if (one.purpose !== undefined && published.purpose !== one.purpose && producer.rtpSender) {
      published.purpose = one.purpose;
      await tuneSender(producer.rtpSender, one.purpose);
    }
    if (published.paused !== one.paused && !producer.closed) {
      await this.#options.ask(one.paused ? 'producer:pause' : 'producer:resume', { producerId: producer.id });
      published.paused = one.paused;
    }
    await this.#tellAir(published);
  }

  async #tellAir(published: Published): Promise<void> {
    const { producer, stream } = published;
    const onAir = this.#air.includes(stream);
    if (published.onAir === onAir || producer.closed) return;
    // A request that is lost may have arrived.
    published.onAir = null;
    await this.#options.ask('producer:air', { producerId: producer.id, onAir });
    published.onAir = onAir;
  }

  async #produce(one: Wanted): Promise<void> {
    const { stream, paused } = one;
    if (one.track.readyState !== 'live') return;
    const videoCodec = this.#options.videoCodec();
    // Sound goes out whatever a Device can do with pictures.
    const plan = planOf(stream, videoCodec ?? 'vp8', one.purpose);
    const codec = capabilityOf(this.#options.device, plan.codec);
    if (!codec) throw new CannotSeal();
    const trackId = `send-${stream}-${++lastTrackNumber}`;
    const before = this.#published.get(stream);
    const standIn = before ? new StandIn(one) : null;
    if (standIn) this.#arriving = { stream, trackId, standIn };
    else one.track.enabled = false;
    let attached = false;
    const appData: ProducerData = {
      stream,
      sealing: () => attached,
      paused,
      settled: standIn?.settled ?? Promise.resolve(),
    };
    const options: ProducerOptions = {
      track: standIn?.track ?? one.track,
      codec,
      stopTracks: false,
      disableTrackOnPause: false,
      appData: { ...appData },
      onRtpSender: (rtpSender) => {
        attached = this.#attach(rtpSender, { side: 'send', trackId, stream, codec: plan.codec });
      },
      ...(plan.encodings && { encodings: plan.encodings }),
      ...(plan.codecOptions && { codecOptions: plan.codecOptions }),
    };
    const producer = await this.#options.transport
      .produce(options)
      .catch((error: unknown) => {
        this.#options.dropTrack(trackId);
        standIn?.stop();
        throw error;
      })
      .finally(() => (this.#arriving = null));
    this.#established({ stream, codec: plan.codec, trackId, producer, paused, onAir: false, standIn });
  }

  #established(published: Published): void {
    const before = this.#published.get(published.stream);
    this.#published.set(published.stream, published);
    if (this.#closed) return this.#forget(published);
    if (before) this.#retiring.add(before);
    this.#enableAll();
    this.#options.onSealed();
    this.reconcile(); // It may have been muted or replaced meanwhile.
  }

  #attach(rtpSender: RTCRtpSender, options: TransformOptions): true {
    try {
      this.#options.attach(rtpSender, options);
      return true;
    } catch {
      throw new CannotSeal();
    }
  }

  #failed(stream: StreamName, error: unknown): void {
    if (this.#closed) return;
    if (error instanceof CannotSeal) {
      this.#options.onFailed(stream, 'cannotSeal');
      return;
    }
    if (codeOf(error) === 'disconnected' || codeOf(error) === 'closed') return; // Asked again once we are back.
    const attempts = (this.#attempts.get(stream) ?? 0) + 1;
    this.#attempts.set(stream, attempts);
    if (attempts >= MAX_ATTEMPTS) this.#options.onFailed(stream, 'refused');
    else {
      this.#stopRetry();
      this.#stopRetry = after(RETRY_MS, () => this.reconcile());
    }
  }
}

/** What the `produce` event is given of a Producer that is being made. */
interface ProducerData {
  stream: StreamName;
  /** Whether its transform is attached. */
  sealing: () => boolean;
  paused: boolean;
  /** When the others may hear of it. */
  settled: Promise<void>;
}

/** Nothing is sent that could not be sealed. */
class CannotSeal extends Error {}
