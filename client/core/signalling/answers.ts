// What the server answers, parsed once at the door: the envelope, the answers that are read, and binary made Uint8Array.
import * as v from 'valibot';
import { FeedInfo } from '#protocol/feed';
import { MAX_FEEDS_PER_ROOM } from '#protocol/limits';
import { WireError } from '#protocol/errors';
import { LinkGeneration, ModeHint } from '#protocol/hosting';
import { Epoch, FeedId, PeerId, ProducerId, ResumeToken, Role, Sequence } from '#protocol/ids';
import { IceParameters, IceServer, RtpCapabilities, TransportPair } from '#protocol/media';
import { GroupRef } from '#protocol/mls';
import { PeerInfo } from '#protocol/notifications';
import type { Answer, RequestName } from '#protocol/requests';
import { SignallingError } from './SignallingError.ts';

const Envelope = v.variant('ok', [
  v.object({ ok: v.literal(true), data: v.unknown() }),
  v.object({ ok: v.literal(false), error: WireError }),
]);

const Joined = v.object({
  outcome: v.literal('joined'),
  peerId: PeerId,
  role: Role,
  resumeToken: ResumeToken,
  serverTimeMs: v.number(),
  routerRtpCapabilities: RtpCapabilities,
  transports: TransportPair,
  connected: v.optional(v.literal(true)),
  iceServers: v.array(IceServer),
  peers: v.array(PeerInfo),
  group: v.nullable(GroupRef),
  linkGeneration: LinkGeneration,
  mode: ModeHint,
  run: v.string(),
});
export type Joined = v.InferOutput<typeof Joined>;

const Resumed = v.object({
  outcome: v.literal('resumed'),
  peerId: PeerId,
  serverTimeMs: v.number(),
  iceServers: v.array(IceServer),
  missed: v.array(v.object({ name: v.string(), payload: v.unknown(), sequence: Sequence })),
});
export type Resumed = v.InferOutput<typeof Resumed>;

/** Answers that are read; all others are empty objects, and nothing is taken from them. */
const ANSWERS = {
  'feed:create': v.object({ feedId: FeedId }),
  'feed:list': v.object({ feeds: v.pipe(v.array(FeedInfo), v.maxLength(MAX_FEEDS_PER_ROOM)) }),
  'room:join': v.variant('outcome', [Joined, Resumed]),
  'token:refresh': v.object({ token: v.string(), expiresAtMs: v.number(), iceServers: v.array(IceServer) }),
  'transport:restartIce': v.object({ iceParameters: IceParameters }),
  'producer:create': v.object({ producerId: ProducerId }),
  'mls:create': v.variant('outcome', [
    v.object({ outcome: v.literal('created') }),
    v.object({ outcome: v.literal('exists'), group: GroupRef }),
  ]),
  'mls:keyPackage': v.variant('outcome', [
    v.object({ outcome: v.literal('queued') }),
    v.object({ outcome: v.literal('wrongGroup'), group: v.nullable(GroupRef) }),
  ]),
  'mls:commit': v.variant('outcome', [
    v.object({ outcome: v.literal('accepted'), epoch: Epoch }),
    v.object({ outcome: v.literal('stale'), group: v.nullable(GroupRef) }),
  ]),
} as const satisfies Partial<Record<RequestName, v.GenericSchema>>;

/**
 * The data of an answer over socket or HTTP. Throws a SignallingError: the server's own code, or `internal` for an
 * answer that is none.
 */
export function parseReply<Schema extends v.GenericSchema>(schema: Schema, reply: unknown): v.InferOutput<Schema> {
  const envelope = v.safeParse(Envelope, reply);
  if (!envelope.success) throw new SignallingError('internal');
  if (!envelope.output.ok) throw new SignallingError(envelope.output.error.code, envelope.output.error.retryAfterMs);
  const data = v.safeParse(schema, envelope.output.data);
  if (!data.success) throw new SignallingError('internal');
  return data.output;
}

/** Throws as `parseReply` does. */
export function parseAnswer<Name extends RequestName>(name: Name, reply: unknown): Answer<Name> {
  const schema: v.GenericSchema = name in ANSWERS ? ANSWERS[name as keyof typeof ANSWERS] : v.object({});
  return parseReply(schema, reply) as Answer<Name>;
}

/** The join's answer as parsed here: `missed` is still to be parsed one by one. */
export function parseJoinAnswer(reply: unknown): Joined | Resumed {
  return parseReply(ANSWERS['room:join'], reply);
}
