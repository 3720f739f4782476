// What one Peer receives: a Consumer for each Producer of the others that its client can decode.
import { ProtocolError } from '#protocol/errors';
import type { ConsumerId } from '#protocol/ids';
import type { ConsumerView } from '#protocol/media';
import type { Router, RtpCapabilities, WebRtcTransport } from 'mediasoup/types';
import type { Clock, Notify } from '../rooms/ports.ts';
import { ConsumerControl } from './ConsumerControl.ts';
import type { Published } from './published.ts';

/** Consumers told of in one notification: 2 KB each, and a client builds them one after the other anyhow. */
const MAX_ANNOUNCED_TOGETHER = 64;

export interface ConsumersOptions {
  router: Router;
  transport: WebRtcTransport;
  notify: Notify;
  clock: Clock;
}

type State = { name: 'idle' } | { name: 'started'; capabilities: RtpCapabilities } | { name: 'closed' };

export class PeerConsumers {
  readonly #options: ConsumersOptions;
  #state: State = { name: 'idle' };
  /** Those that the client was told of, and has not been told are closed. */
  #controls = new Map<ConsumerId, ConsumerControl>();
  #waiting = new Set<Published>();
  #announcing: Promise<void> | null = null;
  #gone: ConsumerId[] = [];

  constructor(options: ConsumersOptions) {
    this.#options = options;
  }

  /** Resolves when everything in `published` is announced. A second call changes nothing. */
  async start(capabilities: RtpCapabilities, published: Iterable<Published>): Promise<void> {
    if (this.#state.name !== 'idle') return;
    this.#state = { name: 'started', capabilities };
    for (const one of published) this.#waiting.add(one);
    await this.#announceWaiting();
  }

  /** Another Peer sends something new. Before `start()` there is nothing to do: it will be given then. */
  add(published: Published): void {
    if (this.#state.name !== 'started') return;
    this.#waiting.add(published);
    void this.#announceWaiting();
  }

  remove(published: Published): void {
    this.#waiting.delete(published);
  }

  /** Ids that are unknown have closed meanwhile and are passed over. */
  async ready(consumerIds: readonly ConsumerId[]): Promise<void> {
    await Promise.all(consumerIds.map((id) => this.#controls.get(id)?.markReady()));
  }

  /** Ids that are unknown have closed meanwhile and are passed over. */
  async view(views: readonly ConsumerView[]): Promise<void> {
    await Promise.all(views.map(({ consumerId, ...view }) => this.#controls.get(consumerId)?.show(view)));
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
      this.#announce(made.filter((control) => control !== null && !control.closed) as ConsumerControl[]);
    }
    this.#announcing = null;
  }

  #announce(controls: readonly ConsumerControl[]): void {
    if (this.#state.name !== 'started' || controls.length === 0) return;
    for (const control of controls) this.#controls.set(control.id, control);
    this.#options.notify('consumer:new', { consumers: controls.map((control) => control.describe()) });
  }

  /** Null when the client cannot decode it, or when either side is gone by now. */
  async #consume(published: Published, rtpCapabilities: RtpCapabilities): Promise<ConsumerControl | null> {
    const { router, transport, clock } = this.#options;
    const producerId = published.id;
    try {
      if (!router.canConsume({ producerId, rtpCapabilities })) return null;
      // For audio this turns NACK on: one lost packet costs 20 ms of voice, asking again costs 30 bytes.
      const consumer = await transport.consume({ producerId, rtpCapabilities, paused: true, enableRtx: true });
      // One that comes after its Transport went is closed by nobody else, and its listeners would live as long as the Worker.
      if (transport.closed) {
        consumer.close();
        return null;
      }
      const former = [...this.#controls.values()].find((control) => control.producerId === published.replaces);
      const control = new ConsumerControl(consumer, published, clock, former);
      former?.yieldPlace();
      consumer.on('producerpause', () => this.#tellPaused(control, true));
      consumer.on('producerresume', () => this.#tellPaused(control, false));
      consumer.on('producerclose', () => this.#tellClosed(control));
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
