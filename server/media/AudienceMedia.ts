// The audience of one Room on mediasoup: which Producers are on air, and which viewers are on which Worker.
import { ProtocolError } from '#protocol/errors';
import type { ProducerId } from '#protocol/ids';
import { MAX_ON_AIR_PRODUCERS } from '#protocol/limits';
import type { Router, Worker } from 'mediasoup/types';
import type { Clock, ViewerMediaEvents } from '../rooms/ports.ts';
import { AudienceBranch } from './AudienceBranch.ts';
import type { Published } from './published.ts';
import type { RoomRouter } from './RoomRouter.ts';
import { SfuViewerMedia, type ViewerHost, type ViewerPlace } from './SfuViewerMedia.ts';
import type { WorkerPool } from './WorkerPool.ts';

export interface AudienceMediaOptions {
  pool: WorkerPool;
  clock: Clock;
  /** The Room's own Router of now, or the next one while there is none. Rejects with ProtocolError once the Room is closed. */
  router(): Promise<RoomRouter>;
  liveRouter(): Router | null;
}

/** Viewers are placed on the Worker with the least to do: on the Room's own Router where that is its Worker, else on a branch. */
export class AudienceMedia implements ViewerHost {
  readonly #options: AudienceMediaOptions;
  readonly #viewers = new Set<SfuViewerMedia>();
  readonly #onAir = new Map<ProducerId, Published>();
  readonly #branches = new Map<Worker, AudienceBranch>();
  #home: { room: RoomRouter; place: ViewerPlace } | null = null;

  constructor(options: AudienceMediaOptions) {
    this.#options = options;
  }

  addViewer(events: ViewerMediaEvents): SfuViewerMedia {
    const viewer = new SfuViewerMedia(this, events, this.#options.clock);
    this.#viewers.add(viewer);
    return viewer;
  }

  removeViewer(viewer: SfuViewerMedia): void {
    this.#viewers.delete(viewer);
  }

  onAir(): Published[] {
    return [...this.#onAir.values()];
  }

  isOnAir({ id }: Published): boolean {
    return this.#onAir.has(id);
  }

  /**
   * Off air nobody is sent it from this turn on, nor what it replaced.
   * @throws ProtocolError `capacity` where too many are on air
   */
  setOnAir(published: Published, onAir: boolean): void {
    if (!onAir) {
      this.#withdraw(published.id);
      if (published.replaces !== undefined) this.#withdraw(published.replaces);
      return;
    }
    if (this.isOnAir(published)) return;
    if (this.#onAir.size >= MAX_ON_AIR_PRODUCERS) throw new ProtocolError('capacity', 'too much is on air');
    this.#onAir.set(published.id, published);
    for (const viewer of this.#viewers) viewer.offer(published);
  }

  #withdraw(producerId: ProducerId): void {
    this.#onAir.delete(producerId);
    for (const viewer of this.#viewers) viewer.withdraw(producerId);
    for (const branch of this.#branches.values()) branch.drop(producerId);
  }

  clear(): void {
    for (const published of this.onAir()) this.setOnAir(published, false);
  }

  /** It has ended, or another takes its place: who has it hears of its end from the Worker, who comes now is not given it. */
  forget({ id }: Published): void {
    this.#onAir.delete(id);
  }

  async place(): Promise<ViewerPlace> {
    const { pool, router } = this.#options;
    const room = await router();
    let opened: AudienceBranch | null = null;
    const lease = await pool.acquire(() => {
      if (opened !== null) this.#lose(opened);
    });
    const branch = this.#branches.get(lease.worker);
    if (room.worker !== lease.worker && branch === undefined) {
      opened = new AudienceBranch({
        lease,
        source: () => this.#options.liveRouter(),
        onEmpty: () => this.#branches.delete(lease.worker),
      });
      this.#branches.set(lease.worker, opened);
      return await opened.enter();
    }
    lease.release();
    if (branch !== undefined) return await branch.enter();
    room.addLoad(1);
    return this.#homeOf(room);
  }

  #homeOf(room: RoomRouter): ViewerPlace {
    if (this.#home?.room !== room) this.#home = { room, place: homePlace(room) };
    return this.#home.place;
  }

  /** The Room's Worker died, and all that was on air with it; viewers on other Workers wait for what comes. */
  routerLost(): void {
    this.#onAir.clear();
    const home = this.#home;
    this.#home = null;
    if (home !== null) this.#lose(home.place);
  }

  #lose(place: ViewerPlace): void {
    const lost = [...this.#viewers].filter((viewer) => viewer.isAt(place));
    if (place instanceof AudienceBranch) place.close();
    for (const viewer of lost) viewer.routerLost();
  }

  close(): void {
    for (const viewer of this.#viewers) viewer.roomClosed();
    this.#viewers.clear();
    this.#onAir.clear();
    for (const branch of this.#branches.values()) branch.close();
  }
}

/** The Producers are here already. */
const homePlace = (room: RoomRouter): ViewerPlace => ({
  router: room.router,
  createTransport: () => room.createTransport(),
  carry: () => Promise.resolve(true),
  leave: () => room.addLoad(-1),
});
