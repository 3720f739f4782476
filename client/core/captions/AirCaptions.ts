// Our own words on their way to viewers: only what was heard and said on air, and what is newest where it cannot all be told.
import type { CaptionWords } from '#e2ee';
import type { Ask } from '../media/Publishing.ts';
import type { StagePlace } from '../stage/StagePlace.ts';
import { toBase64url } from '../util/base64url.ts';
import { after } from '../util/timers.ts';

/** Between two captions: each is a message to every viewer, and faster nobody reads. */
const GAP_MS = 350;

export interface AirCaptionsOptions {
  /** The keys of the present place in the Room; null where there is none. */
  place(): Pick<StagePlace, 'sealCaption'> | null;
  /** Names the cue by which this device is on air; null while keys, server and producer do not agree that it is. */
  cue(): number | null;
  ask: Ask;
  nowMs(): number;
}

export class AirCaptions {
  readonly #options: AirCaptionsOptions;
  /** The cue under which it was begun to listen. */
  #heardUnder: number | null = null;
  #next: CaptionWords | null = null;
  #lastMs = -GAP_MS;
  #stopTimer: () => void = () => undefined;
  #closed = false;

  constructor(options: AirCaptionsOptions) {
    this.#options = options;
  }

  /** Whether what is heard now was said on air, all of it. */
  get isOpen(): boolean {
    return !this.#closed && this.#heardUnder !== null && this.#heardUnder === this.#options.cue();
  }

  /** A recogniser begins: what comes of it was said from now on. One that was begun backstage may still hold words from there. */
  begin(): void {
    this.#heardUnder = this.#options.cue();
    this.#drop();
  }

  tell(words: CaptionWords): void {
    if (!this.isOpen) return this.#drop();
    this.#next = words;
    this.#send();
  }

  close(): void {
    this.#closed = true;
    this.#drop();
  }

  #drop(): void {
    this.#stopTimer();
    this.#next = null;
  }

  #send(): void {
    this.#stopTimer();
    const words = this.#next;
    if (words === null || !this.isOpen) return this.#drop();
    const waitMs = this.#lastMs + GAP_MS - this.#options.nowMs();
    if (waitMs > 0) {
      this.#stopTimer = after(waitMs, () => this.#send());
      return;
    }
    this.#lastMs = this.#options.nowMs();
    this.#next = null;
    // What is lost is lost: the next words say more than these.
    this.#seal(words).catch(() => undefined);
  }

  async #seal(words: CaptionWords): Promise<void> {
    const sealed = await this.#options.place()?.sealCaption(words);
    if (sealed === undefined || !this.isOpen) return;
    await this.#options.ask('stage:caption', { caption: toBase64url(sealed) });
  }
}
