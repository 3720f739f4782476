// The files that this device knows of, in order, and how many of them one member can add; each found by who sent it and where it lies.
import type { FileId } from '#protocol/ids';
import type { FileEntry, SaveTarget, TransferHandle } from './fileTypes.ts';
import type { SpeedMeter } from './SpeedMeter.ts';

/** Of one member, and of all: a page must not grow for ever, and nobody fills it for the others. */
const MAX_OF_ONE = 100;
const MAX_FILES = 500;
/** Given by others with the chat so far: counted apart, so that invented ones keep nobody's own out. */
const MAX_SHARED = 200;
/** What is not to come (again): enough for what two members say at the same time. */
const MAX_OVER = 500;

export interface FileItem {
  entry: FileEntry;
  /** 32 bytes, base64url. */
  fileKey: string;
  /** Once the server has it. */
  fileId: FileId | null;
  own: { uploadKey: string; file: File | null; lastModified: number } | null;
  target: SaveTarget | null;
  moving: TransferHandle | null;
  meter: SpeedMeter;
}

/** As all know it by. */
export const fileEntryId = (from: string, fileId: string): string => `${from}/${fileId}`;

export class FileItems {
  #all: FileItem[] = [];
  readonly #byId = new Map<string, FileItem>();
  readonly #over = new Set<string>();

  /** By when they came to be known here. */
  get all(): readonly FileItem[] {
    return this.#all;
  }

  get(id: string): FileItem | undefined {
    return this.#byId.get(id);
  }

  add(item: FileItem): void {
    const { entry } = item;
    // A clock that is set back does not turn the order around; what is of the past stands where it was said.
    const lastMs = this.#all.at(-1)?.entry.heardMs ?? 0;
    if (entry.sharedBy === null) item.entry = { ...entry, heardMs: Math.max(entry.heardMs, lastMs) };
    const after = this.#all.findIndex((one) => one.entry.heardMs > item.entry.heardMs);
    this.#all.splice(after < 0 ? this.#all.length : after, 0, item);
    this.#byId.set(entry.id, item);
  }

  delete(id: string): void {
    this.#byId.delete(id);
    this.#all = this.#all.filter(({ entry }) => entry.id !== id);
  }

  /** It was taken back, or off the list: it does not come again. */
  noteOver(id: string): void {
    this.#over.add(id);
    for (const oldest of this.#over) {
      if (this.#over.size <= MAX_OVER) break;
      this.#over.delete(oldest);
    }
  }

  /** Of its sender's own word. */
  takes(id: string, from: string): boolean {
    const heard = this.#all.filter(({ entry }) => entry.sharedBy === null);
    const isRoom = heard.length < MAX_FILES && heard.filter(({ entry }) => entry.from === from).length < MAX_OF_ONE;
    return isRoom && !this.#byId.has(id) && !this.#over.has(id);
  }

  /** Of another's word, which counts only where its sender's own does not stand already. */
  takesShared(id: string, fileId: FileId): boolean {
    if (this.#byId.has(id) || this.#over.has(id)) return false;
    if (this.#all.some((item) => item.fileId === fileId && item.entry.sharedBy === null)) return false;
    return this.#all.filter(({ entry }) => entry.sharedBy !== null).length < MAX_SHARED;
  }
}
