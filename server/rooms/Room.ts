// One Room: who is in it, what they are told, when it is forgotten.
import { ProtocolError } from '#protocol/errors';
import type { PeerId, Role, RoomId } from '#protocol/ids';
import { MAX_PEERS_PER_ROOM, RESUME_GRACE_MS } from '#protocol/limits';
import type { TransportOptions } from '#protocol/media';
import type { Notification, NotificationInput, NotificationName, Numbered, PeerInfo } from '#protocol/notifications';
import type { JoinAnswer, Request } from '#protocol/requests';
import { equalInConstantTime, tag } from '../util/secrets.ts';
import { Audience } from './Audience.ts';
import { DeliveryService } from './DeliveryService.ts';
import { Feeds } from './Feeds.ts';
import { MediaSlot } from './MediaSlot.ts';
import { Peer } from './Peer.ts';
import { sinkOf } from './peerState.ts';
import type { Admission, Clock, Journal, KeptRoom, MediaPlane, PeerSink, ReleaseReason } from './ports.ts';
import { RoomAccess } from './RoomAccess.ts';
import { RoomHosts } from './RoomHosts.ts';
import { Stage } from './Stage.ts';

export interface RoomPorts {
  clock: Clock;
  media: MediaPlane;
  journal: Journal;
}

export interface RoomOptions {
  /** As it was just made, or as an earlier server left it. */
  kept: KeptInRoom;
  ports: RoomPorts;
  /** Something changed that has to outlive the server. */
  onKeep(room: Room): void;
  /** Told after each change of the number of Peers, and of those that are connected. */
  onPeersChanged(room: Room): void;
  /** The same of viewers. */
  onAudienceChanged(): void;
  /** Who leads it ended it: it is to be closed and forgotten. */
  onEnded(room: Room): void;
}

/** Since when it is empty is the directory's to know. */
export type KeptInRoom = Omit<KeptRoom, 'emptySinceMs'>;

/** What a fresh join is answered, but for what is the server's and not the Room's. */
export type Joined = Omit<
  Extract<JoinAnswer, { outcome: 'joined' }>,
  'outcome' | 'iceServers' | 'serverTimeMs' | 'run'
>;
type OpenedMedia = Pick<Joined, 'routerRtpCapabilities' | 'transports' | 'connected'>;

/** What a client tells of its Device with the join, where it has one by then. */
type ToldDevice = Pick<Request<'room:join'>, 'rtpCapabilities' | 'dtlsParameters'>;

export class Room {
  readonly id: RoomId;
  /** Random; a Room that takes an old id is another Room, and tokens of the old one are worth nothing in it. */
  readonly generation: string;
  readonly access: RoomAccess;
  readonly delivery: DeliveryService;
  readonly hosts: RoomHosts;
  readonly audience: Audience;
  readonly stage: Stage;
  readonly feeds: Feeds;
  readonly #ports: RoomPorts;
  /** For the log. */
  readonly #tag: string;
  readonly #onPeersChanged: (room: Room) => void;
  readonly #peers = new Map<PeerId, Peer>();
  readonly #media: MediaSlot;
  /** Connections that came back too late for their old place: they were inside, and are refused no new one for want of room. */
  readonly #returning = new WeakSet<PeerSink>();
  #closed = false;

  constructor(options: RoomOptions) {
    const { kept, ports, onPeersChanged, onEnded } = options;
    const onChanged = () => options.onKeep(this);
    this.id = kept.id;
    this.#tag = tag(kept.id);
    this.generation = kept.generation;
    this.access = new RoomAccess({ clock: ports.clock, kept, onChanged });
    this.#ports = ports;
    this.#onPeersChanged = onPeersChanged;
    const outlet = {
      notify: <Name extends NotificationName>(peerId: PeerId, name: Name, payload: NotificationInput<Name>) =>
        this.#peers.get(peerId)?.notify(name, payload),
      isConnected: (peerId: PeerId) => this.#peers.get(peerId)?.isConnected ?? false,
    };
    this.delivery = new DeliveryService(outlet, ports.clock);
    this.hosts = new RoomHosts({
      access: this.access,
      delivery: this.delivery,
      present: () => this.#present(),
      notifyAll: (name, payload) => this.notifyAll(name, payload),
      sendOff: (peer, reason) => this.#sendOff(peer, reason),
      linkChanged: () => {
        this.audience.sendOff('linkChanged');
        this.stage.clear();
        this.feeds.linkChanged((peerId) => this.delivery.isMember(peerId));
      },
      end: () => onEnded(this),
    });
    this.feeds = new Feeds(this.hosts, onChanged, kept.feeds);
    this.#media = new MediaSlot(ports.media, this.id, {
      onLevels: (levels) => this.#notifyConnected('audio:levels', { levels }),
      onActiveSpeaker: (peerId) => this.notifyAll('audio:activeSpeaker', { peerId }),
      onReset: (peerId) => this.#handleMediaReset(peerId),
    });
    this.audience = this.#openAudience(options);
    const { delivery, hosts, audience } = this;
    this.stage = new Stage({
      ...{ clock: ports.clock, delivery, hosts, audience },
      tellMembers: (except, name, payload) => this.#notifyConnected(name, payload, (peer) => peer !== except),
      clearAir: () => this.#media.current?.clearAir(),
    });
  }

  #openAudience({ ports: { clock, journal }, onAudienceChanged }: RoomOptions): Audience {
    return new Audience({
      ...{ roomId: this.id, access: this.access, media: this.#media, clock, journal },
      stage: () => this.stage.state,
      tellPeers: (count) => this.#notifyConnected('stage:audience', count),
      onChanged: () => {
        this.#closeMediaIfUnused();
        onAudienceChanged();
      },
    });
  }

  /** What has to outlive the server. */
  get kept(): KeptInRoom {
    return { id: this.id, generation: this.generation, ...this.access.kept, feeds: this.feeds.kept };
  }

  /** What a device of this role could receive, and null while there is nothing. */
  receivable(role: Role): Record<string, unknown> | null {
    return role === 'viewer' ? this.audience.receivable : (this.#media.current?.routerRtpCapabilities ?? null);
  }

  /** Peers that hold a place, those that are joining or away included. */
  get peerCount(): number {
    return this.#peers.size;
  }

  /** Peers that the others see. */
  get presentCount(): number {
    return this.#present().length;
  }

  /**
   * Whoever reaches the Room beside its Connection holds a place in it and is in the group.
   * @throws ProtocolError `unauthorized` (sent off), `not_sealed`
   */
  requireMember(admission: Pick<Admission, 'peerId'>): void {
    this.access.requireWelcome(admission);
    const peer = this.#present().find(({ credentials }) => credentials.includes(admission.peerId));
    if (peer === undefined || !this.delivery.isMember(peer.id)) {
      throw new ProtocolError('not_sealed', 'only members of the group');
    }
  }

  /** Peers for which a Connection speaks, or is about to, and viewers. */
  get connectedCount(): number {
    return [...this.#peers.values()].filter(({ state }) => sinkOf(state) !== null).length + this.audience.size;
  }

  #present(): Peer[] {
    return [...this.#peers.values()].filter((peer) => peer.isPresent);
  }

  /**
   * Takes a place afresh. A Peer of the same id that is still there is replaced, and its leaf has to be renewed.
   * @param device with `rtpCapabilities` Consumers are announced at once, as they are by `PeerMedia.start()`; with `dtlsParameters`
   * beside them both Transports are connected
   * @throws ProtocolError `unauthorized` (an earlier link's token, or a Peer that was sent off), `capacity` (the Room or, with
   * `retryAfterMs`, the Workers are full), `wrong_state` (the
   * Connection was lost meanwhile), or what the media plane says
   */
  async join(admission: Admission, sink: PeerSink, device: ToldDevice = {}): Promise<{ peer: Peer; joined: Joined }> {
    if (this.#closed) throw new ProtocolError('not_found', 'the room is gone');
    this.access.requirePresentLink(admission);
    const former = this.#peers.get(admission.peerId);
    if (former !== undefined) this.#remove(former, 'replaced');
    if (this.#peers.size >= MAX_PEERS_PER_ROOM) throw new ProtocolError('capacity', 'the room is full');
    if (former === undefined && !this.#returning.has(sink)) this.#media.admit();
    const peer = new Peer(admission, sink);
    this.#peers.set(peer.id, peer);
    this.#onPeersChanged(this);
    try {
      const media = await this.#openMedia(peer);
      if (device.rtpCapabilities !== undefined) await this.#startMedia(peer, media, device);
      this.access.requirePresentLink(admission);
      return { peer, joined: this.#admit(peer, media) };
    } catch (error) {
      this.#remove(peer, 'ended');
      throw error;
    }
  }

  /** Repeats where the media was reset while the Transports were being made. */
  async #openMedia(peer: Peer): Promise<OpenedMedia> {
    for (;;) {
      const roomMedia = await this.#media.open();
      assertStillJoining(peer);
      const resets = this.#media.resetsOf(peer.id);
      if (peer.media === null) peer.takeMedia(roomMedia.addPeer(peer.id, peer.notify));
      const transports = await peer.media?.openTransports();
      assertStillJoining(peer);
      if (transports !== undefined && resets === this.#media.resetsOf(peer.id)) {
        return { routerRtpCapabilities: roomMedia.routerRtpCapabilities, transports };
      }
    }
  }

  async #startMedia(
    peer: Peer,
    media: OpenedMedia,
    { rtpCapabilities = {}, dtlsParameters }: ToldDevice,
  ): Promise<void> {
    const resets = this.#media.resetsOf(peer.id);
    const connect = async ({ id }: TransportOptions) => dtlsParameters && peer.media?.connect(id, dtlsParameters);
    const { send, recv } = media.transports;
    await Promise.all([peer.media?.start(rtpCapabilities), connect(send), connect(recv)]);
    if (dtlsParameters !== undefined) media.connected = true;
    assertStillJoining(peer);
    // What was announced is gone with its Transports; the next attempt finds another Worker.
    if (resets !== this.#media.resetsOf(peer.id)) throw new ProtocolError('internal', 'the media was reset');
  }

  #admit(peer: Peer, media: OpenedMedia): Joined {
    const { id: peerId, role, resumeToken } = peer;
    this.delivery.peerJoined(peerId);
    const peers = this.#present().map(asInfo);
    this.#notifyOthers(peer, 'peer:joined', { peer: asInfo(peer) });
    peer.admit();
    this.#note('peer joined', peer);
    if (this.audience.toldCount > 0) peer.notify('stage:audience', { viewers: this.audience.toldCount });
    const [{ linkGeneration }, { mode }] = [this.access, this.hosts];
    return { peerId, role, resumeToken, ...media, peers, group: this.delivery.group, linkGeneration, mode };
  }

  /**
   * Gives the Peer behind a resume token to another Connection, or null where that cannot be done without loss.
   * @throws ProtocolError `forbidden`: that Peer was sent off
   */
  resume(
    admission: Admission,
    { token, lastSequence }: NonNullable<Request<'room:join'>['resume']>,
    sink: PeerSink,
  ): { peer: Peer; missed: Numbered[] } | null {
    if (this.access.isBanned(token)) throw new ProtocolError('forbidden', 'this peer was removed');
    const peer = this.#present().find((candidate) => equalInConstantTime(candidate.resumeToken, token));
    if (!peer?.mayReturnAs(admission.role)) return null;
    const wasAway = peer.state.phase === 'away';
    const missed = peer.resume(sink, admission.peerId, lastSequence);
    if (missed === 'gap') {
      this.#returning.add(sink);
      this.#remove(peer, 'replaced');
      return null;
    }
    if (wasAway) {
      this.#notifyOthers(peer, 'peer:back', { peerId: peer.id });
      this.#note('peer back', peer);
    }
    this.delivery.connectionChanged();
    return { peer, missed };
  }

  /** The Connection behind `sink` is lost: whoever was joining is gone, whoever had joined may come back. */
  connectionLost(sink: PeerSink): void {
    if (this.audience.connectionLost(sink)) return;
    const peer = [...this.#peers.values()].find((candidate) => sinkOf(candidate.state) === sink);
    if (peer === undefined) return;
    if (peer.state.phase === 'joining') {
      this.#remove(peer, 'ended');
      return;
    }
    const startGrace = () => this.#ports.clock.after(RESUME_GRACE_MS, () => this.#remove(peer, 'ended'));
    if (!peer.setAway(sink, startGrace)) return;
    this.#notifyOthers(peer, 'peer:away', { peerId: peer.id });
    this.delivery.connectionChanged();
    this.#onPeersChanged(this);
    this.#note('peer away', peer);
  }

  leave(peer: Peer): void {
    this.#remove(peer, 'ended');
  }

  #sendOff(peer: Peer, reason: Notification<'room:closed'>['reason']): void {
    peer.notify('room:closed', { reason });
    this.#note(`peer sent off: ${reason}`, peer);
    this.#remove(peer, 'ended');
  }

  #remove(peer: Peer, reason: ReleaseReason): void {
    if (this.#peers.get(peer.id) !== peer) return;
    this.#peers.delete(peer.id);
    const wasPresent = peer.isPresent;
    peer.close(reason);
    if (wasPresent) {
      this.notifyAll('peer:left', { peerId: peer.id });
      this.delivery.peerLeft(peer.id);
      this.#note('peer left', peer);
    }
    this.#closeMediaIfUnused();
    this.#onPeersChanged(this);
  }

  #closeMediaIfUnused(): void {
    if (this.#peers.size === 0 && this.audience.size === 0) this.#media.close();
  }

  #handleMediaReset(peerId: PeerId | undefined): void {
    const concerned = this.#present().filter(({ id }) => peerId === undefined || id === peerId);
    this.#ports.journal.note('room media reset', { room: this.#tag, peers: concerned.length });
    for (const peer of concerned) void this.#resetMedia(peer);
  }

  /** A Peer whose Transports cannot be made again is let go: it comes back by a fresh join. */
  async #resetMedia(peer: Peer): Promise<void> {
    const resets = this.#media.resetsOf(peer.id);
    const isStale = () => !peer.isPresent || resets !== this.#media.resetsOf(peer.id);
    try {
      const transports = await peer.media?.openTransports();
      const routerRtpCapabilities = this.#media.current?.routerRtpCapabilities;
      if (isStale() || transports === undefined || routerRtpCapabilities === undefined) return;
      peer.notify('media:reset', { routerRtpCapabilities, transports });
    } catch (error) {
      if (isStale()) return;
      this.#ports.journal.fault('media could not be reset', error, { room: this.#tag, peer: tag(peer.id) });
      this.#remove(peer, 'failed');
    }
  }

  notifyAll<Name extends NotificationName>(name: Name, payload: NotificationInput<Name>): void {
    for (const peer of this.#present()) peer.notify(name, payload);
  }

  #notifyOthers<Name extends NotificationName>(except: Peer, name: Name, payload: NotificationInput<Name>): void {
    for (const peer of this.#present()) if (peer !== except) peer.notify(name, payload);
  }

  /** For what is worth nothing later: Peers that are away do not hear of it. */
  #notifyConnected<Name extends NotificationName>(
    name: Name,
    payload: NotificationInput<Name>,
    isMeant: (peer: Peer) => boolean = () => true,
  ): void {
    for (const peer of this.#peers.values()) if (peer.isConnected && isMeant(peer)) peer.notify(name, payload);
  }

  #note(event: string, { id, role }: Peer): void {
    this.#ports.journal.note(event, { room: this.#tag, peer: tag(id), role, peers: this.presentCount });
  }

  /** @param reason `down`: the server goes, and nobody is told that the Room ended: it did not */
  close(reason: 'ended' | 'expired' | 'down'): void {
    if (this.#closed) return;
    this.#closed = true;
    if (reason !== 'down') this.notifyAll('room:closed', { reason });
    const peers = [...this.#peers.values()];
    this.#peers.clear();
    for (const peer of peers) peer.close('ended');
    this.audience.close(reason);
    this.#media.close();
    this.#onPeersChanged(this);
  }
}

const asInfo = ({ id, role }: Peer): PeerInfo => ({ peerId: id, role });

function assertStillJoining(peer: Peer): void {
  if (peer.state.phase !== 'joining') throw new ProtocolError('wrong_state', 'the connection ended while joining');
}
