// What the page and the worker that moves files say to each other.
import type { SaveTarget, TransferOutcome } from '#core';

interface Job {
  id: number;
  /** Of the file at the server, with its origin: a worker that was started from another's has none of its own to go by. */
  address: string;
  size: number;
  fileKey: Uint8Array<ArrayBuffer>;
}

export type ToFileWorker =
  | ({ t: 'upload'; file: File; uploadKey: string } & Job)
  | ({ t: 'download'; target: SaveTarget } & Job)
  | { t: 'stop' | 'pause' | 'resume'; id: number }
  | { t: 'token'; id: number; token: string }
  | { t: 'hurry' };

export type FromFileWorker =
  | { t: 'token'; id: number }
  | { t: 'progress'; id: number; bytes: number }
  | { t: 'waiting'; id: number }
  | { t: 'checking'; id: number }
  /** Null: it was stopped, and lets go of its file. */
  | { t: 'end'; id: number; outcome: TransferOutcome | null };
