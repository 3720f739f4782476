// How many Connections each address has open and how fast it opens them.
import { ProtocolError } from '#protocol/errors';
import { CONNECTIONS_PER_ADDRESS, MAX_OPEN_CONNECTIONS_PER_ADDRESS } from '#protocol/limits';
import { RateLimit, type Rate } from '../util/RateLimit.ts';

export interface AddressLimits {
  rate: Rate;
  maxOpen: number;
}

export class AddressBook {
  readonly #limits: AddressLimits;
  readonly #rate: RateLimit;
  readonly #open = new Map<string, number>();

  constructor(limits: Partial<AddressLimits> = {}) {
    this.#limits = { rate: CONNECTIONS_PER_ADDRESS, maxOpen: MAX_OPEN_CONNECTIONS_PER_ADDRESS, ...limits };
    this.#rate = new RateLimit(this.#limits.rate);
  }

  hasRoomFor(address: string): boolean {
    return (this.#open.get(address) ?? 0) < this.#limits.maxOpen;
  }

  /** @throws ProtocolError `rate_limited` */
  async takeTurn(address: string): Promise<void> {
    const waitMs = await this.#rate.take(address);
    if (waitMs > 0) throw new ProtocolError('rate_limited', 'too many connections from this address', waitMs);
  }

  /** Counts one more; the returned function takes it back and may be called twice. */
  add(address: string): () => void {
    this.#open.set(address, (this.#open.get(address) ?? 0) + 1);
    let isCounted = true;
    return () => {
      if (!isCounted) return;
      isCounted = false;
      const left = (this.#open.get(address) ?? 1) - 1;
      if (left > 0) this.#open.set(address, left);
      else this.#open.delete(address);
    };
  }
}
