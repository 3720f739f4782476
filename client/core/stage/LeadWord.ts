// One standing word of who leads, of which the highest counts; it outlives its author's leaving until another one is said.
import type { GroupMember } from '#e2ee';
import { Standing } from '../talk/Standing.ts';
import type { GroupPayload } from '../talk/payload.ts';
import type { TalkContext } from '../talk/TalkPart.ts';

/** A word may be under way while its author ceases to lead: a commit takes a second, a slow line another few. */
const LEADS_FOR_MS = 10_000;

/**
 * Numbers begin with the seconds since this moment: who comes back, or came after a show, knows of no word before and must not
 * be passed over with a lower number than the others heard.
 */
const EPOCH_MS = Date.UTC(2026, 0, 1);
/** 34 years: a server with a clock of its own cannot use the numbers up. */
const LAST_BY_CLOCK = 2 ** 30;

export interface LeadWordOptions extends Pick<TalkContext, 'say' | 'hosting' | 'nowMs'> {
  serverNowMs(): number;
}

/**
 * Each who leads says a word under a number; the highest counts, of two equal ones that of the higher Peer id, so that whatever
 * crosses on the way ends equally everywhere. Of who led within the last seconds it is taken too.
 */
export class LeadWord<Word extends Extract<GroupPayload, { n: number }>> {
  readonly #options: LeadWordOptions;
  readonly #standing: Standing;
  /** Peer id → when it was seen to lead last, by our clock. */
  readonly #led = new Map<string, number>();
  #self = '';
  #others: readonly string[] = [];
  #last: { from: string; word: Word } | null = null;
  #own: Word | null = null;
  #acted = false;

  constructor(options: LeadWordOptions) {
    this.#options = options;
    this.#standing = new Standing(options);
  }

  get last(): { from: string; word: Word } | null {
    return this.#last;
  }

  get isOwn(): boolean {
    return this.#last !== null && this.#last.from === this.#self;
  }

  get nextCount(): number {
    const byClock = Math.floor((this.#options.serverNowMs() - EPOCH_MS) / 1000);
    return Math.max((this.#last?.word.n ?? 0) + 1, Math.min(byClock, LAST_BY_CLOCK));
  }

  /** Our word from now on; also the last one, for who comes later and remembers an earlier one. */
  stand(word: Word): void {
    this.#last = { from: this.#self, word };
    this.#own = word;
    this.#standing.stand(word);
  }

  /** Whether another word counts now. @param empty what our own becomes when it is overruled, under its old number */
  hear(from: string, word: Word, empty: (own: Word) => Word): boolean {
    this.#look();
    if (!this.#leads(from)) return false;
    const last = this.#last;
    const isLater = last === null || word.n > last.word.n || (word.n === last.word.n && from > last.from);
    if (!isLater) return false;
    this.#last = { from, word };
    if (this.#own !== null) {
      // It must not come back by a newcomer who heard of nothing else.
      this.#standing.end(empty(this.#own));
      this.#own = null;
    }
    return true;
  }

  /** Whether its author is there and leads. */
  get isKept(): boolean {
    return (
      this.#last !== null && this.#options.hosting().acting.includes(this.#last.from) && this.#isThere(this.#last.from)
    );
  }

  setMembers(others: readonly GroupMember[], self: GroupMember): void {
    this.#self = self.peerId;
    this.#others = others.map(({ peerId }) => peerId);
    this.#look();
    const { iAct } = this.#options.hosting();
    // What we said while others did not take us for one who leads was said to nobody.
    if (iAct && !this.#acted) this.#standing.startOver();
    this.#acted = iAct;
    this.#standing.setMembers(this.#others);
  }

  setReady(ready: boolean): void {
    this.#standing.setReady(ready);
  }

  startOver(): void {
    this.#standing.startOver();
  }

  close(): void {
    this.#standing.close();
  }

  #look(): void {
    const nowMs = this.#options.nowMs();
    for (const [peerId, atMs] of this.#led) if (nowMs - atMs > LEADS_FOR_MS) this.#led.delete(peerId);
    for (const peerId of this.#options.hosting().acting) this.#led.set(peerId, nowMs);
  }

  #leads(peerId: string): boolean {
    return this.#led.has(peerId);
  }

  #isThere(peerId: string): boolean {
    return peerId === this.#self || this.#others.includes(peerId);
  }
}
