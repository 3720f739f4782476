// What the SDK shows of the files that members send each other, and what it needs of the place it runs in to move them.

/** Why nothing more comes of a transfer by itself; each has words of its own, and `retry` may mend it. */
export type FileFault =
  /** More than the server takes of one file. */
  | 'tooLarge'
  /** The server, or this Room's share of it, is full. */
  | 'quota'
  /** This device has not the room for it. */
  | 'storageShort'
  /** This browser lets us store nothing here (a private window). */
  | 'noStorage'
  /** The file on the sender's disk was changed, moved or cannot be read. */
  | 'unreadable'
  /** What came is not what was sealed. */
  | 'damaged'
  /** Where it was to be saved cannot be written any more, as after a reload of the page. */
  | 'targetLost'
  /** The server refuses, and nobody knows why. */
  | 'refused';

export interface Moving {
  bytes: number;
  /** Null until it is known. */
  bytesPerSecond: number | null;
  secondsLeft: number | null;
}

export type FileDirection = 'up' | 'down';

export type FileState =
  /** Being announced. */
  | { state: 'preparing' }
  | ({ state: 'uploading' } & Moving)
  | { state: 'uploaded' }
  /** After a reload of the page: the same file has to be picked again. */
  | { state: 'repick'; bytes: number }
  /** Another member's: can be fetched, whether or not it is all there yet. */
  | { state: 'offered' }
  | ({ state: 'downloading' } & Moving)
  /** Everything came and opened; the file is being closed. */
  | { state: 'checking' }
  | { state: 'done' }
  /** The connection is lost; it goes on by itself. */
  | { state: 'waiting'; direction: FileDirection; bytes: number }
  | { state: 'paused'; direction: FileDirection; bytes: number }
  | { state: 'failed'; direction: FileDirection; fault: FileFault }
  /** Its sender took it back. */
  | { state: 'withdrawn' }
  /** The server has it no more. */
  | { state: 'expired' };

export interface FileEntry {
  id: string;
  from: string;
  displayName: string;
  self: boolean;
  /** Cleaned: without paths, and without what is invisible or turns the text around it. */
  name: string;
  size: number;
  /** Sender's time, ms. */
  atMs: number;
  /** When it came to be known here, ms; of a shared one when it was sent. The list is in this order. */
  heardMs: number;
  /** Given by this member, whose word it is that it was sent. Null for what was heard from its sender at the time. */
  sharedBy: string | null;
  state: FileState;
}

/** What may be sent here, in bytes of plaintext; null until the server said so. */
export interface FileLimits {
  maxFileBytes: number;
  ttlMs: number;
}

export interface FilesView {
  limits: FileLimits | null;
  entries: FileEntry[];
}

/** Nothing of it throws or rejects: what comes of it shows in the entry. Ids that are not there, and acts that do not fit, are nothing done. */
export interface FileActions {
  offer(files: readonly File[]): void;
  pause(id: string): void;
  resume(id: string): void;
  /** One's own: taken back from everybody. Another's: no more of it is fetched, and what came is deleted here. */
  cancel(id: string): void;
  retry(id: string): void;
  /** To be called in the click itself, since the browser may ask where to save it. */
  download(id: string): void;
  /** Hands a file that is done to the person once more. */
  save(id: string): void;
  /** False where it is not the file that was being sent. */
  pickAgain(id: string, file: File): boolean;
  /** Takes it off the list, and what of it lies here. */
  discard(id: string): void;
}

// ── The place it runs in ─────────────────────────────────────────────────────────────────────────
/** Where a file that comes in is written: a place that the person chose, or one of the browser's own that outlives a reload. */
export type SaveTarget = { kind: 'chosen'; handle: FileSystemFileHandle } | { kind: 'kept'; name: string };

interface TransferJob {
  /** Of the file at the server. */
  path: string;
  size: number;
  /** 32 bytes; wiped by whoever takes the job. */
  fileKey: Uint8Array;
  /** The access token of the moment; waits while there is none. */
  token(): Promise<string>;
}
export interface UploadJob extends TransferJob {
  file: File;
  uploadKey: string;
}
export interface DownloadJob extends TransferJob {
  target: SaveTarget;
}
/** `gone`: the server has it no more. */
export type TransferOutcome = 'done' | 'gone' | FileFault;
export interface TransferEvents {
  /** Of the file's own bytes, from its beginning; a few times a second, and the last before anything else is said. */
  onProgress(bytes: number): void;
  /** No connection; it is tried again. */
  onWaiting(): void;
  /** All is there and opened; what remains is closing the file. */
  onChecking(): void;
  /** Once, and nothing after it. */
  onEnd(outcome: TransferOutcome): void;
}

/** Pausing keeps what is open; after `stop` nothing more is heard. */
export interface TransferHandle {
  pause(): void;
  resume(): void;
  stop(): void;
}

export interface FilePort {
  upload(job: UploadJob, events: TransferEvents): TransferHandle;
  download(job: DownloadJob, events: TransferEvents): TransferHandle;
  /** One call of the relay without a body. Rejects when nobody answered. */
  call(method: string, path: string, headers: Record<string, string>): Promise<FileAnswer>;
  /**
   * To be called in the click. Null: the person thought better of it.
   * Rejects with `storageShort` or `noStorage` as the error's message.
   */
  chooseTarget(id: string, name: string, size: number): Promise<SaveTarget | null>;
  /** A place of the browser's own, without asking anybody; a file of this id that was begun goes on there. Rejects as `chooseTarget` does. */
  reserve(id: string, size: number): Promise<SaveTarget>;
  /** Lays a file that is done among this device's recordings, and says under which name. Rejects where it cannot. */
  keep(target: SaveTarget, name: string): Promise<string>;
  /** Gives a file of the browser's own to the person, under this name. */
  handOver(target: SaveTarget, name: string): Promise<void>;
  discard(target: SaveTarget): void;
  /** What this tab keeps of the Room over a reload; small text. */
  recall(roomId: string): string | null;
  remember(roomId: string, text: string | null): void;
  /** What waits for the network tries now. */
  hurry(): void;
  close(): void;
}

export interface FileAnswer {
  status: number;
  location: string | null;
  body: unknown;
}
