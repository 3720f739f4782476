// A Room's audience on another Worker than the Room's own: a Router there, and one pipe for each stream, whatever stands behind it.
import type { ProducerId } from '#protocol/ids';
import type { Producer, Router } from 'mediasoup/types';
import { openClientTransport, type ClientTransport } from './ClientTransport.ts';
import { ROUTER_CODECS } from './codecs.ts';
import type { Published } from './published.ts';
import type { ViewerPlace } from './SfuViewerMedia.ts';
import type { WorkerLease } from './WorkerLease.ts';

export interface BranchOptions {
  lease: WorkerLease;
  /** Where the Producers are; null while there is no such Router. */
  source(): Router | null;
  /** Nobody is behind it any more, and it is closed. */
  onEmpty(): void;
}

interface Pipe {
  /** It may be wanted no more, and again, while it is being made. */
  isWanted: boolean;
  made: Promise<Producer | null>;
}

/** Lives as long as viewers are behind it. */
export class AudienceBranch implements ViewerPlace {
  readonly #options: BranchOptions;
  readonly #opening: Promise<Router>;
  readonly #pipes = new Map<ProducerId, Pipe>();
  #router: Router | null = null;
  #viewers = 0;
  #closed = false;

  constructor(options: BranchOptions) {
    this.#options = options;
    this.#opening = this.#open();
    // Whoever enters hears of it.
    this.#opening.catch(() => undefined);
  }

  async #open(): Promise<Router> {
    const { worker } = this.#options.lease;
    const router = await worker.createRouter({ mediaCodecs: structuredClone([...ROUTER_CODECS]) });
    if (this.#closed) router.close();
    this.#router = router;
    return router;
  }

  /** Only after `enter()`. */
  get router(): Router {
    if (this.#router === null) throw new TypeError('the branch is not open');
    return this.#router;
  }

  /** One more viewer, counted at once, so that those who come together spread. Rejects with mediasoup's own errors. */
  async enter(): Promise<this> {
    this.#viewers += 1;
    this.#options.lease.addLoad(1);
    try {
      await this.#opening;
      return this;
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  leave(): void {
    this.#viewers -= 1;
    this.#options.lease.addLoad(-1);
    if (this.#viewers === 0) this.close();
  }

  createTransport(): Promise<ClientTransport> {
    return openClientTransport(this.router, this.#options.lease.webRtcServer);
  }

  async carry(published: Published): Promise<boolean> {
    const pipe = this.#pipes.get(published.id) ?? this.#begin(published);
    pipe.isWanted = true;
    return (await pipe.made)?.closed === false;
  }

  #begin(published: Published): Pipe {
    const pipe: Pipe = { isWanted: true, made: this.#pipe(published) };
    this.#pipes.set(published.id, pipe);
    void pipe.made.then((producer) => {
      if (producer === null || producer.closed) this.#forget(published.id, pipe);
      else producer.observer.once('close', () => this.#forget(published.id, pipe));
    });
    return pipe;
  }

  /** Null where either side is gone by now. All layers cross, and each viewer is sent its own of them. */
  async #pipe({ id: producerId }: Published): Promise<Producer | null> {
    try {
      const piped = await this.#options.source()?.pipeToRouter({ producerId, router: this.router });
      return piped?.pipeProducer ?? null;
    } catch {
      return null;
    }
  }

  /** Its Consumers here end with it. */
  drop(producerId: ProducerId): void {
    const pipe = this.#pipes.get(producerId);
    if (pipe === undefined) return;
    pipe.isWanted = false;
    void pipe.made.then((producer) => {
      if (!pipe.isWanted) producer?.close();
    });
  }

  #forget(producerId: ProducerId, pipe: Pipe): void {
    if (this.#pipes.get(producerId) === pipe) this.#pipes.delete(producerId);
  }

  /** The pipes end with the Router, on both sides. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#router?.close();
    this.#options.lease.release();
    this.#options.onEmpty();
  }
}
