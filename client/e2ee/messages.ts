// What crosses between the page and the e2eeWorker, both ways; no key ever does.
import type { MachineKind } from './mls/machinePass.ts';
import type {
  CaptionWords,
  ProgramContent,
  StagePerson,
  WatchCaption,
  WatchSettings,
  WatchView,
} from './stageMessages.ts';

export * from './stageMessages.ts';
export type { MachineKind } from './mls/machinePass.ts';

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
  /** From the link: first 16 bytes of SHA-256 of the host's public key, base64url. */
  hostKeyHash: string;
  /** On the host's own device: the Room's Ed25519 key pair, whose private half cannot be exported. */
  hostKey?: CryptoKeyPair;
  /** A machine in a hall: `setOnAir` of any stream is refused, whoever asks for it. */
  membersOnly?: boolean;
  /** A machine of a production, and its ticket of 32 bytes, which leaves the page's memory with it. */
  machine?: { kind: MachineKind; ticket: Uint8Array };
  /** On that device: the mode it last chose in this Room, which holds in a group that has heard no host yet. */
  hostMode?: RoomMode;
  /** On that device: Peers that it named co-hosts, in a group that has ended since; named again in one that has heard no host yet. */
  hostCohosts?: string[];
}

/**
 * - `open`: whoever holds the link comes in
 * - `approve`: newcomers come in when an acting host lets them
 * - `locked`: no newcomers; members find back
 */
export const ROOM_MODES = ['open', 'approve', 'locked'] as const;
export type RoomMode = (typeof ROOM_MODES)[number];

/** The group's policy as all its members hold it, confirmed by signatures and never by the server. */
export interface PolicyView {
  mode: RoomMode;
  /** Peer whose leaf the host's key vouched for, while it is in the tree. */
  host: string | null;
  /** Peers whom the host named, while they are in the tree. */
  cohosts: string[];
  /** Peers that may act as host now: host and co-hosts, or the one present longest where none of them is there. */
  acting: string[];
  linkGeneration: number;
  /** On a device that acts in `approve`: who asks to be let in, first come first. */
  knocks: Knock[];
}

export interface Knock {
  peerId: string;
  /** From the credential under the link's MAC; the server cannot read it. */
  displayName: string;
  keyHash: string;
  /** Of a machine that shows that it holds this ticket (base64url): whether it is one that was made here the island does not know. */
  ticketKey?: string;
}

/** SHA-256 of the admission proof of each kind of link, base64url. */
export interface LinkVerifiers {
  member: string;
  speaker?: string;
  viewer?: string;
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
  /** The group follows the next generation of the link: who may be admitted, and by which beacon newcomers know the group. */
  | { name: 'mls:link'; groupId: Uint8Array; linkGeneration: number; beacon: Uint8Array; verifiers: LinkVerifiers }
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
  /** The commit made in `epoch` was refused: the group stands in that epoch again, and what came after it is void. */
  | { name: 'mls:reopened'; groupId: Uint8Array; epoch: number; commitHash: Uint8Array }
  | { name: 'mls:ended'; groupId: Uint8Array };

/**
 * What the server says to a viewer; field for field the `stage:*` notifications. Where keys of several epochs are kept for it, those
 * of the present one come last: they count where two groups have epochs of one number.
 */
export type StageEvent =
  | { name: 'stage:roster'; roster: Uint8Array }
  | { name: 'stage:program'; program: Uint8Array }
  | { name: 'stage:keys'; groupId: Uint8Array; epoch: number; wrapped: Uint8Array }
  | { name: 'stage:caption'; from: string; caption: Uint8Array };

export interface GroupMember {
  peerId: string;
  /** From the MLS credential, never from the server. */
  displayName: string;
  leafIndex: number;
  /** SHA-256 of the signature key, hex: what a device is remembered by. */
  keyHash: string;
  self: boolean;
  /** By its credential: no person, and by which ticket's key it says that it came. */
  machine?: { kind: MachineKind; ticketKey: string };
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
  | {
      state: 'in';
      epoch: number;
      sendEpoch: number;
      members: GroupMember[];
      safetyCode: SafetyCode;
      policy: PolicyView;
    }
  /** In the group, receiving, and sending nothing. Ends by itself or in `resync`, but for a split, which people have to see. */
  | { state: 'fenced'; cause: FenceCause }
  | { state: 'resync'; cause: string; attempt: number }
  /** An acting host removed this device; it holds no key any more. Only `enter` leads back. */
  | { state: 'removed' }
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
  /** Send side: at least one frame was sealed. Receive side: at least one was opened. `proof` is of a viewer's tracks alone. */
  | { state: 'flowing'; proof?: Proof }
  | { state: 'waitingForKey' }
  | { state: 'failing'; cause: FrameFault };

/**
 * - `verified`: what is played is signed by the feed key that the roster names for this Peer
 * - `unproven`: sound that is played while its first signature is awaited, or one did not come or did not fit
 */
export type Proof = 'verified' | 'unproven';

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
  | 'counterSpent'
  // Of what is on air, at viewers.
  /** No signature, or, of sound, none for so long that it is not played any more. */
  | 'unsigned'
  /** Not signed by the feed key that the roster names for this Peer, or signed as something else. */
  | 'badSignature'
  /** Signed longer before the newest of its stream than anything is under way. */
  | 'stale';

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
  | { type: 'stage'; event: StageEvent }
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
  | { name: 'counters' }
  | HostCall
  | FeedCall
  /** Instead of `open`: a viewer's worker, outside of the group. */
  | { name: 'watch'; settings: WatchSettings };

export type HostCall =
  // What only an acting host may; each resolves once the group has adopted it.
  | { name: 'setMode'; mode: RoomMode }
  /** Lets these in who knock. */
  | { name: 'admit'; peerIds: string[] }
  | { name: 'kick'; peerId: string }
  /** Only by the host's own key. */
  | { name: 'setCohosts'; peerIds: string[] }
  /** Gives the members, and nobody else, the secret of a new link; the server learns `verifiers`. */
  | { name: 'rotateLink'; secret: Uint8Array; verifiers: LinkVerifiers }
  /** Tells the server once more of the link that the group follows, which it refused to take. */
  | { name: 'announceLink'; verifiers: LinkVerifiers };

/** What puts a Member's device on air, and tells viewers who is there. */
export type FeedCall =
  /** The public half of this worker's feed key, 32 bytes. */
  | { name: 'feedKey' }
  /** Of these streams what leaves is sealed for the stage and signed, of all others for the room. Resolves when the next frame obeys. */
  | { name: 'setOnAir'; streams: StreamName[] }
  /**
   * On the host's own device, which names whose may do so while it is away, by their feed keys; and on a device that its last roster
   * named, where `delegates` counts for nothing. → SignedRoster
   */
  | { name: 'signRoster'; people: StagePerson[]; count: number; delegates: Uint8Array[] }
  /** Of another member: rejects where neither the host nor whom it delegated signed it for this Room. → Roster */
  | { name: 'openRoster'; signed: Uint8Array }
  /** By this worker's feed key. → the sealed program, for viewers */
  | { name: 'signProgram'; content: ProgramContent; count: number }
  /** What was said on air, for viewers. Rejects `notOnAir` while the microphone is backstage. → sealed by this epoch's stage key */
  | ({ name: 'sealCaption' } & CaptionWords)
  /** This epoch's stage key, for who holds the watch link and the signed roster. → WrappedStage */
  | { name: 'wrapStage'; roster: Uint8Array }
  /** The group that this device is in. → its id */
  | { name: 'stageGroup' };

/** Worker → page. */
export type FromWorker =
  | { type: 'result'; id: number; ok: true; value: unknown }
  | { type: 'result'; id: number; ok: false; error: string }
  | { type: 'request'; requestId: number; request: ServerRequest }
  | { type: 'group'; view: GroupView }
  /** The group went over to a new link: to be kept, shown and handed out from now on. */
  | { type: 'link'; secret: Uint8Array; linkGeneration: number }
  | { type: 'said'; from: string; payload: Uint8Array; epoch: number; self: boolean }
  | { type: 'track'; trackId: string; track: TrackState }
  | { type: 'watch'; view: WatchView }
  | { type: 'caption'; caption: WatchCaption }
  | { type: 'keyFrameNeeded'; trackId: string };
