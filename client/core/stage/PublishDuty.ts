// What this device hands to the server for viewers: the roster by the host's key or its delegate's, the program by its producer, and each epoch's stage key.
import type { ProgramContent, Roster, StagePerson } from '#e2ee';
import type { RequestInput } from '#protocol/requests';
import type { Ask } from '../media/Publishing.ts';
import { oneAtATime } from '../util/oneAtATime.ts';
import { toBase64url } from '../util/base64url.ts';
import { after } from '../util/timers.ts';
import type { StagePlace } from './StagePlace.ts';

/** Between two who would hand the same key to the viewers: longer is a gap in their picture, shorter is the same word twice. */
export const RANK_MS = 500;
const RETRY_AFTER_MS = [500, 2_000, 5_000, 10_000];
/** Epochs of which somebody handed out the key; older ones are over. */
const HEARD_EPOCHS = 8;

export interface Wants {
  place: StagePlace;
  epoch: number;
  /** Our own Peer id. */
  self: string;
  /** On the device that lists for viewers whom they may know of, the host's or one that it delegated; null elsewhere. */
  people: StagePerson[] | null;
  /** On the host's device: feed keys of those who may list people while it is away. Empty elsewhere. */
  delegates: Uint8Array[];
  /** Its own roster is later than all that others signed; a delegate's has to be later than the last. */
  iAmHost: boolean;
  /** On the producer's device; null elsewhere. */
  program: ProgramContent | null;
  /** What this place signs with; null while it is not known. */
  ownKey: Uint8Array | null;
  /** 0: hands out each epoch's key at once; the others wait whether one before them does. */
  rank: number;
  linkGeneration: number;
}

export interface PublishDutyOptions {
  /** Null while there is nothing to be done, or nobody to be told. */
  wants(): Wants | null;
  ask: Ask;
  nowMs(): number;
  /** This device signed another one: for the group. */
  onRoster(signed: Uint8Array): void;
  /** Another member's roster was opened. */
  onHeard(): void;
}

interface Run extends Wants {
  /** The show is over since: nothing more of it is handed over, and what the server took of it says nothing of the next. */
  isOver(): boolean;
}

interface EpochState {
  place: StagePlace;
  epoch: number;
  sinceMs: number;
  /** The signed roster for which we handed it out; `others` where they did. */
  done: Uint8Array | 'others' | null;
}

export class PublishDuty {
  readonly #options: PublishDutyOptions;
  readonly poke: () => void;
  #roster: (Roster & { signed: Uint8Array }) | null = null;
  /** Of the last roster, over shows: whose devices may list people while the host is away. */
  #delegates: Uint8Array[] = [];
  /** Whose worker opened or signed it: it holds what others send on air to the keys in it (E-159). */
  #openedBy: StagePlace | null = null;
  /** What the server holds of ours, as it was wanted. */
  #rosterTold = '';
  #programTold = '';
  #epoch: EpochState | null = null;
  #heard: string[] = [];
  #programCount = 0;
  #place: StagePlace | null = null;
  /** Another one for each show: what the server took of one before says nothing of this. */
  #show = {};
  #failures = 0;
  #stopTimer: () => void = () => undefined;
  #closed = false;

  constructor(options: PublishDutyOptions) {
    this.#options = options;
    this.poke = oneAtATime(() => this.#run());
  }

  /** Another member's roster; older ones than one that was seen are passed over by the worker. */
  async hear(place: StagePlace | null, signed: Uint8Array): Promise<void> {
    if (place === null) return;
    const opened = await place.openRoster(signed).catch(() => null);
    if (opened === null || this.#closed || isSame(signed, this.#roster?.signed)) return;
    this.#follow(place, { ...opened, signed });
    this.#options.onHeard();
  }

  /** As it was signed; null while no stage is open, or nobody listed anybody. */
  get signed(): Uint8Array | null {
    return this.#roster?.signed ?? null;
  }

  /** By the host's word, whether this feed key may sign rosters while the host is away. */
  mayList(key: Uint8Array | null): boolean {
    return key !== null && this.#delegates.some((one) => isSame(one, key));
  }

  /** Whether viewers and members can tell that what this key signs is this Peer's. */
  lists(self: string, key: Uint8Array): boolean {
    return isSame(key, this.#roster?.people.find(({ peerId }) => peerId === self)?.feedKey);
  }

  /** Somebody handed this epoch's key to the viewers. */
  keysPublished(groupId: Uint8Array, epoch: number): void {
    this.#heard = [...this.#heard, nameOf(groupId, epoch)].slice(-HEARD_EPOCHS);
  }

  /** The show is over: another one begins with nothing told. */
  forget(): void {
    this.#stopTimer();
    this.#show = {};
    this.#roster = null;
    this.#rosterTold = '';
    this.#programTold = '';
    this.#epoch = null;
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer();
  }

  async #run(): Promise<void> {
    this.#stopTimer();
    const wants = this.#closed ? null : this.#options.wants();
    if (wants === null) return;
    if (wants.place !== this.#place) {
      // Whether the server still has what was told from the last place nobody knows.
      this.#place = wants.place;
      this.#rosterTold = '';
      this.#programTold = '';
    }
    const show = this.#show;
    const run: Run = { ...wants, isOver: () => show !== this.#show };
    try {
      await this.#openAgain(wants.place);
      await this.#tellRoster(run);
      await this.#tellKeys(run);
      await this.#tellProgram(run);
      this.#failures = 0;
    } catch {
      if (this.#closed) return;
      const ms = RETRY_AFTER_MS[Math.min(this.#failures++, RETRY_AFTER_MS.length - 1)];
      this.#stopTimer = after(ms ?? 0, this.poke);
    }
  }

  /** Another place has another worker, which knows of no roster. */
  async #openAgain(place: StagePlace): Promise<void> {
    if (this.#roster === null || this.#openedBy === place) return;
    await place.openRoster(this.#roster.signed);
    this.#openedBy = place;
  }

  #follow(place: StagePlace, roster: Roster & { signed: Uint8Array }): void {
    this.#roster = roster;
    this.#delegates = roster.delegates;
    this.#openedBy = place;
  }

  async #tellRoster(run: Run): Promise<void> {
    const { place, people, delegates, linkGeneration, isOver } = run;
    if (people === null || people.length === 0) return;
    const listed = people.map((one) => ({ ...one, feedKey: toBase64url(one.feedKey) }));
    const wanted = JSON.stringify([linkGeneration, listed, delegates.map(toBase64url)]);
    if (wanted === this.#rosterTold) return;
    const count = this.#nextCount(run);
    const { sealed, signed, ...by } = await place.signRoster(people, count, delegates);
    const roster = { count, people, signed, ...by };
    // Its hash is bound into the wrap, and without its producer's program viewers would show the former one: all goes together.
    const { groupId, epoch, wrapped } = await place.wrapStage(signed);
    const program = await this.#signProgram(run, roster);
    if (isOver()) return;
    await this.#hand({ groupId, epoch, roster: sealed, keys: wrapped, ...(program && { program: program.sealed }) });
    if (isOver()) return;
    this.#follow(place, roster);
    this.#rosterTold = wanted;
    if (program !== null) this.#programTold = program.told;
    this.#epochOf(place, epoch).done = signed;
    if (!this.#closed) this.#options.onRoster(signed);
  }

  async #tellKeys({ place, epoch, rank, isOver }: Run): Promise<void> {
    if (this.#roster === null) return;
    const state = this.#epochOf(place, epoch);
    const { signed } = this.#roster;
    if (state.done === 'others' || state.done === signed) return;
    const waitMs = state.sinceMs + rank * RANK_MS - this.#options.nowMs();
    if (state.done === null && waitMs > 0) {
      this.#stopTimer = after(waitMs, this.poke);
      return;
    }
    const wrap = await place.wrapStage(signed);
    if (isOver()) return;
    if (state.done === null && rank > 0 && this.#heard.includes(nameOf(wrap.groupId, wrap.epoch))) {
      state.done = 'others';
      return;
    }
    await this.#hand({ groupId: wrap.groupId, epoch: wrap.epoch, keys: wrap.wrapped });
    this.#epochOf(place, wrap.epoch).done = signed;
  }

  async #tellProgram(run: Run): Promise<void> {
    const { place, epoch, isOver } = run;
    const program = await this.#signProgram(run, this.#roster);
    if (program === null) return;
    const groupId = await place.stageGroup();
    if (isOver()) return;
    // The epoch is of keys, which do not go with it.
    await this.#hand({ groupId, epoch, program: program.sealed });
    if (!isOver()) this.#programTold = program.told;
  }

  /** Null where the server holds it already, or viewers would take it for a forgery: the roster does not list us as a producer. */
  async #signProgram(
    { place, program, linkGeneration, self, ownKey }: Wants,
    roster: Roster | null,
  ): Promise<{ sealed: Uint8Array; told: string } | null> {
    const entry = roster?.people.find(({ peerId, role }) => peerId === self && role === 'producer');
    // A roster of before a fresh place has the key of before it.
    if (program === null || ownKey === null || !isSame(ownKey, entry?.feedKey)) return null;
    const told = JSON.stringify([linkGeneration, program]);
    if (told === this.#programTold) return null;
    this.#programCount = laterThan(this.#programCount, place);
    return { sealed: await place.signProgram(program, this.#programCount), told };
  }

  async #hand(
    parts: Record<'groupId' | 'epoch', unknown> & Partial<Record<'roster' | 'program' | 'keys', Uint8Array>>,
  ) {
    // The types of their buffers differ in name only.
    await this.#options.ask('stage:publish', parts as RequestInput<'stage:publish'>);
  }

  #epochOf(place: StagePlace, epoch: number): EpochState {
    const before = this.#epoch;
    if (before?.place === place && before.epoch === epoch) return before;
    return (this.#epoch = { place, epoch, sinceMs: this.#options.nowMs(), done: null });
  }

  /** Whatever a delegate counted, the host's next roster is later by its own count. */
  #nextCount({ place, iAmHost }: Wants): number {
    const last = this.#roster;
    return laterThan((iAmHost ? last?.generation : last?.count) ?? 0, place);
  }
}

/** Grows over reloads too, as the server's clock does. */
const laterThan = (count: number, place: StagePlace): number => Math.max(count + 1, Math.floor(place.serverNowMs()));

const isSame = (one: Uint8Array, other: Uint8Array | undefined): boolean =>
  other !== undefined && toBase64url(one) === toBase64url(other);

const nameOf = (groupId: Uint8Array, epoch: number): string => `${toBase64url(groupId)}/${epoch}`;
