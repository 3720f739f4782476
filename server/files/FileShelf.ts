// What is known of the files on the disk: whose Room, whose upload, how far, until when; no names, no types.
import { ProtocolError } from '#protocol/errors';
import type { FileLimitsAnswer } from '#protocol/http';
import type { FileId } from '#protocol/ids';
import {
  FILE_BLOCK_BYTES,
  FILE_ROOM_EMPTY_MS,
  FILE_STALLED_MS,
  FILE_SWEEP_MS,
  MAX_FILES_PER_ROOM,
} from '#protocol/limits';
import type { Clock, RoomFiles } from '../rooms/ports.ts';
import type { FoundFile, KeptFile } from './keptFiles.ts';
import { equalInConstantTime, randomBase64url, sha256 } from '../util/secrets.ts';

export interface FileQuota {
  maxFileBytes: number;
  maxRoomBytes: number;
  maxTotalBytes: number;
  ttlMs: number;
}

interface StoredFile extends KeptFile {
  /** Bytes on the disk; what is behind the last whole block counts for nothing until its block is whole. */
  written: number;
  grownAtMs: number;
  /** Called once, when there is more to read or the file is gone. */
  readonly waiting: Set<() => void>;
}

const FILE_ID_BYTES = 16;

export class FileShelf implements RoomFiles {
  readonly #clock: Clock;
  readonly #quota: FileQuota;
  readonly #onDropped: (id: FileId) => void;
  readonly #files = new Map<FileId, StoredFile>();
  /** Rooms with files in which nobody is, since when. */
  readonly #emptySinceMs = new Map<string, number>();
  #stopSweep: () => void = () => undefined;

  /**
   * @param found what a former server left; nobody is in its Rooms yet
   * @param onDropped takes the bytes off the disk; never throws
   */
  constructor(options: {
    clock: Clock;
    quota: FileQuota;
    found?: readonly FoundFile[];
    onDropped: (id: FileId) => void;
  }) {
    this.#clock = options.clock;
    this.#quota = options.quota;
    this.#onDropped = options.onDropped;
    const nowMs = this.#clock.now();
    for (const file of options.found ?? []) {
      this.#files.set(file.id, { ...file, grownAtMs: nowMs, waiting: new Set() });
      this.#emptySinceMs.set(file.generation, nowMs);
    }
    this.#sweepLater();
  }

  limitsOf(generation: string): FileLimitsAnswer {
    const { maxFileBytes, maxRoomBytes, maxTotalBytes, ttlMs } = this.#quota;
    const left = Math.min(maxRoomBytes - this.#bytesOf(generation), maxTotalBytes - this.#bytesOf());
    return { maxFileBytes, roomBytesLeft: Math.max(0, left), ttlMs };
  }

  /** Declared and not written yet: the disk has to have it all the same. */
  get bytesOutstanding(): number {
    return [...this.#files.values()].reduce((sum, { size, written }) => sum + size - written, 0);
  }

  /** Of all files, on the disk. */
  get bytesStored(): number {
    return [...this.#files.values()].reduce((sum, { written }) => sum + written, 0);
  }

  #bytesOf(generation?: string): number {
    return this.#of(generation).reduce((sum, { size }) => sum + size, 0);
  }

  #of(generation?: string): StoredFile[] {
    const all = [...this.#files.values()];
    return generation === undefined ? all : all.filter((file) => file.generation === generation);
  }

  /** @throws ProtocolError `too_large` (more than a file may have), `capacity` (more than the Room, or all, may have) */
  reserve(generation: string, size: number, uploadKey: string): FileId {
    if (size > this.#quota.maxFileBytes) throw new ProtocolError('too_large', 'the file exceeds FILE_MAX_MB');
    const isFull = this.#of(generation).length >= MAX_FILES_PER_ROOM;
    if (isFull || size > this.limitsOf(generation).roomBytesLeft) {
      throw new ProtocolError('capacity', 'no more room for files');
    }
    const nowMs = this.#clock.now();
    const id = randomBase64url(FILE_ID_BYTES) as FileId;
    const uploadKeyHash = sha256(uploadKey);
    const times = { createdAtMs: nowMs, grownAtMs: nowMs };
    this.#files.set(id, { id, generation, size, uploadKeyHash, written: 0, waiting: new Set(), ...times });
    return id;
  }

  /** @throws ProtocolError `not_found`, also for one of another Room */
  require(generation: string, id: FileId): { size: number } {
    const file = this.#files.get(id);
    if (file?.generation !== generation) throw new ProtocolError('not_found', 'no such file');
    return file;
  }

  /** @throws ProtocolError `not_found`, `forbidden` for who does not hold the upload's key */
  requireSender(generation: string, id: FileId, uploadKey: string): void {
    this.require(generation, id);
    const hash = this.#files.get(id)?.uploadKeyHash ?? Buffer.alloc(0);
    if (!equalInConstantTime(hash, sha256(uploadKey))) throw new ProtocolError('forbidden', 'another sends this file');
  }

  /** What has to be known of it after a restart; null for one that is gone. */
  keptOf(id: FileId): KeptFile | null {
    const file = this.#files.get(id);
    if (file === undefined) return null;
    const { generation, size, uploadKeyHash, createdAtMs } = file;
    return { id, generation, size, uploadKeyHash, createdAtMs };
  }

  /** Null for one that is gone. `readable` is a whole number of blocks, or everything. */
  progressOf(id: FileId): { size: number; readable: number } | null {
    const file = this.#files.get(id);
    if (file === undefined) return null;
    return { size: file.size, readable: wholeBlocks(file) };
  }

  /** @param written bytes on the disk from the beginning, without a hole */
  grown(id: FileId, written: number): void {
    const file = this.#files.get(id);
    if (file === undefined) return;
    const before = wholeBlocks(file);
    file.written = written;
    file.grownAtMs = this.#clock.now();
    if (wholeBlocks(file) > before) wake(file);
  }

  /** Resolves as soon as more than `position` can be read, or the file is gone, or after `waitMs`. */
  async moreThan(id: FileId, position: number, waitMs: number): Promise<void> {
    const file = this.#files.get(id);
    if (file === undefined || wholeBlocks(file) > position) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        cancel();
        file.waiting.delete(done);
        resolve();
      };
      const cancel = this.#clock.after(waitMs, done);
      file.waiting.add(done);
    });
  }

  drop(id: FileId): void {
    const file = this.#files.get(id);
    if (file === undefined) return;
    this.#files.delete(id);
    wake(file);
    this.#onDropped(id);
  }

  setPeopled(generation: string, isPeopled: boolean): void {
    if (isPeopled) this.#emptySinceMs.delete(generation);
    else if (this.#of(generation).length > 0) this.#emptySinceMs.set(generation, this.#clock.now());
  }

  forgetRoom(generation: string): void {
    this.#emptySinceMs.delete(generation);
    for (const { id } of this.#of(generation)) this.drop(id);
  }

  /** Drops what was found of Rooms that are no more. */
  keepOnly(generations: ReadonlySet<string>): void {
    for (const { generation } of this.#of()) if (!generations.has(generation)) this.forgetRoom(generation);
  }

  /** What is on the disk stays for the next server; whoever waits is let go. */
  close(): void {
    this.#stopSweep();
    const files = [...this.#files.values()];
    this.#files.clear();
    files.forEach(wake);
  }

  #sweepLater(): void {
    this.#stopSweep = this.#clock.after(FILE_SWEEP_MS, () => {
      this.#sweep(this.#clock.now());
      this.#sweepLater();
    });
  }

  #sweep(nowMs: number): void {
    for (const [generation, sinceMs] of this.#emptySinceMs) {
      if (nowMs - sinceMs >= FILE_ROOM_EMPTY_MS) this.forgetRoom(generation);
    }
    for (const file of this.#files.values()) {
      const isOld = nowMs - file.createdAtMs >= this.#quota.ttlMs;
      const isStalled = file.written < file.size && nowMs - file.grownAtMs >= FILE_STALLED_MS;
      if (isOld || isStalled) this.drop(file.id);
    }
  }
}

function wholeBlocks({ size, written }: StoredFile): number {
  return written >= size ? size : written - (written % FILE_BLOCK_BYTES);
}

function wake(file: StoredFile): void {
  for (const done of file.waiting) done();
}
