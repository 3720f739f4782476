// The SDK's port for files in a browser: the worker that moves them, where they are saved, and what the tab keeps of them.
import { RECORDINGS_FOLDER, type FileAnswer, type FilePort, type SaveTarget } from '#core';
import type { StartWorker } from '../e2eeWorkerThread.ts';
import { FileTransfers } from './fileTransfers.ts';
import { keptFolder } from './sinks.ts';

/** Smaller ones go where downloads go, by way of the browser's own place, which outlives a reload; larger ones straight to where they belong. */
const CHOSEN_FROM_BYTES = 256 * 1024 * 1024;
/** Kept for the rest of the device besides what the file needs. */
const STORAGE_RESERVE_BYTES = 64 * 1024 * 1024;
/** What other pages of this browser left behind and nobody came back for. */
const STALE_MS = 2 * 60 * 60 * 1000;
const CALL_TIMEOUT_MS = 15_000;
/** The browser reads it after the click; nothing says when it is done. */
const HAND_OVER_MS = 60_000;

type SavePicker = (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;

/** @param origin of the server, which need not be the page's */
export function createFilePort(origin: string, startWorker: StartWorker): FilePort {
  void removeStale();
  const transfers = new FileTransfers(origin, startWorker);
  return {
    upload: (job, events) => transfers.upload(job, events),
    download: (job, events) => transfers.download(job, events),
    hurry: () => transfers.hurry(),
    close: () => transfers.close(),
    call: (method, path, headers) => call(origin + path, method, headers),
    chooseTarget,
    reserve,
    keep,
    handOver,
    discard,
    recall: (roomId) => memory((storage) => storage.getItem(keyOf(roomId))) ?? null,
    remember: (roomId, text) =>
      void memory((storage) =>
        text === null ? storage.removeItem(keyOf(roomId)) : storage.setItem(keyOf(roomId), text),
      ),
  };
}

const keyOf = (roomId: string): string => `conclave.files.${roomId}`;

/** Full or closed storage keeps nothing and breaks nothing. */
function memory<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(globalThis.sessionStorage);
  } catch {
    return undefined;
  }
}

async function call(url: string, method: string, headers: Record<string, string>): Promise<FileAnswer> {
  const response = await fetch(url, {
    method,
    headers,
    cache: 'no-store',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
  });
  const body: unknown = await response.json().catch(() => null);
  return { status: response.status, location: response.headers.get('Location'), body };
}

async function chooseTarget(id: string, name: string, size: number): Promise<SaveTarget | null> {
  const { showSaveFilePicker } = globalThis as { showSaveFilePicker?: SavePicker };
  if (showSaveFilePicker !== undefined && size >= CHOSEN_FROM_BYTES) {
    try {
      return { kind: 'chosen', handle: await showSaveFilePicker({ suggestedName: name }) };
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return null;
      // Not allowed here, as in a frame: the browser's own place is left.
    }
  }
  return reserve(id, size);
}

async function reserve(id: string, size: number): Promise<SaveTarget> {
  await requireStorage(size);
  return { kind: 'kept', name: id };
}

/** Of the standard; the page's types do not know it yet. */
type Movable = FileSystemFileHandle & { move(folder: FileSystemDirectoryHandle, name: string): Promise<void> };

async function keep(target: SaveTarget, name: string): Promise<string> {
  if (target.kind === 'chosen') throw new Error('not of the browser’s own');
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(RECORDINGS_FOLDER, { create: true });
  const as = await freeName(folder, name);
  const handle = (await (await keptFolder()).getFileHandle(target.name)) as Movable;
  await handle.move(folder, as);
  return as;
}

/** With a number before the ending where that name is taken. */
async function freeName(folder: FileSystemDirectoryHandle, name: string): Promise<string> {
  const taken = new Set<string>();
  for await (const one of folder.keys()) taken.add(one);
  const at = name.lastIndexOf('.');
  const [stem, ending] = at > 0 ? [name.slice(0, at), name.slice(at)] : [name, ''];
  let as = name;
  for (let number = 2; taken.has(as); number += 1) as = `${stem} (${number})${ending}`;
  return as;
}

async function requireStorage(size: number): Promise<void> {
  try {
    await keptFolder();
  } catch {
    throw new Error('noStorage');
  }
  const { quota, usage = 0 } = await navigator.storage.estimate();
  if (quota !== undefined && quota - usage < size + STORAGE_RESERVE_BYTES) throw new Error('storageShort');
}

async function handOver(target: SaveTarget, name: string): Promise<void> {
  if (target.kind === 'chosen') return;
  const handle = await (await keptFolder()).getFileHandle(target.name);
  // As no type that a browser would open by itself.
  const file = new File([await handle.getFile()], name, { type: 'application/octet-stream' });
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), HAND_OVER_MS);
}

/** Tried again a little later where the worker has not let go of it yet. */
function discard(target: SaveTarget, tries = 5): void {
  if (target.kind === 'chosen') return;
  keptFolder()
    .then((folder) => folder.removeEntry(target.name))
    .catch((error: unknown) => {
      const isHeld = error instanceof DOMException && error.name === 'NoModificationAllowedError';
      if (isHeld && tries > 0) setTimeout(() => discard(target, tries - 1), 300);
    });
}

async function removeStale(): Promise<void> {
  try {
    const folder = await keptFolder();
    for await (const [name, handle] of folder as unknown as AsyncIterable<[string, FileSystemFileHandle]>) {
      const { lastModified } = await handle.getFile();
      if (Date.now() - lastModified > STALE_MS) await folder.removeEntry(name);
    }
  } catch {
    // Nothing can be kept here, or it is in use.
  }
}
