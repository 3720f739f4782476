// What the members say to each other inside the group, as bytes; unknown kinds are left to newer versions.
import * as v from 'valibot';
import { FileId, Key32 } from '#protocol/ids';
import { MAX_FILE_BYTES } from '#e2ee';

/** UTF-8 bytes of one chat text: a long letter; more belongs in a file. */
export const MAX_CHAT_TEXT_BYTES = 8 * 1024;

/** The last moment that a Date can hold (ECMA-262, section 21.4.1.1): drawing a later one throws. */
const LAST_DATE_MS = 8.64e15;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

const ChatPayload = v.object({
  t: v.literal('chat'),
  /** Random, from the sender: tells a message said twice from two messages. */
  id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{8,64}$/)),
  text: v.pipe(v.string(), v.nonEmpty(), v.check(fitsChat)),
  /** Sender's time, ms. */
  at: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LAST_DATE_MS)),
});

/** Names of video codecs that a device can send and receive; those nobody knows are left to newer versions. */
const CodecsPayload = v.object({
  t: v.literal('codecs'),
  can: v.pipe(v.array(v.pipe(v.string(), v.maxLength(16))), v.maxLength(16)),
});

/** Members of a Room at the most (SPEC E-34). */
const MAX_MEMBERS = 250;

/** Keys of those whom the sender says to have compared the safety code with; none where that was taken back. */
const ComparedPayload = v.object({
  t: v.literal('compared'),
  keys: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))), v.maxLength(MAX_MEMBERS)),
});

/** Characters of one line of captions: two lines on a screen. */
export const MAX_CAPTION_CHARS = 160;

/** What is being said, as the speaker's own device understood it. */
const CaptionPayload = v.object({
  t: v.literal('caption'),
  /** Number of the line, of the speaker's: the same one again replaces what was shown. */
  n: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  text: v.pipe(v.string(), v.nonEmpty(), v.maxLength(MAX_CAPTION_CHARS)),
  final: v.boolean(),
});

/** A file that the sender puts on the server: where it lies, what it is, and the key that opens it (SPEC E-110). */
const FilePayload = v.object({
  t: v.literal('file'),
  f: FileId,
  /** Name; cleaned by who reads it. */
  n: v.pipe(v.string(), v.maxLength(512)),
  s: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MAX_FILE_BYTES)),
  k: Key32,
  at: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LAST_DATE_MS)),
});
/** Its sender took it back. */
const FileGonePayload = v.object({ t: v.literal('fileGone'), f: FileId });

const GroupPayload = v.variant('t', [
  ChatPayload,
  CodecsPayload,
  ComparedPayload,
  CaptionPayload,
  FilePayload,
  FileGonePayload,
]);
export type GroupPayload = v.InferOutput<typeof GroupPayload>;

export function fitsChat(text: string): boolean {
  return encoder.encode(text).byteLength <= MAX_CHAT_TEXT_BYTES;
}

export function encodePayload(payload: GroupPayload): Uint8Array {
  return encoder.encode(JSON.stringify(payload));
}

/** `null` for what is not ours to read: another kind, another version, or not a payload at all. Never throws. */
export function parsePayload(bytes: Uint8Array): GroupPayload | null {
  try {
    const parsed = v.safeParse(GroupPayload, JSON.parse(decoder.decode(bytes)));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
