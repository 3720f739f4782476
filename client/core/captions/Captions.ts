// What people say, as words on the screen: made on the speaker's own device and sealed like the chat; nothing of it is kept.
import { encodePayload, MAX_CAPTION_CHARS, type GroupPayload } from '../talk/payload.ts';
import type { Heard, TalkContext, TalkPart } from '../talk/TalkPart.ts';
import type { CaptionActions, CaptionLine } from '../types.ts';
import { after } from '../util/timers.ts';

/** As long as it takes to read a line once more; a longer stay hides more of the picture. */
const SHOWN_MS = 6_000;
/** Lines on the screen; more hide the picture. */
const MAX_LINES = 3;
/** Words that are still being spoken are sent at most this often: each is a message to everybody. */
const INTERIM_MS = 700;
/** Of one member: an honest device says no more than two in this time. */
const HEARD_GAP_MS = 250;

type CaptionPayload = Extract<GroupPayload, { t: 'caption' }>;

export class Captions implements CaptionActions, TalkPart {
  readonly #context: Pick<TalkContext, 'say' | 'self' | 'nowMs' | 'onChange'>;
  #lines: CaptionLine[] = [];
  readonly #heardAtMs = new Map<string, number>();
  /** Of our own lines. */
  #number = 0;
  #pending: CaptionPayload | null = null;
  #lastSaidMs = -INTERIM_MS;
  #saying = false;
  #ready = false;
  #stopSpeaking: () => void = () => undefined;
  #stopFading: () => void = () => undefined;
  #closed = false;

  constructor(context: Pick<TalkContext, 'say' | 'self' | 'nowMs' | 'onChange'>) {
    this.#context = context;
  }

  /** Oldest first; a new array with every change. */
  get lines(): CaptionLine[] {
    return this.#lines;
  }

  /** @param final no more words follow in this line */
  speak(text: string, final: boolean): void {
    const words = text.trim().slice(-MAX_CAPTION_CHARS);
    if (this.#closed || words === '') return;
    const { peerId, displayName } = this.#context.self();
    this.#show({ id: `${peerId}/${this.#number}`, peerId, displayName, text: words, final });
    this.#pending = { t: 'caption', n: this.#number, text: words, final };
    if (final) this.#number += 1;
    this.#send();
  }

  handle(payload: GroupPayload, { from, displayName }: Heard): void {
    if (payload.t !== 'caption' || this.#closed) return;
    const nowMs = this.#context.nowMs();
    // Whoever floods is read a few times a second like everybody else.
    if (!payload.final && nowMs - (this.#heardAtMs.get(from) ?? -HEARD_GAP_MS) < HEARD_GAP_MS) return;
    this.#heardAtMs.set(from, nowMs);
    const { n, text, final } = payload;
    this.#show({ id: `${from}/${n}`, peerId: from, displayName, text, final });
  }

  setMembers(others: readonly { peerId: string }[]): void {
    const here = new Set(others.map(({ peerId }) => peerId));
    for (const peerId of this.#heardAtMs.keys()) if (!here.has(peerId)) this.#heardAtMs.delete(peerId);
  }

  /** Words that were spoken while nobody could be told are not told later: they would be read as said now. */
  setReady(ready: boolean): void {
    this.#ready = ready;
    if (!ready) this.#pending = null;
  }

  close(): void {
    this.#closed = true;
    this.#stopSpeaking();
    this.#stopFading();
  }

  #show(line: Omit<CaptionLine, 'atMs'>): void {
    const atMs = this.#context.nowMs();
    const before = this.#lines.findIndex(({ id }) => id === line.id);
    const shown = { ...line, atMs };
    // A line that grows stays where it is being read.
    this.#lines = before < 0 ? [...this.#lines, shown] : this.#lines.with(before, shown);
    this.#lines = this.#lines.slice(-MAX_LINES);
    this.#fade();
    this.#context.onChange();
  }

  #fade(): void {
    this.#stopFading();
    const oldest = Math.min(...this.#lines.map(({ atMs }) => atMs));
    if (!Number.isFinite(oldest)) return;
    this.#stopFading = after(Math.max(0, oldest + SHOWN_MS - this.#context.nowMs()), () => {
      const nowMs = this.#context.nowMs();
      this.#lines = this.#lines.filter(({ atMs }) => atMs + SHOWN_MS > nowMs);
      this.#fade();
      this.#context.onChange();
    });
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
    // What is lost is lost: the next words say more than these.
    await this.#context.say(encodePayload(caption)).catch(() => undefined);
    this.#saying = false;
    this.#send();
  }
}
