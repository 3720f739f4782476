// One thing that stands until it is taken back – a raised hand, an open poll –, told to the group and again to whoever comes.
import { after } from '../util/timers.ts';
import { encodePayload, type GroupPayload } from './payload.ts';
import { keepOnly } from '../util/keepOnly.ts';

export interface StandingOptions {
  /** Seals and sends; resolves when the server took it. */
  say(payload: Uint8Array): Promise<void>;
}

/** A word that changes with time – how long a hand has been up – is made anew each time that it is told. */
export type StandingWord = GroupPayload | (() => GroupPayload);

/** While the group is rejoined or the connection is lost nobody hears us. */
const RETRY_MS = 1_000;
/** Several who come at once are told once; longer is seen as a hand that comes up late. */
const GATHER_MS = 300;
/** What stood before we came reaches us as late as this: its owner's line was lost for a while, or their machine is slow. */
export const LATE_WORD_MS = 60_000;

export class Standing {
  readonly #options: StandingOptions;
  /** Who was there when the present word was told. */
  readonly #told = new Set<string>();
  #others: readonly string[] = [];
  #word: StandingWord | null = null;
  /** Holds with nobody listening too: a newcomer needs to be told of it. */
  #stands = false;
  #ready = false;
  #saying = false;
  #stopTimer: () => void = () => undefined;
  #closed = false;

  constructor(options: StandingOptions) {
    this.#options = options;
  }

  /** From now on this stands. It is told at once, and to each newcomer. */
  stand(word: StandingWord): void {
    this.#change(word, true);
  }

  /** It stands no more: told once, with this word, to those who are there. Newcomers need no word of it. */
  end(word: GroupPayload): void {
    if (this.#stands) this.#change(word, false);
  }

  /** It stands no more, and nobody needs to be told: what it was about is over for all. */
  drop(): void {
    this.#stopTimer();
    this.#word = null;
    this.#stands = false;
  }

  /** @param others Peer ids of the group without our own */
  setMembers(others: readonly string[]): void {
    this.#others = others;
    keepOnly(this.#told, others);
    if (this.#stands) this.#gather();
  }

  setReady(ready: boolean): void {
    this.#ready = ready;
    if (ready) this.#speak();
  }

  /** Our place in the Room is a fresh one: whoever saw the old one go has forgotten what was said from there. */
  startOver(): void {
    this.#told.clear();
    if (this.#stands) this.#gather();
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer();
  }

  #change(word: StandingWord, stands: boolean): void {
    this.#word = word;
    this.#stands = stands;
    this.#told.clear();
    this.#speak();
  }

  #gather(): void {
    this.#stopTimer();
    this.#stopTimer = after(GATHER_MS, () => this.#speak());
  }

  #speak(): void {
    const word = this.#word;
    if (word === null || !this.#ready || this.#saying || this.#closed) return;
    const fresh = this.#others.filter((peerId) => !this.#told.has(peerId));
    if (fresh.length > 0) void this.#say(word, fresh);
  }

  async #say(word: StandingWord, listeners: readonly string[]): Promise<void> {
    this.#saying = true;
    this.#stopTimer();
    const said = await this.#options.say(encodePayload(typeof word === 'function' ? word() : word)).then(
      () => true,
      () => false,
    );
    this.#saying = false;
    if (this.#closed) return;
    if (!said) {
      this.#stopTimer = after(RETRY_MS, () => this.#speak());
      return;
    }
    if (this.#word === word) {
      for (const peerId of listeners) this.#told.add(peerId);
      if (!this.#stands) this.#word = null;
    }
    this.#speak(); // It may have changed, or somebody come, meanwhile.
  }
}
