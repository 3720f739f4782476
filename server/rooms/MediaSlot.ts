// A Room's place for its media: opened by the first Peer, closed when the last one leaves, counted through resets.
import type { PeerId, RoomId } from '#protocol/ids';
import type { MediaPlane, RoomMedia, RoomMediaEvents } from './ports.ts';

type SlotState =
  | { phase: 'closed' }
  | { phase: 'opening'; media: Promise<RoomMedia> }
  | { phase: 'open'; media: RoomMedia };

export class MediaSlot {
  readonly #plane: MediaPlane;
  readonly #roomId: RoomId;
  readonly #events: RoomMediaEvents;
  #state: SlotState = { phase: 'closed' };
  #resets = 0;
  readonly #peerResets = new Map<PeerId, number>();
  #life = 0;

  constructor(plane: MediaPlane, roomId: RoomId, events: RoomMediaEvents) {
    this.#plane = plane;
    this.#roomId = roomId;
    this.#events = events;
  }

  /** Grows with every reset that takes this Peer's Transports: those made under an earlier count are worth nothing. */
  resetsOf(peerId: PeerId): number {
    return this.#resets + (this.#peerResets.get(peerId) ?? 0);
  }

  /** For one who is new. @throws ProtocolError `capacity` where the media plane has no room for one more */
  admit(): void {
    this.#plane.admit();
  }

  /** The media if it is open now. */
  get current(): RoomMedia | null {
    return this.#state.phase === 'open' ? this.#state.media : null;
  }

  /** Opens or joins an opening under way. Rejects with the media plane's ProtocolError. */
  open(): Promise<RoomMedia> {
    if (this.#state.phase === 'open') return Promise.resolve(this.#state.media);
    if (this.#state.phase === 'opening') return this.#state.media;
    const media = this.#openNow();
    this.#state = { phase: 'opening', media };
    return media;
  }

  async #openNow(): Promise<RoomMedia> {
    // Closing, and opening anew, makes this attempt and its events stale.
    const life = this.#life;
    const isCurrent = () => this.#life === life;
    try {
      const media = await this.#plane.openRoom(this.#roomId, this.#guarded(isCurrent));
      if (isCurrent()) this.#state = { phase: 'open', media };
      else media.close();
      return media;
    } catch (error) {
      if (isCurrent()) this.close();
      throw error;
    }
  }

  #guarded(isCurrent: () => boolean): RoomMediaEvents {
    return {
      onLevels: (levels) => isCurrent() && this.#events.onLevels(levels),
      onActiveSpeaker: (peerId) => isCurrent() && this.#events.onActiveSpeaker(peerId),
      onReset: (peerId) => {
        if (!isCurrent()) return;
        if (peerId === undefined) this.#resets += 1;
        else this.#peerResets.set(peerId, (this.#peerResets.get(peerId) ?? 0) + 1);
        this.#events.onReset(peerId);
      },
    };
  }

  close(): void {
    const former = this.#state;
    this.#life += 1;
    this.#state = { phase: 'closed' };
    this.#peerResets.clear();
    if (former.phase === 'open') former.media.close();
  }
}
