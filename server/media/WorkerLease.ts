// A Room's hold on a Worker, and what the Room weighs there.
import type { WebRtcServer, Worker } from 'mediasoup/types';

interface LeaseEvents {
  onLost: () => void;
  onReleased: () => void;
}

/** `release()` may be called twice, and after the Worker's death. */
export class WorkerLease {
  readonly worker: Worker;
  readonly webRtcServer: WebRtcServer;
  readonly #events: LeaseEvents;
  #load = 1;

  constructor(worker: Worker, webRtcServer: WebRtcServer, events: LeaseEvents) {
    this.worker = worker;
    this.webRtcServer = webRtcServer;
    this.#events = events;
  }

  /** What this Room weighs: one, and one for each Peer. */
  get load(): number {
    return this.#load;
  }

  addLoad(change: number): void {
    this.#load += change;
  }

  release(): void {
    this.#events.onReleased();
  }

  /** The Worker died under it. */
  workerDied(): void {
    this.#events.onLost();
  }
}
