// What crosses between the page and the e2eeWorker, both ways; no key ever does.

/** Names of the streams a Peer may send; the index is the SFrame stream number (SPEC: KID). */
export const STREAM_NAMES = ['mic', 'camera', 'screen', 'screenAudio'] as const;
export type StreamName = (typeof STREAM_NAMES)[number];

/** Codecs whose clear bytes are known; any other is refused, never passed through. */
export const VIDEO_CODECS = ['vp8', 'vp9', 'h264', 'av1'] as const;
export type VideoCodec = (typeof VIDEO_CODECS)[number];
export type FrameCodec = 'opus' | VideoCodec;

export interface GroupRef {
  groupId: Uint8Array;
  epoch: number;
  beacon: Uint8Array;
}

/** What `open` needs; the secret leaves the page's memory with it. */
export interface SessionSettings {
  roomId: string;
  /** 24 bytes from the link's fragment. */
  secret: Uint8Array;
  linkGeneration: number;
  peerId: string;
  displayName: string;
  /** Server's clock minus ours, in ms: credentials are stamped with the server's time. */
  serverTimeOffsetMs: number;
}

/** What the group asks of the server; the page sends it over the socket and answers with the ServerReply. */
export type ServerRequest =
  | { name: 'mls:create'; groupId: Uint8Array; beacon: Uint8Array }
  | { name: 'mls:keyPackage'; groupId: Uint8Array; sealed: Uint8Array }
  | {
      name: 'mls:commit';
      groupId: Uint8Array;
      epoch: number;
      commit: Uint8Array;
      welcome?: Uint8Array;
      added: string[];
      removed: string[];
    }
  | { name: 'mls:ready'; groupId: Uint8Array; epoch: number }
  | { name: 'mls:message'; groupId: Uint8Array; epoch: number; message: Uint8Array }
  | { name: 'mls:heartbeat'; groupId: Uint8Array; epoch: number; heartbeat: Uint8Array }
  /** A commit that the server passed on and that is not followed; `reason` is one word, letters only. */
  | { name: 'mls:nack'; groupId: Uint8Array; epoch: number; commitHash: Uint8Array; reason: string };

/** `data` is the wire's answer to that request (CommitAnswer and so on); `failed` covers refusals and lost sockets. */
export type ServerReply = { outcome: 'answered'; data: unknown } | { outcome: 'failed'; code: string };

/** What the server says to the group; field for field the `mls:*` notifications, and what is known of Peers. */
export type ServerEvent =
  | {
      name: 'mls:queue';
      groupId: Uint8Array;
      epoch: number;
      waiting: { peerId: string; sealed: Uint8Array }[];
      gone: { peerId: string; goneForMs: number }[];
    }
  | { name: 'mls:commit'; groupId: Uint8Array; epoch: number; from: string; commit: Uint8Array }
  | { name: 'mls:welcome'; groupId: Uint8Array; epoch: number; from: string; welcome: Uint8Array }
  | { name: 'mls:allReady'; groupId: Uint8Array; epoch: number }
  | { name: 'mls:message'; groupId: Uint8Array; epoch: number; from: string; message: Uint8Array }
  | { name: 'mls:heartbeat'; groupId: Uint8Array; epoch: number; from: string; heartbeat: Uint8Array }
  /** Half of the others refused a commit of ours. */
  | { name: 'mls:barred'; groupId: Uint8Array; epoch: number }
  | { name: 'mls:ended'; groupId: Uint8Array };

export interface GroupMember {
  peerId: string;
  /** From the MLS credential, never from the server. */
  displayName: string;
  leafIndex: number;
  /** SHA-256 of the signature key, hex: what a device is remembered by. */
  keyHash: string;
  self: boolean;
}

/**
 * - `behind`: the others are in a later epoch, which does not come here
 * - `silent`: no other member gives a sign of life
 * - `stale`: no new epoch for longer than the group ever goes without
 * - `split`: a member signed another history of an epoch that is ours too
 */
export type FenceCause = 'behind' | 'silent' | 'stale' | 'split';

/** Where the group stands, as confirmed; the lock is drawn from this and from nothing else. */
export type GroupView =
  | { state: 'new' }
  | { state: 'waitWelcome'; sinceMs: number }
  | { state: 'in'; epoch: number; sendEpoch: number; members: GroupMember[]; safetyCode: SafetyCode }
  /** In the group, receiving, and sending nothing. Ends by itself or in `resync`, but for a split, which people have to see. */
  | { state: 'fenced'; cause: FenceCause }
  | { state: 'resync'; cause: string; attempt: number }
  | { state: 'closed' };

/** Digest of the epoch authenticator, twice over: to read out one or the other. Changes with every epoch. */
export interface SafetyCode {
  /** 30 digits in six groups of five. */
  digits: string[];
  /** Nine places in the list of 2,048 words; `safetyWords` has the words. */
  words: number[];
}

/** How one track's frames fare. `cause` is the commonest reason of late. */
export type TrackState =
  | { state: 'idle' }
  /** Send side: at least one frame was sealed. Receive side: at least one was opened. */
  | { state: 'flowing' }
  | { state: 'waitingForKey' }
  | { state: 'failing'; cause: FrameFault };

/** Why a frame was dropped; counted per cause, never thrown. */
export type FrameFault =
  | 'noKey'
  | 'malformed'
  | 'unknownEpoch'
  | 'wrongLeaf'
  | 'wrongStream'
  /** The frame is of another codec than its track was announced with, so its clear bytes are not known. */
  | 'wrongCodec'
  | 'replayed'
  | 'authFailed'
  | 'tooLarge'
  | 'counterSpent';

/** Options of a transform, the same through RTCRtpScriptTransform and through the polyfill. */
export type TransformOptions =
  | { side: 'send'; trackId: string; stream: StreamName; codec: FrameCodec }
  | { side: 'receive'; trackId: string; stream: StreamName; codec: FrameCodec; peerId: string };

export interface TrackCounters {
  trackId: string;
  sealed: number;
  opened: number;
  faults: Partial<Record<FrameFault, number>>;
}

/** Page → worker. `call` is answered by one `result` with the same id. */
export type ToWorker =
  | { type: 'call'; id: number; call: Call }
  | { type: 'event'; event: ServerEvent }
  | { type: 'reply'; requestId: number; reply: ServerReply }
  | { type: 'close' };

export type Call =
  | { name: 'open'; settings: SessionSettings }
  /** After every fresh `room:join`: the group the server named, or null where there is none. */
  | { name: 'enter'; group: GroupRef | null }
  /** Seals and sends one application message; resolves when the server took it. */
  | { name: 'say'; payload: Uint8Array }
  /** Forget a track's state (its Producer or Consumer is gone). */
  | { name: 'dropTrack'; trackId: string }
  | { name: 'counters' };

/** Worker → page. */
export type FromWorker =
  | { type: 'result'; id: number; ok: true; value: unknown }
  | { type: 'result'; id: number; ok: false; error: string }
  | { type: 'request'; requestId: number; request: ServerRequest }
  | { type: 'group'; view: GroupView }
  | { type: 'said'; from: string; payload: Uint8Array; epoch: number; self: boolean }
  | { type: 'track'; trackId: string; track: TrackState }
  | { type: 'keyFrameNeeded'; trackId: string };
