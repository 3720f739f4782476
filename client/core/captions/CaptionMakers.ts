// Who of the group has their own device make captions of what they say, in their own word.
import { Standing } from '../talk/Standing.ts';
import type { GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext } from '../talk/TalkPart.ts';
import { after } from '../util/timers.ts';

/** What one member says of it counts this often: viewers may be told each time, and a person does not change their mind faster. */
const HEARD_GAP_MS = 3_000;

interface Word {
  on: boolean;
  /** When it was last taken over. */
  atMs: number;
  /** What was said since. */
  next: boolean;
  stop: () => void;
}

export class CaptionMakers {
  readonly #context: Pick<TalkContext, 'nowMs' | 'onChange'>;
  readonly #standing: Standing;
  readonly #words = new Map<string, Word>();
  #own = false;
  #self = '';
  #others: readonly string[] = [];

  constructor(context: Pick<TalkContext, 'say' | 'nowMs' | 'onChange'>) {
    this.#context = context;
    this.#standing = new Standing({ say: (payload) => context.say(payload) });
  }

  /** Peer ids, our own included. */
  get all(): string[] {
    const others = [...this.#words].flatMap(([peerId, { on }]) => (on ? [peerId] : []));
    return this.#own && this.#self !== '' ? [this.#self, ...others] : others;
  }

  /** Whether our own device does. */
  make(on: boolean): void {
    if (on === this.#own) return;
    this.#own = on;
    if (on) this.#standing.stand({ t: 'captioning', on });
    else this.#standing.end({ t: 'captioning', on });
    this.#context.onChange();
  }

  handle(payload: GroupPayload, { from }: Heard): void {
    if (payload.t !== 'captioning' || !this.#others.includes(from)) return;
    const nowMs = this.#context.nowMs();
    const { on } = payload;
    const word = this.#words.get(from);
    if (word === undefined) {
      this.#words.set(from, { on, atMs: nowMs, next: on, stop: () => undefined });
      return this.#context.onChange();
    }
    word.next = on;
    word.stop();
    word.stop = after(Math.max(0, word.atMs + HEARD_GAP_MS - nowMs), () => this.#take(word));
  }

  #take(word: Word): void {
    if (word.on === word.next) return;
    word.on = word.next;
    word.atMs = this.#context.nowMs();
    this.#context.onChange();
  }

  setMembers(others: readonly string[], self: string): void {
    this.#self = self;
    this.#others = others;
    for (const [peerId, word] of this.#words) {
      if (others.includes(peerId)) continue;
      word.stop();
      this.#words.delete(peerId);
    }
    this.#standing.setMembers(others);
  }

  setReady(ready: boolean): void {
    this.#standing.setReady(ready);
  }

  startOver(): void {
    this.#standing.startOver();
  }

  close(): void {
    this.#standing.close();
    for (const { stop } of this.#words.values()) stop();
  }
}
