// What every member says of every epoch, and whether any two of them disagree.
import type { EpochReport } from './messages.ts';

interface Entry {
  safetyCode: string;
  members: ReadonlySet<string>;
  transcript: string | null;
  reporters: Set<number>;
}

/** Where two members stand apart; the first few are shown. */
const SHOWN = 10;

export class EpochLedger {
  readonly #entries = new Map<string, Entry>();
  readonly #disagreements: string[] = [];
  #highest = { groupTag: '', epoch: -1 };
  #groups = 0;
  #reports = 0;
  #transcripts = 0;
  #apart = 0;

  /** The epoch that the first member came to last. */
  get highest(): { groupTag: string; epoch: number } {
    return this.#highest;
  }

  note({ bot, groupTag, epoch, safetyCode, members }: EpochReport): void {
    this.#reports += 1;
    const key = `${groupTag} ${epoch}`;
    const known = this.#entries.get(key);
    if (known === undefined) {
      this.#entries.set(key, {
        safetyCode,
        members: new Set(members),
        transcript: null,
        reporters: new Set([bot]),
      });
      if (groupTag !== this.#highest.groupTag) this.#groups += 1;
      if (groupTag !== this.#highest.groupTag || epoch > this.#highest.epoch) this.#highest = { groupTag, epoch };
      return;
    }
    known.reporters.add(bot);
    if (known.safetyCode !== safetyCode) this.#disagree(`bot ${bot} has another safety code for epoch ${epoch}`);
    const sameMembers = known.members.size === members.length && members.every((one) => known.members.has(one));
    if (!sameMembers) this.#disagree(`bot ${bot} has other members in epoch ${epoch}`);
  }

  noteTranscript(groupTag: string, epoch: number, hash: string): void {
    this.#transcripts += 1;
    const entry = this.#entries.get(`${groupTag} ${epoch}`);
    if (entry === undefined) return this.#disagree(`a transcript of epoch ${epoch}, which no member told of`);
    entry.transcript ??= hash;
    if (entry.transcript !== hash) this.#disagree(`two transcripts of epoch ${epoch}`);
  }

  /** Whether any member told of it. */
  isKnown(groupTag: string, epoch: number): boolean {
    return this.#entries.has(`${groupTag} ${epoch}`);
  }

  isMember(groupTag: string, epoch: number, peerId: string): boolean {
    return this.#entries.get(`${groupTag} ${epoch}`)?.members.has(peerId) ?? false;
  }

  membersNow(): ReadonlySet<string> {
    const { groupTag, epoch } = this.#highest;
    return this.#entries.get(`${groupTag} ${epoch}`)?.members ?? new Set();
  }

  /** `compared`: epochs that at least two members told of. */
  get summary() {
    return {
      epochs: this.#entries.size,
      groups: this.#groups,
      compared: [...this.#entries.values()].filter(({ reporters }) => reporters.size > 1).length,
      reports: this.#reports,
      transcripts: this.#transcripts,
      disagreements: this.#apart,
      shown: this.#disagreements,
    };
  }

  #disagree(what: string): void {
    this.#apart += 1;
    if (this.#disagreements.length < SHOWN) this.#disagreements.push(what);
  }
}
