// Where @tus/server puts bytes: one file of the data folder for each upload, whose name is its id and which holds ciphertext.
import { open, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { DataStore, ERRORS, Upload } from '@tus/server';
import type { FileId } from '#protocol/ids';
import type { FileShelf } from './FileShelf.ts';
import { bytesPath, eraseFile, keepFile } from './keptFiles.ts';

/** Waits for the disk where so much of a body came and is not written: a fast line must not fill the memory. */
const MOST_UNWRITTEN_BYTES = 4 * 1024 * 1024;

export class DiskStore extends DataStore {
  readonly #folder: string;
  readonly #shelf: FileShelf;

  constructor(folder: string, shelf: FileShelf) {
    super();
    this.#folder = folder;
    this.#shelf = shelf;
    this.extensions = ['creation', 'termination'];
  }

  override async create(upload: Upload): Promise<Upload> {
    const kept = this.#shelf.keptOf(upload.id as FileId);
    if (kept === null) throw ERRORS.FILE_NOT_FOUND;
    await keepFile(this.#folder, kept);
    if (this.#shelf.progressOf(kept.id) !== null) return upload;
    // Dropped meanwhile, when not all of it was there to be erased.
    await eraseFile(this.#folder, kept.id);
    throw ERRORS.FILE_NOT_FOUND;
  }

  /** What came of a block before the line was cut is written over. Resolves with where the next call has to begin. */
  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    const file = await open(bytesPath(this.#folder, id), 'r+');
    try {
      await writeTogether(file, stream as AsyncIterable<Buffer>, offset, (written) => {
        this.#progress(id); // Gone meanwhile: the rest of a long body has nowhere to go.
        this.#shelf.grown(id as FileId, written);
      });
    } finally {
      await file.close();
    }
    return this.#progress(id).readable;
  }

  override async getUpload(id: string): Promise<Upload> {
    const { size, readable } = this.#progress(id);
    return new Upload({ id, size, offset: readable });
  }

  override async remove(id: string): Promise<void> {
    this.#shelf.drop(id as FileId);
  }

  #progress(id: string): { size: number; readable: number } {
    const progress = this.#shelf.progressOf(id as FileId);
    if (progress === null) throw ERRORS.FILE_NOT_FOUND;
    return progress;
  }
}

/** While one write is under way what comes is gathered for the next: one turn of a thread for many small pieces. */
async function writeTogether(
  file: FileHandle,
  pieces: AsyncIterable<Buffer>,
  offset: number,
  onWritten: (position: number) => void,
): Promise<void> {
  let position = offset;
  let gathered: Buffer[] = [];
  let bytes = 0;
  let writing: Promise<void> | null = null;
  const write = async (): Promise<void> => {
    while (gathered.length > 0) {
      const batch = gathered;
      [gathered, bytes] = [[], 0];
      const wanted = batch.reduce((sum, { length }) => sum + length, 0);
      const { bytesWritten } = await file.writev(batch, position);
      position += bytesWritten;
      // A disk may take less at once; what it did not take goes first in the next one.
      if (bytesWritten < wanted) gathered.unshift(Buffer.concat(batch).subarray(bytesWritten));
      onWritten(position);
    }
    writing = null;
  };
  for await (const piece of pieces) {
    gathered.push(piece);
    bytes += piece.length;
    writing ??= write();
    // Its failure is met at the next await of it.
    writing.catch(() => undefined);
    if (bytes > MOST_UNWRITTEN_BYTES) await writing;
  }
  await writing;
}
