// Counts what mediasoup holds in this process at a moment: Routers and their Workers, Transports, Producers, Consumers, and which of those are paused.
import { observer } from 'mediasoup';
import type { Consumer, Producer, Router, Transport, Worker } from 'mediasoup/types';

/** Sees Workers that start after it; `close()` lets go. */
export class MediaCensus {
  /** With the process id of its Worker. */
  readonly routers = new Map<Router, number>();
  readonly transports = new Set<Transport>();
  readonly producers = new Set<Producer>();
  readonly consumers = new Set<Consumer>();
  readonly #routerOf = new Map<string, Router>();
  readonly #watch = (worker: Worker): void => {
    worker.observer.on('newrouter', (router: Router) => {
      this.routers.set(router, worker.pid);
      router.observer.once('close', () => this.routers.delete(router));
      router.observer.on('newtransport', (transport: Transport) => this.#watchTransport(transport, router));
    });
  };

  constructor() {
    observer.on('newworker', this.#watch);
  }

  #watchTransport(transport: Transport, router: Router): void {
    keep(this.transports, transport);
    this.#routerOf.set(transport.id, router);
    transport.observer.once('close', () => this.#routerOf.delete(transport.id));
    transport.observer.on('newproducer', (producer: Producer) => keep(this.producers, producer));
    transport.observer.on('newconsumer', (consumer: Consumer) => keep(this.consumers, consumer));
  }

  routerOf(transportId: string): Router | undefined {
    return this.#routerOf.get(transportId);
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
