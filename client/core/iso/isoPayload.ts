// Each speaker's own recording on the wire among members: what the producer asks for, what the speakers answer, and what is handed over.
import * as v from 'valibot';
import { FileId, Key32 } from '#protocol/ids';

/** The last moment that a Date can hold (ECMA-262, section 21.4.1.1). */
const LAST_DATE_MS = 8.64e15;
/** A name of 120 characters, a key and two numbers, sealed, in base64url. */
const MAX_SEALED_CHARS = 2_000;

/** Bounded, not judged: who is not in the group is nobody. */
const SomePeerId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
const AskId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,32}$/));
/** ms since 1970 by the server's clock. */
export const ServerMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LAST_DATE_MS));
const Count = (most: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(most));

/** Why nothing is recorded, as the speaker's page found it. */
export const ISO_FAULTS = ['diskFull', 'noDisk', 'noSpace', 'noWriter', 'failed'] as const;

/** Of who produces. `id` is another for each thing that is asked; `k` is the key under which it is handed to this device. */
const IsoPayload = v.object({
  t: v.literal('iso'),
  id: AskId,
  mode: v.picklist(['onAir', 'now', 'off']),
  k: Key32,
});
export type IsoWord = v.InferOutput<typeof IsoPayload>;

/** How it stands with the sender's own recording; `over` with nothing left takes it back. */
const IsoStatePayload = v.object({
  t: v.literal('isoState'),
  id: AskId,
  s: v.picklist(['agreed', 'refused', 'on', 'failed', 'over']),
  since: v.nullable(ServerMs),
  /** Bytes of what is being recorded. */
  b: Count(Number.MAX_SAFE_INTEGER),
  why: v.nullable(v.picklist(ISO_FAULTS)),
  /** Recordings that are still on the sender's device alone. */
  left: Count(1_000),
});
export type IsoStateWord = v.InferOutput<typeof IsoStatePayload>;

/** A file for one device: all can see that there is one, and who has it. */
const IsoFilePayload = v.object({
  t: v.literal('isoFile'),
  to: SomePeerId,
  f: FileId,
  /** `IsoFacts`, sealed to the key in that device's word (E-199). */
  x: v.pipe(v.string(), v.maxLength(MAX_SEALED_CHARS), v.regex(/^[A-Za-z0-9_-]+$/)),
});
export type IsoFileWord = v.InferOutput<typeof IsoFilePayload>;

/** Its sender took it back. */
const IsoGonePayload = v.object({ t: v.literal('isoGone'), f: FileId });
/** The device it was for has it whole. */
const IsoGotPayload = v.object({ t: v.literal('isoGot'), from: SomePeerId, f: FileId });

export const ISO_PAYLOADS = [IsoPayload, IsoStatePayload, IsoFilePayload, IsoGonePayload, IsoGotPayload] as const;
