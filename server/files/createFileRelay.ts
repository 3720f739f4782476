// Puts the relay for files together: the folder, what is known of it, and the tus server that fills it.
import { mkdir, statfs } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { MemoryLocker, Server } from '@tus/server';
import { ProtocolError } from '#protocol/errors';
import type { FileId } from '#protocol/ids';
import { FILE_DISK_RESERVE_BYTES } from '#protocol/limits';
import type { Clock } from '../rooms/ports.ts';
import { DiskStore } from './DiskStore.ts';
import { FileShelf, type FileQuota } from './FileShelf.ts';
import { bytesPath, eraseFile, findFiles } from './keptFiles.ts';
import { pourFile } from './pourFile.ts';

export interface FileRelay {
  readonly shelf: FileShelf;
  /** Answers a POST that makes the reserved upload at `location`. */
  create(request: IncomingMessage, response: ServerResponse, made: { id: FileId; location: string }): Promise<void>;
  /** Answers HEAD, PATCH and DELETE of an upload. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  pour(response: ServerResponse, id: FileId, from: number): Promise<void>;
  /** @throws ProtocolError `capacity` where the disk has not that much to spare */
  requireDisk(bytes: number): Promise<void>;
  close(): void;
}

export const FILES_FOLDER = 'files';
/** How long a call that holds an upload may go on once another one for it has come: the client has given it up. */
const LOCK_DRAIN_MS = 300;

/** With the files that a former server left; which of their Rooms are still there is for the caller to say (`shelf.keepOnly`). */
export async function createFileRelay(dataDir: string, quota: FileQuota, clock: Clock): Promise<FileRelay> {
  const folder = join(dataDir, FILES_FOLDER);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await findFiles(folder);
  const shelf = new FileShelf({ clock, quota, found, onDropped: (id) => void eraseFile(folder, id) });
  const store = new DiskStore(folder, shelf);
  const made = new WeakMap<IncomingMessage, { id: FileId; location: string }>();
  const madeFor = (request: { runtime?: { node?: { req?: unknown } | undefined } | undefined }) => {
    const found = made.get(request.runtime?.node?.req as IncomingMessage);
    if (found === undefined) throw new ProtocolError('internal', 'an upload that nobody reserved');
    return found;
  };
  const tus = new Server({
    path: '/api/rooms',
    datastore: store,
    locker: new MemoryLocker(),
    lockDrainTimeout: LOCK_DRAIN_MS,
    allowedOrigins: [],
    namingFunction: (request) => madeFor(request).id,
    generateUrl: (request) => madeFor(request).location,
    onResponseError: (_request, error) => asWireError(error),
  });
  return {
    shelf,
    create(request, response, reserved) {
      made.set(request, reserved);
      response.once('close', () => response.statusCode === 201 || shelf.drop(reserved.id));
      return tus.handle(request, response);
    },
    handle: (request, response) => tus.handle(request, response),
    pour: (response, id, from) => pourFile(response, shelf, { id, path: bytesPath(folder, id), from }),
    async requireDisk(bytes) {
      const { bavail, bsize } = await statfs(folder);
      if (bavail * bsize - shelf.bytesOutstanding - bytes >= FILE_DISK_RESERVE_BYTES) return;
      throw new ProtocolError('capacity', 'no more room for files');
    },
    close: () => shelf.close(),
  };
}

/** The library's refusals in the wire's words; what it does not refuse with a status is the server's fault. */
function asWireError(error: Error | { status_code: number; body: string }): { status_code: number; body: string } {
  const status = 'status_code' in error && error.status_code < 500 ? error.status_code : 500;
  const codes: Readonly<Record<number, string>> = {
    404: 'not_found',
    409: 'conflict',
    410: 'not_found',
    413: 'too_large',
    500: 'internal',
  };
  const code = codes[status] ?? 'bad_request';
  return {
    status_code: status,
    body: JSON.stringify({ ok: false, error: { code, message: 'the upload was refused' } }),
  };
}
