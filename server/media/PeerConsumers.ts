// What one Peer receives: a Consumer for each Producer of the others that its client can decode.
import { ProtocolError } from '#protocol/errors';
import type { ConsumerId, PeerId, ProducerId } from '#protocol/ids';
import type { ConsumerView } from '#protocol/media';
import type { RtpCapabilities, WebRtcTransport } from 'mediasoup/types';
import type { Clock, Notify } from '../rooms/ports.ts';
import { ConsumerControl } from './ConsumerControl.ts';
import type { MediaPlace } from './MediaPlace.ts';
import type { Published } from './published.ts';

/** Consumers told of in one notification: 2 KB each, and a client builds them one after the other anyhow. */
const MAX_ANNOUNCED_TOGETHER = 64;

export interface ConsumersOptions {
  place: MediaPlace;
  transport: WebRtcTransport;
  notify: Notify;
  clock: Clock;
}

/** Which microphones are forwarded, and whose they are. */
export interface Heard {
  has(producerId: ProducerId): boolean;
  peerIds: PeerId[];
}

type State = { name: 'idle' } | { name: 'started'; capabilities: RtpCapabilities } | { name: 'closed' };

export class PeerConsumers {
  readonly #options: ConsumersOptions;
  #state: State = { name: 'idle' };
  /** Those that the client was told of, and has not been told are closed. */
  #controls = new Map<ConsumerId, ConsumerControl>();
  /** What this device is to be sent; each time anew, so that what was under way for an earlier time does not count. */
  readonly #wanted = new Map<ProducerId, object>();
  #waiting = new Set<Published>();
  #announcing: Promise<void> | null = null;
  #gone: ConsumerId[] = [];
  #heard: Heard | null = null;
  /** Whose microphones the client was told of last; null for all. */
  #toldHeard = '';

  constructor(options: ConsumersOptions) {
    this.#options = options;
  }

  /** Resolves when everything in `published` is announced. A second call changes nothing. */
  async start(capabilities: RtpCapabilities, published: Iterable<Published>, heard: Heard | null): Promise<void> {
    if (this.#state.name !== 'idle') return;
    this.#state = { name: 'started', capabilities };
    this.hear(heard);
    await Promise.all([...published].map((one) => this.#bring(one)));
  }

  /** Another Peer sends something new. Before `start()` there is nothing to do: it will be given then. */
  add(published: Published): void {
    if (this.#state.name !== 'started') return;
    void this.#bring(published);
  }

  /** To the Router that this device is on, and then to the device. Never rejects. */
  async #bring(published: Published): Promise<void> {
    const wish = {};
    this.#wanted.set(published.id, wish);
    const isHere = await this.#options.place.carry(published, this);
    if (this.#wanted.get(published.id) !== wish) return;
    if (!isHere) return this.#letGo(published.id);
    this.#waiting.add(published);
    await this.#announceWaiting();
  }

  #letGo(producerId: ProducerId): void {
    this.#wanted.delete(producerId);
    this.#options.place.release(producerId, this);
  }

  /** It goes on, and is not for this device any more. */
  withdraw(producerId: ProducerId): void {
    if (this.#state.name !== 'started') return;
    this.#letGo(producerId);
    for (const waiting of this.#waiting) if (waiting.id === producerId) this.#waiting.delete(waiting);
    const control = this.#controlOf(producerId);
    if (control === undefined) return;
    control.close();
    this.#tellClosed(control);
  }

  /** What has a Consumer goes on until the Worker says that it has ended. */
  remove(published: Published): void {
    if (this.#waiting.delete(published)) this.#letGo(published.id);
  }

  /** Ids that are unknown have closed meanwhile and are passed over. */
  async ready(consumerIds: readonly ConsumerId[]): Promise<void> {
    await Promise.all(consumerIds.map((id) => this.#controls.get(id)?.markReady()));
  }

  /** Ids that are unknown have closed meanwhile and are passed over. */
  async view(views: readonly ConsumerView[]): Promise<void> {
    await Promise.all(views.map(({ consumerId, ...view }) => this.#controls.get(consumerId)?.show(view)));
  }

  /**
   * The client let go of them to make room for others: each is made anew, in its place. Ids that are unknown have closed
   * meanwhile and are passed over.
   */
  async renew(consumerIds: readonly ConsumerId[]): Promise<void> {
    for (const { published } of consumerIds.flatMap((id) => this.#controls.get(id) ?? [])) this.#waiting.add(published);
    await this.#announceWaiting();
  }

  /** The client is told before any Consumer that this concerns, so that it builds those first. */
  hear(heard: Heard | null): void {
    if (this.#state.name !== 'started') return;
    this.#heard = heard;
    for (const control of this.#controls.values()) void control.setHeard(this.#isHeard(control.published));
    const told = heard === null ? '' : heard.peerIds.join();
    if (told === this.#toldHeard) return;
    this.#toldHeard = told;
    this.#options.notify('audio:heard', { peerIds: heard?.peerIds ?? null });
  }

  #isHeard({ id, stream }: Published): boolean {
    return stream !== 'mic' || this.#heard === null || this.#heard.has(id);
  }

  requestKeyFrame(consumerId: ConsumerId): void {
    const control = this.#controls.get(consumerId);
    if (control === undefined) throw new ProtocolError('not_found', 'no such Consumer');
    control.requestKeyFrame();
  }

  /** Silent: whoever closes a Peer or resets a Room has told the client, or has nobody to tell. */
  transportClosed(): void {
    this.#state = { name: 'closed' };
    for (const control of this.#controls.values()) control.orphaned();
    this.#controls.clear();
    this.#waiting.clear();
    for (const producerId of [...this.#wanted.keys()]) this.#letGo(producerId);
    this.#gone = [];
  }

  /** One run at a time; what comes while it runs goes into its next batch. */
  #announceWaiting(): Promise<void> {
    this.#announcing ??= this.#announceInBatches();
    return this.#announcing;
  }

  async #announceInBatches(): Promise<void> {
    // Producers that appear within one turn of the event loop are told of together.
    await Promise.resolve();
    while (this.#state.name === 'started' && this.#waiting.size > 0) {
      const { capabilities } = this.#state;
      const batch = [...this.#waiting].slice(0, MAX_ANNOUNCED_TOGETHER);
      for (const published of batch) this.#waiting.delete(published);
      const made = await Promise.all(batch.map((published) => this.#consume(published, capabilities)));
      this.#announce(made.filter((control) => control !== null).filter((control) => this.#isStillFor(control)));
    }
    this.#announcing = null;
  }

  #isStillFor(control: ConsumerControl): boolean {
    if (!this.#wanted.has(control.producerId)) control.close();
    return !control.closed;
  }

  #announce(controls: readonly ConsumerControl[]): void {
    if (this.#state.name !== 'started' || controls.length === 0) return;
    const renewed = controls.flatMap(({ producerId }) => this.#controlOf(producerId) ?? []);
    for (const control of controls) this.#controls.set(control.id, control);
    this.#options.notify('consumer:new', { consumers: controls.map((control) => control.describe()) });
    for (const control of renewed) {
      control.close();
      this.#tellClosed(control);
    }
  }

  #controlOf(producerId: ProducerId | undefined): ConsumerControl | undefined {
    return [...this.#controls.values()].find((control) => control.producerId === producerId);
  }

  /** What comes to nothing is let go of. */
  async #consume(published: Published, rtpCapabilities: RtpCapabilities): Promise<ConsumerControl | null> {
    const control = await this.#makeConsumer(published, rtpCapabilities);
    if (control === null && this.#controlOf(published.id) === undefined) this.#letGo(published.id);
    return control;
  }

  /** Null when the client cannot decode it, or when either side is gone by now. */
  async #makeConsumer(published: Published, rtpCapabilities: RtpCapabilities): Promise<ConsumerControl | null> {
    const { place, transport, clock } = this.#options;
    const producerId = published.id;
    try {
      if (!place.router.canConsume({ producerId, rtpCapabilities })) return null;
      // For audio this turns NACK on: one lost packet costs 20 ms of voice, asking again costs 30 bytes.
      const consumer = await transport.consume({ producerId, rtpCapabilities, paused: true, enableRtx: true });
      // One that comes after its Transport went is closed by nobody else, and its listeners would live as long as the Worker.
      if (transport.closed) {
        consumer.close();
        return null;
      }
      const former = this.#controlOf(producerId) ?? this.#controlOf(published.replaces);
      const control = new ConsumerControl(consumer, published, clock, former);
      if (former?.producerId === published.replaces) former?.yieldPlace();
      void control.setHeard(this.#isHeard(published));
      consumer.on('producerpause', () => this.#tellPaused(control, true));
      consumer.on('producerresume', () => this.#tellPaused(control, false));
      consumer.on('producerclose', () => {
        this.#letGo(producerId);
        this.#tellClosed(control);
      });
      return control;
    } catch {
      return null;
    }
  }

  /** Before it is announced there is no need: the announcement will say so. */
  #tellPaused(control: ConsumerControl, paused: boolean): void {
    if (!this.#controls.has(control.id)) return;
    this.#options.notify(paused ? 'consumer:paused' : 'consumer:resumed', { consumerId: control.id });
  }

  #tellClosed(control: ConsumerControl): void {
    control.orphaned();
    if (!this.#controls.delete(control.id)) return;
    this.#gone.push(control.id);
    // A Peer that leaves takes up to four Producers with it, whose ends arrive within one turn of the event loop.
    if (this.#gone.length === 1) setImmediate(() => this.#flushGone());
  }

  #flushGone(): void {
    const consumerIds = this.#gone;
    this.#gone = [];
    if (this.#state.name !== 'started' || consumerIds.length === 0) return;
    this.#options.notify('consumer:closed', { consumerIds });
  }
}
