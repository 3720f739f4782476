// The numbered notifications of one Peer, kept so that a returning Connection misses none.
import { RESUME_BUFFER } from '#protocol/limits';
import type { NotificationInput, NotificationName, Numbered } from '#protocol/notifications';
import { wireSize } from './wireSize.ts';

export interface BufferBounds {
  notifications: number;
  bytes: number;
}

/** A ring bounded by count and bytes. Payloads are shared, never copied: nobody may change one after it was pushed. */
export class NotificationBuffer {
  readonly #bounds: BufferBounds;
  readonly #kept: { notification: Numbered; bytes: number }[] = [];
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
    const { bytes } = wireSize(payload);
    this.#kept.push({ notification, bytes });
    this.#bytes += bytes;
    while (this.#kept.length > this.#bounds.notifications || this.#bytes > this.#bounds.bytes) this.#dropOldest();
    return notification;
  }

  #dropOldest(): void {
    const oldest = this.#kept.shift();
    this.#bytes -= oldest?.bytes ?? 0;
  }

  /**
   * Everything after `lastSequence`, in order, and forgets what came before it (the client has it).
   * @returns `gap` when some of it is gone or the number was never given: then only a fresh join helps
   */
  since(lastSequence: number): Numbered[] | 'gap' {
    const oldestKept = this.#sequence - this.#kept.length + 1;
    if (lastSequence > this.#sequence || lastSequence < oldestKept - 1) return 'gap';
    while ((this.#kept[0]?.notification.sequence ?? Infinity) <= lastSequence) this.#dropOldest();
    return this.#kept.map(({ notification }) => notification);
  }
}
