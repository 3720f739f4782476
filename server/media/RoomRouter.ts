// A Room's own Router: its lease on a Worker, and who is heard in the Room. There is one at a time.
import type { ProducerId } from '#protocol/ids';
import type { Router, Worker } from 'mediasoup/types';
import type { Clock } from '../rooms/ports.ts';
import { openClientTransport, type ClientTransport } from './ClientTransport.ts';
import { openRouter } from './codecs.ts';
import { isWorkerGone, toProtocolError } from './mediaErrors.ts';
import type { MediaPlace } from './MediaPlace.ts';
import type { Published } from './published.ts';
import { RouterPipes } from './RouterPipes.ts';
import { type SpeakerEvents, SpeakerWatch } from './SpeakerWatch.ts';
import type { WorkerLease } from './WorkerLease.ts';
import type { DeviceKind } from './WorkerLoad.ts';
import type { WorkerPool } from './WorkerPool.ts';

export class RoomRouter implements MediaPlace {
  readonly router: Router;
  readonly speakers: SpeakerWatch;
  readonly #lease: WorkerLease;
  readonly #pipes: RouterPipes;

  private constructor(router: Router, speakers: SpeakerWatch, lease: WorkerLease) {
    this.router = router;
    this.speakers = speakers;
    this.#lease = lease;
    this.#pipes = new RouterPipes(router);
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
        const router = await openRouter(lease.worker);
        const speakers = new SpeakerWatch(router, events, clock);
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

  /** One device more. */
  enter(kind: DeviceKind): this {
    this.#lease.addDevice(kind);
    return this;
  }

  leave(): void {
    this.#lease.removeDevice();
  }

  createTransport(): Promise<ClientTransport> {
    return openClientTransport(this.router, this.#lease.webRtcServer);
  }

  carry(published: Published, holder: object): Promise<boolean> {
    return this.#pipes.carry(published, holder);
  }

  release(producerId: ProducerId, holder: object): void {
    this.#pipes.release(producerId, holder);
  }

  /** Every microphone of the Room is brought here, wherever it is sent: one voice is found louder than another only side by side. */
  watch(published: Published): void {
    if (published.stream === 'mic') this.speakers.add(published, this.carry(published, this.speakers));
  }

  unwatch(producerId: ProducerId): void {
    this.speakers.remove(producerId);
    this.release(producerId, this.speakers);
  }

  close(): void {
    this.speakers.routerClosed();
    this.router.close();
    this.#lease.release();
  }
}
