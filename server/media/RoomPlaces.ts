// Where the devices of one Room are: on the Room's own Router, or on branches that it grew on other Workers.
import type { Worker } from 'mediasoup/types';
import type { MediaLog } from './mediaLog.ts';
import type { MediaPlace } from './MediaPlace.ts';
import { placeOfMember } from './placement.ts';
import { RoomBranch } from './RoomBranch.ts';
import type { RoomRouter } from './RoomRouter.ts';
import type { DeviceKind } from './WorkerLoad.ts';
import type { WorkerPool } from './WorkerPool.ts';

/** `always`: every device goes to the Worker with the least to do, as if each Room were too large for one. */
export type Spread = 'loaded' | 'always';

export interface PlacesOptions {
  pool: WorkerPool;
  spread: Spread;
  log: MediaLog;
  /** The Room's own Router of now, or the next one while there is none. Rejects with ProtocolError once the Room is closed. */
  home(): Promise<RoomRouter>;
  /** A branch is gone with its Worker. */
  onLost(place: MediaPlace): void;
}

export class RoomPlaces {
  readonly #options: PlacesOptions;
  readonly #branches = new Map<Worker, RoomBranch>();

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /** Where a member belongs now, with a place taken there. Rejects with a ProtocolError or mediasoup's own errors. */
  async forMember(): Promise<MediaPlace> {
    const { pool, spread, home } = this.#options;
    const room = await home();
    const own = [room.worker, ...this.#branches.keys()];
    const loads = own.map((worker) => pool.cpuOf(worker) ?? Infinity);
    const chosen = spread === 'always' ? 'grow' : placeOfMember(loads, pool.lightestBeside(own));
    if (chosen === 'grow') return await this.#onLightest(room, 'member');
    const branch = this.#branches.get(own[chosen] ?? room.worker);
    return branch === undefined ? room.enter('member') : await branch.enter('member');
  }

  /** The same for a viewer: a branch of the audience has one pipe for each stream on air, and pays for it with its first dozen. */
  async forViewer(): Promise<MediaPlace> {
    return await this.#onLightest(await this.#options.home(), 'viewer');
  }

  /** On the Worker with the least to do, which may be one that the Room is on. */
  async #onLightest(room: RoomRouter, kind: DeviceKind): Promise<MediaPlace> {
    let opened: RoomBranch | null = null;
    const lease = await this.#options.pool.acquire(() => {
      if (opened !== null) this.#lose(opened);
    });
    const branch = this.#branches.get(lease.worker);
    if (room.worker !== lease.worker && branch === undefined) {
      opened = new RoomBranch({ lease, onEmpty: () => this.#branches.delete(lease.worker) });
      this.#branches.set(lease.worker, opened);
      this.#options.log.debug({ workerPid: lease.worker.pid }, 'room media grew on to another worker');
      return await opened.enter(kind);
    }
    lease.release();
    return branch === undefined ? room.enter(kind) : await branch.enter(kind);
  }

  #lose(branch: RoomBranch): void {
    branch.close();
    this.#options.onLost(branch);
  }

  close(): void {
    for (const branch of this.#branches.values()) branch.close();
  }
}
