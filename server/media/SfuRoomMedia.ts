// One Room's media on mediasoup: its own Router of the moment, the Peers and what they publish to each other.
import { ProtocolError } from '#protocol/errors';
import type { PeerId, ProducerId } from '#protocol/ids';
import type { Router } from 'mediasoup/types';
import type {
  Clock,
  Notify,
  PeerMedia,
  RoomMedia,
  RoomMediaEvents,
  ViewerMedia,
  ViewerMediaEvents,
} from '../rooms/ports.ts';
import { AudienceMedia } from './AudienceMedia.ts';
import { offeredCapabilities } from './codecs.ts';
import type { MediaLog } from './mediaLog.ts';
import type { Heard } from './PeerConsumers.ts';
import type { MediaPlace } from './MediaPlace.ts';
import type { Published } from './published.ts';
import { RoomPlaces, type Spread } from './RoomPlaces.ts';
import { RoomRouter } from './RoomRouter.ts';
import { type PeerHost, SfuPeerMedia } from './SfuPeerMedia.ts';
import type { WorkerPool } from './WorkerPool.ts';

/** Before a Router is asked for again that a live Worker refused, which should not happen at all. */
const RETRY_MS = 1_000;

export interface RoomMediaOptions {
  pool: WorkerPool;
  events: RoomMediaEvents;
  clock: Clock;
  log: MediaLog;
  spread: Spread;
  onClosed: () => void;
}

type State =
  | { name: 'live'; router: RoomRouter }
  | { name: 'resetting'; next: Promise<RoomRouter> }
  | { name: 'closed' };

export class SfuRoomMedia implements RoomMedia, PeerHost {
  /** The same on every Router, so that a client's Device outlives a reset. */
  readonly routerRtpCapabilities: Record<string, unknown>;
  readonly viewerRtpCapabilities: Record<string, unknown>;
  readonly #options: RoomMediaOptions;
  readonly #places: RoomPlaces;
  readonly #audience: AudienceMedia;
  #state: State;
  #peers = new Map<PeerId, SfuPeerMedia>();
  #published = new Map<ProducerId, Published>();

  private constructor(options: RoomMediaOptions, router: RoomRouter) {
    this.#options = options;
    this.#state = { name: 'live', router };
    const { members, viewers } = offeredCapabilities(router.router);
    this.routerRtpCapabilities = members;
    this.viewerRtpCapabilities = viewers;
    const { pool, clock, log, spread } = options;
    this.#places = new RoomPlaces({
      ...{ pool, log, spread },
      home: () => this.#router(),
      onLost: (place) => this.#branchLost(place),
    });
    this.#audience = new AudienceMedia({ clock, place: () => this.#places.forViewer() });
  }

  /** Rejects with ProtocolError `capacity`, `draining` or `internal`. */
  static async open(options: RoomMediaOptions): Promise<SfuRoomMedia> {
    let room: SfuRoomMedia | null = null;
    const onHeard = (): void => {
      if (room !== null) room.#tellHeard();
    };
    const router = await RoomRouter.open(options, { ...options.events, onHeard }, () => {
      if (room !== null) room.#reset();
    });
    room = new SfuRoomMedia(options, router);
    return room;
  }

  addPeer(peerId: PeerId, notify: Notify): PeerMedia {
    if (this.#state.name === 'closed') throw closedError();
    this.#peers.get(peerId)?.close();
    const peer = new SfuPeerMedia({ peerId, notify, host: this, clock: this.#options.clock });
    this.#peers.set(peerId, peer);
    return peer;
  }

  addViewer(events: ViewerMediaEvents): ViewerMedia {
    if (this.#state.name === 'closed') throw closedError();
    return this.#audience.addViewer(events);
  }

  setOnAir(published: Published, onAir: boolean): void {
    if (this.#state.name === 'live') this.#audience.setOnAir(published, onAir);
  }

  isOnAir(published: Published): boolean {
    return this.#audience.isOnAir(published);
  }

  clearAir(): void {
    this.#audience.clear();
  }

  close(): void {
    const state = this.#state;
    if (state.name === 'closed') return;
    this.#state = { name: 'closed' };
    this.#audience.close();
    for (const peer of this.#peers.values()) peer.roomClosed();
    this.#peers.clear();
    this.#published.clear();
    this.#places.close();
    if (state.name === 'live') state.router.close();
    this.#options.onClosed();
  }

  place(): Promise<MediaPlace> {
    return this.#places.forMember();
  }

  async #router(): Promise<RoomRouter> {
    switch (this.#state.name) {
      case 'live':
        return this.#state.router;
      case 'resetting':
        return await this.#state.next;
      case 'closed':
        throw closedError();
    }
  }

  publishedByOthers(peerId: PeerId): Published[] {
    return [...this.#published.values()].filter((published) => published.peerId !== peerId);
  }

  publish(published: Published): void {
    if (this.#state.name !== 'live') return;
    this.#published.set(published.id, published);
    this.#state.router.watch(published);
    for (const peer of this.#peers.values()) {
      if (peer.peerId !== published.peerId) peer.addPublished(published);
    }
  }

  unpublish(published: Published): void {
    if (!this.#published.delete(published.id)) return;
    this.#audience.forget(published);
    if (this.#state.name === 'live') this.#state.router.unwatch(published.id);
    for (const peer of this.#peers.values()) peer.removePublished(published);
  }

  /** Which microphones are forwarded now; null where all are. */
  get heard(): Heard | null {
    return this.#state.name === 'live' ? this.#state.router.speakers.heard : null;
  }

  #tellHeard(): void {
    const { heard } = this;
    for (const peer of this.#peers.values()) peer.hear(heard);
  }

  removePeer(peer: SfuPeerMedia): void {
    if (this.#peers.get(peer.peerId) === peer) this.#peers.delete(peer.peerId);
  }

  /** The present Router, for those who stand where the server stands; null while there is none. */
  get liveRouter(): Router | null {
    return this.#state.name === 'live' ? this.#state.router.router : null;
  }

  /** A Worker died that the Room was on too: those who were there begin anew elsewhere, nobody else notices but that theirs ended. */
  #branchLost(place: MediaPlace): void {
    const lost = [...this.#peers.values()].filter((peer) => peer.isAt(place));
    for (const peer of lost) peer.routerLost();
    this.#audience.placeLost(place);
    for (const { peerId } of lost) this.#options.events.onReset(peerId);
  }

  /** The Room's own Worker died: everything on the Router is gone without a word to the clients, who hear of the next one instead. */
  #reset(): void {
    if (this.#state.name !== 'live') return;
    const { router: home } = this.#state;
    const next = this.#openNext();
    this.#state = { name: 'resetting', next };
    this.#published.clear();
    for (const peer of this.#peers.values()) peer.routerLost();
    this.#audience.homeLost(home);
    next.then(
      (router) => this.#resume(router),
      // Only a closing Room or server gives up.
      () => this.close(),
    );
  }

  #resume(router: RoomRouter): void {
    if (this.#state.name !== 'resetting') return router.close();
    this.#state = { name: 'live', router };
    this.#options.log.info({ peers: this.#peers.size }, 'room media lives on another worker');
    this.#options.events.onReset();
  }

  /** Waits for a Worker for as long as it takes. */
  async #openNext(): Promise<RoomRouter> {
    const { clock, log } = this.#options;
    const events = { ...this.#options.events, onHeard: () => this.#tellHeard() };
    for (;;) {
      try {
        return await RoomRouter.open(this.#options, events, () => this.#reset(), Infinity);
      } catch (error) {
        if (this.#state.name === 'closed' || (error instanceof ProtocolError && error.code === 'draining')) throw error;
        log.error({ error }, 'room media could not be moved yet');
        await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
      }
    }
  }
}

function closedError(): ProtocolError {
  return new ProtocolError('wrong_state', 'this Room is closed');
}
