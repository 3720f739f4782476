// What the system takes away for a while – a telephone call silences a page's microphone and stops its sound –, and how it comes back.
import { signal } from '@preact/signals';

/** After the return the system gives the microphone back by itself, or not at all. */
const SETTLE_MS = 1_000;

export interface HeldMic {
  track: MediaStreamTrack;
  /** As its person left it: open, or muted. */
  on: boolean;
}

export interface InterruptionOptions {
  /** Calls back whenever the page is in sight again; returns the way to stop it. */
  onReturn(callback: () => void): () => void;
  /** Another track in place of one that is held and silent. False where the browser gives none. */
  renewMic(): Promise<boolean>;
  /** The microphone anew, open, after its track had ended. */
  startMic(): Promise<boolean>;
  /** Plays every voice that was stopped; where the browser wants a touch for it, it says so by itself. */
  playVoices(): void;
}

/**
 * iOS tells of a call by `mute` on the microphone's track (or by its end) and by pausing the page's audio elements; of the end of
 * it not always. So on each return what is still missing is asked for, and where that needs a touch, one is offered.
 */
export class Interruption {
  /** Offer *Tap to resume*. */
  readonly needsTap = signal(false);
  readonly #options: InterruptionOptions;
  #mic: HeldMic | null = null;
  #silenced = false;
  /** An open microphone ended while the system held it. */
  #lost = false;
  #voicesPaused = false;
  #stopTrack: () => void = () => undefined;
  readonly #stopReturn: () => void;
  #settle: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: InterruptionOptions) {
    this.#options = options;
    this.#stopReturn = options.onReturn(() => this.#returned());
  }

  /** The microphone as it is held now; null for none. */
  follow(mic: HeldMic | null): void {
    if (mic?.track === this.#mic?.track) {
      this.#mic = mic;
      return;
    }
    this.#stopTrack();
    // Gone while the system held it, and not by its person's wish.
    if (mic === null && this.#silenced && this.#mic?.on) this.#lost = true;
    this.#mic = mic;
    this.#silenced = false;
    if (mic === null) return;
    this.#lost = false;
    // Whether a fresh one is silent is no sign of a call: a switch on the device silences it, too.
    const silence = (): void => {
      this.#silenced = true;
    };
    const sound = (): void => {
      this.#silenced = false;
      if (!this.#voicesPaused) this.needsTap.value = false;
    };
    mic.track.addEventListener('mute', silence);
    mic.track.addEventListener('unmute', sound);
    this.#stopTrack = () => {
      mic.track.removeEventListener('mute', silence);
      mic.track.removeEventListener('unmute', sound);
    };
  }

  /** A voice was stopped, and not by this page. */
  voicePaused(): void {
    this.#voicesPaused = true;
    this.#returned();
  }

  voicePlays(): void {
    this.#voicesPaused = false;
    if (!this.#isMicMissing()) this.needsTap.value = false;
  }

  /** The person's touch, within which the browser allows what it refused before. */
  async resume(): Promise<void> {
    this.needsTap.value = false;
    this.#options.playVoices();
    await this.#bringMicBack();
    if (!this.#closed && this.#isMicMissing()) this.needsTap.value = true;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#settle);
    this.#stopTrack();
    this.#stopReturn();
  }

  #returned(): void {
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => void this.#takeBack(), SETTLE_MS);
  }

  async #takeBack(): Promise<void> {
    if (this.#voicesPaused) this.#options.playVoices();
    await this.#bringMicBack();
    if (this.#closed) return;
    // A voice that may play takes a moment until it does.
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => {
      if (this.#voicesPaused || this.#isMicMissing()) this.needsTap.value = true;
    }, SETTLE_MS);
  }

  #isMicMissing(): boolean {
    return this.#lost || (this.#silenced && this.#mic !== null);
  }

  async #bringMicBack(): Promise<void> {
    if (this.#lost) {
      if (await this.#options.startMic()) this.#lost = false;
    } else if (this.#silenced && this.#mic !== null) await this.#options.renewMic();
  }
}
