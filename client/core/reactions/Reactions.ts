// What people show each other for a moment: each is seen for seconds, counted per sender, and kept nowhere.
import { encodePayload, type GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import type { ReactionActions, ReactionView } from '../gestures.ts';
import { after } from '../util/timers.ts';
import type { ReactionKind } from './reactionPayload.ts';

/** Long enough to be noticed beside a face, short enough that it is still about what was just said. */
const SHOWN_MS = 5_000;
/** Shown at once: a room that claps is seen to clap; more only costs pages their time. */
const MAX_SHOWN = 40;
/** Of one sender within the time that one is shown: more is drumming. */
const OWN_RATE = 8;
/** What others may send; above our own, since a slow line delivers in bursts. */
const HEARD_RATE = 12;

export class Reactions implements ReactionActions, TalkPart {
  readonly #context: Pick<TalkContext, 'say' | 'self' | 'nowMs' | 'onChange'>;
  #shown: ReactionView[] = [];
  #ready = false;
  #lastId = 0;
  readonly #timers = new Set<() => void>();

  constructor(context: Pick<TalkContext, 'say' | 'self' | 'nowMs' | 'onChange'>) {
    this.#context = context;
  }

  /** A new array with every change; oldest first. */
  get shown(): ReactionView[] {
    return this.#shown;
  }

  setReady(ready: boolean): void {
    this.#ready = ready;
  }

  /** Not kept for later: one that comes a minute late is about something else. */
  send(kind: ReactionKind): boolean {
    const { peerId, displayName } = this.#context.self();
    if (!this.#ready || this.#isOver(peerId, OWN_RATE)) return false;
    this.#add({ from: peerId, displayName, self: true, kind });
    // One that does not arrive is missed by nobody.
    this.#context.say(encodePayload({ t: 'reaction', kind })).catch(() => undefined);
    return true;
  }

  handle(payload: GroupPayload, { from, displayName }: Heard): void {
    if (payload.t !== 'reaction' || this.#isOver(from, HEARD_RATE)) return;
    this.#add({ from, displayName, self: false, kind: payload.kind });
  }

  close(): void {
    for (const stop of this.#timers) stop();
    this.#timers.clear();
  }

  #isOver(from: string, rate: number): boolean {
    return this.#shown.filter((one) => one.from === from).length >= rate;
  }

  #add(one: Omit<ReactionView, 'id' | 'atMs'>): void {
    const id = ++this.#lastId;
    this.#shown = [...this.#shown, { ...one, id, atMs: this.#context.nowMs() }].slice(-MAX_SHOWN);
    const stop = after(SHOWN_MS, () => {
      this.#timers.delete(stop);
      this.#shown = this.#shown.filter((each) => each.id !== id);
      this.#context.onChange();
    });
    this.#timers.add(stop);
    this.#context.onChange();
  }
}
