// What this device hands to the server for viewers: the roster by the host's key, the program by its producer, and each epoch's stage key.
import type { ProgramContent, StagePerson } from '#e2ee';
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
  /** On the host's device: whom viewers may know of; null elsewhere. */
  people: StagePerson[] | null;
  /** On the producer's device; null elsewhere. */
  program: ProgramContent | null;
  /** 0: hands out each epoch's key at once; the others wait whether one before them does. */
  rank: number;
  linkGeneration: number;
}

export interface PublishDutyOptions {
  /** Null while there is nothing to be done, or nobody to be told. */
  wants(): Wants | null;
  ask: Ask;
  nowMs(): number;
  /** The host's device signed another one: for the group. */
  onRoster(signed: Uint8Array): void;
  /** Another member's roster was opened. */
  onHeard(): void;
}

interface EpochState {
  place: StagePlace;
  epoch: number;
  sinceMs: number;
  /** Count of the roster under which we handed it out; `others` where they did. */
  done: number | 'others' | null;
}

export class PublishDuty {
  readonly #options: PublishDutyOptions;
  readonly poke: () => void;
  #roster: { count: number; signed: Uint8Array; people: StagePerson[] } | null = null;
  /** Whose worker opened or signed it: it holds what others send on air to the keys in it (E-159). */
  #openedBy: StagePlace | null = null;
  /** What the server holds of ours, as it was wanted. */
  #rosterTold = '';
  #programTold = '';
  #epoch: EpochState | null = null;
  #heard: string[] = [];
  #count = 0;
  #place: StagePlace | null = null;
  #failures = 0;
  #stopTimer: () => void = () => undefined;
  #closed = false;

  constructor(options: PublishDutyOptions) {
    this.#options = options;
    this.poke = oneAtATime(() => this.#run());
  }

  /** A roster that the host signed; older ones than one that was seen are passed over. */
  async hear(place: StagePlace, signed: Uint8Array): Promise<void> {
    const opened = await place.openRoster(signed).catch(() => null);
    if (opened === null || this.#closed || opened.count <= (this.#roster?.count ?? -1)) return;
    this.#roster = { ...opened, signed };
    this.#openedBy = place;
    this.#count = Math.max(this.#count, opened.count);
    this.#options.onHeard();
  }

  /** Whether viewers and members can tell that what this key signs is this Peer's. */
  lists(self: string, key: Uint8Array): boolean {
    const listed = this.#roster?.people.find(({ peerId }) => peerId === self)?.feedKey;
    return listed !== undefined && toBase64url(listed) === toBase64url(key);
  }

  /** Somebody handed this epoch's key to the viewers. */
  keysPublished(groupId: Uint8Array, epoch: number): void {
    this.#heard = [...this.#heard, nameOf(groupId, epoch)].slice(-HEARD_EPOCHS);
  }

  /** The show is over: another one begins with nothing told. */
  forget(): void {
    this.#stopTimer();
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
    try {
      await this.#openAgain(wants.place);
      await this.#tellRoster(wants);
      await this.#tellKeys(wants);
      await this.#tellProgram(wants);
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

  async #tellRoster({ place, people, linkGeneration }: Wants): Promise<void> {
    // Our own key is on its way.
    if (people === null || people.length === 0) return;
    const wanted = JSON.stringify([
      linkGeneration,
      people.map((one) => ({ ...one, feedKey: toBase64url(one.feedKey) })),
    ]);
    if (wanted === this.#rosterTold) return;
    const count = this.#nextCount(place);
    const { signed, sealed } = await place.signRoster(people, count);
    // Its hash is bound into the wrap: the two go together.
    const { groupId, epoch, wrapped } = await place.wrapStage(signed);
    await this.#hand({ groupId, epoch, roster: sealed, keys: wrapped });
    this.#roster = { count, signed, people };
    this.#openedBy = place;
    this.#rosterTold = wanted;
    this.#epochOf(place, epoch).done = count;
    if (!this.#closed) this.#options.onRoster(signed);
  }

  async #tellKeys({ place, epoch, rank }: Wants): Promise<void> {
    if (this.#roster === null) return;
    const state = this.#epochOf(place, epoch);
    const { count, signed } = this.#roster;
    if (state.done === 'others' || state.done === count) return;
    const waitMs = state.sinceMs + rank * RANK_MS - this.#options.nowMs();
    if (state.done === null && waitMs > 0) {
      this.#stopTimer = after(waitMs, this.poke);
      return;
    }
    const wrap = await place.wrapStage(signed);
    if (state.done === null && rank > 0 && this.#heard.includes(nameOf(wrap.groupId, wrap.epoch))) {
      state.done = 'others';
      return;
    }
    await this.#hand({ groupId: wrap.groupId, epoch: wrap.epoch, keys: wrap.wrapped });
    this.#epochOf(place, wrap.epoch).done = count;
  }

  async #tellProgram({ place, program, linkGeneration, self }: Wants): Promise<void> {
    // Until the roster lists us as a producer viewers would take it for a forgery.
    const isListed = this.#roster?.people.some(({ peerId, role }) => peerId === self && role === 'producer');
    if (program === null || this.#roster === null || !isListed) return;
    const wanted = JSON.stringify([linkGeneration, program]);
    if (wanted === this.#programTold) return;
    const sealed = await place.signProgram(program, this.#nextCount(place));
    const { groupId, epoch } = await place.wrapStage(this.#roster.signed);
    await this.#hand({ groupId, epoch, program: sealed });
    this.#programTold = wanted;
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

  /** Grows over reloads too, as the server's clock does. */
  #nextCount(place: StagePlace): number {
    return (this.#count = Math.max(this.#count + 1, Math.floor(place.serverNowMs())));
  }
}

const nameOf = (groupId: Uint8Array, epoch: number): string => `${toBase64url(groupId)}/${epoch}`;
