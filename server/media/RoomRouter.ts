// The life of one Router: its lease on a Worker, and who is heard in it. A Room has one at a time.
import type { Router, Worker } from 'mediasoup/types';
import type { Clock } from '../rooms/ports.ts';
import { openClientTransport, type ClientTransport } from './ClientTransport.ts';
import { ROUTER_CODECS } from './codecs.ts';
import { isWorkerGone, toProtocolError } from './mediaErrors.ts';
import { type SpeakerEvents, SpeakerWatch } from './SpeakerWatch.ts';
import type { WorkerPool } from './WorkerPool.ts';
import type { WorkerLease } from './WorkerLease.ts';

export class RoomRouter {
  readonly router: Router;
  readonly speakers: SpeakerWatch;
  readonly #lease: WorkerLease;

  private constructor(router: Router, speakers: SpeakerWatch, lease: WorkerLease) {
    this.router = router;
    this.speakers = speakers;
    this.#lease = lease;
  }

  /**
   * Tries the next Worker when one dies meanwhile, and waits up to `waitMs` for one. `onLost` is called at most once, and only after this resolved.
   * Rejects with ProtocolError `capacity`, `draining` or `internal`.
   */
  static async open(
    { pool, clock }: { pool: WorkerPool; clock: Clock },
    events: SpeakerEvents,
    onLost: () => void,
    waitMs?: number,
  ): Promise<RoomRouter> {
    for (;;) {
      let opened: RoomRouter | null = null;
      const lease = await pool.acquire(() => {
        if (opened === null) return;
        opened.speakers.routerClosed();
        onLost();
      }, waitMs);
      try {
        const router = await lease.worker.createRouter({ mediaCodecs: structuredClone([...ROUTER_CODECS]) });
        const speakers = await SpeakerWatch.open(router, events, clock);
        opened = new RoomRouter(router, speakers, lease);
        return opened;
      } catch (error) {
        lease.release();
        if (!isWorkerGone(error)) throw toProtocolError(error, 'server');
      }
    }
  }

  get worker(): Worker {
    return this.#lease.worker;
  }

  /** Rejects with mediasoup's own errors; `isWorkerGone` tells whether to ask the next Router. */
  createTransport(): Promise<ClientTransport> {
    return openClientTransport(this.router, this.#lease.webRtcServer);
  }

  /** Weighs the Worker: one more or one fewer Peer or viewer. */
  addLoad(change: number): void {
    this.#lease.addLoad(change);
  }

  close(): void {
    this.speakers.routerClosed();
    this.router.close();
    this.#lease.release();
  }
}
