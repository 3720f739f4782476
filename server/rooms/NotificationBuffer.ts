// The numbered notifications of one Peer, kept so that a returning Connection misses none.
import { RESUME_BUFFER } from '#protocol/limits';
import type { NotificationInput, NotificationName, Numbered } from '#protocol/notifications';
import { wireSize } from './wireSize.ts';

export interface BufferBounds {
  notifications: number;
  bytes: number;
}

/** Places of what was dropped that are kept at most before the others move up. */
const MOST_DROPPED = 512;
/** In such a place, so that what stood there can be let go of. */
const NOTHING = { notification: { name: 'connection:replaced', payload: {}, sequence: 0 }, bytes: 0 } as const;

/** Of payloads that many Peers hear, found out once. */
const sizes = new WeakMap<object, number>();

function bytesOf(payload: object): number {
  const known = sizes.get(payload);
  if (known !== undefined) return known;
  const { bytes } = wireSize(payload);
  sizes.set(payload, bytes);
  return bytes;
}

/** A ring bounded by count and bytes. Payloads are shared, never copied: nobody may change one after it was pushed. */
export class NotificationBuffer {
  readonly #bounds: BufferBounds;
  readonly #kept: { notification: Numbered; bytes: number }[] = [];
  /** Of `#kept`, how many are dropped already: to move all others up for each would cost more than to tell one. */
  #dropped = 0;
  #bytes = 0;
  #sequence = 0;

  constructor(bounds: BufferBounds = RESUME_BUFFER) {
    this.#bounds = bounds;
  }

  /** Number of the last notification; 0 before the first. */
  get lastSequence(): number {
    return this.#sequence;
  }

  push<Name extends NotificationName>(name: Name, payload: NotificationInput<Name>): Numbered<Name> {
    this.#sequence += 1;
    const notification: Numbered<Name> = { name, payload, sequence: this.#sequence };
    const bytes = bytesOf(payload);
    this.#kept.push({ notification, bytes });
    this.#bytes += bytes;
    while (this.#kept.length - this.#dropped > this.#bounds.notifications || this.#bytes > this.#bounds.bytes)
      this.#dropOldest();
    return notification;
  }

  #dropOldest(): void {
    const oldest = this.#kept[this.#dropped];
    if (oldest === undefined) return;
    this.#bytes -= oldest.bytes;
    this.#kept[this.#dropped] = NOTHING;
    this.#dropped += 1;
    if (this.#dropped < MOST_DROPPED) return;
    this.#kept.splice(0, this.#dropped);
    this.#dropped = 0;
  }

  /**
   * Everything after `lastSequence`, in order, and forgets what came before it (the client has it).
   * @returns `gap` when some of it is gone or the number was never given: then only a fresh join helps
   */
  since(lastSequence: number): Numbered[] | 'gap' {
    const oldestKept = this.#sequence - (this.#kept.length - this.#dropped) + 1;
    if (lastSequence > this.#sequence || lastSequence < oldestKept - 1) return 'gap';
    while ((this.#kept[this.#dropped]?.notification.sequence ?? Infinity) <= lastSequence) this.#dropOldest();
    return this.#kept.slice(this.#dropped).map(({ notification }) => notification);
  }
}
