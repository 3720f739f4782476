// What people say, as words on the screen: made on the speaker's own device and sealed like the chat; nothing of it is kept.
import { encodePayload, MAX_CAPTION_CHARS, type GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import type { CaptionActions, CaptionLine, CaptionsView } from '../types.ts';
import { after } from '../util/timers.ts';
import { AirCaptions, type AirCaptionsOptions } from './AirCaptions.ts';
import { CaptionLines } from './CaptionLines.ts';
import { CaptionMakers } from './CaptionMakers.ts';
import { keepOnly } from '../util/keepOnly.ts';

/** Words that are still being spoken are sent at most this often: each is a message to everybody. */
const INTERIM_MS = 700;
/** Of one member: an honest device says no more than two in this time. */
const HEARD_GAP_MS = 250;

type CaptionPayload = Extract<GroupPayload, { t: 'caption' }>;

export interface CaptionsOptions extends Omit<AirCaptionsOptions, 'nowMs'> {
  /** Another device writes what its person says, or one no longer. */
  onMakers(): void;
}
export type CaptionsContext = Pick<TalkContext, 'say' | 'self' | 'nowMs' | 'onChange'>;

export class Captions implements CaptionActions, TalkPart {
  readonly #context: CaptionsContext;
  readonly #lines: CaptionLines<CaptionLine>;
  readonly #makers: CaptionMakers;
  readonly #air: AirCaptions;
  readonly #cue: () => number | null;
  readonly #heardAtMs = new Map<string, number>();
  /** Of our own lines. */
  #number = 0;
  #hasWords = false;
  #pending: CaptionPayload | null = null;
  #lastSaidMs = -INTERIM_MS;
  #saying = false;
  #ready = false;
  #stopSpeaking: () => void = () => undefined;
  #closed = false;

  constructor(context: CaptionsContext, { onMakers, ...air }: CaptionsOptions) {
    this.#context = context;
    this.#cue = air.cue;
    this.#lines = new CaptionLines(
      () => context.nowMs(),
      () => context.onChange(),
    );
    this.#makers = new CaptionMakers({
      say: (payload) => context.say(payload),
      nowMs: () => context.nowMs(),
      onChange: () => {
        onMakers();
        context.onChange();
      },
    });
    this.#air = new AirCaptions({ ...air, nowMs: () => context.nowMs() });
  }

  /** Oldest first; a new array with every change. */
  get lines(): CaptionLine[] {
    return this.#lines.shown;
  }

  get view(): CaptionsView {
    return { makers: this.#makers.all, cue: this.#cue() };
  }

  make(on: boolean): void {
    this.#makers.make(on);
  }

  /** Words of before stay in a line of their own. */
  listen(): void {
    if (this.#hasWords) this.#number += 1;
    this.#hasWords = false;
    this.#pending = null;
    this.#air.begin();
  }

  /** @param final no more words follow in this line */
  speak(text: string, final: boolean): void {
    const words = text.trim().slice(-MAX_CAPTION_CHARS);
    if (this.#closed || words === '') return;
    const { peerId, displayName } = this.#context.self();
    const n = this.#number;
    const air = this.#air.isOpen;
    this.#show({ id: `${peerId}/${n}`, peerId, displayName, text: words, final, air });
    this.#pending = { t: 'caption', n, text: words, final, ...(air && { air }) };
    this.#hasWords = !final;
    if (final) this.#number += 1;
    this.#send();
  }

  handle(payload: GroupPayload, heard: Heard): void {
    this.#makers.handle(payload, heard);
    if (payload.t !== 'caption' || this.#closed) return;
    const { from, displayName } = heard;
    const nowMs = this.#context.nowMs();
    // Whoever floods is read a few times a second like everybody else.
    if (!payload.final && nowMs - (this.#heardAtMs.get(from) ?? -HEARD_GAP_MS) < HEARD_GAP_MS) return;
    this.#heardAtMs.set(from, nowMs);
    const { n, text, final, air = false } = payload;
    this.#show({ id: `${from}/${n}`, peerId: from, displayName, text, final, air });
  }

  setMembers(others: readonly { peerId: string }[], self: { peerId: string }): void {
    const here = new Set(others.map(({ peerId }) => peerId));
    keepOnly(this.#heardAtMs, here);
    this.#makers.setMembers([...here], self.peerId);
  }

  /** Words that were spoken while nobody could be told are not told later: they would be read as said now. */
  setReady(ready: boolean): void {
    this.#ready = ready;
    this.#makers.setReady(ready);
    if (!ready) this.#pending = null;
  }

  startOver(): void {
    this.#makers.startOver();
  }

  epochsUndone(): void {
    this.#makers.startOver();
  }

  close(): void {
    this.#closed = true;
    this.#stopSpeaking();
    for (const part of [this.#lines, this.#makers, this.#air]) part.close();
  }

  #show(line: Omit<CaptionLine, 'atMs'>): void {
    this.#lines.show({ ...line, atMs: this.#context.nowMs() });
  }

  #send(): void {
    this.#stopSpeaking();
    const caption = this.#pending;
    if (caption === null || !this.#ready || this.#saying || this.#closed) return;
    const waitMs = caption.final ? 0 : this.#lastSaidMs + INTERIM_MS - this.#context.nowMs();
    if (waitMs > 0) this.#stopSpeaking = after(waitMs, () => this.#send());
    else void this.#say(caption);
  }

  async #say(caption: CaptionPayload): Promise<void> {
    this.#saying = true;
    this.#lastSaidMs = this.#context.nowMs();
    this.#pending = null;
    const { n: line, text, final, air = false } = caption;
    if (air) this.#air.tell({ line, text, final });
    // What is lost is lost: the next words say more than these.
    await this.#context.say(encodePayload(caption)).catch(() => undefined);
    this.#saying = false;
    this.#send();
  }
}
