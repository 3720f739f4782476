// Everything a client asks over the socket: name → schema of its input, and the type of what it is answered.
import * as v from 'valibot';
import { CreateFeed, RevokeFeed, type FeedInfo } from './feed.ts';
import { ChangeLink, HintMode, KickPeer, SetCohosts, type ModeHint } from './hosting.ts';
import {
  ConsumerId,
  ProducerId,
  ResumeToken,
  Sequence,
  Stream,
  TransportId,
  type FeedId,
  type PeerId,
  type Role,
} from './ids.ts';
import { MAX_CONSUMERS_PER_REQUEST } from './limits.ts';
import {
  ConsumerView,
  DtlsParameters,
  MediaKind,
  RtpCapabilities,
  RtpParameters,
  type IceServer,
  type TransportPair,
} from './media.ts';
import {
  CreateGroup,
  RefuseCommit,
  ReportReady,
  SendGroupMessage,
  SendHeartbeat,
  SubmitCommit,
  SubmitKeyPackage,
  type CommitAnswer,
  type GroupCreated,
  type GroupRef,
  type KeyPackageQueued,
} from './mls.ts';
import type { Numbered, PeerInfo } from './notifications.ts';
import { AirProducer, CaptionStage, PublishStage, type Watching } from './stage.ts';

/** socket.io's `auth` object. */
export const Handshake = v.object({
  version: v.number(),
  token: v.pipe(v.string(), v.maxLength(4_096)),
  /** Input of a `room:join` that is asked for at once, and answered by `connection:joined`; read where other requests are. */
  join: v.optional(v.unknown()),
});

const Empty = v.object({});
const OneProducer = v.object({ producerId: ProducerId });
const SomeConsumers = v.object({
  consumerIds: v.pipe(v.array(ConsumerId), v.maxLength(MAX_CONSUMERS_PER_REQUEST)),
});

/** What a client says: with `join`, `room:join` is asked for in the same breath. */
export interface HandshakeInput {
  version: number;
  token: string;
  join?: RequestInput<'room:join'>;
}

export const REQUESTS = {
  /** First request of every Connection. With `resume` it takes its Peer back if that still waits. */
  'room:join': v.object({
    resume: v.optional(v.object({ token: ResumeToken, lastSequence: Sequence })),
    /** As `media:start` with them: what is there is announced with the answer. */
    rtpCapabilities: v.optional(RtpCapabilities),
    /** Beside them: as `transport:connect` of both Transports, which the client then shows one certificate on. */
    dtlsParameters: v.optional(DtlsParameters),
  }),
  /** Before it, as often as wanted: what a Device is made from. */
  'room:look': Empty,
  'room:leave': Empty,
  'token:refresh': Empty,

  /** Ends another Peer's place: it was removed from the group, or refused. */
  'room:kick': KickPeer,
  'room:setCohosts': SetCohosts,
  /** Ends the Room for everybody, and its links with it. Who asks hears `room:closed` instead of an answer. */
  'room:end': Empty,
  'room:hint': HintMode,

  /** Tells what the client can receive; Consumers for what is there follow as `consumer:new`. */
  'media:start': v.object({ rtpCapabilities: RtpCapabilities }),
  'transport:connect': v.object({ transportId: TransportId, dtlsParameters: DtlsParameters }),
  'transport:restartIce': v.object({ transportId: TransportId }),

  /** Refused with `not_sealed` until this Peer is in the group and has reported `mls:ready`. */
  'producer:create': v.object({
    transportId: TransportId,
    kind: MediaKind,
    stream: Stream,
    rtpParameters: RtpParameters,
    paused: v.boolean(),
  }),
  'producer:close': OneProducer,
  'producer:pause': OneProducer,
  'producer:resume': OneProducer,
  'producer:air': AirProducer,

  /** These Consumers have their transform; the server may let frames flow. */
  'consumer:ready': SomeConsumers,
  /** What is shown and how large; whatever is not shown is not sent. */
  'consumer:view': v.object({ views: v.pipe(v.array(ConsumerView), v.maxLength(MAX_CONSUMERS_PER_REQUEST)) }),
  /** Their client let go of them: each is made anew, announced as one that `replaces` it. */
  'consumer:renew': SomeConsumers,
  'consumer:keyFrame': v.object({ consumerId: ConsumerId }),

  'mls:create': CreateGroup,
  'mls:keyPackage': SubmitKeyPackage,
  'mls:commit': SubmitCommit,
  'mls:ready': ReportReady,
  'mls:message': SendGroupMessage,
  'mls:heartbeat': SendHeartbeat,
  'mls:nack': RefuseCommit,
  'mls:link': ChangeLink,

  'stage:publish': PublishStage,
  /** What this Peer says while it is on air, for viewers alone. */
  'stage:caption': CaptionStage,
  /** The show is over: what viewers were given is dropped, nothing is on air, and they stay. */
  'stage:close': Empty,

  /** A ticket for one machine that only receives. */
  'feed:create': CreateFeed,
  'feed:list': Empty,
  /** The ticket is worth nothing any more, and its device is sent off. */
  'feed:revoke': RevokeFeed,
} as const;

/** A fresh place in the Room, or the old one with everything that was said meanwhile, or a viewer's. */
export type JoinAnswer =
  | {
      outcome: 'joined';
      peerId: PeerId;
      role: Role;
      resumeToken: ResumeToken;
      serverTimeMs: number;
      routerRtpCapabilities: Record<string, unknown>;
      transports: TransportPair;
      /** The server knows the client's end of both, as it was told with the join. */
      connected?: true;
      iceServers: IceServer[];
      peers: PeerInfo[];
      group: GroupRef | null;
      /** Of the Room's present link: what a newcomer's keys are derived for. */
      linkGeneration: number;
      mode: ModeHint;
      /** Names this run of the server: with another one Peers, group and stage of before are gone. */
      run: string;
    }
  | { outcome: 'resumed'; peerId: PeerId; serverTimeMs: number; iceServers: IceServer[]; missed: Numbered[] }
  | Watching;

export interface Answers {
  'room:join': JoinAnswer;
  /** Null while nobody is in: there is nothing to receive then. */
  'room:look': { routerRtpCapabilities: Record<string, unknown> | null };
  'room:leave': Record<string, never>;
  'token:refresh': { token: string; expiresAtMs: number; iceServers: IceServer[] };
  'room:kick': Record<string, never>;
  'room:setCohosts': Record<string, never>;
  'room:end': Record<string, never>;
  'room:hint': Record<string, never>;
  'media:start': Record<string, never>;
  'transport:connect': Record<string, never>;
  'transport:restartIce': { iceParameters: Record<string, unknown> };
  'producer:create': { producerId: ProducerId };
  'producer:close': Record<string, never>;
  'producer:pause': Record<string, never>;
  'producer:resume': Record<string, never>;
  'producer:air': Record<string, never>;
  'consumer:ready': Record<string, never>;
  'consumer:view': Record<string, never>;
  'consumer:renew': Record<string, never>;
  'consumer:keyFrame': Record<string, never>;
  'mls:create': GroupCreated;
  'mls:keyPackage': KeyPackageQueued;
  'mls:commit': CommitAnswer;
  'mls:ready': Record<string, never>;
  'mls:message': Record<string, never>;
  'mls:heartbeat': Record<string, never>;
  'mls:nack': Record<string, never>;
  'mls:link': Record<string, never>;
  'stage:publish': Record<string, never>;
  'stage:caption': Record<string, never>;
  'stage:close': Record<string, never>;
  'feed:create': { feedId: FeedId };
  'feed:list': { feeds: FeedInfo[] };
  'feed:revoke': Record<string, never>;
}

export type RequestName = keyof typeof REQUESTS;
/** What a handler receives: parsed, branded, bounded. */
export type Request<Name extends RequestName> = v.InferOutput<(typeof REQUESTS)[Name]>;
/** What a client hands over. */
export type RequestInput<Name extends RequestName> = v.InferInput<(typeof REQUESTS)[Name]>;
export type Answer<Name extends RequestName> = Answers[Name];
