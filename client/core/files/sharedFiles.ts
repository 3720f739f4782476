// What of the files is given to those who came later, together with the chat so far.
import * as v from 'valibot';
import { FILE_FACTS } from './filePayload.ts';
import type { FileItem } from './FileItems.ts';

/** Files that one sharing gives: more is a flood for those who know them. */
export const MAX_HISTORY_FILES = 100;
/** As in a message's reference, and as long as a name in a credential can be (E-20). */
const PEER_ID = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
const MAX_NAME_CHARS = 200;

/** The sharer's word that `by` sent this. */
export const HistoryFile = v.object({
  by: PEER_ID,
  name: v.pipe(v.string(), v.maxLength(MAX_NAME_CHARS)),
  ...FILE_FACTS,
});
export type HistoryFile = v.InferOutput<typeof HistoryFile>;

/**
 * Not taken back, not over its time, and not known to be broken.
 * @param ttlMs how long the server keeps a file; null where it has not said so
 */
export function isGivable({ entry, fileId }: FileItem, ttlMs: number | null, nowMs: number): boolean {
  const { state, heardMs } = entry;
  if (fileId === null || (ttlMs !== null && heardMs + ttlMs <= nowMs)) return false;
  if (state.state === 'failed') return state.direction === 'down' && state.fault !== 'damaged';
  return !['preparing', 'withdrawn', 'expired'].includes(state.state);
}

/** Of a givable one. */
export function historyFileOf({ entry, fileId, fileKey }: FileItem): HistoryFile[] {
  if (fileId === null) return [];
  const { from: by, displayName, name: n, size: s, atMs: at } = entry;
  return [{ by, name: displayName, f: fileId, n, s, k: fileKey, at }];
}
