// The keys by which people sign what they send on air: our own told to the group while a stage is open, and what others tell of theirs.
import type { GroupMember } from '#e2ee';
import { Standing } from '../talk/Standing.ts';
import type { GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext } from '../talk/TalkPart.ts';
import { fromBase64url, toBase64url } from '../util/base64url.ts';
import type { StagePlace } from './StagePlace.ts';

export class FeedKeys {
  readonly #standing: Standing;
  readonly #onChange: () => void;
  /** Peer id → base64url. */
  readonly #keys = new Map<string, string>();
  /** Whose key ours is: another place has another worker. */
  #place: StagePlace | null = null;
  /** Whose key is known by now. */
  #ownOf: StagePlace | null = null;
  #self = '';
  #closed = false;

  constructor(options: Pick<TalkContext, 'say'>, onChange: () => void) {
    this.#standing = new Standing(options);
    this.#onChange = onChange;
  }

  has(peerId: string): boolean {
    return this.#keys.has(peerId);
  }

  of(peerId: string): Uint8Array | null {
    const key = this.#keys.get(peerId);
    return key === undefined ? null : fromBase64url(key);
  }

  /** Ours at this place; null while it is not known. */
  own(place: StagePlace | null): Uint8Array | null {
    return place !== null && place === this.#ownOf ? this.of(this.#self) : null;
  }

  handle(payload: GroupPayload, { from }: Heard): void {
    if (payload.t !== 'feedKey') return;
    // Of who says another's after them: no roster lists a key twice, so that they would keep all others off the air.
    if ([...this.#keys.values()].includes(payload.k)) return;
    this.#keys.set(from, payload.k);
    this.#onChange();
  }

  setMembers(others: readonly GroupMember[], self: GroupMember): void {
    this.#self = self.peerId;
    const peerIds = others.map(({ peerId }) => peerId);
    for (const peerId of this.#keys.keys()) {
      if (peerId !== this.#self && !peerIds.includes(peerId)) this.#keys.delete(peerId);
    }
    this.#standing.setMembers(peerIds);
  }

  /** Once a place; again where that failed. */
  tell(place: StagePlace): void {
    if (this.#place === place) return;
    this.#place = place;
    place.feedKey().then(
      (key) => {
        if (this.#closed || this.#place !== place) return;
        const k = toBase64url(key);
        this.#keys.set(this.#self, k);
        this.#ownOf = place;
        this.#standing.stand({ t: 'feedKey', k });
        this.#onChange();
      },
      () => {
        if (this.#place === place) this.#place = null;
      },
    );
  }

  /** No stage is open any more. */
  forget(): void {
    this.#place = null;
    this.#ownOf = null;
    this.#keys.clear();
    this.#standing.drop();
  }

  setReady(ready: boolean): void {
    this.#standing.setReady(ready);
  }

  startOver(): void {
    this.#standing.startOver();
  }

  close(): void {
    this.#closed = true;
    this.#standing.close();
  }
}
