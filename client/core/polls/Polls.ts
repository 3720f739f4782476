// The polls of a Room: each stands in its author's word, and everybody counts the votes that they hear.
import type { GroupMember } from '#e2ee';
import * as v from 'valibot';
import { Outbox } from '../talk/Outbox.ts';
import type { GroupPayload } from '../talk/payload.ts';
import { LATE_WORD_MS, Standing } from '../talk/Standing.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import type { PollActions, PollDraft, PollView } from '../gestures.ts';
import { createDebounce } from '../util/timers.ts';
import { Poll, pollKey } from './Poll.ts';
import { PollPayload } from './pollPayload.ts';
import { keepOnly } from '../util/keepOnly.ts';

/** Open at once by one author: more is not asking but noise. */
const MAX_OWN_OPEN = 4;
/** What others may have open; above our own, since a close and an opening may cross. */
const MAX_HEARD_OPEN = 8;
/** Kept with their results; the oldest goes. */
const MAX_POLLS = 50;
/** For so long after coming in a poll that is new to us is taken for one that was there before; and a vote may have missed a newcomer. */
const NEWCOMER_MS = 5_000;
const TELL_AGAIN_MS = 1_000;
/** One who opens and closes polls is announced no oftener than this. */
const ANNOUNCE_MS = 5_000;

/**
 * A vote is one message to all, signed by its voter, and each device counts for itself: nobody, the author included, can add votes for
 * those who are there. Only newcomers, of the last minute, have to take an author's word, for what was cast before they came: for them
 * the author's standing word holds the votes – one message of some kilobytes for each batch of newcomers, where a hundred voters who each
 * repeated theirs would make ten thousand deliveries. Votes of those who leave while it is open count no more, so that nobody
 * votes twice by coming back; a poll whose author leaves is over, and keeps its result.
 */
export class Polls implements PollActions, TalkPart {
  readonly #context: TalkContext;
  readonly #outbox: Outbox;
  readonly #polls = new Map<string, Poll>();
  readonly #standings = new Map<Poll, Standing>();
  readonly #announced = new Map<string, number>();
  readonly #tellAgain = createDebounce(TELL_AGAIN_MS, () => this.#tellAll());
  #others: ReadonlySet<string> = new Set();
  #self = '';
  #inSinceMs: number | null = null;
  #newcomerAtMs = -Infinity;
  #ready = false;
  #view: PollView[] | null = null;

  constructor(context: TalkContext) {
    this.#context = context;
    this.#outbox = new Outbox(context);
  }

  /** Another array only where something changed. */
  get all(): PollView[] {
    this.#view ??= [...this.#polls.values()].map((poll) => poll.viewFor(this.#self));
    return this.#view;
  }

  open(draft: PollDraft): boolean {
    const { peerId: author, displayName: authorName } = this.#context.self();
    const { question, options, multiple, named, results } = draft;
    const id = this.#context.createId();
    const parsed = v.safeParse(PollPayload, {
      t: 'poll',
      id,
      question: question.trim(),
      options: options.map((option) => option.trim()),
      multiple,
      named,
      results,
      votes: [],
    });
    if (!parsed.success || this.#openOf(author) >= MAX_OWN_OPEN) return false;
    const { t: _t, id: _id, votes: _votes, ...clean } = parsed.output;
    const atMs = this.#context.nowMs();
    const poll = new Poll({ id, author, authorName, mine: true, atMs, draft: clean, came: false });
    this.#self = author;
    const standing = new Standing(this.#context);
    standing.setMembers([...this.#others]);
    standing.setReady(this.#ready);
    this.#standings.set(poll, standing);
    this.#add(poll);
    standing.stand(() => poll.word);
    return true;
  }

  vote(key: string, choices: number[]): void {
    const poll = this.#polls.get(key);
    const { displayName } = this.#context.self();
    const standing = poll && this.#standings.get(poll);
    if (!poll?.count(this.#self, displayName, choices, standing ? 'heard' : 'pending')) return;
    // The author's own vote goes with the poll.
    if (standing) standing.stand(() => poll.word);
    else this.#postVote(poll);
    this.#changed();
  }

  end(key: string): boolean {
    const poll = this.#polls.get(key);
    if (poll?.state !== 'open' || !(poll.mine || this.#context.hosting().iAct)) return false;
    this.#end(poll);
    if (!poll.mine) this.#outbox.post({ t: 'pollClosed', author: poll.author, id: poll.id });
    return true;
  }

  handle(payload: GroupPayload, heard: Heard): void {
    if (payload.t === 'poll') this.#handlePoll(payload, heard);
    else if (payload.t === 'vote') this.#handleVote(payload, heard);
    else if (payload.t === 'pollClosed') this.#handleClosed(payload, heard);
  }

  setMembers(others: readonly GroupMember[], { peerId: self }: GroupMember): void {
    this.#self = self;
    this.#inSinceMs ??= this.#context.nowMs();
    const there = new Set(others.map(({ peerId }) => peerId));
    if ([...there].some((peerId) => !this.#others.has(peerId))) this.#newcomerAtMs = this.#context.nowMs();
    this.#others = there;
    keepOnly(this.#announced, there);
    for (const poll of this.#polls.values()) {
      if (poll.state === 'open' && !poll.mine && !there.has(poll.author)) poll.end('authorLeft');
      poll.keepVotesOf((peerId) => peerId === self || there.has(peerId));
    }
    for (const standing of this.#standings.values()) standing.setMembers([...there]);
    this.#changed();
  }

  setReady(ready: boolean): void {
    this.#ready = ready;
    this.#outbox.setReady(ready);
    for (const standing of this.#standings.values()) standing.setReady(ready);
  }

  startOver({ peerId: self }: GroupMember): void {
    this.#inSinceMs = null;
    const polls = [...this.#polls.values()];
    this.#polls.clear();
    for (const poll of polls) {
      poll.rename(this.#self, self);
      this.#polls.set(poll.key, poll);
      if (poll.state !== 'open') continue;
      this.#standings.get(poll)?.startOver();
      if (!poll.mine && poll.choicesOf(self).length > 0) this.#postVote(poll);
    }
    this.#self = self;
  }

  epochsUndone(): void {
    for (const poll of this.#polls.values()) {
      if (poll.state !== 'open') continue;
      this.#standings.get(poll)?.startOver();
      if (!poll.mine && poll.choicesOf(this.#self).length > 0) this.#postVote(poll);
    }
  }

  close(): void {
    this.#tellAgain.cancel();
    this.#outbox.close();
    for (const standing of this.#standings.values()) standing.close();
  }

  #handlePoll(word: Extract<GroupPayload, { t: 'poll' }>, { from, displayName }: Heard): void {
    const poll = this.#polls.get(pollKey(from, word.id)) ?? this.#addHeard(word, from, displayName);
    if (poll === null || poll.mine) return;
    // Its author was gone and is back.
    if (poll.state === 'authorLeft') poll.state = 'open';
    poll.countTold(word, this.#context.nameOf, this.#self);
    this.#changed();
  }

  #addHeard(word: Extract<GroupPayload, { t: 'poll' }>, author: string, authorName: string): Poll | null {
    if (this.#openOf(author) >= MAX_HEARD_OPEN) return null;
    const { t: _t, id, votes: _votes, ...draft } = word;
    const atMs = this.#context.nowMs();
    const inForMs = this.#inSinceMs === null ? 0 : atMs - this.#inSinceMs;
    const isVoted = word.votes.some(([peerId]) => peerId !== author && peerId !== this.#self);
    const came = inForMs < NEWCOMER_MS || (isVoted && inForMs < LATE_WORD_MS);
    const poll = new Poll({ id, author, authorName, mine: false, atMs, draft, came });
    this.#add(poll);
    if (!came && atMs - (this.#announced.get(author) ?? -Infinity) >= ANNOUNCE_MS) {
      this.#announced.set(author, atMs);
      this.#context.notify({ kind: 'poll', displayName: authorName, peerId: author });
    }
    return poll;
  }

  #handleVote({ author, id, choices }: Extract<GroupPayload, { t: 'vote' }>, { from, displayName }: Heard): void {
    const poll = this.#polls.get(pollKey(author, id));
    if (!poll?.count(from, displayName, choices)) return;
    // One who came while it was on its way has not heard it.
    if (poll.mine && this.#context.nowMs() - this.#newcomerAtMs < NEWCOMER_MS) this.#tellAgain.poke();
    this.#changed();
  }

  #handleClosed({ author, id }: { author: string; id: string }, { from, displayName }: Heard): void {
    const poll = this.#polls.get(pollKey(author, id));
    if (poll?.state !== 'open') return;
    if (from !== author && !this.#context.hosting().acting.includes(from)) return;
    this.#end(poll);
    this.#context.notify({ kind: 'pollClosed', displayName, peerId: from });
  }

  #end(poll: Poll): void {
    poll.end('closed');
    this.#standings.get(poll)?.end({ t: 'pollClosed', author: poll.author, id: poll.id });
    this.#changed();
  }

  #add(poll: Poll): void {
    this.#polls.set(poll.key, poll);
    if (this.#polls.size > MAX_POLLS) {
      const oldest = [...this.#polls.values()].find(({ state }) => state !== 'open') ?? [...this.#polls.values()][0];
      if (oldest) this.#drop(oldest);
    }
    this.#changed();
  }

  #drop(poll: Poll): void {
    this.#polls.delete(poll.key);
    this.#standings.get(poll)?.close();
    this.#standings.delete(poll);
  }

  #postVote(poll: Poll): void {
    const { author, id } = poll;
    this.#outbox.post({ t: 'vote', author, id, choices: poll.choicesOf(this.#self) }, (outcome) => {
      if (outcome === 'sent') poll.confirm(this.#self);
      else poll.count(this.#self, '', []);
      this.#changed();
    });
  }

  #tellAll(): void {
    for (const [poll, standing] of this.#standings) if (poll.state === 'open') standing.stand(() => poll.word);
  }

  #openOf(author: string): number {
    return [...this.#polls.values()].filter((poll) => poll.author === author && poll.state === 'open').length;
  }

  #changed(): void {
    this.#view = null;
    this.#context.onChange();
  }
}
