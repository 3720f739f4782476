// All Rooms of this server: made, found, forgotten when idle, and emptied when the server goes down.
import { ProtocolError } from '#protocol/errors';
import type { LinkVerifiers } from '#protocol/hosting';
import type { RoomId } from '#protocol/ids';
import { MAX_ENDED_ROOMS, MAX_ROOMS, ROOM_IDLE_TTL_MS } from '#protocol/limits';
import { randomBase64url, tag } from '../util/secrets.ts';
import type { RoomFiles } from './ports.ts';
import { Room, type RoomPorts } from './Room.ts';

export interface DirectoryOptions {
  /** Rooms at once; more weighs about 1 KB each while nobody is in. */
  maxRooms?: number;
  /** `closed`: this server makes no Rooms. */
  creation: 'open' | 'closed';
  files?: RoomFiles;
}

const NO_FILES: RoomFiles = { setPeopled: () => undefined, forgetRoom: () => undefined };

const GENERATION_BYTES = 9;

type DirectoryState = { phase: 'open' } | { phase: 'draining'; onEmpty: () => void } | { phase: 'closed' };

export class RoomDirectory {
  readonly #ports: RoomPorts;
  readonly #options: Required<DirectoryOptions>;
  readonly #rooms = new Map<RoomId, { room: Room; cancelIdle: () => void }>();
  /** Ids that are not given out again, so that no old link opens another Room; oldest first. */
  readonly #ended = new Set<RoomId>();
  #state: DirectoryState = { phase: 'open' };

  constructor(ports: RoomPorts, options: DirectoryOptions) {
    this.#ports = ports;
    this.#options = { maxRooms: MAX_ROOMS, files: NO_FILES, ...options };
  }

  get isDraining(): boolean {
    return this.#state.phase !== 'open';
  }

  counts(): { rooms: number; peers: number; viewers: number } {
    let [peers, viewers] = [0, 0];
    for (const { room } of this.#rooms.values()) {
      peers += room.peerCount;
      viewers += room.audience.size;
    }
    return { rooms: this.#rooms.size, peers, viewers };
  }

  /** @throws ProtocolError `draining`, `forbidden` (creation is closed), `conflict` (the id is taken), `capacity` */
  create(id: RoomId, verifiers: LinkVerifiers): Room {
    if (this.isDraining) throw new ProtocolError('draining', 'this server is going down');
    if (this.#options.creation === 'closed') throw new ProtocolError('forbidden', 'this server makes no rooms');
    if (this.#ended.has(id)) throw new ProtocolError('conflict', 'a room of this id was ended');
    if (this.#rooms.has(id)) throw new ProtocolError('conflict', 'a room of this id exists');
    if (this.#rooms.size >= this.#options.maxRooms) throw new ProtocolError('capacity', 'no more rooms here');
    const room = new Room({
      id,
      generation: randomBase64url(GENERATION_BYTES),
      verifiers,
      ports: this.#ports,
      onPeersChanged: () => this.#handlePeersChanged(id),
      onAudienceChanged: () => this.#checkEmpty(),
      onEnded: (ended) => this.#forget(ended, 'ended'),
    });
    this.#rooms.set(id, { room, cancelIdle: this.#startIdle(room) });
    this.#ports.journal.note('room opened', { room: tag(id) });
    return room;
  }

  /** @throws ProtocolError `not_found`, also where the id now belongs to a Room of another generation */
  get(id: RoomId, generation?: string): Room {
    const room = this.#rooms.get(id)?.room;
    if (room === undefined || (generation !== undefined && room.generation !== generation)) {
      throw new ProtocolError('not_found', 'no such room');
    }
    return room;
  }

  #startIdle(room: Room): () => void {
    return this.#ports.clock.after(ROOM_IDLE_TTL_MS, () => {
      if (room.peerCount === 0) this.#forget(room, 'expired');
    });
  }

  #forget(room: Room, reason: 'ended' | 'expired'): void {
    this.#rooms.get(room.id)?.cancelIdle();
    this.#rooms.delete(room.id);
    if (reason === 'ended') this.#rememberEnded(room.id);
    room.close(reason);
    this.#options.files.forgetRoom(room.generation);
    this.#ports.journal.note('room closed', { room: tag(room.id), reason });
  }

  #rememberEnded(id: RoomId): void {
    this.#ended.add(id);
    const [oldest] = this.#ended;
    if (this.#ended.size > MAX_ENDED_ROOMS && oldest !== undefined) this.#ended.delete(oldest);
  }

  #handlePeersChanged(id: RoomId): void {
    const entry = this.#rooms.get(id);
    if (entry !== undefined) {
      entry.cancelIdle();
      entry.cancelIdle = entry.room.peerCount === 0 ? this.#startIdle(entry.room) : () => undefined;
      this.#options.files.setPeopled(entry.room.generation, entry.room.peerCount > 0);
    }
    this.#checkEmpty();
  }

  #checkEmpty(): void {
    if (this.#state.phase !== 'draining') return;
    const isAnyoneHere = [...this.#rooms.values()].some(({ room }) => room.connectedCount > 0);
    if (!isAnyoneHere) this.#state.onEmpty();
  }

  /** No new Rooms and no fresh joins from here on; `onEmpty` is called when nobody is connected, at once if so already. */
  drain(deadlineMs: number, onEmpty: () => void): void {
    if (this.isDraining) return;
    this.#state = { phase: 'draining', onEmpty };
    for (const { room } of this.#rooms.values()) {
      room.notifyAll('server:draining', { deadlineMs });
      room.audience.notifyAll('server:draining', { deadlineMs });
    }
    this.#checkEmpty();
  }

  close(): void {
    if (this.#state.phase === 'closed') return;
    this.#state = { phase: 'closed' };
    const entries = [...this.#rooms.values()];
    this.#rooms.clear();
    for (const { room, cancelIdle } of entries) {
      cancelIdle();
      room.close('ended');
      this.#options.files.forgetRoom(room.generation);
    }
  }
}
