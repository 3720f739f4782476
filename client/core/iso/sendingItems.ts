// One recording on its way out, and what the tab keeps of it over a reload of the page; what does not read back is forgotten.
import * as v from 'valibot';
import { FileId, Key32 } from '#protocol/ids';
import { MAX_FILE_NAME_CHARS } from '../files/fileName.ts';
import type { TransferHandle } from '../files/fileTypes.ts';
import { SpeedMeter } from '../files/SpeedMeter.ts';
import type { IsoAsk } from './IsoAsk.ts';
import { ServerMs } from './isoPayload.ts';
import type { OutgoingIso, OutgoingState } from './isoTypes.ts';

export interface SendingItem {
  view: OutgoingIso;
  /** 32 bytes, base64url, as is the next. */
  fileKey: string;
  uploadKey: string;
  /** Null after a reload, until the page gives it anew. */
  file: File | null;
  lastModified: number;
  /** Once the server has it. */
  fileId: FileId | null;
  /** Under whose key it was told last. */
  told: IsoAsk['address'];
  moving: TransferHandle | null;
  creating: boolean;
  /** Stands still while its person is on air. */
  held: boolean;
  meter: SpeedMeter;
}

type Given = Pick<SendingItem, 'view' | 'fileKey' | 'uploadKey' | 'file' | 'lastModified' | 'fileId'>;

export const createItem = (given: Given): SendingItem => ({
  ...given,
  told: null,
  moving: null,
  creating: false,
  held: false,
  meter: new SpeedMeter(),
});

export const bytesOf = (state: OutgoingState): number => ('bytes' in state ? state.bytes : 0);

const KeptItem = v.object({
  id: v.string(),
  name: v.pipe(v.string(), v.maxLength(MAX_FILE_NAME_CHARS)),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  startMs: ServerMs,
  fileKey: Key32,
  uploadKey: Key32,
  lastModified: v.number(),
  fileId: v.nullable(FileId),
  isSent: v.boolean(),
});

export function formatKept(items: readonly SendingItem[]): string | null {
  const kept = items.flatMap(({ view, fileKey, uploadKey, lastModified, fileId }) => {
    const { id, name, size, startMs, state } = view;
    if (state.state === 'handed') return [];
    const isSent = state.state === 'sent';
    return [{ id, name, size, startMs, fileKey, uploadKey, lastModified, fileId, isSent }];
  });
  return kept.length === 0 ? null : JSON.stringify(kept);
}

export function restored(text: string | null): SendingItem[] {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), v.array(KeptItem)), text);
  if (!parsed.success) return [];
  return parsed.output.map(({ id, name, size, startMs, isSent, ...rest }) => {
    const state: OutgoingState = isSent ? { state: 'sent' } : { state: 'repick', bytes: 0 };
    return createItem({ ...rest, file: null, view: { id, name, size, startMs, state } });
  });
}
