// Carries sealed frames from their sender to some of the others, each with a delay of its own, as a network would beside the socket.
import type { Random } from '../../client/core/test/random.ts';
import { parseSealedFrame } from '../../client/e2ee/frames/layout.ts';
import type { FrameLedger } from './FrameLedger.ts';
import { STRANGER, type FrameToOpen } from './messages.ts';
import type { Standing, Standings } from './Standings.ts';

const SHORTEST_DELAY_MS = 20;
const LONGEST_DELAY_MS = 120;

export interface RelayOptions {
  random: Random;
  receivers: number;
  standings: Standings;
  ledger: FrameLedger;
  /** Those who left and still listen. */
  outsiders: () => readonly number[];
  deliver(frame: FrameToOpen): void;
}

export class Relay {
  readonly #options: RelayOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Frames held before somebody outside. */
  toOutsiders = 0;
  toStranger = 0;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  carry(number: number, sealed: ArrayBuffer): void {
    const { ledger, random } = this.#options;
    const parsed = parseSealedFrame('opus', new Uint8Array(sealed));
    if (typeof parsed === 'string') throw new Error(`a frame left that is no sealed one: ${parsed}`);
    const frame = ledger.sealed(number, parsed.kid.epochBits);
    if (frame === null) return;
    for (const { bot } of this.#drawReceivers(frame.sender)) this.#send(number, bot, frame.senderPeerId, sealed, true);
    const outsider = random.pick(this.#options.outsiders());
    if (outsider !== undefined) {
      this.toOutsiders += 1;
      this.#send(number, outsider, frame.senderPeerId, sealed, false);
    }
    this.toStranger += 1;
    this.#send(number, STRANGER, frame.senderPeerId, sealed, false);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #drawReceivers(sender: number): Standing[] {
    const { random, receivers, standings } = this.#options;
    const others = standings.present.filter(({ bot, peerId }) => bot !== sender && peerId !== null);
    const drawn: Standing[] = [];
    while (drawn.length < receivers && others.length > 0) {
      const [one] = others.splice(random.below(others.length), 1);
      if (one !== undefined) drawn.push(one);
    }
    return drawn;
  }

  #send(number: number, bot: number, from: string, sealed: ArrayBuffer, isCounted: boolean): void {
    const { random, deliver, ledger } = this.#options;
    const delayMs = SHORTEST_DELAY_MS + random.below(LONGEST_DELAY_MS - SHORTEST_DELAY_MS);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (isCounted) ledger.delivered(number, bot, Date.now());
      deliver({ bot, from, sealed: sealed.slice(0) });
    }, delayMs);
    this.#timers.add(timer);
  }
}
