// One place for a Worker with its WebRtcServer on one port: starts it, replaces it when it dies, waits longer each time.
import { createWorker } from 'mediasoup';
import type { TransportListenInfo, WebRtcServer, Worker } from 'mediasoup/types';
import type { Clock } from '../rooms/ports.ts';
import { goFirst } from './goFirst.ts';
import type { MediaLog } from './mediaLog.ts';
import { TransportCount } from './TransportCount.ts';
import { WorkerLease } from './WorkerLease.ts';
import { WorkerLoad } from './WorkerLoad.ts';

/** A Worker is up in 50 ms; one that is silent for longer than this is given up. */
const START_TIMEOUT_MS = 10_000;
/** Wait before the second replacement in a row, doubled for each further one: a crash loop must not eat a core. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;
/** A Worker that lived this long has nothing to do with the deaths before it. */
const STABLE_AFTER_MS = 60_000;

export interface SeatOptions {
  /** Path of the mediasoup-worker binary; mediasoup's own choice when absent. */
  workerBin?: string | undefined;
  listenHost: string;
  /** Address that clients are told, when it is not `listenHost`. */
  announcedAddress: string;
  /** UDP and TCP port; 0 lets the Worker find free ones. */
  port: number;
  clock: Clock;
  log: MediaLog;
}

export interface SeatEvents {
  /** A replacement is up. */
  onLive(): void;
  onDeath(): void;
}

interface LiveWorker {
  worker: Worker;
  webRtcServer: WebRtcServer;
  load: WorkerLoad;
  transports: TransportCount;
  goesFirst: boolean;
}

type SeatState =
  | { name: 'starting'; sinceMs: number }
  | ({ name: 'live'; sinceMs: number } & LiveWorker)
  | { name: 'waiting'; cancel: () => void }
  | { name: 'closed' };

export class WorkerSeat {
  readonly #options: SeatOptions;
  readonly #events: SeatEvents;
  #state: SeatState = { name: 'waiting', cancel: () => undefined };
  #leases = new Set<WorkerLease>();
  /** Deaths and failed starts without a stable life between them. */
  #failures = 0;

  constructor(options: SeatOptions, events: SeatEvents) {
    this.#options = options;
    this.#events = events;
  }

  get isLive(): boolean {
    return this.#state.name === 'live';
  }

  /** True while a Worker is coming up that was asked for less than `ms` ago. */
  hasBeenStartingFor(ms: number): boolean {
    return this.#state.name === 'starting' && this.#options.clock.now() - this.#state.sinceMs < ms;
  }

  /** Null while none is live here. */
  get live(): LiveWorker | null {
    return this.#state.name === 'live' ? this.#state : null;
  }

  /** Share of a core, foreseen: a Worker that is on its way has nothing to do. */
  get cpu(): number {
    return this.live?.load.foreseenCpu ?? 0;
  }

  /** Routers and devices that were placed here. */
  get placed(): number {
    return [...this.#leases].reduce((sum, lease) => sum + lease.placed, 0);
  }

  get routers(): number {
    return this.#leases.size;
  }

  /** Null when no Worker is live here. */
  lease(onLost: () => void): WorkerLease | null {
    if (this.#state.name !== 'live') return null;
    const { worker, webRtcServer, load } = this.#state;
    const onReleased = (): void => void this.#leases.delete(lease);
    const lease = new WorkerLease({ worker, webRtcServer, load, onLost, onReleased });
    this.#leases.add(lease);
    return lease;
  }

  /** Resolves when the Worker is live; rejects with the cause when it cannot be. Does not try again by itself. */
  async start(): Promise<void> {
    const starting: SeatState = { name: 'starting', sinceMs: this.#options.clock.now() };
    this.#state = starting;
    const worker = await this.#createWorker();
    const goesFirst = goFirst(worker.pid);
    try {
      const webRtcServer = await worker.createWebRtcServer({ listenInfos: listenInfos(this.#options) });
      if (this.#state !== starting) throw new Error('the seat was closed');
      const transports = new TransportCount(worker);
      const sinceMs = this.#options.clock.now();
      this.#state = { name: 'live', sinceMs, worker, webRtcServer, load: new WorkerLoad(), transports, goesFirst };
    } catch (error) {
      worker.close();
      throw error;
    }
    worker.on('died', () => this.#handleDeath(worker));
    this.#options.log.info({ workerPid: worker.pid, port: this.#options.port, goesFirst }, 'media worker is live');
  }

  close(): void {
    const state = this.#state;
    this.#state = { name: 'closed' };
    this.#leases.clear();
    if (state.name === 'live') state.worker.close();
    if (state.name === 'waiting') state.cancel();
  }

  #handleDeath(worker: Worker): void {
    const state = this.#state;
    if (state.name !== 'live' || state.worker !== worker) return;
    const livedMs = this.#options.clock.now() - state.sinceMs;
    this.#failures = livedMs >= STABLE_AFTER_MS ? 1 : this.#failures + 1;
    this.#options.log.warn({ workerPid: worker.pid, livedMs }, 'media worker died');
    const lost = [...this.#leases];
    this.#leases.clear();
    this.#replace();
    this.#events.onDeath();
    for (const lease of lost) lease.workerDied();
  }

  /** At once after a first death, later after further ones. */
  #replace(): void {
    const waitMs = replacementWaitMs(this.#failures);
    if (waitMs === 0) {
      void this.#restart();
      return;
    }
    const cancel = this.#options.clock.after(waitMs, () => void this.#restart());
    this.#state = { name: 'waiting', cancel };
  }

  async #restart(): Promise<void> {
    try {
      await this.start();
      this.#events.onLive();
    } catch (error) {
      if (this.#state.name === 'closed') return;
      this.#failures += 1;
      this.#options.log.error({ error, failures: this.#failures }, 'media worker could not be replaced');
      this.#replace();
    }
  }

  async #createWorker(): Promise<Worker> {
    const { workerBin, clock } = this.#options;
    const created = withoutSignalHandlers(() => createWorker(workerBin === undefined ? {} : { workerBin }));
    let cancel = (): void => undefined;
    const late = new Promise<never>((_resolve, reject) => {
      cancel = clock.after(START_TIMEOUT_MS, () => {
        reject(new Error('the media worker did not answer'));
        created.then((worker) => worker.close()).catch(() => undefined);
      });
    });
    try {
      return await Promise.race([created, late]);
    } finally {
      cancel();
    }
  }
}

/** 0 for the first failure in a row, then doubling up to the longest wait. */
export function replacementWaitMs(failures: number): number {
  if (failures <= 1) return 0;
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 2));
}

function listenInfos({ listenHost, announcedAddress, port }: SeatOptions): TransportListenInfo[] {
  const address = announcedAddress === listenHost ? {} : { announcedAddress };
  const where = { ip: listenHost, ...address, ...(port === 0 ? {} : { port }) };
  // The order is the candidates' order of preference.
  return [
    { protocol: 'udp', ...where },
    { protocol: 'tcp', ...where },
  ];
}

/**
 * mediasoup closes every Worker by itself on SIGTERM and SIGINT, under the calls that a draining server still carries.
 * When to close is the composition root's to decide, so the handlers that `create` adds are taken off again.
 */
function withoutSignalHandlers<Result>(create: () => Result): Result {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  const before = new Set(signals.flatMap((signal) => process.listeners(signal)));
  const result = create();
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) {
      if (!before.has(listener)) process.removeListener(signal, listener);
    }
  }
  return result;
}
