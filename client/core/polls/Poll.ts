// One poll with its votes, as this device counts them.
import type { GroupPayload } from '../talk/payload.ts';
import type { PollDraft, PollView } from '../gestures.ts';

type PollWord = Extract<GroupPayload, { t: 'poll' }>;

/** `told`: as the poll's author said · `heard`: from the voter · `pending`: our own, not at the others yet. */
interface Vote {
  displayName: string;
  choices: number[];
  by: 'told' | 'heard' | 'pending';
}

export interface PollOptions {
  id: string;
  author: string;
  authorName: string;
  mine: boolean;
  atMs: number;
  draft: PollDraft;
  /** It was there before us: of votes that were cast then we know what its author says. */
  came: boolean;
}

export const pollKey = (author: string, id: string): string => `${author}/${id}`;

export class Poll {
  readonly id: string;
  readonly mine: boolean;
  author: string;
  state: PollView['state'] = 'open';
  readonly #options: PollOptions;
  readonly #votes = new Map<string, Vote>();

  constructor(options: PollOptions) {
    this.#options = options;
    this.id = options.id;
    this.mine = options.mine;
    this.author = options.author;
  }

  get key(): string {
    return pollKey(this.author, this.id);
  }

  /** False where it is not a vote of this poll. */
  count(peerId: string, displayName: string, choices: number[], by: Vote['by'] = 'heard'): boolean {
    const { options, multiple } = this.#options.draft;
    if (this.state !== 'open' || choices.some((choice) => choice >= options.length)) return false;
    if (!multiple && choices.length > 1) return false;
    if (choices.length === 0) this.#votes.delete(peerId);
    else this.#votes.set(peerId, { displayName, choices: choices.toSorted((one, other) => one - other), by });
    return true;
  }

  /**
   * The author's own vote is theirs to tell. The votes of others are told only to those who came after them, and a vote heard from
   * its voter counts before what the author says of it.
   */
  countTold({ votes }: PollWord, nameOf: (peerId: string) => string, self: string): void {
    const own = votes.find(([peerId]) => peerId === this.author);
    this.count(this.author, this.#options.authorName, own?.[1] ?? []);
    if (!this.#options.came) return;
    for (const [peerId, choices] of votes) {
      const known = this.#votes.get(peerId)?.by ?? 'told';
      const name = nameOf(peerId);
      // Whoever is not in the group any more does not vote in it.
      if (known === 'told' && peerId !== self && name !== '') this.count(peerId, name, choices, 'told');
    }
  }

  choicesOf(peerId: string): number[] {
    return this.#votes.get(peerId)?.choices ?? [];
  }

  /** Our own vote reached the others. */
  confirm(peerId: string): void {
    const vote = this.#votes.get(peerId);
    if (vote?.by === 'pending') vote.by = 'heard';
  }

  keepVotesOf(isThere: (peerId: string) => boolean): void {
    if (this.state !== 'open') return;
    for (const peerId of this.#votes.keys()) if (!isThere(peerId)) this.#votes.delete(peerId);
  }

  /** A vote that has not reached anybody does not count in the end. */
  end(state: 'closed' | 'authorLeft'): void {
    for (const [peerId, { by }] of this.#votes) if (by === 'pending') this.#votes.delete(peerId);
    this.state = state;
  }

  /** We are the same person under another Peer id. */
  rename(before: string, now: string): void {
    const vote = this.#votes.get(before);
    if (this.state !== 'open' || before === now) return;
    this.#votes.delete(before);
    if (vote !== undefined) this.#votes.set(now, vote);
    if (this.mine) this.author = now;
  }

  /** For the group. */
  get word(): PollWord {
    const votes = [...this.#votes].map(([peerId, { choices }]): [string, number[]] => [peerId, choices]);
    return { t: 'poll', id: this.id, ...this.#options.draft, votes };
  }

  viewFor(self: string): PollView {
    const { draft, authorName, atMs } = this.#options;
    const all = [...this.#votes];
    return {
      ...draft,
      key: this.key,
      author: this.author,
      authorName,
      mine: this.mine,
      atMs,
      state: this.state,
      votes: draft.options.map((_, index) =>
        all.flatMap(([peerId, { displayName, choices }]) => (choices.includes(index) ? [{ peerId, displayName }] : [])),
      ),
      voters: all.length,
      chosen: this.choicesOf(self),
    };
  }
}
