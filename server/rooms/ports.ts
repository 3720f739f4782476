// What the domain needs of the world outside: a media plane, a way to speak to a Connection, time and chance.
import type { FeedKind } from '#protocol/feed';
import type { LinkVerifiers } from '#protocol/hosting';
import type { ConsumerId, FeedId, PeerId, ProducerId, Role, RoomId, Stream, TransportId } from '#protocol/ids';
import type { ConsumerView, MediaKind, TransportOptions, TransportPair } from '#protocol/media';
import type { NotificationInput, NotificationName, Numbered } from '#protocol/notifications';

/** Milliseconds since the epoch (`now`) and monotonic timers; tests bring their own. */
export interface Clock {
  now(): number;
  /** Calls back once after `ms`; the returned function cancels and may be called twice. */
  after(ms: number, callback: () => void): () => void;
}

/** One notification to one Peer; buffered, numbered and replayed by whoever implements it. Never throws. */
export type Notify = <Name extends NotificationName>(name: Name, payload: NotificationInput<Name>) => void;

/** What the domain writes down about its own life; ids go in as tags only (util/secrets), payloads never. */
export interface Journal {
  /** One line per change of a Room's or Peer's life. */
  note(event: string, fields: Record<string, string | number>): void;
  /** Something failed and the domain went on without it. */
  fault(event: string, error: unknown, fields: Record<string, string | number>): void;
}

/** The Connection that speaks for a Peer now; a Peer that is away has none. */
export interface PeerSink {
  deliver(notification: Numbered): void;
  /** The Peer is no longer this Connection's. Never throws. */
  release(reason: ReleaseReason): void;
}

/** `replaced` by another Connection · `ended` with its place · `failed`: its media cannot go on, a fresh join may help. */
export type ReleaseReason = 'replaced' | 'ended' | 'failed';

/** Who a Connection was admitted as, and until when; read from its access token. */
export interface Admission {
  roomId: RoomId;
  /** The Room's generation: tokens of an earlier Room of the same id are worth nothing. */
  generation: string;
  peerId: PeerId;
  role: Role;
  /** Of the link whose proof the token was traded for; any for a host's token. */
  linkGeneration: number;
  expiresAtMs: number;
}

export interface IssuedToken {
  token: string;
  expiresAtMs: number;
}

/** Signs and checks the tokens of this server. Checks reject with ProtocolError `unauthorized` or `token_expired`. */
export interface AccessTokens {
  issueAccess(admission: Omit<Admission, 'expiresAtMs'>): Promise<IssuedToken>;
  issueHost(room: Pick<Admission, 'roomId' | 'generation'>): Promise<IssuedToken>;
  verifyAccess(token: string): Promise<Admission>;
  /** Also one that expired within FORMER_TOKEN_MS: it admits nobody, and shows who somebody was. */
  verifyFormer(token: string): Promise<Admission & { issuedAtMs: number }>;
  verifyHost(token: string): Promise<Pick<Admission, 'roomId' | 'generation'>>;
  /** The public keys, as `/.well-known/jwks.json` shows them. */
  jwks(): { keys: Record<string, unknown>[] };
}

/** What happened in a Room's media that its Peers must hear of. */
export interface RoomMediaEvents {
  /** Loudest first; at most every 250 ms. */
  onLevels(levels: { peerId: PeerId; level: number }[]): void;
  onActiveSpeaker(peerId: PeerId | null): void;
  /**
   * A Worker died and media lives again elsewhere: PeerMedia objects stay, their Transports are new. Of the Peer that is named, or of
   * all where none is.
   */
  onReset(peerId?: PeerId): void;
}

/** What one media Worker has to do now. */
export interface WorkerStatus {
  /** Share of a core, measured over the last seconds. */
  cpu: number;
  /** How long it lets questions wait, and packets with them. */
  delayMs: number;
  /** Rooms that are on it, with all or some of their devices. */
  rooms: number;
  /** Of clients, and of pipes. */
  transports: number;
  /** It takes nobody new. */
  full: boolean;
  /** The system lets it go before other processes. */
  goesFirst: boolean;
}

export interface MediaPlane {
  /**
   * Asked before anything is made for who is new; who is inside is not asked for again.
   * @throws ProtocolError `capacity` with `retryAfterMs` where every Worker is full
   */
  admit(): void;
  /** Rejects with ProtocolError `capacity` or `internal`. */
  openRoom(roomId: RoomId, events: RoomMediaEvents): Promise<RoomMedia>;
  /** Live Workers; `ready` is false while none is. */
  status(): { ready: boolean; workers: number; deaths: number; perWorker: readonly WorkerStatus[] };
  close(): void;
}

export interface RoomMedia {
  readonly routerRtpCapabilities: Record<string, unknown>;
  /** `notify` carries consumer:*, producer:closed to this Peer. */
  addPeer(peerId: PeerId, notify: Notify): PeerMedia;
  /** The same, without what viewers are not given. */
  readonly viewerRtpCapabilities: Record<string, unknown>;
  addViewer(events: ViewerMediaEvents): ViewerMedia;
  /** Nothing is on air any more; who sends goes on sending to the Peers. */
  clearAir(): void;
  close(): void;
}

export interface ViewerMediaEvents {
  /** Carries consumer:* to this viewer. */
  notify: Notify;
  /** The Worker died that this viewer was on: its Transport and Consumers are gone. It is not told by the media. */
  onReset(): void;
}

/** What any device receives on. All refusals are ProtocolErrors. */
export interface ReceiverMedia {
  connect(transportId: TransportId, dtlsParameters: Record<string, unknown>): Promise<void>;
  restartIce(transportId: TransportId): Promise<Record<string, unknown>>;
  /** From here on Consumers are made (paused) for every Producer that this device is given, and announced in batches. */
  start(rtpCapabilities: Record<string, unknown>): Promise<void>;
  consumersReady(consumerIds: readonly ConsumerId[]): Promise<void>;
  view(views: readonly ConsumerView[]): Promise<void>;
  requestKeyFrame(consumerId: ConsumerId): Promise<void>;
  /** Ends Transports and all on them; others hear consumer:closed. */
  close(): void;
}

/** One viewer's Transport, and its Consumers of what is on air. */
export interface ViewerMedia extends ReceiverMedia {
  /** Makes the Transport, or anew after a reset; concurrent calls share one result. */
  openTransport(): Promise<TransportOptions>;
}

/** One Peer's Transports, Producers, and its Consumers of the Producers of the other Peers. */
export interface PeerMedia extends ReceiverMedia {
  /** Makes the send and the receive Transport, or anew after a reset; concurrent calls share one result. */
  openTransports(): Promise<TransportPair>;
  produce(options: {
    transportId: TransportId;
    kind: MediaKind;
    stream: Stream;
    rtpParameters: Record<string, unknown>;
    paused: boolean;
  }): Promise<ProducerId>;
  closeProducer(producerId: ProducerId): void;
  pauseProducer(producerId: ProducerId): Promise<void>;
  resumeProducer(producerId: ProducerId): Promise<void>;
  /** Whether viewers get this Producer. Rejects with `not_found`, or `capacity` where too many are on air. */
  setOnAir(producerId: ProducerId, onAir: boolean): Promise<void>;
  /** Whether viewers get any of its Producers. */
  readonly isOnAir: boolean;
  renewConsumers(consumerIds: readonly ConsumerId[]): Promise<void>;
}

/** A feed's ticket as it is kept: all in base64url, nothing of it opens anything. */
export interface KeptFeed {
  feedId: FeedId;
  kind: FeedKind;
  /** Sealed by whoever made it. */
  label: string;
  verifier: string;
  deviceHash: string | null;
  peerId: PeerId | null;
}

/** What of a Room outlives the server: by which proofs it is entered and which tokens of it count, and nothing of what happens in it. */
export interface KeptRoom {
  id: RoomId;
  generation: string;
  verifiers: LinkVerifiers;
  linkGeneration: number;
  feeds: readonly KeptFeed[];
  /** Peer ids and resume tokens that are worth nothing, until when. */
  banned: readonly (readonly [string, number])[];
  /** Since when nobody is in it; null while somebody is. */
  emptySinceMs: number | null;
}

/** Remembers Rooms over the end of the server, however it ends. None of it throws; what cannot be written is lost with the server. */
export interface RoomStore {
  /** As the last server left it. */
  readonly found: { rooms: readonly KeptRoom[]; ended: readonly RoomId[] };
  /** The last word on a Room counts. */
  keep(room: KeptRoom): void;
  forget(id: RoomId, reason: 'ended' | 'expired'): void;
}

/** What lies on the disk for a Room; Rooms are named by their generation. That one is gone is heard on the Bus. Never throws. */
export interface RoomFiles {
  /** Somebody is in the Room, or nobody is any more. */
  setPeopled(generation: string, isPeopled: boolean): void;
}

/** One server process among those that share Rooms; another each time that it starts. */
export type NodeId = string & { readonly __brand: 'NodeId' };

/**
 * Which node has a Room: one at the most. A node holds what it claimed for as long as it lives; one that was not heard of for
 * `NODE_LEASE_MS` holds nothing that another one claims. Rejects with ProtocolError `internal` where the nodes cannot be asked.
 */
export interface RoomPlacement {
  readonly nodeId: NodeId;
  /** `mine` also where it was before. */
  claim(roomId: RoomId): Promise<{ outcome: 'mine' } | { outcome: 'taken'; by: NodeId }>;
  /** What this node does not have stays as it is. */
  release(roomId: RoomId): Promise<void>;
  /** Null where no living node has it. */
  lookup(roomId: RoomId): Promise<NodeId | null>;
  /** Gives all up; from then on nothing is claimed. */
  close(): void;
}

/** What nodes tell all nodes, themselves included. */
export interface BusMessages {
  'room:closed': { roomId: RoomId; generation: string; reason: 'ended' | 'expired' };
}
export type BusTopic = keyof BusMessages;

/**
 * Words to whoever listens now, on every node: later than the call that says them, in the order in which they were said on a topic, and
 * as copies. A listener that throws keeps nothing from the others. Nothing is kept for who comes later. None of it throws.
 */
export interface Bus {
  publish<Topic extends BusTopic>(topic: Topic, message: BusMessages[Topic]): void;
  /** The returned function ends it, at once, and may be called twice. */
  subscribe<Topic extends BusTopic>(topic: Topic, listener: (message: BusMessages[Topic]) => void): () => void;
  /** From then on nothing is said or heard here. */
  close(): void;
}
