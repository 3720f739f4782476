// Raised hands, in the order in which they came up.
import type { GroupMember } from '#e2ee';
import { encodePayload, type GroupPayload } from '../talk/payload.ts';
import { LATE_WORD_MS, Standing } from '../talk/Standing.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import type { HandActions, HandView } from '../gestures.ts';
import { LONGEST_HAND_MS } from './handPayload.ts';

type HandWord = Extract<GroupPayload, { t: 'hand' }>;

/** A hand that by its owner's word came up so little after us may have been up before: words take a while. */
const NEWCOMER_MS = 5_000;
/** One who plays with their hand is announced no oftener than this. */
const ANNOUNCE_MS = 10_000;

interface RaisedHand {
  /** When it came up, by our clock. */
  atMs: number;
  /** How many its owner has before it; null where we were there as it came up. */
  readonly ahead: number | null;
}

/**
 * Whoever is there orders hands by when they heard of them: the server gives the group's messages to all in one order, so that this
 * order is the same for everybody up to the travel time of a message, and nobody can come forward by telling an earlier time.
 * A newcomer hears of all hands at once, and orders them by how many each has before it and how long it has been up – their owners'
 * word, counted from when the group was told. The time alone would not do: of two words the one that waited longer on its way looks
 * the younger. Who lies about it misleads those only who came after. A hand that is in the line already stays where it is.
 */
export class Hands implements HandActions, TalkPart {
  readonly #context: TalkContext;
  readonly #standing: Standing;
  readonly #up = new Map<string, RaisedHand>();
  readonly #announced = new Map<string, number>();
  #others: readonly string[] = [];
  #self = '';
  #inSinceMs: number | null = null;
  /** Our own hand is up and the others, who are there, have not been told. */
  #untold = false;
  #line: HandView[] | null = null;

  constructor(context: TalkContext) {
    this.#context = context;
    this.#standing = new Standing({
      say: async (payload) => {
        await context.say(payload);
        this.#told();
      },
    });
  }

  /** First in line first; another array only where something changed. */
  get line(): HandView[] {
    this.#line ??= [...this.#up]
      .toSorted(([, one], [, other]) => one.atMs - other.atMs)
      .map(([peerId, { atMs }]) => ({ peerId, atMs, self: peerId === this.#self }));
    return this.#line;
  }

  raise(): void {
    const { peerId } = this.#context.self();
    if (this.#up.has(peerId)) return;
    this.#self = peerId;
    this.#up.set(peerId, { atMs: this.#context.nowMs(), ahead: null });
    this.#untold = this.#others.length > 0;
    this.#standing.stand(() => ({ t: 'hand', up: true, forMs: this.#ownAge(), ahead: this.#aheadOfOwn() }));
    this.#changed();
  }

  lower(): void {
    if (!this.#up.delete(this.#self)) return;
    this.#standing.end({ t: 'hand', up: false, forMs: 0, ahead: 0 });
    this.#changed();
  }

  lowerOthers(peerIds: string[]): boolean {
    if (!this.#context.hosting().iAct) return false;
    const up = peerIds.filter((peerId) => this.#up.has(peerId));
    if (up.length === 0) return true;
    this.#context.say(encodePayload({ t: 'lowerHands', peerIds: up })).catch(() => undefined);
    this.#lowerAll(up);
    return true;
  }

  handle(payload: GroupPayload, heard: Heard): void {
    if (payload.t === 'hand') {
      if (payload.up) this.#raised(heard, payload);
      else if (this.#up.delete(heard.from)) this.#changed();
      return;
    }
    if (payload.t !== 'lowerHands' || !this.#context.hosting().acting.includes(heard.from)) return;
    if (payload.peerIds.includes(this.#self) && this.#up.has(this.#self))
      this.#context.notify({ kind: 'handLowered', displayName: heard.displayName });
    this.#lowerAll(payload.peerIds);
  }

  setMembers(others: readonly GroupMember[], { peerId: self }: GroupMember): void {
    this.#self = self;
    this.#inSinceMs ??= this.#context.nowMs();
    this.#others = others.map(({ peerId }) => peerId);
    for (const map of [this.#up, this.#announced]) {
      for (const peerId of map.keys()) {
        if (peerId !== this.#self && !this.#others.includes(peerId)) map.delete(peerId);
      }
    }
    this.#standing.setMembers(this.#others);
    this.#changed();
  }

  setReady(ready: boolean): void {
    this.#standing.setReady(ready);
  }

  startOver({ peerId: self }: GroupMember): void {
    this.#inSinceMs = null;
    const own = this.#up.get(this.#self);
    this.#up.delete(this.#self);
    if (own !== undefined) this.#up.set(self, own);
    this.#self = self;
    this.#standing.startOver();
  }

  epochsUndone(): void {
    this.#standing.startOver();
  }

  close(): void {
    this.#standing.close();
  }

  #raised({ from, displayName }: Heard, { forMs, ahead }: HandWord): void {
    if (this.#up.has(from)) return;
    const nowMs = this.#context.nowMs();
    const inForMs = this.#inSinceMs === null ? 0 : nowMs - this.#inSinceMs;
    const wasUp = inForMs < LATE_WORD_MS && inForMs - forMs < NEWCOMER_MS;
    this.#up.set(from, wasUp ? { atMs: nowMs - forMs, ahead } : { atMs: nowMs, ahead: null });
    this.#putInLine();
    this.#changed();
    const saidMs = this.#announced.get(from) ?? -Infinity;
    if (wasUp || nowMs - saidMs < ANNOUNCE_MS) return;
    this.#announced.set(from, nowMs);
    this.#context.notify({ kind: 'hand', displayName, peerId: from });
  }

  /** Our own place in the line is where the others see it: from when they were told. */
  #told(): void {
    if (!this.#untold || !this.#up.has(this.#self)) return;
    this.#untold = false;
    this.#up.set(this.#self, { atMs: this.#context.nowMs(), ahead: null });
    this.#changed();
  }

  /** Of hands that were up before we came, one with fewer before it came up before those with more. */
  #putInLine(): void {
    const lastFirst = [...this.#up.values()]
      .filter(({ ahead }) => ahead !== null)
      .toSorted((one, other) => (other.ahead ?? 0) - (one.ahead ?? 0) || other.atMs - one.atMs);
    let nextMs = Infinity;
    for (const hand of lastFirst) {
      hand.atMs = Math.min(hand.atMs, nextMs - 1);
      nextMs = hand.atMs;
    }
  }

  #ownAge(): number {
    const own = this.#untold ? undefined : this.#up.get(this.#self);
    const ageMs = own === undefined ? 0 : Math.round(this.#context.nowMs() - own.atMs);
    return Math.min(Math.max(ageMs, 0), LONGEST_HAND_MS);
  }

  /** As the others will have it: a hand that they have not heard of comes after all that they have. */
  #aheadOfOwn(): number {
    const others = this.#up.size - 1;
    return this.#untold ? others : this.line.findIndex(({ self }) => self);
  }

  #lowerAll(peerIds: readonly string[]): void {
    for (const peerId of peerIds) if (peerId !== this.#self) this.#up.delete(peerId);
    if (peerIds.includes(this.#self)) this.lower();
    this.#changed();
  }

  #changed(): void {
    this.#line = null;
    this.#context.onChange();
  }
}
