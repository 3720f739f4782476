// What members say of files inside the group: that there is one, that it was taken back, and what is passed on of it to those who came later.
import * as v from 'valibot';
import { FileId, Key32 } from '#protocol/ids';
import { MAX_FILE_BYTES } from '#e2ee';

/** The last moment that a Date can hold (ECMA-262, section 21.4.1.1): drawing a later one throws. */
const LAST_DATE_MS = 8.64e15;

/** Where it lies, what it is, and the key that opens it (SPEC E-110). */
export const FILE_FACTS = {
  f: FileId,
  /** Name; cleaned by who reads it. */
  n: v.pipe(v.string(), v.maxLength(512)),
  s: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MAX_FILE_BYTES)),
  k: Key32,
  /** Sender's time, ms. */
  at: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LAST_DATE_MS)),
};

/** A file that the sender puts on the server. */
export const FilePayload = v.object({ t: v.literal('file'), ...FILE_FACTS });
export type FilePayload = v.InferOutput<typeof FilePayload>;

/** Its sender took it back. */
export const FileGonePayload = v.object({ t: v.literal('fileGone'), f: FileId });
