// One place in the Room: a Peer id with its group and its media, from a fresh join until the next one or the end.
import type { GroupView, RoomMode, ServerEvent, StreamName, TrackCounters, VideoCodec } from '#e2ee';
import type { IceServer } from '#protocol/media';
import type { Notification } from '#protocol/notifications';
import type { Device } from 'mediasoup-client/types';
import type { Machine } from './feed/machineOf.ts';
import { CodecTalk } from './media/CodecTalk.ts';
import { codecGapsOf, NO_GAPS, type CodecGaps } from './media/codecChoice.ts';
import type { Wanted } from './media/LocalTracks.ts';
import { gateOf, type Gate } from './media/mediaGate.ts';
import { MediaSession, type MediaOffer } from './media/MediaSession.ts';
import type { Ask, PublishFault } from './media/Publishing.ts';
import { GroupBridge, type GroupHandlers } from './security/GroupBridge.ts';
import { stagePlaceOf, type StagePlace } from './stage/StagePlace.ts';
import type { Joined } from './signalling/answers.ts';
import { codeOf } from './signalling/SignallingError.ts';
import type { Platform, RoomLink } from './types.ts';
import { fromBase64url } from './util/base64url.ts';

export interface RoomPlaceHandlers {
  onGroup(view: GroupView): void;
  onSaid: GroupHandlers['onSaid'];
  onLink: GroupHandlers['onLink'];
  onChange(): void;
  onMediaRecovered(): void;
  /** This member's device cannot show our pictures, for want of a common codec. */
  onUnseenBy(peerId: string): void;
  onPublishFailed(stream: StreamName, cause: PublishFault): void;
  /** The worker or the Device could not start: there is nothing to be had here. */
  onBroken(): void;
}

export interface RoomPlaceOptions {
  platform: Platform;
  ask: Ask;
  link: RoomLink;
  displayName: string;
  joined: Joined;
  /** Loaded, and known to the server; null for one of the media's own. */
  device: Device | null;
  createWorker: Platform['createE2eeWorker'];
  /** Null: a person. The worker of one in a hall seals nothing for viewers. */
  machine: Machine | null;
  /** What the host's device chose last in this Room. */
  hostMode: RoomMode | undefined;
  /** Whom it had named co-hosts where it was before. */
  hostCohosts: readonly string[];
  handlers: RoomPlaceHandlers;
}

/**
 * What the connection took with it is mended by the next one; `wrong_state` says that the media Worker died before we
 * asked, and its `media:reset` is on the way.
 */
const MENDED_LATER: readonly string[] = ['disconnected', 'closed', 'wrong_state'];

export class RoomPlace {
  readonly peerId: string;
  readonly role: string;
  readonly stage: StagePlace;
  readonly #options: RoomPlaceOptions;
  readonly #group: GroupBridge;
  readonly #codecs: CodecTalk;
  #othersCodecs: ReadonlyMap<string, readonly VideoCodec[]> = new Map();
  #codecGaps = NO_GAPS;
  #media: MediaSession;
  #view: GroupView = { state: 'new' };
  #wanted: Wanted[] = [];
  #iceServers: IceServer[];
  readonly #serverAheadMs: number;
  /** What of ours viewers get, over lives of the media. */
  #air: readonly StreamName[] = [];
  /** Nothing of ours is sent, whatever the group says. */
  #held = false;
  #closed = false;

  constructor(options: RoomPlaceOptions) {
    const { platform, ask, joined, handlers } = options;
    this.#options = options;
    this.peerId = joined.peerId;
    this.role = joined.role;
    this.#iceServers = joined.iceServers;
    this.#serverAheadMs = joined.serverTimeMs - platform.nowMs();
    this.#group = new GroupBridge(
      platform,
      ask,
      {
        onGroup: (view) => this.#grouped(view),
        onSaid: (said) => {
          this.#codecs.handleSaid(said);
          handlers.onSaid(said);
        },
        onTrack: (trackId, state) => this.#media.handleTrack(trackId, state),
        onLink: (secret, linkGeneration) => handlers.onLink(secret, linkGeneration),
        onKeyFrameNeeded: (trackId) => this.#media.requestKeyFrame(trackId),
        onDead: () => this.#broken(),
      },
      options.createWorker,
    );
    this.#codecs = new CodecTalk({
      say: (payload) => this.say(payload),
      own: () => this.#media.videoCodecs,
      onChange: (lists) => {
        this.#othersCodecs = lists;
        this.#media.setOthersCodecs([...lists.values()]);
        this.#lookForGaps();
      },
    });
    this.stage = stagePlaceOf(this.#group.stage, {
      serverNowMs: () => platform.nowMs() + this.#serverAheadMs,
      epoch: () => (this.#view.state === 'in' ? this.#view.epoch : null),
      setAir: (streams) => this.#setAir(streams),
    });
    this.#media = this.#newMedia();
  }

  /** Group and media side by side: what arrives before the keys is held by the worker. */
  start(): void {
    const { joined, device } = this.#options;
    this.#openGroup().catch(() => this.#broken());
    this.#startMedia(this.#media, { ...joined, device }, () => undefined);
  }

  async #openGroup(): Promise<void> {
    const { joined, link, displayName, platform, hostMode, hostCohosts, machine } = this.#options;
    // Opened in the browser of whoever made the room a machine still leads nobody.
    const hostKey = machine === null ? await platform.hostKey(link.roomId) : null;
    if (this.#closed) return;
    const settings = {
      roomId: link.roomId,
      // A copy, since the worker's side may wipe what it is given.
      secret: link.secret.slice(),
      // The server's word: with a wrong one nothing opens.
      linkGeneration: joined.linkGeneration,
      peerId: joined.peerId,
      displayName,
      serverTimeOffsetMs: this.#serverAheadMs,
      hostKeyHash: link.hostKeyHash,
      ...(machine?.kind === 'hall' && { membersOnly: true }),
      ...(machine !== null && { machine: { kind: machine.kind, ticket: fromBase64url(machine.ticket) } }),
      ...(hostKey !== null && { hostKey, hostCohosts: [...hostCohosts], ...(hostMode !== undefined && { hostMode }) }),
    };
    await this.#group.open(settings, joined.group);
  }

  get media(): MediaSession {
    return this.#media;
  }

  get hosting(): GroupBridge['hosting'] {
    return this.#group.hosting;
  }

  get linkGeneration(): number {
    return this.#options.joined.linkGeneration;
  }

  get codecGaps(): CodecGaps {
    return this.#codecGaps;
  }

  get groupView(): GroupView {
    return this.#view;
  }

  want(wanted: Wanted[]): void {
    this.#wanted = wanted;
    this.#media.want(wanted);
  }

  deliver(event: ServerEvent): void {
    this.#group.deliver(event);
  }

  say(payload: Uint8Array): Promise<void> {
    return this.#held ? Promise.reject(new Error('held')) : this.#group.say(payload);
  }

  /** Keeps back media and messages, or lets them go. */
  hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    this.#media.setGate(this.#gate());
  }

  counters(): Promise<TrackCounters[]> {
    return this.#group.counters();
  }

  /** The Worker behind the Room died: the same tracks go out again over new Transports; keys stay. */
  resetMedia({ routerRtpCapabilities, transports }: Notification<'media:reset'>): void {
    this.#media.close();
    this.#media = this.#newMedia();
    this.#media.want(this.#wanted);
    this.#media.setGate(this.#gate());
    const offer: MediaOffer = { routerRtpCapabilities, transports, iceServers: this.#iceServers, device: null };
    this.#startMedia(this.#media, offer, () => this.#options.handlers.onMediaRecovered());
    this.#options.handlers.onChange();
  }

  resumed(iceServers: IceServer[]): void {
    this.#iceServers = iceServers;
    this.#media.resumed(iceServers);
  }

  /** For media that are there and for those that a reset makes. */
  renewIceServers(iceServers: IceServer[]): void {
    this.#iceServers = iceServers;
    this.#media.renewIceServers(iceServers);
  }

  /** Media first: no transform outlives the worker that holds its keys. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#codecs.close();
    this.#media.close();
    this.#group.close();
  }

  #setAir(streams: readonly StreamName[]): Promise<void> {
    this.#air = streams;
    return this.#media.setAir(streams);
  }

  #gate(): Gate {
    return this.#held ? 'shut' : gateOf(this.#view);
  }

  #newMedia(): MediaSession {
    const { platform, ask, handlers } = this.#options;
    const media = new MediaSession({
      platform,
      ask,
      attach: (rtp, options) => this.#group.attach(rtp, options),
      dropTrack: (trackId) => this.#group.dropTrack(trackId),
      onChange: () => handlers.onChange(),
      onPublishFailed: (stream, cause) => handlers.onPublishFailed(stream, cause),
    });
    media.setOthersCodecs([...this.#othersCodecs.values()]);
    media.setAir(this.#air).catch(() => undefined);
    return media;
  }

  #startMedia(media: MediaSession, offer: MediaOffer, then: () => void): void {
    // A newer session, or the end, makes this one's outcome moot.
    const isCurrent = () => media === this.#media && !this.#closed;
    media.start(offer).then(
      () => {
        if (!isCurrent()) return;
        this.#codecs.speak(); // What the Device can is known from now on.
        this.#lookForGaps();
        then();
      },
      (error: unknown) => {
        if (!MENDED_LATER.includes(codeOf(error)) && isCurrent()) this.#broken();
      },
    );
  }

  #lookForGaps(): void {
    const own = this.#media.videoCodecs;
    if (own === null || this.#closed) return;
    const before = this.#codecGaps;
    this.#codecGaps = codecGapsOf(own, this.#othersCodecs);
    for (const peerId of this.#codecGaps.unseenBy) {
      if (!before.unseenBy.has(peerId)) this.#options.handlers.onUnseenBy(peerId);
    }
    this.#options.handlers.onChange();
  }

  #grouped(view: GroupView): void {
    if (this.#closed) return;
    this.#view = view;
    this.#media.setGate(this.#gate());
    if (view.state === 'in') {
      this.#codecs.setMembers(view.members.flatMap(({ peerId, self }) => (self ? [] : [peerId])));
    }
    this.#options.handlers.onGroup(view);
  }

  #broken(): void {
    if (!this.#closed) this.#options.handlers.onBroken();
  }
}
