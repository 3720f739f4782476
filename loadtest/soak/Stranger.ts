// Somebody on the network, or the server itself, without the link: hears every commit, Welcome and frame, and holds keys of its own.
import type { ServerEvent } from '#e2ee';
import { deriveLinkKeys } from '../../client/e2ee/link/secrets.ts';
import { createBeacon } from '../../client/e2ee/mls/beacon.ts';
import { Seat } from '../bots/Seat.ts';

const SECRET_BYTES = 24;
const NOBODYS_PEER_ID = 'stranger-without-link';

export class Stranger {
  readonly #seat: Seat;
  readonly #roomId: string;
  readonly #secret = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));

  constructor(roomId: string, onOpened: (frame: ArrayBuffer) => void) {
    this.#roomId = roomId;
    this.#seat = new Seat({
      onView: () => undefined,
      onRequest: () => undefined,
      onEvent: () => undefined,
      onSealed: () => undefined,
      onOpened: (_from, frame) => onOpened(frame),
    });
    this.#seat.setAdrift();
    this.#seat.call({
      name: 'open',
      settings: {
        roomId,
        secret: this.#secret.slice(),
        linkGeneration: 0,
        peerId: NOBODYS_PEER_ID,
        displayName: 'Stranger',
        serverTimeOffsetMs: 0,
        hostKeyHash: 'A'.repeat(22),
      },
    });
  }

  /** Its own beacon under the group's id, so that its client goes as far as asking for a Welcome, and tries every one it hears. */
  async approach(groupId: Uint8Array, epoch: number): Promise<void> {
    const { beacon } = await deriveLinkKeys(this.#secret.slice(), this.#roomId, 0);
    this.#seat.call({ name: 'enter', group: { groupId, epoch, beacon: await createBeacon(beacon, groupId) } });
  }

  overhear(event: ServerEvent): void {
    this.#seat.overhear(event);
  }

  open(from: string, sealed: ArrayBuffer): void {
    this.#seat.open(from, sealed);
  }

  close(): void {
    this.#seat.close();
  }
}
