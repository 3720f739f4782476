// The media plane on mediasoup: its Workers, and the Rooms on them.
import { ProtocolError } from '#protocol/errors';
import type { RoomId } from '#protocol/ids';
import type { Router } from 'mediasoup/types';
import type { Clock, MediaPlane, RoomMedia, RoomMediaEvents, WorkerStatus } from '../rooms/ports.ts';
import { systemClock } from '../util/clock.ts';
import { adoptMediasoupLog, type MediaLog } from './mediaLog.ts';
import type { Spread } from './RoomPlaces.ts';
import { SfuRoomMedia } from './SfuRoomMedia.ts';
import type { ReadWorker } from './workerReading.ts';
import { WorkerPool } from './WorkerPool.ts';

export interface SfuMediaPlaneOptions {
  /** Path of the mediasoup-worker binary; absent, mediasoup looks where its own set-up puts it. */
  workerBin?: string | undefined;
  /** Worker processes; each keeps one core busy. */
  workers: number;
  /** IP address to listen on. */
  listenHost: string;
  /** IP address or host name that clients reach this server at. */
  announcedAddress: string;
  /** UDP and TCP port of the first Worker, one more for each further one; 0 takes free ports. */
  firstPort: number;
  log: MediaLog;
  clock?: Clock | undefined;
  onWorkerDeath?: (() => void) | undefined;
  /** Share of a core at which a Worker takes nobody new; absent, nobody is refused. */
  fullCpu?: number | undefined;
  /** When a Room grows on to further Workers; absent, where its own is loaded. */
  spread?: Spread | undefined;
  /** Instead of asking each Worker what it has to do. */
  read?: ReadWorker | undefined;
}

/** Rejects when the Workers cannot be started: no binary, a taken port, an address that is not ours. */
export async function createSfuMediaPlane(options: SfuMediaPlaneOptions): Promise<SfuMediaPlane> {
  const clock = options.clock ?? systemClock;
  adoptMediasoupLog(options.log, clock);
  const pool = await WorkerPool.open({ ...options, clock });
  const { log, spread = 'loaded' } = options;
  return new SfuMediaPlane({ pool, clock, log, spread });
}

interface PlaneParts {
  pool: WorkerPool;
  clock: Clock;
  log: MediaLog;
  spread: Spread;
}

export class SfuMediaPlane implements MediaPlane {
  readonly #pool: WorkerPool;
  readonly #parts: PlaneParts;
  #rooms = new Set<SfuRoomMedia>();
  /** The last one opened under each id: a Room may open anew while its former opening is still to be closed. */
  #latest = new Map<RoomId, SfuRoomMedia>();
  #closed = false;

  constructor(parts: PlaneParts) {
    this.#pool = parts.pool;
    this.#parts = parts;
  }

  admit(): void {
    this.#pool.admit();
  }

  async openRoom(roomId: RoomId, events: RoomMediaEvents): Promise<RoomMedia> {
    const room: SfuRoomMedia = await SfuRoomMedia.open({
      ...this.#parts,
      events,
      onClosed: () => this.#forget(roomId, room),
    });
    if (this.#closed) {
      room.close();
      throw new ProtocolError('draining', 'this server is going down');
    }
    this.#rooms.add(room);
    this.#latest.set(roomId, room);
    return room;
  }

  status(): { ready: boolean; workers: number; deaths: number; perWorker: WorkerStatus[] } {
    return this.#pool.status();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const room of this.#rooms) room.close();
    this.#pool.close();
  }

  /** The Router of a Room, for tests that stand where the server stands; null when there is none now. */
  routerOf(roomId: RoomId): Router | null {
    return this.#latest.get(roomId)?.liveRouter ?? null;
  }

  /** Process ids of the live Workers, for tests that kill one and for whoever reads the processor's time. */
  workerPids(): number[] {
    return this.#pool.pids();
  }

  #forget(roomId: RoomId, room: SfuRoomMedia): void {
    this.#rooms.delete(room);
    if (this.#latest.get(roomId) === room) this.#latest.delete(roomId);
  }
}
