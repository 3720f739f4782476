// How many Transports of any kind each Worker carries, counted by mediasoup's own events.
import type { Router, Transport, Worker } from 'mediasoup/types';

export class TransportCount {
  #open = 0;

  constructor(worker: Worker) {
    worker.observer.on('newrouter', (router: Router) => {
      router.observer.on('newtransport', (transport: Transport) => {
        this.#open += 1;
        transport.observer.once('close', () => void (this.#open -= 1));
      });
    });
  }

  get open(): number {
    return this.#open;
  }
}
