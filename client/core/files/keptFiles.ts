// What the tab keeps of the files of a Room over a reload of the page, as text; what does not read back is forgotten.
import * as v from 'valibot';
import { FileId, Key32 } from '#protocol/ids';
import { MAX_FILE_BYTES } from '#e2ee';
import { MAX_FILE_NAME_CHARS } from './fileName.ts';
import type { FileState } from './fileTypes.ts';

const Common = {
  fileId: FileId,
  from: v.string(),
  displayName: v.string(),
  name: v.pipe(v.string(), v.maxLength(MAX_FILE_NAME_CHARS)),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MAX_FILE_BYTES)),
  fileKey: Key32,
  atMs: v.number(),
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
    /** `chosen` places are lost with the page; `kept` ones are not. */
    target: v.picklist(['none', 'chosen', 'kept']),
    state: v.picklist(['idle', 'going', 'paused', 'done']),
  }),
]);
export type KeptFile = v.InferOutput<typeof KeptFile>;

export const formatKept = (files: readonly KeptFile[]): string | null =>
  files.length === 0 ? null : JSON.stringify(files);

export function parseKept(text: string | null): KeptFile[] {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), v.array(KeptFile)), text);
  return parsed.success ? parsed.output : [];
}

export function bytesOf(state: FileState): number {
  return 'bytes' in state ? state.bytes : 0;
}

export function stateAfterReload({ target, state }: Extract<KeptFile, { kind: 'heard' }>): FileState {
  if (state === 'idle') return { state: 'offered' };
  if (target === 'chosen') {
    return state === 'done' ? { state: 'done' } : { state: 'failed', direction: 'down', fault: 'targetLost' };
  }
  if (state === 'done') return { state: 'done' };
  return { state: state === 'paused' ? 'paused' : 'waiting', direction: 'down', bytes: 0 };
}
