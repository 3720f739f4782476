// Where a file that comes in is written, so that it is never in memory as a whole: a place the person chose, or one of the browser's own.
import type { FileFault, SaveTarget } from '#core';
import { TransferError } from './relayCalls.ts';

export interface Sink {
  /** Bytes that are there already from an earlier time. */
  readonly length: number;
  write(bytes: Uint8Array<ArrayBuffer>, at: number): Promise<void>;
  /** Closes the file at `size`; says what went wrong where it could not. */
  finish(size: number): Promise<FileFault | null>;
  /** Lets go of it; what was written to a place of the browser's own stays. */
  abandon(): Promise<void>;
}

/** Of the standard, in workers only, where the page's types do not know it. */
interface SyncAccessHandle {
  getSize(): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}
export type SyncAccessFile = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncAccessHandle> };

/** In the page's own origin, which need not be the server's: the name is to be nobody else's. */
export const KEPT_FOLDER = 'conclave-files';

/** @throws TransferError */
export async function openSink(target: SaveTarget): Promise<Sink> {
  try {
    return target.kind === 'chosen' ? await chosenSink(target.handle) : await keptSink(target.name);
  } catch {
    throw new TransferError(target.kind === 'chosen' ? 'targetLost' : 'noStorage');
  }
}

export async function keptFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(KEPT_FOLDER, { create: true });
}

/** Written beside the place that was chosen and moved there at the end: a reload of the page loses it. */
async function chosenSink(handle: FileSystemFileHandle): Promise<Sink> {
  const stream = await handle.createWritable();
  return {
    length: 0,
    write: (bytes, position) => attempt(() => stream.write({ type: 'write', data: bytes, position })),
    async finish(size) {
      return faultOf(async () => {
        await stream.truncate(size);
        await stream.close();
      });
    },
    abandon: () => stream.abort().catch(() => undefined),
  };
}

async function keptSink(name: string): Promise<Sink> {
  const folder = await keptFolder();
  const handle = (await folder.getFileHandle(name, { create: true })) as SyncAccessFile;
  const access = await handle.createSyncAccessHandle();
  return {
    length: access.getSize(),
    write: (bytes, at) =>
      attempt(() => {
        if (access.write(bytes, { at }) !== bytes.length) throw new DOMException('', 'QuotaExceededError');
      }),
    finish: (size) =>
      faultOf(() => {
        access.truncate(size);
        access.flush();
        access.close();
      }),
    async abandon() {
      access.close();
    },
  };
}

/** A disk that cannot take it is no trouble of the network's. */
async function attempt(act: () => unknown): Promise<void> {
  try {
    await act();
  } catch {
    throw new TransferError('storageShort');
  }
}

async function faultOf(act: () => unknown): Promise<FileFault | null> {
  try {
    await act();
    return null;
  } catch {
    return 'storageShort';
  }
}
