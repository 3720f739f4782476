// What the SDK shows of a Room, and what can be asked of it.
export type { FenceCause, SafetyCode } from '#e2ee';
export type * from './chat/chatTypes.ts';
export type * from './linkTypes.ts';
export type * from './noticeTypes.ts';
export type * from './orders/orderTypes.ts';
export type * from './Platform.ts';
import type { FenceCause, GroupMember, PolicyView, RoomMode, SafetyCode, VideoCodec } from '#e2ee';
import type { RoomLink } from './linkTypes.ts';
import type { Notice } from './noticeTypes.ts';
import type { Platform, ScreenPurpose } from './Platform.ts';
import type { ReadyDoorstep } from './signalling/doorTypes.ts';
import type { GestureActions, GesturesView } from './gestures.ts';
import type { RecordingActions, RecordingView } from './recording/view.ts';

export type * from './recording/view.ts';
import type { ChatActions, ChatView } from './chat/chatTypes.ts';
import type { EndedBy, OrderActions, OrderView } from './orders/orderTypes.ts';

import type { FileActions, FilesView } from './files/fileTypes.ts';
import type { FeedActions, FeedTicket } from './feed/feedTypes.ts';
import type { HallActions } from './hall/hallTypes.ts';
import type { HostActions } from './hosting/hostTypes.ts';
import type { IsoActions, IsoView } from './iso/isoTypes.ts';
import type { ShowStore } from './stage/ShowKeeper.ts';
import type { StageActions, StageView } from './stage/stageTypes.ts';

export type * from './feed/feedTypes.ts';
export type * from './hall/hallTypes.ts';
export type * from './hosting/hostTypes.ts';
export type * from './iso/isoTypes.ts';
export type * from './stage/stageTypes.ts';

export type Listener = () => void;
/** A value that changes; `get` is cheap and returns the same object until the next change. */
export interface Store<T> {
  get(): T;
  subscribe(listener: Listener): () => void;
}

// ── State ────────────────────────────────────────────────────────────────────────────────────────
/**
 * What the person waits for, in this order: Connecting… Securing… Waiting for a member, or, as the server says of the Room's mode, for
 * a host to let them in (`waitingForHost`), or for a locked Room (`locked`). `full`: for a place on the server, which is asked again by itself. `restarting`:
 * for the server, which takes nobody in just now.
 */
export type JoinStep =
  | 'admission'
  | 'connecting'
  | 'full'
  | 'restarting'
  | 'securing'
  | 'waitingForMember'
  | 'waitingForHost'
  | 'locked';
export type EndReason =
  | 'left'
  | 'roomGone'
  | 'roomEnded'
  | 'badLink'
  | 'cannotSeal'
  | 'replaced'
  | 'removed'
  /** Not let in. */
  | 'refused'
  | 'linkChanged'
  | 'full'
  | 'version'
  | 'unreachable'
  | 'failed';

export type RoomState =
  | { phase: 'idle' }
  /** `retryAtMs`: of `full`, by the device's clock. */
  | { phase: 'joining'; step: JoinStep; sinceMs: number; retryAtMs?: number }
  | ({ phase: 'in' } & RoomView)
  /** `by`: of `roomEnded`, who said so to the group, signed; absent where the server alone says it. */
  | { phase: 'ended'; reason: EndReason; by?: EndedBy };

export interface RoomView extends TalkView {
  /** `restarting`: lost as well, after the server said that it would be. */
  connection: 'online' | 'reconnecting' | 'restarting';
  /** While it is lost, by the device's clock: when the next attempt is made; null while one is. */
  retryAtMs: number | null;
  /** The line is lost, and so is the way of our media: nobody sees or hears us. */
  cutOff: boolean;
  /** After a restart of the server: names of those who were here before and are on their way back, for as long as they are awaited. */
  awaited: string[];
  security: SecurityView;
  hosting: HostingView;
  /** In this Room, in this tab, the server showed members different Rooms; until the person goes on knowing it. */
  splitSeen: boolean;
  comparison: ComparisonView;
  /** Every device that holds the keys, oneself included, by the group's last word. */
  devices: DeviceView[];
  self: SelfView;
  /** Members of the MLS tree without oneself, oldest first. Nobody else is ever shown. */
  participants: Participant[];
  /** Machines in a hall, by their own word: in the group like everybody, and no persons. */
  halls: Participant[];
  /** Feeds, by their own word and as long as they send nothing: in the group like everybody, and no persons. */
  feeds: Participant[];
  /** peerId of who speaks, oneself included, or null. */
  activeSpeaker: string | null;
  notices: Notice[];
}

/** What the members say to each other beside sound and picture. */
export interface TalkView extends GesturesView, ChatView, OrderView, StageView {
  /** What is being said, our own words included; gone a few seconds later. */
  captions: CaptionLine[];
  captioning: CaptionsView;
  recording: RecordingView;
  files: FilesView;
  iso: IsoView;
  quality: QualityView;
}

/** Bars as a line has them, 4 for the best; `cause` of what is missing, null for four. */
export interface LineQuality {
  bars: 1 | 2 | 3 | 4;
  cause: 'loss' | 'delay' | 'bandwidth' | null;
}

/** Our own line each way, and by Peer id what others say of their way to the server; who is not named has four bars. */
export interface QualityView {
  up: LineQuality;
  down: LineQuality;
  others: Readonly<Record<string, LineQuality>>;
}

/** Confirmed state only: `sealed` means in an epoch and sending under its keys. */
export type SecurityView =
  | { state: 'securing' }
  | { state: 'sealed'; epoch: number; safetyCode: SafetyCode; members: GroupMember[] }
  | { state: 'resyncing'; cause: string }
  /** Nothing of ours is sent: the group cannot be followed, or (`split`) the server shows its members different ones. */
  | { state: 'fenced'; cause: FenceCause }
  /** The keys are there again after a split was seen: nothing of ours is sent until the person goes on knowing it. */
  | { state: 'held'; epoch: number; safetyCode: SafetyCode; members: GroupMember[] };

/** The person's own comparison of the safety code, by names as they were then; never what others say of theirs. */
export type ComparisonView =
  | { state: 'none' }
  | {
      state: 'compared';
      atMs: number;
      /** With whom. */
      names: string[];
      /** Devices that came since; not verified. */
      came: string[];
      /** Back under another key; not verified. */
      returned: string[];
      left: string[];
    };

export interface DeviceView extends GroupMember {
  /** This device of ours, at this place in the Room or at an earlier one. */
  own: boolean;
  /** When its keys came in; null for those who were there before us. */
  sinceMs: number | null;
  /** The key with which this Peer id, or else this name, was first seen here. */
  firstKeyHash: string;
  /** Another name that this Peer id bore here before. */
  formerName: string | null;
  /** When we compared the safety code with it. */
  verifiedAtMs: number | null;
  /** When its person said that they compared the safety code with us: their word, attributed by MLS leaf. */
  claimedAtMs: number | null;
}

/** The group's policy, as signed by those who may, and what of it is ours; never what the server says of roles. */
export interface HostingView extends PolicyView {
  /** This device may act as host now. */
  iAct: boolean;
  iAmHost: boolean;
}

export type LocalMedia =
  | { state: 'off' }
  | { state: 'starting' }
  | { state: 'muted'; track: MediaStreamTrack | null }
  /** `sealed` is true once the worker confirmed a sealed frame. */
  | { state: 'on'; track: MediaStreamTrack; sealed: boolean }
  | { state: 'failed'; fault: DeviceFault };

export type DeviceFault =
  /** Blocked for this page. */
  | 'denied'
  /** Blocked for the whole browser by the operating system. */
  | 'systemDenied'
  | 'notFound'
  | 'busy'
  | 'unsuitable'
  /** The person closed the prompt or the picker. */
  | 'cancelled'
  /** The device works; what was to be hidden of its picture cannot be, so nothing is sent. */
  | 'withheld'
  | 'unsupported'
  | 'failed';

export interface SelfView {
  peerId: string;
  displayName: string;
  role: string;
  mic: LocalMedia;
  camera: LocalMedia;
  screen: LocalMedia;
  sharing: SharingView;
  speaking: boolean;
  /** 0 … 1, for the meter. */
  level: number;
  /** On a machine in a hall alone. */
  hall?: HallMedia;
}

/** Of a machine in a hall alone: what it sends, to members only. */
export interface HallMedia {
  picture: LocalMedia;
  sound: LocalMedia;
}

export interface SharingView {
  purpose: ScreenPurpose;
  /** The sound of what is shown goes with it. */
  sound: boolean;
}

/** Never a silent black tile: what is not playing says why. */
export type RemoteMedia =
  | { state: 'off' }
  | { state: 'muted' }
  /** `codec`: our device cannot show it, whether or not there is anything to be shown. */
  | { state: 'waiting'; cause: 'key' | 'network' | 'firstFrame' | 'codec' }
  | { state: 'waiting'; cause: 'failing'; why: FailingWhy }
  | { state: 'playing'; track: MediaStreamTrack };

/**
 * - `locked`: it does not open with the keys that are here
 * - `foreign`: what comes is not that Member's, not of this stream, or was here before
 * - `damaged`: what comes cannot be read
 * - `setup`: this browser could not set up its opening
 */
export type FailingWhy = 'locked' | 'foreign' | 'damaged' | 'setup';

export interface Participant {
  peerId: string;
  displayName: string;
  /** Connection lost, may come back. */
  away: boolean;
  /** By the host's key. */
  host: boolean;
  /** Named by the host. */
  cohost: boolean;
  mic: RemoteMedia;
  camera: RemoteMedia;
  screen: RemoteMedia;
  screenAudio: RemoteMedia;
  speaking: boolean;
  level: number;
}

/** One line of what a Peer says, as their own device understood it. */
export interface CaptionLine {
  id: string;
  peerId: string;
  displayName: string;
  text: string;
  /** No more words follow in it. */
  final: boolean;
  /** All of it was said on air. */
  air: boolean;
  atMs: number;
}

export type DeviceOutcome = { ok: true } | { ok: false; fault: DeviceFault };

/** One tile on the page, in device pixels. */
export interface TileView {
  peerId: string;
  stream: 'camera' | 'screen';
  visible: boolean;
  width: number;
  height: number;
}

// ── The client ───────────────────────────────────────────────────────────────────────────────────
export interface RoomClient {
  readonly state: Store<RoomState>;
  /** The link that opens the Room now; another one once the group went over to it. */
  readonly link: Store<RoomLink>;
  readonly hosting: HostActions;
  readonly orders: OrderActions;
  readonly safety: SafetyControls;
  readonly chat: ChatActions;
  readonly captions: CaptionActions;
  readonly gestures: GestureActions;
  readonly recording: RecordingActions;
  readonly files: FileActions;
  readonly stage: StageActions;
  readonly iso: IsoActions;
  readonly feeds: FeedActions;
  readonly hall: HallActions;
  /** Resolves when in the Room or ended; never rejects (the reason is in `state`). */
  join(): Promise<void>;
  leave(): void;
  /** Does not wait out the pause before the next attempt, unless the server named it. */
  retryNow(): void;
  setMic(on: boolean): Promise<DeviceOutcome>;
  setCamera(on: boolean): Promise<DeviceOutcome>;
  setScreen(on: boolean): Promise<DeviceOutcome>;
  /** Of the screen that is shared now; each one begins with `detail`. Nothing while none is. */
  setScreenPurpose(purpose: ScreenPurpose): void;
  /** Switches the device in use, without a gap where it is on. */
  useDevice(kind: 'mic' | 'camera', deviceId: string): Promise<DeviceOutcome>;
  /** What is shown now; called by the page whenever tiles change. */
  view(tiles: TileView[]): void;
  /** Diagnostics for tests and for the connection panel: counters per track, ICE state, epochs. */
  diagnostics(): Promise<Diagnostics>;
  close(): void;
}

export interface CaptionActions {
  /** What we say, for the others to read; shown here too. Throws Error when not in the Room. */
  speak(text: string, final: boolean): void;
  /** A recogniser begins to listen: what is spoken from here on was said from now on. On air viewers read it, else the members alone. */
  listen(): void;
  /** Whether this device makes captions, for the others to know. */
  make(on: boolean): void;
}

export interface CaptionsView {
  /** peerIds of whose devices make captions of what they say, our own included. */
  makers: string[];
  /** While we are on air another one for each time: to be listened to anew whenever it changes. */
  cue: number | null;
}

/** What the person says of the Room's keys; none of it throws or waits. */
export interface SafetyControls {
  /**
   * They compared these digits of the safety code and they matched. False where the digits are not of this moment any more, or
   * nobody else is in the Room: then nobody is verified.
   */
  confirmCode(digits: readonly string[]): boolean;
  forgetComparison(): void;
  /** They go on although the server showed this Room's members different ones. Nothing where it still does. */
  acceptSplit(): void;
}

export interface Diagnostics {
  epoch: number | null;
  sendEpoch: number | null;
  transports: { send: string; recv: string };
  /** What our pictures are to be sent in; null while that is not known, and where this device can send none. */
  videoCodec: VideoCodec | null;
  tracks: { trackId: string; sealed: number; opened: number; faults: Record<string, number> }[];
}

export interface RoomClientOptions {
  platform: Platform;
  link: RoomLink;
  displayName: string;
  hostToken?: string;
  /** Where it was waited before going in; ownership passes to the client. */
  doorstep?: ReadyDoorstep;
  /** A machine of a production: it comes in by a ticket. */
  feed?: FeedTicket;
  /** A machine in a hall: it sends to members alone what its `hall` is given, and is no person of the Room. */
  hall?: boolean;
  /** On the host's device: the mode it chose last in this Room, for a group that has heard no host yet. */
  hostMode?: RoomMode;
  /** A split was seen in this Room before, in this tab: nothing is sent until the person goes on knowing it. */
  splitSeen?: boolean;
  /** Where this device keeps a show that it produces, sealed, for a page that loads anew. */
  showStore?: ShowStore;
  /** Where this device keeps, sealed, by what it is known as the speaker from before. */
  speakerStore?: ShowStore;
  /** Where it keeps which tickets of machines were made here, sealed too. */
  passStore?: ShowStore;
  /** Tracks from the pre-join screen; ownership passes to the client, which stops them. */
  mic?: MediaStreamTrack;
  camera?: MediaStreamTrack;
}
