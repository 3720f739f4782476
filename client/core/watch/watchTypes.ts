// What a watch page is shown of an event, and what it may ask: state as a union, no key, nothing that could be sent.
import type { ProgramContent, Proof, StreamName, WatchFault, WatchView } from '#e2ee';
import type { Platform, RoomLink, Store, TileView } from '../types.ts';

export type { ProgramContent, Proof } from '#e2ee';

/** Why frames of somebody on air are not shown though they could be opened: nobody whom the host lists signed them, or long ago. */
export type Refusal = 'unsigned' | 'badSignature' | 'stale';

/**
 * One stream of one speaker. Only frames that were opened, and not refused, count as playing. `preparing`: the browser is not
 * ready for its first frame, or does not look for its way through the network yet.
 */
export type WatchMedia =
  | { state: 'off' }
  | { state: 'waiting'; cause: 'preparing' | 'firstFrame' | 'key' | 'network' | 'failing' | 'setup' }
  | { state: 'refused'; cause: Refusal }
  | { state: 'playing'; track: MediaStreamTrack; proof: Proof };

export interface WatchTrack {
  peerId: string;
  stream: StreamName;
  media: WatchMedia;
}

/** What somebody says, as their own device understood and signed it. */
export interface WatchLine {
  id: string;
  peerId: string;
  text: string;
  /** No more words follow in it. */
  final: boolean;
  /** When its last words came. */
  atMs: number;
}

/** Somebody whom the host's signed list names; nobody else is ever shown. */
export type WatchPerson = WatchView['people'][number];

/**
 * - `notOpen`: the server knows no such Room (yet, or any more)
 * - `full`: no viewer more at the moment
 * - `network`: no answer, or one that passes with time
 */
export type WatchDelay = 'notOpen' | 'full' | 'network';

export type WatchEnd = 'left' | 'badLink' | 'cannotOpen' | 'linkChanged' | 'removed' | 'ended' | 'version' | 'failed';

export type WatchState =
  | { phase: 'idle' }
  | { phase: 'opening' }
  /** Never inside so far, and not now; tries again by itself. */
  | { phase: 'waiting'; why: WatchDelay; retryAtMs: number }
  | ({ phase: 'watching' } & Audience)
  | { phase: 'ended'; reason: WatchEnd };

/**
 * - `online`: as good as it is
 * - `impaired`: the Connection is there, and no media comes
 * - `lost`: on the way back, with what was last seen still there; `why` as far as the server says it
 */
export type WatchConnection =
  | { state: 'online' }
  | { state: 'impaired' }
  | { state: 'lost'; why: WatchDelay; sinceMs: number; retryAtMs: number };

export interface Audience {
  connection: WatchConnection;
  people: readonly WatchPerson[];
  /** Null until a producer's word came; then the last one, also while the Connection is lost. */
  program: ProgramContent | null;
  /** What the server handed out and nobody whom the host lists signed. */
  fault: WatchFault | null;
  hasKey: boolean;
  tracks: readonly WatchTrack[];
  /** Oldest first, three at the most; each goes when it is old. */
  captions: readonly WatchLine[];
  /** Peers as whose words something came that they did not sign, just now. */
  forgedCaptions: readonly string[];
  viewers: number;
  /** The host closed the stage; the Room may go on without an audience. */
  closed: boolean;
  /** The server said at `saidAtMs` that it restarts at `atMs`, both by our clock; null while it said nothing of it. */
  draining: { saidAtMs: number; atMs: number } | null;
  /** What is played is later than it need be. */
  behind: boolean;
  /** Pictures are asked for smaller than they are shown, for the line's sake. */
  eased: boolean;
  /** Server's clock minus ours, in ms: for the countdown. */
  serverAheadMs: number;
}

export interface WatchClient {
  readonly state: Store<WatchState>;
  /** Begins; what comes of it is told by `state`. */
  start(): void;
  /** What is seen of whom and how large; everything that is not among `tiles` is not sent. */
  view(tiles: TileView[]): void;
  /** Plays what is newest and lets go of what lags behind it. */
  goLive(): void;
  /** Does not wait out the pause before the next attempt. */
  retryNow(): void;
  close(): void;
}

export interface WatchClientOptions {
  platform: Platform;
  /** Of kind `viewer`. */
  link: RoomLink;
}
