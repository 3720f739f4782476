// The recordings on this device's disk that nobody saved elsewhere or deleted yet, those of a lost tab among them.
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import { RECORDINGS_FOLDER } from '#core';

export interface KeptRecording {
  name: string;
  bytes: number;
}

const lockOf = (name: string): string => `conclave.recording.${name}`;
/** Long enough for a browser to begin reading the file. */
const REVOKE_AFTER_MS = 60_000;

export const keptRecordings = signal<KeptRecording[]>([]);

/** Made in this tab, and neither saved nor deleted since. */
const unsaved = signal<ReadonlySet<string>>(new Set());
/** Being written in this tab. */
const written = signal<ReadonlySet<string>>(new Set());

const withName = (set: ReadonlySet<string>, name: string): ReadonlySet<string> => new Set([...set, name]);
const withoutName = (set: ReadonlySet<string>, name: string): ReadonlySet<string> =>
  new Set([...set].filter((one) => one !== name));

const openFolder = async (): Promise<FileSystemDirectoryHandle | null> => {
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(RECORDINGS_FOLDER);
  } catch {
    return null; // Nothing was ever recorded, or this browser gives no place on the disk.
  }
};

const heldNames = async (): Promise<Set<string>> => {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.map(({ name = '' }) => name));
};

/** Holds the name while it is written, so that no tab offers or deletes it; the answer lets go. */
export const holdRecording = async (name: string): Promise<() => void> => {
  const taken = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  void navigator.locks.request(lockOf(name), () => {
    taken.resolve();
    return over.promise;
  });
  await taken.promise;
  written.value = withName(written.value, name);
  return () => {
    over.resolve();
    written.value = withoutName(written.value, name);
  };
};

/** Looks anew at what is there; never rejects. */
export const refreshRecordings = async (): Promise<void> => {
  const folder = await openFolder();
  if (folder === null) return;
  const found: KeptRecording[] = [];
  try {
    const held = await heldNames();
    for await (const [name, handle] of folder.entries()) {
      if (handle.kind !== 'file' || held.has(lockOf(name))) continue;
      const { size } = await (handle as FileSystemFileHandle).getFile();
      if (size > 0) found.push({ name, bytes: size });
      else await folder.removeEntry(name);
    }
  } catch {
    // Another tab took one away meanwhile; what was found is shown.
  }
  keptRecordings.value = found.toSorted((a, b) => a.name.localeCompare(b.name));
};

/** It was written to its end, or as far as it went. */
export const keepRecording = async (name: string): Promise<void> => {
  unsaved.value = withName(unsaved.value, name);
  await refreshRecordings();
};

/** From the disk; null where it is gone. */
export const recordingFile = async (name: string): Promise<File | null> => {
  try {
    const folder = await openFolder();
    return (await (await folder?.getFileHandle(name))?.getFile()) ?? null;
  } catch {
    return null;
  }
};

/** Of the File System standard; the page's types do not know it yet. */
type Movable = FileSystemFileHandle & { move(name: string): Promise<void> };

/** What it is called from then on: as before where it cannot be. */
export const renameRecording = async (name: string, to: string): Promise<string> => {
  try {
    const folder = await openFolder();
    await ((await folder?.getFileHandle(name)) as Movable | undefined)?.move(to);
    return to;
  } catch {
    return name;
  }
};

/** Somebody else has it: this tab may close. */
export const settleRecording = (name: string): void => {
  unsaved.value = withoutName(unsaved.value, name);
};

/** Hands it to the browser's downloads, from the disk and not through memory. False where it is gone. */
export const saveRecording = async (name: string): Promise<boolean> => {
  try {
    const file = await recordingFile(name);
    if (file === null) return false;
    const url = URL.createObjectURL(file);
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MS);
    settleRecording(name);
    return true;
  } catch {
    return false;
  }
};

export const deleteRecording = async (name: string): Promise<void> => {
  const folder = await openFolder();
  await folder?.removeEntry(name).catch(() => undefined);
  unsaved.value = withoutName(unsaved.value, name);
  await refreshRecordings();
};

const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
const isAtRisk: ReadonlySignal<boolean> = computed(() => unsaved.value.size > 0 || written.value.size > 0);

/** From now on the browser asks before the tab is closed while something is written or not saved. Once a page. */
export const warnBeforeLoss = (): void => {
  effect(() => {
    if (!isAtRisk.value) return;
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  });
};
