// Counts what mediasoup holds in this process at a moment: Transports, Producers, Consumers, and which of those are paused.
import { observer } from 'mediasoup';
import type { Consumer, Producer, Router, Transport, Worker } from 'mediasoup/types';

/** Sees Workers that start after it; `close()` lets go. */
export class MediaCensus {
  readonly transports = new Set<Transport>();
  readonly producers = new Set<Producer>();
  readonly consumers = new Set<Consumer>();
  readonly #watch = (worker: Worker): void => {
    worker.observer.on('newrouter', (router: Router) => {
      router.observer.on('newtransport', (transport: Transport) => this.#watchTransport(transport));
    });
  };

  constructor() {
    observer.on('newworker', this.#watch);
  }

  #watchTransport(transport: Transport): void {
    keep(this.transports, transport);
    transport.observer.on('newproducer', (producer: Producer) => keep(this.producers, producer));
    transport.observer.on('newconsumer', (consumer: Consumer) => keep(this.consumers, consumer));
  }

  /** Consumers whose client has not said that it can open their frames. */
  get pausedConsumers(): number {
    return [...this.consumers].filter(({ paused }) => paused).length;
  }

  close(): void {
    observer.off('newworker', this.#watch);
  }
}

function keep<Thing extends { observer: { once(event: 'close', listener: () => void): unknown } }>(
  all: Set<Thing>,
  thing: Thing,
): void {
  all.add(thing);
  thing.observer.once('close', () => all.delete(thing));
}
