// What the chat says inside the group: messages, what becomes of them, and what is said again for those who came later.
import * as v from 'valibot';
import { HistoryFile, MAX_HISTORY_FILES } from '../files/sharedFiles.ts';

/** UTF-8 bytes of one chat text: a long letter; more belongs in a file. */
export const MAX_CHAT_TEXT_BYTES = 8 * 1024;
/** Messages that one sharing gives: more is a document, and a flood for those who know them. */
export const MAX_HISTORY_ENTRIES = 200;

/** The last moment that a Date can hold (ECMA-262, section 21.4.1.1): drawing a later one throws. */
const LAST_DATE_MS = 8.64e15;
/** As long as a name in a credential can be (E-20). */
const MAX_NAME_CHARS = 200;

const encoder = new TextEncoder();

/** Random, from the sender: tells a message said twice from two messages. */
const MessageId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{8,64}$/));
const PeerId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));
const Text = v.pipe(v.string(), v.nonEmpty(), v.check(fitsChat));
/** Sender's time, ms. */
const At = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(LAST_DATE_MS));
/** A message of anybody's: its author as the group knew them then, and the author's id of it. */
const MessageRef = v.object({ by: PeerId, id: MessageId });
export type MessageRef = v.InferOutput<typeof MessageRef>;
/** One emoji as Unicode recommends them for interchange, and nothing else: no words in place of one. */
export const Emoji = v.pipe(v.string(), v.maxLength(32), v.regex(/^\p{RGI_Emoji}$/v));

const ChatPayload = v.object({ t: v.literal('chat'), id: MessageId, text: Text, at: At, re: v.optional(MessageRef) });
/** Of one's own message. */
const EditPayload = v.object({ t: v.literal('edit'), id: MessageId, text: Text });
/** Of one's own message. */
const DeletePayload = v.object({ t: v.literal('delete'), id: MessageId });
const ReactPayload = v.object({ t: v.literal('react'), to: MessageRef, emoji: Emoji, on: v.boolean() });
const TypingPayload = v.object({ t: v.literal('typing') });
const AskHistoryPayload = v.object({ t: v.literal('askHistory') });

/** The sharer's word that this was said. */
const HistoryEntry = v.object({
  ...MessageRef.entries,
  name: v.pipe(v.string(), v.maxLength(MAX_NAME_CHARS)),
  text: Text,
  at: At,
  edited: v.optional(v.boolean()),
  re: v.optional(MessageRef),
});
export type HistoryEntry = v.InferOutput<typeof HistoryEntry>;
const HistoryPayload = v.object({
  t: v.literal('history'),
  entries: v.pipe(v.array(HistoryEntry), v.maxLength(MAX_HISTORY_ENTRIES)),
  /** Passed over by clients that know of none. */
  files: v.optional(v.pipe(v.array(HistoryFile), v.maxLength(MAX_HISTORY_FILES))),
});

export const CHAT_PAYLOADS = [
  ChatPayload,
  EditPayload,
  DeletePayload,
  ReactPayload,
  TypingPayload,
  AskHistoryPayload,
  HistoryPayload,
] as const;

export function fitsChat(text: string): boolean {
  return encoder.encode(text).byteLength <= MAX_CHAT_TEXT_BYTES;
}
