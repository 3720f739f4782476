// Who records themselves: our own word, which is out before anything is kept, and the words of the others.
import type { GroupMember } from '#e2ee';
import { Standing } from '../talk/Standing.ts';
import type { GroupPayload } from '../talk/payload.ts';
import type { TalkContext } from '../talk/TalkPart.ts';
import type { IsoStateWord } from './isoPayload.ts';
import type { IsoFault } from './isoTypes.ts';
import { keepOnly } from '../util/keepOnly.ts';

/** How much there is is told no oftener: each time is a message to all. */
const TELL_BYTES_EVERY_MS = 15_000;

/** One who begins and stops without end is announced no oftener than this. */
const ANNOUNCE_EVERY_MS = 10_000;

export type IsoStatesOptions = Pick<TalkContext, 'say' | 'nowMs' | 'nameOf' | 'notify'> & {
  serverNowMs(): number;
  onChange(): void;
};

type Recording =
  | { state: 'none' }
  | { state: 'telling'; sinceMs: number; answer: PromiseWithResolvers<boolean> }
  | { state: 'on'; sinceMs: number; bytes: number; toldMs: number };

export class IsoStates {
  readonly #options: IsoStatesOptions;
  readonly #standing: Standing;
  readonly #others = new Map<string, IsoStateWord>();
  /** When a Peer's beginning was last announced. */
  readonly #announcedMs = new Map<string, number>();
  #present: readonly string[] = [];
  #askId: string | null = null;
  /** Ask id → what the person said to it. */
  readonly #answers = new Map<string, boolean>();
  #recording: Recording = { state: 'none' };
  #why: IsoFault | null = null;
  #left = 0;
  #last: IsoStateWord | null = null;

  constructor(options: IsoStatesOptions) {
    this.#options = options;
    this.#standing = new Standing({ say: (payload) => this.#tell(payload) });
  }

  get recording(): Recording {
    return this.#recording;
  }

  get others(): ReadonlyMap<string, IsoStateWord> {
    return this.#others;
  }

  /** Null where nothing was said to it yet. */
  answerTo(askId: string): boolean | null {
    return this.#answers.get(askId) ?? null;
  }

  answer(askId: string, agreed: boolean): void {
    this.#answers.set(askId, agreed);
    this.#why = null;
    this.#say();
  }

  /** @param askId null: nothing is asked any more */
  follow(askId: string | null, left: number): void {
    this.#askId = askId;
    this.#left = left;
    this.#say();
  }

  begin(): Promise<boolean> {
    if (this.#recording.state === 'on') return Promise.resolve(true);
    if (this.#recording.state === 'telling') return this.#recording.answer.promise;
    const answer = Promise.withResolvers<boolean>();
    this.#recording = { state: 'telling', sinceMs: this.#options.serverNowMs(), answer };
    this.#why = null;
    this.#say();
    if (this.#present.length === 0) this.#begun();
    return answer.promise;
  }

  reached(bytes: number): void {
    if (this.#recording.state !== 'on') return;
    const nowMs = this.#options.nowMs();
    const isDue = nowMs - this.#recording.toldMs >= TELL_BYTES_EVERY_MS;
    this.#recording = { ...this.#recording, bytes, toldMs: isDue ? nowMs : this.#recording.toldMs };
    if (isDue) this.#say();
  }

  ended(why: IsoFault | null): void {
    const before = this.#recording;
    this.#recording = { state: 'none' };
    this.#why = why;
    if (before.state === 'telling') before.answer.resolve(false);
    this.#say();
  }

  hear(from: string, word: IsoStateWord): void {
    if (!this.#present.includes(from)) return;
    const before = this.#others.get(from);
    if (word.s === 'over' && word.left === 0) this.#others.delete(from);
    else this.#others.set(from, word);
    if (word.s !== 'on' || before?.s === 'on') return;
    const nowMs = this.#options.nowMs();
    if (nowMs - (this.#announcedMs.get(from) ?? -Infinity) < ANNOUNCE_EVERY_MS) return;
    this.#announcedMs.set(from, nowMs);
    this.#options.notify({ kind: 'isoOn', displayName: this.#options.nameOf(from), peerId: from });
  }

  setMembers(others: readonly GroupMember[]): void {
    this.#present = others.map(({ peerId }) => peerId);
    for (const known of [this.#others, this.#announcedMs]) keepOnly(known, this.#present);
    this.#standing.setMembers(this.#present);
    if (this.#present.length === 0) this.#begun();
  }

  setReady(ready: boolean): void {
    this.#standing.setReady(ready);
  }

  startOver(): void {
    this.#standing.startOver();
  }

  close(): void {
    this.#standing.close();
    const before = this.#recording;
    this.#recording = { state: 'none' };
    if (before.state === 'telling') before.answer.resolve(false);
  }

  async #tell(payload: Uint8Array): Promise<void> {
    const telling = this.#recording.state === 'telling' ? this.#recording : null;
    await this.#options.say(payload);
    // Taken back meanwhile: the word that it ended follows.
    if (telling !== null && this.#recording === telling) this.#begun();
  }

  #begun(): void {
    if (this.#recording.state !== 'telling') return;
    const { sinceMs, answer } = this.#recording;
    this.#recording = { state: 'on', sinceMs, bytes: 0, toldMs: this.#options.nowMs() };
    answer.resolve(true);
    this.#options.onChange();
  }

  #say(): void {
    const word = this.#word();
    const last = this.#last;
    if (JSON.stringify(word) === JSON.stringify(last)) return;
    this.#last = word;
    if (word === null) {
      if (last !== null) this.#standing.end({ ...last, s: 'over', since: null, b: 0, why: null, left: 0 });
    } else this.#standing.stand(word satisfies GroupPayload);
  }

  /** Null where there is nothing to say. */
  #word(): IsoStateWord | null {
    const id = this.#askId ?? this.#last?.id ?? null;
    if (id === null) return null;
    const common = { t: 'isoState', id, since: null, b: 0, why: null, left: Math.min(this.#left, 1_000) } as const;
    if (this.#recording.state !== 'none') {
      const b = this.#recording.state === 'on' ? this.#recording.bytes : 0;
      return { ...common, s: 'on', since: Math.round(this.#recording.sinceMs), b };
    }
    if (this.#why !== null) return { ...common, s: 'failed', why: this.#why };
    const answer = this.#askId === null ? undefined : this.#answers.get(this.#askId);
    if (answer !== undefined) return { ...common, s: answer ? 'agreed' : 'refused' };
    return this.#left > 0 ? { ...common, s: 'over' } : null;
  }
}
