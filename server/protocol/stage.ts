// What goes on air on the wire: bytes that members seal for viewers, and the Producers that viewers get; the server reads none of it.
import * as v from 'valibot';
import { bytes, Epoch, PeerId, ProducerId } from './ids.ts';
import {
  MAX_STAGE_CAPTION_CHARS,
  MAX_STAGE_KEYS_BYTES,
  MAX_STAGE_PROGRAM_BYTES,
  MAX_STAGE_ROSTER_BYTES,
} from './limits.ts';
import { IceServer, RtpCapabilities, TransportOptions } from './media.ts';
import { GroupId } from './mls.ts';

/** Who may be on air, signed by the host; and what is shown of it, signed by a producer. Both sealed for holders of the watch link. */
const Roster = bytes(MAX_STAGE_ROSTER_BYTES);
const Program = bytes(MAX_STAGE_PROGRAM_BYTES);

/** The stage's key of one epoch, for holders of the watch link. */
export const StageKeys = v.object({ groupId: GroupId, epoch: Epoch, wrapped: bytes(MAX_STAGE_KEYS_BYTES) });
export type StageKeys = v.InferOutput<typeof StageKeys>;

/** Any part alone, or together: all of it is taken, or nothing. */
export const PublishStage = v.object({
  groupId: GroupId,
  /** Of `keys`; without them nothing depends on it. */
  epoch: Epoch,
  roster: v.optional(Roster),
  program: v.optional(Program),
  keys: v.optional(bytes(MAX_STAGE_KEYS_BYTES)),
});

/** Whether viewers get this Producer; one that is new is not on air until its owner says so. */
export const AirProducer = v.object({ producerId: ProducerId, onAir: v.boolean() });

/** What one on air says, sealed; text, so that it is one frame, encoded once for all viewers, and no binary value beside it. */
const Caption = v.pipe(
  v.string(),
  v.nonEmpty(),
  v.maxLength(MAX_STAGE_CAPTION_CHARS, `too_large: ${MAX_STAGE_CAPTION_CHARS} characters`),
  v.regex(/^[A-Za-z0-9_-]+$/),
  v.check((text) => text.length % 4 !== 1, 'no bytes have this length in base64url'),
);
export const CaptionStage = v.object({ caption: Caption });

/** What a viewer finds on arrival; `keys` of this epoch and of the one before, the newest last. */
export const StageState = v.object({
  roster: v.nullable(Roster),
  program: v.nullable(Program),
  keys: v.array(StageKeys),
});
export type StageState = v.InferOutput<typeof StageState>;

/** What `room:join` answers a viewer. It has no place to resume: after a lost Connection it joins afresh. */
export const Watching = v.object({
  outcome: v.literal('watching'),
  peerId: PeerId,
  role: v.literal('viewer'),
  serverTimeMs: v.number(),
  routerRtpCapabilities: RtpCapabilities,
  /** Receives only. */
  transport: TransportOptions,
  iceServers: v.array(IceServer),
  stage: StageState,
  viewers: v.number(),
  /** It said what it can receive when it joined, and need not ask for `media:start`. */
  started: v.boolean(),
  /** As in a member's answer. */
  run: v.string(),
});
export type Watching = v.InferOutput<typeof Watching>;

export const STAGE_NOTIFICATIONS = {
  // To viewers.
  'stage:roster': v.object({ roster: Roster }),
  'stage:program': v.object({ program: Program }),
  'stage:keys': StageKeys,
  /** Without a number, to all at once; kept for nobody. */
  'stage:caption': v.object({ from: PeerId, caption: Caption }),
  /** The show is over: roster, program and keys are worth nothing any more. */
  'stage:closed': v.object({}),
  /** The Worker behind this viewer died: its Transport and Consumers are gone; a viewer's `media:reset`. */
  'stage:reset': v.object({ routerRtpCapabilities: RtpCapabilities, transport: TransportOptions }),

  // To members: somebody has wrapped this epoch's key, so that the others need not.
  'stage:wrapped': v.object({ groupId: GroupId, epoch: Epoch, from: PeerId }),

  /** To both, when it changed, at most once in `AUDIENCE_COUNT_MS`. */
  'stage:audience': v.object({ viewers: v.number() }),
} as const;
