// Tickets that let a machine in without being asked for: told by who leads, held by all, kept by the devices of those who lead (SPEC E-209).
import type { GroupMember, Knock } from '#e2ee';
import { MAX_FEEDS_PER_ROOM } from '#protocol/limits';
import * as v from 'valibot';
import { LeadWord } from '../stage/LeadWord.ts';
import { openKept, sealToKeep } from '../stage/sealedText.ts';
import type { ShowStore } from '../stage/ShowKeeper.ts';
import type { GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import type { RoomLink } from '../types.ts';
import { oneAtATime } from '../util/oneAtATime.ts';
import { after } from '../util/timers.ts';
import { FeedPass } from './feedPassPayload.ts';

type Word = Extract<GroupPayload, { t: 'feedPasses' }>;
type Context = Pick<TalkContext, 'say' | 'hosting' | 'nowMs' | 'stage' | 'link' | 'onPasses' | 'passStore'>;

/** Those who lead would tell of a later word by then; longer, and a machine that comes meanwhile knocks. */
const ASK_FOR_MS = 1_500;

const Kept = v.array(FeedPass);

export class FeedPasses implements TalkPart {
  readonly #context: Context;
  readonly #word: LeadWord<Word>;
  readonly #writeSoon: () => void;
  #self = '';
  #leaves = new Map<string, string>();
  /** The leaf by which the present word was said: under another one its author may know of nothing. */
  #saidBy: string | undefined;
  #wanted: { passes: readonly FeedPass[]; link: RoomLink } | null = null;
  #recalling = false;
  #stopTimer: () => void = () => undefined;
  #closed = false;

  constructor(context: Context) {
    this.#context = context;
    const serverNowMs = () => context.stage()?.serverNowMs() ?? context.nowMs();
    this.#word = new LeadWord<Word>({ ...context, serverNowMs });
    this.#writeSoon = oneAtATime(() => this.#write());
  }

  get #passes(): readonly FeedPass[] {
    return this.#word.last?.word.p ?? [];
  }

  /** Whether it comes by a ticket that was made here and has let in nobody else. */
  lets({ ticketKey, peerId }: Pick<Knock, 'ticketKey' | 'peerId'>): boolean {
    return this.#passes.some(({ k, to }) => k === ticketKey && (to === null || to === peerId));
  }

  /** It was let in by it, and nobody else will be. */
  used({ ticketKey, peerId }: Pick<Knock, 'ticketKey' | 'peerId'>): void {
    const isNews = this.#passes.some(({ k, to }) => k === ticketKey && to === null);
    if (isNews) this.#say(this.#passes.map((pass) => (pass.k === ticketKey ? { ...pass, to: peerId } : pass)));
  }

  /** The same ticket again changes nothing. Beyond the most that a Room can have the first goes: the server has forgotten it. */
  add(feedId: string, ticketKey: string): void {
    const rest = this.#passes.filter(({ id }) => id !== feedId);
    if (rest.length === this.#passes.length) this.#say([...rest, { id: feedId, k: ticketKey, to: null }]);
  }

  remove(feedId: string): void {
    const rest = this.#passes.filter(({ id }) => id !== feedId);
    if (rest.length < this.#passes.length) this.#say(rest);
  }

  handle(payload: GroupPayload, { from }: Heard): void {
    if (payload.t !== 'feedPasses') return;
    if (!this.#word.hear(from, payload, (own) => ({ ...own, p: [] }))) return;
    this.#saidBy = this.#leaves.get(from);
    this.#keep();
    this.#context.onPasses?.();
  }

  setMembers(others: readonly GroupMember[], self: GroupMember): void {
    this.#self = self.peerId;
    this.#leaves = new Map([...others, self].map(({ peerId, keyHash }) => [peerId, keyHash]));
    this.#word.setMembers(others, self);
    this.#adopt();
    this.#recall();
    this.#keep();
  }

  /** A word outlives its author's leaving, and their page's loading anew. */
  #adopt(): void {
    const { last, isOwn } = this.#word;
    if (last === null || isOwn) return;
    const isAnew = this.#leaves.get(last.from) !== this.#saidBy;
    if (this.#word.isKept && !isAnew) return;
    const { acting } = this.#context.hosting();
    const [first] = acting.filter((peerId) => peerId !== last.from && this.#leaves.has(peerId));
    if (first === this.#self) this.#say(last.word.p);
  }

  #say(passes: readonly FeedPass[]): void {
    this.#word.stand({ t: 'feedPasses', n: this.#word.nextCount, p: passes.slice(-MAX_FEEDS_PER_ROOM) });
    this.#saidBy = this.#leaves.get(this.#self);
    this.#keep();
    this.#context.onPasses?.();
  }

  // ── On this device ─────────────────────────────────────────────────────────────────────────────

  /** What an earlier page kept, unless somebody else who leads tells of a word first. */
  #recall(): void {
    const store = this.#context.passStore ?? null;
    if (this.#recalling || store === null || !this.#context.hosting().iAct) return;
    this.#recalling = true;
    const read = recalled(store, this.#context.link());
    this.#stopTimer = after(ASK_FOR_MS, () => {
      void read.then((passes) => {
        const isDue = !this.#closed && this.#word.last === null && this.#context.hosting().iAct;
        if (isDue && passes.length > 0) this.#say(passes);
      });
    });
  }

  #keep(): void {
    if (this.#word.last === null || !this.#context.hosting().iAct) return;
    const [passes, link] = [this.#passes, this.#context.link()];
    if (this.#wanted?.passes === passes && this.#wanted.link === link) return;
    this.#wanted = { passes, link };
    this.#writeSoon();
  }

  async #write(): Promise<void> {
    const [wanted, store] = [this.#wanted, this.#context.passStore ?? null];
    if (wanted === null || store === null) return;
    const sealed = await sealToKeep(JSON.stringify(wanted.passes), 'feed-passes', wanted.link);
    if (sealed !== null && this.#wanted === wanted) store.write(sealed);
  }

  setReady(ready: boolean): void {
    this.#word.setReady(ready);
  }

  startOver(): void {
    this.#word.startOver();
  }

  epochsUndone(): void {
    this.startOver();
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer();
    this.#word.close();
  }
}

/** Nothing where it is none of this link's. Never rejects. */
async function recalled(store: ShowStore, link: RoomLink): Promise<FeedPass[]> {
  const text = await openKept(store, 'feed-passes', link);
  try {
    return v.parse(Kept, JSON.parse(text ?? '[]'));
  } catch {
    return [];
  }
}
