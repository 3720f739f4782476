// What the tab keeps of the files of a Room over a reload of the page, as text; what does not read back is forgotten.
import * as v from 'valibot';
import { FileId, Key32 } from '#protocol/ids';
import { MAX_FILE_BYTES } from '#e2ee';
import { MAX_FILE_NAME_CHARS } from './fileName.ts';
import { fileEntryId, type FileItem } from './FileItems.ts';
import type { FileEntry, FileState, SaveTarget } from './fileTypes.ts';

const Common = {
  fileId: FileId,
  from: v.string(),
  displayName: v.string(),
  name: v.pipe(v.string(), v.maxLength(MAX_FILE_NAME_CHARS)),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MAX_FILE_BYTES)),
  fileKey: Key32,
  atMs: v.number(),
  heardMs: v.number(),
};
const KeptFile = v.variant('kind', [
  v.object({
    kind: v.literal('own'),
    ...Common,
    uploadKey: Key32,
    /** Of the file on the disk, to tell whether the one that is picked again is the same. */
    lastModified: v.number(),
    /** Of the file's bytes, sent so far. */
    bytes: v.number(),
    isSent: v.boolean(),
  }),
  v.object({
    kind: v.literal('heard'),
    ...Common,
    sharedBy: v.nullable(v.string()),
    /** `chosen` places are lost with the page; `kept` ones are not. */
    target: v.picklist(['none', 'chosen', 'kept']),
    state: v.picklist(['idle', 'going', 'paused', 'done']),
  }),
]);
type KeptFile = v.InferOutput<typeof KeptFile>;

export const formatKept = (files: readonly KeptFile[]): string | null =>
  files.length === 0 ? null : JSON.stringify(files);

export function parseKept(text: string | null): KeptFile[] {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), v.array(KeptFile)), text);
  return parsed.success ? parsed.output : [];
}

export function bytesOf(state: FileState): number {
  return 'bytes' in state ? state.bytes : 0;
}

/** Null where there is nothing to come back to. */
export function keptOf({ entry, fileId, fileKey, own, target }: FileItem): KeptFile | null {
  const { state } = entry.state;
  if (fileId === null || state === 'withdrawn' || state === 'expired') return null;
  const { from, displayName, name, size, atMs, heardMs, sharedBy } = entry;
  const common = { fileId, from, displayName, name, size, fileKey, atMs, heardMs };
  if (own !== null) {
    const { uploadKey, lastModified } = own;
    const isSent = state === 'uploaded';
    return { kind: 'own', ...common, uploadKey, lastModified, bytes: bytesOf(entry.state), isSent };
  }
  const going = state === 'paused' || state === 'done' ? state : 'going';
  const isIdle = target === null || state === 'failed' || state === 'offered';
  return { kind: 'heard', ...common, sharedBy, target: target?.kind ?? 'none', state: isIdle ? 'idle' : going };
}

/** What `keptOf` gave, as it stands after the reload. */
export function restoredFrom(kept: KeptFile): Omit<FileItem, 'moving' | 'meter'> {
  const { fileId, from, displayName, name, size, atMs, heardMs, fileKey } = kept;
  const told = { id: fileEntryId(from, fileId), from, displayName, name, size, atMs, heardMs };
  if (kept.kind === 'own') {
    const state: FileState = kept.isSent ? { state: 'uploaded' } : { state: 'repick', bytes: kept.bytes };
    const entry: FileEntry = { ...told, self: true, sharedBy: null, state };
    const own = { uploadKey: kept.uploadKey, file: null, lastModified: kept.lastModified };
    return { entry, fileKey, fileId, own, target: null };
  }
  const entry: FileEntry = { ...told, self: false, sharedBy: kept.sharedBy, state: stateAfterReload(kept) };
  const target: SaveTarget | null = kept.target === 'kept' ? { kind: 'kept', name: fileId } : null;
  return { entry, fileKey, fileId, own: null, target };
}

function stateAfterReload({ target, state }: Extract<KeptFile, { kind: 'heard' }>): FileState {
  if (state === 'idle') return { state: 'offered' };
  if (target === 'chosen') {
    return state === 'done' ? { state: 'done' } : { state: 'failed', direction: 'down', fault: 'targetLost' };
  }
  if (state === 'done') return { state: 'done' };
  return { state: state === 'paused' ? 'paused' : 'waiting', direction: 'down', bytes: 0 };
}
