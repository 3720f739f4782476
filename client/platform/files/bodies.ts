// What a body of the upload is made of: sealed chunks laid down in the browser's own place and sent from there, which costs no memory.
import { keptFolder, type SyncAccessFile } from './sinks.ts';

export interface Bodies {
  /** The parts as one; at most two of what was packed last are good at a time. */
  pack(parts: readonly (Uint8Array<ArrayBuffer> | ArrayBuffer)[]): Promise<Blob>;
  close(): Promise<void>;
}

/** One is sent while the next is made. */
const SLOTS = 2;

/** Chromium sends what lies in a file some eight times as fast as what lies in memory; where nothing can be laid down, memory it is. */
export async function createBodies(): Promise<Bodies> {
  const folder = await keptFolder().catch(() => null);
  if (folder === null) return inMemory;
  const name = `body-${crypto.randomUUID()}`;
  let count = 0;
  return {
    async pack(parts) {
      const file = (await folder.getFileHandle(`${name}-${count++ % SLOTS}`, { create: true })) as SyncAccessFile;
      return (await layDown(file, parts)) ? file.getFile() : inMemory.pack(parts);
    },
    async close() {
      for (let slot = 0; slot < SLOTS; slot += 1) await folder.removeEntry(`${name}-${slot}`).catch(() => undefined);
    },
  };
}

const inMemory: Bodies = {
  pack: async (parts) => new Blob([...parts]),
  close: async () => undefined,
};

/** False where the disk has no room for it. */
async function layDown(
  file: SyncAccessFile,
  parts: readonly (Uint8Array<ArrayBuffer> | ArrayBuffer)[],
): Promise<boolean> {
  const access = await file.createSyncAccessHandle();
  try {
    let at = 0;
    for (const part of parts) {
      const bytes = part instanceof ArrayBuffer ? new Uint8Array(part) : part;
      if (access.write(bytes, { at }) !== bytes.length) return false;
      at += bytes.length;
    }
    access.truncate(at);
    return true;
  } catch {
    return false;
  } finally {
    access.close();
  }
}
