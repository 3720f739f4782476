// One Worker per core: which of them a new Router goes to, and how many live.
import { ProtocolError } from '#protocol/errors';
import type { Worker } from 'mediasoup/types';
import type { WorkerStatus } from '../rooms/ports.ts';
import { Admission } from './Admission.ts';
import { LoadSampler } from './LoadSampler.ts';
import { lightestOf } from './placement.ts';
import type { WorkerLease } from './WorkerLease.ts';
import { type ReadWorker, readWorker } from './workerReading.ts';
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
  /** Share of a core at which a Worker is full; absent, nobody is refused. */
  fullCpu?: number | undefined;
  /** Instead of asking the Workers. */
  read?: ReadWorker | undefined;
}

export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #seats: readonly WorkerSeat[];
  readonly #admission: Admission;
  readonly #sampler: LoadSampler;
  #waiting = new Set<() => void>();
  #deaths = 0;
  #closed = false;

  private constructor(options: PoolOptions) {
    this.#options = options;
    this.#admission = new Admission(options.fullCpu ?? Infinity);
    const events = { onLive: () => this.#wakeAll(), onDeath: () => this.#countDeath() };
    this.#seats = Array.from({ length: options.workers }, (_, index) => {
      const port = options.firstPort === 0 ? 0 : options.firstPort + index;
      return new WorkerSeat({ ...options, port }, events);
    });
    this.#sampler = new LoadSampler({
      clock: options.clock,
      read: options.read ?? readWorker,
      workers: () => this.#seats.flatMap(({ live }) => live ?? []),
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

  status(): { ready: boolean; workers: number; deaths: number; perWorker: WorkerStatus[] } {
    const perWorker = this.#seats.flatMap(({ live, routers: rooms }): WorkerStatus[] => {
      if (live === null) return [];
      const { load, transports, goesFirst } = live;
      return [
        {
          cpu: load.cpu,
          delayMs: load.delayMs,
          rooms,
          transports: transports.open,
          full: this.#admission.isFull(load),
          goesFirst,
        },
      ];
    });
    const workers = perWorker.length;
    return { ready: workers > 0 && !this.#closed, workers, deaths: this.#deaths, perWorker };
  }

  /** Process ids of the live Workers. */
  pids(): number[] {
    return this.#seats.flatMap(({ live }) => live?.worker.pid ?? []);
  }

  /** @throws ProtocolError `capacity` with `retryAfterMs` where every Worker is full */
  admit(): void {
    this.#admission.admit(this.#seats.flatMap(({ live }) => live?.load ?? []));
  }

  /** What a Worker has to do, as share of a core; null once it is gone. */
  cpuOf(worker: Worker): number | null {
    return this.#seats.find(({ live }) => live?.worker === worker)?.cpu ?? null;
  }

  /** What the lightest Worker beside `except` has to do; null where there is none. */
  lightestBeside(except: readonly Worker[]): number | null {
    const others = this.#seats.filter(({ live }) => live !== null && !except.includes(live.worker));
    return lightestOf(others)?.cpu ?? null;
  }

  /**
   * Leases the Worker with the least to do; `onLost` is called once if it dies before the release.
   * Rejects with ProtocolError `capacity` when none is there in time, `draining` when the pool closes.
   */
  async acquire(onLost: () => void, waitMs = OPEN_WAIT_MS): Promise<WorkerLease> {
    const untilMs = this.#options.clock.now() + waitMs;
    for (;;) {
      if (this.#closed) throw new ProtocolError('draining', 'this server is going down');
      const lease = this.#lightest()?.lease(onLost);
      if (lease) return lease;
      const leftMs = untilMs - this.#options.clock.now();
      if (leftMs <= 0) throw new ProtocolError('capacity', 'no media worker is available');
      await this.#changeWithin(Math.min(leftMs, STARTING_COUNTS_MS));
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sampler.close();
    for (const seat of this.#seats) seat.close();
    this.#wakeAll();
  }

  #lightest(): WorkerSeat | undefined {
    return lightestOf(this.#seats.filter((seat) => seat.isLive || seat.hasBeenStartingFor(STARTING_COUNTS_MS)));
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
