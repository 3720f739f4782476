// What the members say to each other inside the group, as bytes; unknown kinds are left to newer versions.
import * as v from 'valibot';
import { MAX_CAPTION_CHARS } from '#e2ee';
import { FeedPassesPayload } from '../feed/feedPassPayload.ts';
import { FileGonePayload, FilePayload } from '../files/filePayload.ts';
import { ISO_PAYLOADS } from '../iso/isoPayload.ts';
import { MachinePayload } from '../hall/machinePayload.ts';
import { HandPayload, LowerHandsPayload } from '../hands/handPayload.ts';
import { PollClosedPayload, PollPayload, VotePayload } from '../polls/pollPayload.ts';
import { ReactionPayload } from '../reactions/reactionPayload.ts';
import { SpeakerTagPayload } from '../stage/speakerTagPayload.ts';
import { STAGE_PAYLOADS } from '../stage/stagePayload.ts';
import { CHAT_PAYLOADS } from './chatPayloads.ts';

export { MAX_CAPTION_CHARS } from '#e2ee';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

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

/** How well the sender's own packets get to the server, by its own figures; four bars need no cause. */
const LinePayload = v.object({
  t: v.literal('line'),
  bars: v.picklist([1, 2, 3, 4]),
  cause: v.nullable(v.picklist(['loss', 'delay', 'bandwidth'])),
});

/** What is being said, as the speaker's own device understood it. */
const CaptionPayload = v.object({
  t: v.literal('caption'),
  /** Number of the line, of the speaker's: the same one again replaces what was shown. */
  n: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  text: v.pipe(v.string(), v.nonEmpty(), v.maxLength(MAX_CAPTION_CHARS)),
  final: v.boolean(),
  /** All of it was said on air: viewers read it too, and so may a production. */
  air: v.optional(v.boolean()),
});

/** Whether the sender's device makes captions of what they say. */
const CaptioningPayload = v.object({ t: v.literal('captioning'), on: v.boolean() });

/** Whether the sender keeps a recording of what it sees and hears. */
const RecordingPayload = v.object({ t: v.literal('recording'), on: v.boolean() });
/** Peer ids are 16 characters; more is bounded, not judged: who is not in the group is nobody. */
const SomePeerId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/));

/** Who is to be seen large by everybody, or that nobody is; the higher `n` is the later word. */
const SpotlightPayload = v.object({
  t: v.literal('spotlight'),
  on: v.nullable(SomePeerId),
  n: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(2 ** 31)),
});

/** What is asked of one device, or (`to` null) of all; only ever that it sends less, or that its person be asked. */
const OrderPayload = v.object({
  t: v.literal('order'),
  do: v.picklist(['mute', 'stopVideo', 'stopScreen', 'askMic', 'askCamera']),
  to: v.nullable(SomePeerId),
});

/** The meeting ends for everybody now. */
const EndingPayload = v.object({ t: v.literal('ending') });

/** From who acts as host: `peer` is asked to stop its recording. */
const StopRecordingPayload = v.object({
  t: v.literal('stopRecording'),
  peer: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)),
});

const GroupPayload = v.variant('t', [
  ...CHAT_PAYLOADS,
  ...STAGE_PAYLOADS,
  ...ISO_PAYLOADS,
  CodecsPayload,
  ComparedPayload,
  LinePayload,
  CaptionPayload,
  CaptioningPayload,
  ReactionPayload,
  HandPayload,
  LowerHandsPayload,
  PollPayload,
  VotePayload,
  PollClosedPayload,
  RecordingPayload,
  StopRecordingPayload,
  SpotlightPayload,
  OrderPayload,
  EndingPayload,
  FilePayload,
  FileGonePayload,
  MachinePayload,
  FeedPassesPayload,
  SpeakerTagPayload,
]);
export type GroupPayload = v.InferOutput<typeof GroupPayload>;

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
