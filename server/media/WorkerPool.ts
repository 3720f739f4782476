// One Worker per core: which of them a new Router goes to, and how many live.
import { ProtocolError } from '#protocol/errors';
import type { WorkerLease } from './WorkerLease.ts';
import { type SeatOptions, WorkerSeat } from './WorkerSeat.ts';

/** A Worker on its way counts as a choice for this long, so that the Rooms of a dead one do not all move next door. */
const STARTING_COUNTS_MS = 1_000;
/** How long a Room that is being opened waits for any Worker before it is told to try later. */
const OPEN_WAIT_MS = 5_000;

export interface PoolOptions extends Omit<SeatOptions, 'port'> {
  workers: number;
  /** Port of the first Worker, the next one's is one higher; 0 lets each find free ones. */
  firstPort: number;
  onWorkerDeath?: (() => void) | undefined;
}

export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #seats: readonly WorkerSeat[];
  #waiting = new Set<() => void>();
  #deaths = 0;
  #closed = false;

  private constructor(options: PoolOptions) {
    this.#options = options;
    const events = { onLive: () => this.#wakeAll(), onDeath: () => this.#countDeath() };
    this.#seats = Array.from({ length: options.workers }, (_, index) => {
      const port = options.firstPort === 0 ? 0 : options.firstPort + index;
      return new WorkerSeat({ ...options, port }, events);
    });
  }

  /** Rejects, with nothing left running, when any Worker cannot start: a wrong binary or a taken port. */
  static async open(options: PoolOptions): Promise<WorkerPool> {
    if (!Number.isInteger(options.workers) || options.workers < 1) throw new RangeError('at least one media worker');
    const pool = new WorkerPool(options);
    const started = await Promise.allSettled(pool.#seats.map((seat) => seat.start()));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed === undefined) return pool;
    pool.close();
    const why = failed.reason instanceof Error ? failed.reason.message : 'unknown';
    throw new Error(`the media workers could not be started: ${why}`, { cause: failed.reason });
  }

  status(): { ready: boolean; workers: number; deaths: number } {
    const workers = this.#seats.filter((seat) => seat.isLive).length;
    return { ready: workers > 0 && !this.#closed, workers, deaths: this.#deaths };
  }

  /** Process ids of the live Workers. */
  pids(): number[] {
    return this.#seats.map((seat) => seat.pid).filter((pid) => pid !== null);
  }

  /**
   * Leases the least loaded Worker; `onLost` is called once if it dies before the release.
   * Rejects with ProtocolError `capacity` when none is there in time, `draining` when the pool closes.
   */
  async acquire(onLost: () => void, waitMs = OPEN_WAIT_MS): Promise<WorkerLease> {
    const untilMs = this.#options.clock.now() + waitMs;
    for (;;) {
      if (this.#closed) throw new ProtocolError('draining', 'this server is going down');
      const lease = this.#leastLoaded()?.lease(onLost);
      if (lease) return lease;
      const leftMs = untilMs - this.#options.clock.now();
      if (leftMs <= 0) throw new ProtocolError('capacity', 'no media worker is available');
      await this.#changeWithin(Math.min(leftMs, STARTING_COUNTS_MS));
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const seat of this.#seats) seat.close();
    this.#wakeAll();
  }

  #leastLoaded(): WorkerSeat | undefined {
    return this.#seats
      .filter((seat) => seat.isLive || seat.hasBeenStartingFor(STARTING_COUNTS_MS))
      .toSorted((a, b) => a.load - b.load)[0];
  }

  #countDeath(): void {
    this.#deaths += 1;
    this.#options.onWorkerDeath?.();
  }

  #changeWithin(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#waiting.delete(wake);
        resolve();
      };
      const cancel = this.#options.clock.after(ms, wake);
      this.#waiting.add(wake);
    });
  }

  #wakeAll(): void {
    for (const wake of this.#waiting) wake();
  }
}
