// What a body of the upload is made of: sealed chunks laid down in the browser's own place and sent from there, which costs no memory.
import type { SyncAccessFile } from './sinks.ts';

export type BodyPart = Uint8Array<ArrayBuffer> | ArrayBuffer;

export interface Bodies {
  /** The parts as one; at most two of what was made last are good at a time. Rejects with what the parts reject with. */
  make(parts: AsyncIterable<BodyPart>): Promise<Blob>;
  close(): Promise<void>;
}

/** One is sent while the next is made. */
const SLOTS = 2;

/** Chromium sends what lies in a file some eight times as fast as what lies in memory; where nothing can be laid down, memory it is. */
export function createBodies(folder: FileSystemDirectoryHandle | null): Bodies {
  if (folder === null) return bodiesInMemory;
  const name = `body-${crypto.randomUUID()}`;
  let count = 0;
  return {
    async make(parts) {
      const file = await folder.getFileHandle(`${name}-${count++ % SLOTS}`, { create: true });
      return layDown(file as SyncAccessFile, parts);
    },
    async close() {
      for (let slot = 0; slot < SLOTS; slot += 1) await folder.removeEntry(`${name}-${slot}`).catch(() => undefined);
    },
  };
}

export const bodiesInMemory: Bodies = {
  async make(parts) {
    const all: BodyPart[] = [];
    for await (const part of parts) all.push(part);
    return new Blob(all);
  },
  close: async () => undefined,
};

/** From the first part on for which the disk has no room they are kept in memory. */
async function layDown(file: SyncAccessFile, parts: AsyncIterable<BodyPart>): Promise<Blob> {
  const access = await file.createSyncAccessHandle();
  let at = 0;
  const rest: BodyPart[] = [];
  const isWritten = (bytes: Uint8Array): boolean => {
    try {
      return access.write(bytes, { at }) === bytes.length;
    } catch {
      return false;
    }
  };
  try {
    for await (const part of parts) {
      const bytes = part instanceof ArrayBuffer ? new Uint8Array(part) : part;
      if (rest.length === 0 && isWritten(bytes)) at += bytes.length;
      else rest.push(part);
    }
    if (access.getSize() > at) access.truncate(at);
  } finally {
    access.close();
  }
  const laidDown = await file.getFile();
  return rest.length === 0 ? laidDown : new Blob([laidDown, ...rest]);
}
