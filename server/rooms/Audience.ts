// The viewers of one Room: let in by the watch link, counted, told what is on air, and unknown to the Peers but for their number.
import { ProtocolError } from '#protocol/errors';
import type { PeerId, RoomId } from '#protocol/ids';
import { AUDIENCE_COUNT_MS, MAX_VIEWERS_PER_ROOM } from '#protocol/limits';
import type { TransportOptions } from '#protocol/media';
import type { Notification, NotificationInput, NotificationName } from '#protocol/notifications';
import type { StageState, Watching } from '#protocol/stage';
import { tag } from '../util/secrets.ts';
import type { MediaSlot } from './MediaSlot.ts';
import type { Admission, Clock, Journal, PeerSink, RoomMedia } from './ports.ts';
import type { RoomAccess } from './RoomAccess.ts';
import { Viewer } from './Viewer.ts';

export interface AudienceOptions {
  roomId: RoomId;
  access: RoomAccess;
  media: MediaSlot;
  clock: Clock;
  journal: Journal;
  /** What a viewer finds on arrival. */
  stage(): StageState;
  /** Tells those Peers that are connected how many watch. */
  tellPeers(count: Notification<'stage:audience'>): void;
  /** One more, or one fewer. */
  onChanged(): void;
}

/** What a viewer's join is answered, but for what is the server's and not the Room's. */
export type Watched = Omit<Watching, 'outcome' | 'serverTimeMs' | 'iceServers' | 'run'>;

export class Audience {
  readonly #options: AudienceOptions;
  readonly #viewers = new Map<PeerId, Viewer>();
  readonly #bySink = new Map<PeerSink, Viewer>();
  /** What everybody heard last, and the wait until they may hear the next. */
  #told = 0;
  #stopWaiting: (() => void) | null = null;
  #closed = false;

  constructor(options: AudienceOptions) {
    this.#options = options;
  }

  /** Viewers with a place, those that are joining included. */
  get size(): number {
    return this.#viewers.size;
  }

  /** What a Peer that comes is told; 0 is not worth a word. */
  get toldCount(): number {
    return this.#told;
  }

  /** What viewers' Devices are made from; null while nobody is in the Room. */
  get receivable(): Record<string, unknown> | null {
    return this.#options.media.current?.viewerRtpCapabilities ?? null;
  }

  #watching(): Viewer[] {
    return [...this.#viewers.values()].filter(({ phase }) => phase === 'watching');
  }

  /**
   * @param rtpCapabilities with them Consumers of what is on air are announced at once, as they are by `ViewerMedia.start()`
   * @throws ProtocolError `unauthorized` (an earlier link's token), `capacity`, `wrong_state` (the Connection was lost meanwhile), or
   * what the media plane says
   */
  async join(
    admission: Admission,
    sink: PeerSink,
    rtpCapabilities?: Record<string, unknown>,
  ): Promise<{ viewer: Viewer; watched: Watched }> {
    const { access, media: slot, stage, onChanged } = this.#options;
    if (this.#closed) throw new ProtocolError('not_found', 'the room is gone');
    access.requirePresentLink(admission);
    const former = this.#viewers.get(admission.peerId);
    if (former !== undefined) this.#remove(former, 'replaced');
    if (this.#viewers.size >= MAX_VIEWERS_PER_ROOM) throw new ProtocolError('capacity', 'the audience is full');
    if (former === undefined) slot.admit();
    const viewer = new Viewer(admission, sink);
    this.#viewers.set(viewer.id, viewer);
    this.#bySink.set(sink, viewer);
    onChanged();
    try {
      const media = await this.#openMedia(viewer, rtpCapabilities);
      access.requirePresentLink(admission);
      viewer.admit();
      this.#count();
      const { id: peerId, role } = viewer;
      const started = rtpCapabilities !== undefined;
      return { viewer, watched: { peerId, role, ...media, stage: stage(), viewers: this.#watching().length, started } };
    } catch (error) {
      this.#remove(viewer, 'ended');
      throw error;
    }
  }

  /** Repeats where the Worker died while the Transport was being made. */
  async #openMedia(
    viewer: Viewer,
    rtpCapabilities: Record<string, unknown> | undefined,
  ): Promise<Pick<Watched, 'routerRtpCapabilities' | 'transport'>> {
    const roomMedia = await this.#options.media.open();
    assertStillJoining(viewer);
    viewer.takeMedia(
      roomMedia.addViewer({ notify: viewer.notify, onReset: () => void this.#reset(viewer, roomMedia) }),
    );
    for (;;) {
      const { resets } = viewer;
      const transport = await viewer.media?.openTransport();
      assertStillJoining(viewer);
      if (rtpCapabilities !== undefined && resets === viewer.resets) await viewer.media?.start(rtpCapabilities);
      assertStillJoining(viewer);
      if (transport !== undefined && resets === viewer.resets) return offerOf(roomMedia, transport);
    }
  }

  /** A viewer whose Transport cannot be made again is let go: it comes back by a fresh join. */
  async #reset(viewer: Viewer, roomMedia: RoomMedia): Promise<void> {
    viewer.noteReset();
    if (viewer.phase !== 'watching') return;
    const { resets } = viewer;
    const isStale = () => viewer.phase !== 'watching' || resets !== viewer.resets;
    try {
      const transport = await viewer.media?.openTransport();
      if (transport !== undefined && !isStale()) viewer.notify('stage:reset', offerOf(roomMedia, transport));
    } catch (error) {
      if (isStale()) return;
      const { journal, roomId } = this.#options;
      journal.fault('a viewer’s media could not be reset', error, { room: tag(roomId) });
      this.#remove(viewer, 'failed');
    }
  }

  leave(viewer: Viewer): void {
    this.#remove(viewer, 'ended');
  }

  /** @returns whether the Connection was a viewer's */
  connectionLost(sink: PeerSink): boolean {
    const viewer = this.#bySink.get(sink);
    if (viewer === undefined) return false;
    this.#remove(viewer, 'ended');
    return true;
  }

  notifyAll<Name extends NotificationName>(name: Name, payload: NotificationInput<Name>): void {
    for (const viewer of this.#watching()) viewer.notify(name, payload);
  }

  /** Tells every viewer why, but for `down`, and ends its place. */
  sendOff(reason: Notification<'room:closed'>['reason'] | 'down'): void {
    for (const viewer of this.#viewers.values()) {
      if (reason !== 'down') viewer.notify('room:closed', { reason });
      this.#remove(viewer, 'ended');
    }
  }

  #remove(viewer: Viewer, reason: Parameters<Viewer['close']>[0]): void {
    if (this.#viewers.get(viewer.id) !== viewer) return;
    this.#viewers.delete(viewer.id);
    if (viewer.sink !== null) this.#bySink.delete(viewer.sink);
    const wasWatching = viewer.phase === 'watching';
    viewer.close(reason);
    if (wasWatching) this.#count();
    this.#options.onChanged();
  }

  /** The first change is told at once, those that follow together. */
  #count(): void {
    if (this.#closed || this.#stopWaiting !== null) return;
    const viewers = this.#watching().length;
    if (viewers === this.#told) return;
    this.#told = viewers;
    this.#stopWaiting = this.#options.clock.after(AUDIENCE_COUNT_MS, () => {
      this.#stopWaiting = null;
      this.#count();
    });
    this.#options.tellPeers({ viewers });
    this.notifyAll('stage:audience', { viewers });
  }

  close(reason: 'ended' | 'expired' | 'down'): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopWaiting?.();
    this.sendOff(reason);
  }
}

const offerOf = ({ viewerRtpCapabilities }: RoomMedia, transport: TransportOptions) => ({
  routerRtpCapabilities: viewerRtpCapabilities,
  transport,
});

function assertStillJoining({ phase }: Viewer): void {
  if (phase !== 'joining') throw new ProtocolError('wrong_state', 'the connection ended while joining');
}
