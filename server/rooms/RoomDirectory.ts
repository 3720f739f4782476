// All Rooms of this server: made, found, remembered over its end, forgotten when idle, and emptied when the server goes down.
import { ProtocolError } from '#protocol/errors';
import type { LinkVerifiers } from '#protocol/hosting';
import type { RoomId } from '#protocol/ids';
import { DRAINING_RETRY_MS, MAX_ENDED_ROOMS, MAX_ROOMS, ROOM_IDLE_TTL_MS } from '#protocol/limits';
import { randomBase64url, tag } from '../util/secrets.ts';
import type { Peer } from './Peer.ts';
import type { Bus, KeptRoom, RoomFiles, RoomPlacement, RoomStore } from './ports.ts';
import { Room, type RoomPorts } from './Room.ts';
import type { Viewer } from './Viewer.ts';

export interface DirectoryPorts extends RoomPorts {
  placement: RoomPlacement;
  bus: Bus;
}

export interface DirectoryOptions {
  /** Rooms at once; more weighs about 1 KB each while nobody is in. */
  maxRooms?: number;
  /** `closed`: this server makes no Rooms. */
  creation: 'open' | 'closed';
  files?: RoomFiles;
  store?: RoomStore;
}

const NO_FILES: RoomFiles = { setPeopled: () => undefined };
const NO_STORE: RoomStore = { found: { rooms: [], ended: [] }, keep: () => undefined, forget: () => undefined };

const GENERATION_BYTES = 9;

type DirectoryState =
  | { phase: 'open' }
  | { phase: 'draining'; endsAtMs: number; onEmpty: () => void }
  | { phase: 'closed' };

interface Entry {
  room: Room;
  cancelIdle: () => void;
  /** Since when nobody is in; null while somebody is. */
  emptySinceMs: number | null;
}

export class RoomDirectory {
  readonly #ports: DirectoryPorts;
  readonly #options: Required<DirectoryOptions>;
  readonly #rooms = new Map<RoomId, Entry>();
  /** Ids that are not given out again, so that no old link opens another Room; oldest first. */
  readonly #ended = new Set<RoomId>();
  readonly #stopListening: () => void;
  #state: DirectoryState = { phase: 'open' };

  constructor(ports: DirectoryPorts, options: DirectoryOptions) {
    this.#ports = ports;
    this.#options = { maxRooms: MAX_ROOMS, files: NO_FILES, store: NO_STORE, ...options };
    // Of Rooms of other nodes too: their ids are not given out here either.
    this.#stopListening = ports.bus.subscribe('room:closed', ({ roomId, reason }) => {
      if (reason === 'ended') this.#rememberEnded(roomId);
    });
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

  /** Takes the Rooms that an earlier server left; before anybody can ask for one. */
  async restore(): Promise<void> {
    const { rooms, ended } = this.#options.store.found;
    for (const id of ended) this.#rememberEnded(id);
    for (const kept of rooms) {
      const { outcome } = await this.#ports.placement.claim(kept.id);
      if (outcome === 'mine' && !this.#rooms.has(kept.id)) this.#takeBack(kept);
    }
    if (this.#rooms.size > 0) this.#ports.journal.note('rooms found again', { rooms: this.#rooms.size });
  }

  /** Who was in comes back, or does not: from now on it is empty, if it was not before. */
  #takeBack(kept: KeptRoom): void {
    const nowMs = this.#ports.clock.now();
    const emptySinceMs = Math.min(kept.emptySinceMs ?? nowMs, nowMs);
    if (emptySinceMs + ROOM_IDLE_TTL_MS <= nowMs) {
      this.#options.store.forget(kept.id, 'expired');
      void this.#ports.placement.release(kept.id);
      return;
    }
    this.#open({ ...kept, emptySinceMs });
  }

  /**
   * Rejects with ProtocolError `draining`, `forbidden` (creation is closed), `conflict` (the id is taken, here or on another node) or
   * `capacity`.
   */
  async create(id: RoomId, verifiers: LinkVerifiers): Promise<Room> {
    this.#requirePlaceFor(id);
    const { outcome } = await this.#ports.placement.claim(id);
    if (outcome === 'taken') throw new ProtocolError('conflict', 'another node has a room of this id');
    try {
      this.#requirePlaceFor(id);
    } catch (error) {
      if (!this.#rooms.has(id)) void this.#ports.placement.release(id);
      throw error;
    }
    const generation = randomBase64url(GENERATION_BYTES);
    const emptySinceMs = this.#ports.clock.now();
    const room = this.#open({ id, generation, verifiers, linkGeneration: 0, feeds: [], banned: [], emptySinceMs });
    this.#ports.journal.note('room opened', { room: tag(id) });
    return room;
  }

  #requirePlaceFor(id: RoomId): void {
    if (this.isDraining) throw this.#drainingError();
    if (this.#options.creation === 'closed') throw new ProtocolError('forbidden', 'this server makes no rooms');
    if (this.#ended.has(id)) throw new ProtocolError('conflict', 'a room of this id was ended');
    if (this.#rooms.has(id)) throw new ProtocolError('conflict', 'a room of this id exists');
    if (this.#rooms.size >= this.#options.maxRooms) throw new ProtocolError('capacity', 'no more rooms here');
  }

  #open({ emptySinceMs, ...kept }: KeptRoom): Room {
    const { id } = kept;
    const room = new Room({
      kept,
      ports: this.#ports,
      onKeep: () => this.#keep(id),
      onPeersChanged: () => this.#handlePeersChanged(id),
      onAudienceChanged: () => this.#checkEmpty(),
      onEnded: (ended) => this.#forget(ended, 'ended'),
    });
    const sinceMs = emptySinceMs ?? this.#ports.clock.now();
    this.#rooms.set(id, { room, emptySinceMs: sinceMs, cancelIdle: this.#startIdle(room, sinceMs) });
    this.#keep(id);
    return room;
  }

  #keep(id: RoomId): void {
    const entry = this.#rooms.get(id);
    if (entry !== undefined) this.#options.store.keep({ ...entry.room.kept, emptySinceMs: entry.emptySinceMs });
  }

  /** @throws ProtocolError `not_found`, also where the id now belongs to a Room of another generation */
  get(id: RoomId, generation?: string): Room {
    const room = this.#rooms.get(id)?.room;
    if (room === undefined || (generation !== undefined && room.generation !== generation)) {
      throw new ProtocolError('not_found', 'no such room');
    }
    return room;
  }

  generations(): ReadonlySet<string> {
    return new Set([...this.#rooms.values()].map(({ room }) => room.generation));
  }

  #startIdle(room: Room, sinceMs: number): () => void {
    const { clock } = this.#ports;
    return clock.after(sinceMs + ROOM_IDLE_TTL_MS - clock.now(), () => {
      if (room.peerCount === 0) this.#forget(room, 'expired');
    });
  }

  #forget(room: Room, reason: 'ended' | 'expired'): void {
    const { id, generation } = room;
    this.#rooms.get(id)?.cancelIdle();
    this.#rooms.delete(id);
    if (reason === 'ended') this.#rememberEnded(id);
    this.#options.store.forget(id, reason);
    room.close(reason);
    void this.#ports.placement.release(id);
    this.#ports.bus.publish('room:closed', { roomId: id, generation, reason });
    this.#ports.journal.note('room closed', { room: tag(id), reason });
  }

  #rememberEnded(id: RoomId): void {
    this.#ended.add(id);
    const [oldest] = this.#ended;
    if (this.#ended.size > MAX_ENDED_ROOMS && oldest !== undefined) this.#ended.delete(oldest);
  }

  #handlePeersChanged(id: RoomId): void {
    const entry = this.#rooms.get(id);
    if (entry !== undefined) {
      const isPeopled = entry.room.peerCount > 0;
      const isNews = isPeopled === (entry.emptySinceMs !== null);
      entry.cancelIdle();
      entry.emptySinceMs = isPeopled ? null : this.#ports.clock.now();
      entry.cancelIdle =
        entry.emptySinceMs === null ? () => undefined : this.#startIdle(entry.room, entry.emptySinceMs);
      if (isNews) this.#keep(id);
      this.#options.files.setPeopled(entry.room.generation, isPeopled);
    }
    this.#checkEmpty();
  }

  #checkEmpty(): void {
    if (this.#state.phase !== 'draining') return;
    const isAnyoneHere = [...this.#rooms.values()].some(({ room }) => room.connectedCount > 0);
    if (!isAnyoneHere) this.#state.onEmpty();
  }

  /**
   * No new Rooms from here on, and nobody new in those where nobody is; `onEmpty` is called when nobody is connected, at once if so
   * already.
   */
  drain(deadlineMs: number, onEmpty: () => void): void {
    if (this.isDraining) return;
    this.#state = { phase: 'draining', endsAtMs: this.#ports.clock.now() + deadlineMs, onEmpty };
    for (const { room } of this.#rooms.values()) {
      room.notifyAll('server:draining', { deadlineMs });
      room.audience.notifyAll('server:draining', { deadlineMs });
    }
    this.#checkEmpty();
  }

  /**
   * Who is in a call may load its page anew, and others may come to it, until the end.
   * @throws ProtocolError `draining` for a Room in which nobody is while the server goes down
   */
  requireJoinable(room: Room): void {
    if (this.isDraining && room.presentCount === 0) throw this.#drainingError();
  }

  /** Who came in meanwhile has not heard it. */
  tellIfDraining(one: Peer | Viewer): void {
    if (this.#state.phase === 'draining') one.notify('server:draining', { deadlineMs: this.#leftMs });
  }

  get #leftMs(): number {
    return this.#state.phase === 'draining' ? Math.max(0, this.#state.endsAtMs - this.#ports.clock.now()) : 0;
  }

  /** By then the next server may be there; it is there sooner where all leave. */
  #drainingError(): ProtocolError {
    return new ProtocolError(
      'draining',
      'this server is going down',
      Math.min(this.#leftMs + 1_000, DRAINING_RETRY_MS),
    );
  }

  /** The Rooms go on with the next server: nothing of them is forgotten. */
  close(): void {
    if (this.#state.phase === 'closed') return;
    this.#state = { phase: 'closed' };
    this.#stopListening();
    const entries = [...this.#rooms.values()];
    this.#rooms.clear();
    for (const { room, cancelIdle } of entries) {
      cancelIdle();
      room.close('down');
    }
  }
}
