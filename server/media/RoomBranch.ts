// A Room's Router on another Worker than its own, for members and viewers who were placed there.
import type { ProducerId } from '#protocol/ids';
import type { Router } from 'mediasoup/types';
import { openClientTransport, type ClientTransport } from './ClientTransport.ts';
import { openRouter } from './codecs.ts';
import type { MediaPlace } from './MediaPlace.ts';
import type { Published } from './published.ts';
import { RouterPipes } from './RouterPipes.ts';
import type { WorkerLease } from './WorkerLease.ts';
import type { DeviceKind } from './WorkerLoad.ts';

export interface BranchOptions {
  lease: WorkerLease;
  /** Nobody is on it any more, and it is closed. */
  onEmpty(): void;
}

type Opened = { router: Router; pipes: RouterPipes };

/** Lives as long as devices are on it. */
export class RoomBranch implements MediaPlace {
  readonly #options: BranchOptions;
  readonly #opening: Promise<void>;
  #opened: Opened | null = null;
  #devices = 0;
  #closed = false;

  constructor(options: BranchOptions) {
    this.#options = options;
    this.#opening = this.#open();
    // Whoever enters hears of it.
    this.#opening.catch(() => undefined);
  }

  async #open(): Promise<void> {
    const { worker } = this.#options.lease;
    const router = await openRouter(worker);
    if (this.#closed) router.close();
    this.#opened = { router, pipes: new RouterPipes(router) };
  }

  /** Only after `enter()`. */
  get router(): Router {
    return this.#there.router;
  }

  get #there(): Opened {
    if (this.#opened === null) throw new TypeError('the branch is not open');
    return this.#opened;
  }

  /** One more device, counted at once, so that those who come together spread. Rejects with mediasoup's own errors. */
  async enter(kind: DeviceKind): Promise<this> {
    this.#devices += 1;
    this.#options.lease.addDevice(kind);
    try {
      await this.#opening;
      return this;
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  leave(): void {
    this.#devices -= 1;
    this.#options.lease.removeDevice();
    if (this.#devices === 0) this.close();
  }

  createTransport(): Promise<ClientTransport> {
    return openClientTransport(this.router, this.#options.lease.webRtcServer);
  }

  carry(published: Published, holder: object): Promise<boolean> {
    return this.#there.pipes.carry(published, holder);
  }

  release(producerId: ProducerId, holder: object): void {
    this.#there.pipes.release(producerId, holder);
  }

  /** The pipes end with the Router, on both sides. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#opened?.router.close();
    this.#options.lease.release();
    this.#options.onEmpty();
  }
}
