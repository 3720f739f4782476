// What only the device that a recording is for may know of it: the key that opens it, its name, its size and when it began.
import * as v from 'valibot';
import { Key32 } from '#protocol/ids';
import { MAX_FILE_BYTES } from '#e2ee';
import { ServerMs } from './isoPayload.ts';

const IsoFacts = v.object({
  k: Key32,
  /** Cleaned by who reads it. */
  n: v.pipe(v.string(), v.maxLength(512)),
  s: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MAX_FILE_BYTES)),
  at: ServerMs,
});
export type IsoFacts = v.InferOutput<typeof IsoFacts>;

export const encodeFacts = (facts: IsoFacts): Uint8Array => new TextEncoder().encode(JSON.stringify(facts));

/** Null for what is none. Never throws. */
export function parseFacts(bytes: Uint8Array | null): IsoFacts | null {
  if (bytes === null) return null;
  const text = new TextDecoder().decode(bytes);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), IsoFacts), text);
  return parsed.success ? parsed.output : null;
}
