// Raised hands, in the order in which they came up.
import type { GroupMember } from '#e2ee';
import { encodePayload, type GroupPayload } from '../talk/payload.ts';
import { Standing } from '../talk/Standing.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import type { HandActions, HandView } from '../gestures.ts';
import { LONGEST_HAND_MS } from './handPayload.ts';

/** For so long after coming in a hand that is new to us may have been up before we came. */
const NEWCOMER_MS = 5_000;
/** One who plays with their hand is announced no oftener than this. */
const ANNOUNCE_MS = 10_000;

/**
 * Whoever is there orders hands by when they heard of them: the server gives the group's messages to all in one order, so that this
 * order is the same for everybody up to the travel time of a message, and nobody can come forward by telling an earlier time.
 * A newcomer hears of all hands at once, and orders them by how long each has been up – their owners' word, counted from when the
 * group was told. Who lies about it misleads those only who came after. A hand that is in the line already stays where it is.
 */
export class Hands implements HandActions, TalkPart {
  readonly #context: TalkContext;
  readonly #standing: Standing;
  /** When each came up, by our clock. */
  readonly #up = new Map<string, number>();
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
      .toSorted(([, one], [, other]) => one - other)
      .map(([peerId, atMs]) => ({ peerId, atMs, self: peerId === this.#self }));
    return this.#line;
  }

  raise(): void {
    const { peerId } = this.#context.self();
    if (this.#up.has(peerId)) return;
    this.#self = peerId;
    this.#up.set(peerId, this.#context.nowMs());
    this.#untold = this.#others.length > 0;
    this.#standing.stand(() => ({ t: 'hand', up: true, forMs: this.#ageOf(peerId) }));
    this.#changed();
  }

  lower(): void {
    if (!this.#up.delete(this.#self)) return;
    this.#standing.end({ t: 'hand', up: false, forMs: 0 });
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
      if (payload.up) this.#raised(heard, payload.forMs);
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
    const atMs = this.#up.get(this.#self);
    this.#up.delete(this.#self);
    if (atMs !== undefined) this.#up.set(self, atMs);
    this.#self = self;
    this.#standing.startOver();
  }

  epochsUndone(): void {
    this.#standing.startOver();
  }

  close(): void {
    this.#standing.close();
  }

  #raised({ from, displayName }: Heard, forMs: number): void {
    if (this.#up.has(from)) return;
    const nowMs = this.#context.nowMs();
    const isNewcomer = this.#inSinceMs === null || nowMs - this.#inSinceMs < NEWCOMER_MS;
    this.#up.set(from, isNewcomer ? nowMs - forMs : nowMs);
    this.#changed();
    const saidMs = this.#announced.get(from) ?? -Infinity;
    if (isNewcomer || nowMs - saidMs < ANNOUNCE_MS) return;
    this.#announced.set(from, nowMs);
    this.#context.notify({ kind: 'hand', displayName, peerId: from });
  }

  /** Our own place in the line is where the others see it: from when they were told. */
  #told(): void {
    if (!this.#untold || !this.#up.has(this.#self)) return;
    this.#untold = false;
    this.#up.set(this.#self, this.#context.nowMs());
    this.#changed();
  }

  #ageOf(peerId: string): number {
    const atMs = this.#untold ? undefined : this.#up.get(peerId);
    const ageMs = atMs === undefined ? 0 : Math.round(this.#context.nowMs() - atMs);
    return Math.min(Math.max(ageMs, 0), LONGEST_HAND_MS);
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
