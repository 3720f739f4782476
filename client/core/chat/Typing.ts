// Who is writing at the moment: a hint said seldom and to few, and gone by itself.
import type { GroupPayload } from '../talk/payload.ts';
import { encodePayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import { after } from '../util/timers.ts';

/** Each hint is a message to everybody and moves everybody's keys: more often would be seen as no more lively. */
const SAY_EVERY_MS = 3_000;
/** Longer than the pause between two hints of one who goes on writing. */
const SHOWN_MS = 5_000;
/** Others in the Room; among more, somebody writes at any time, and nobody needs to know who. */
export const MAX_OTHERS = 29;

export class Typing implements TalkPart {
  readonly #context: Pick<TalkContext, 'say' | 'nowMs' | 'onChange'>;
  /** By Peer id, who writes, and the way to stop waiting for the end of it. */
  readonly #writing = new Map<string, { displayName: string; stop: () => void }>();
  #names: string[] = [];
  #others = 0;
  #ready = false;
  #saidMs = Number.NEGATIVE_INFINITY;

  constructor(context: Pick<TalkContext, 'say' | 'nowMs' | 'onChange'>) {
    this.#context = context;
  }

  /** A new array with every change. */
  get names(): string[] {
    return this.#names;
  }

  setReady(ready: boolean): void {
    this.#ready = ready;
  }

  setMembers(others: readonly { peerId: string }[]): void {
    this.#others = others.length;
    const present = new Set(others.map(({ peerId }) => peerId));
    for (const peerId of this.#writing.keys()) if (!present.has(peerId)) this.#drop(peerId);
  }

  /** Lost hints are not said again: the next one tells the same. */
  say(): void {
    const nowMs = this.#context.nowMs();
    const isQuiet = this.#others === 0 || this.#others > MAX_OTHERS;
    if (!this.#ready || isQuiet || nowMs - this.#saidMs < SAY_EVERY_MS) return;
    this.#saidMs = nowMs;
    this.#context.say(encodePayload({ t: 'typing' })).catch(() => undefined);
  }

  /** What was written is sent: the next words may be told of at once. */
  rest(): void {
    this.#saidMs = Number.NEGATIVE_INFINITY;
  }

  handle(payload: GroupPayload, { from, displayName }: Heard): void {
    if (payload.t === 'chat') this.#drop(from);
    if (payload.t !== 'typing' || this.#others > MAX_OTHERS) return;
    const before = this.#writing.get(from);
    before?.stop();
    this.#writing.set(from, { displayName, stop: after(SHOWN_MS, () => this.#drop(from)) });
    if (before === undefined) this.#changed();
  }

  close(): void {
    for (const { stop } of this.#writing.values()) stop();
    this.#writing.clear();
  }

  #drop(peerId: string): void {
    const gone = this.#writing.get(peerId);
    if (gone === undefined) return;
    gone.stop();
    this.#writing.delete(peerId);
    this.#changed();
  }

  #changed(): void {
    this.#names = [...this.#writing.values()].map(({ displayName }) => displayName);
    this.#context.onChange();
  }
}
