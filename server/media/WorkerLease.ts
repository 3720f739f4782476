// A Router's hold on a Worker, and the devices that the Router puts on it.
import type { WebRtcServer, Worker } from 'mediasoup/types';
import type { DeviceKind, WorkerLoad } from './WorkerLoad.ts';

interface LeaseOptions {
  worker: Worker;
  webRtcServer: WebRtcServer;
  load: WorkerLoad;
  onLost: () => void;
  onReleased: () => void;
}

/** `release()` may be called twice, and after the Worker's death. */
export class WorkerLease {
  readonly #options: LeaseOptions;
  #devices = 0;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  get worker(): Worker {
    return this.#options.worker;
  }

  get webRtcServer(): WebRtcServer {
    return this.#options.webRtcServer;
  }

  /** The Router, and each device on it. */
  get placed(): number {
    return 1 + this.#devices;
  }

  /** One more device, which counts as load until it can be measured. */
  addDevice(kind: DeviceKind): void {
    this.#devices += 1;
    this.#options.load.expect(kind);
  }

  removeDevice(): void {
    this.#devices -= 1;
  }

  release(): void {
    this.#options.onReleased();
  }

  /** The Worker died under it. */
  workerDied(): void {
    this.#options.onLost();
  }
}
