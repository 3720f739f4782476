// What the page knows of captions: whether they are shown, and whether this device makes them of what its person says.
import { effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import type { LocalMedia, RoomClient } from '#core';
import { language, t } from '../../../i18n/index.ts';
import { installSpeech, speechSupport, startSpeech } from '../../../media/captions/onDeviceSpeech.ts';
import { recall, remember } from '../../../remembered.ts';

/** `waiting`: the browser fetches what it needs. */
export type Making = 'off' | 'waiting' | 'on';

export interface Speech {
  support: typeof speechSupport;
  install: typeof installSpeech;
  start: typeof startSpeech;
}

export interface CaptionsModelOptions {
  client: Pick<RoomClient, 'captions'>;
  mic: () => LocalMedia;
  /** While on air another one for each time. */
  cue: () => number | null;
  tell(text: string, tone: 'plain' | 'warning'): void;
  /** Instead of the browser's own. */
  speech?: Speech;
}

const BROWSER: Speech = { support: speechSupport, install: installSpeech, start: startSpeech };
/** The regional variants that browsers have packs for. */
const TAGS = { en: 'en-US', fr: 'fr-FR' } as const;

export class CaptionsModel {
  readonly shown = signal(recall('captions') !== 'off');
  readonly making: ReadonlySignal<Making>;
  readonly #making = signal<Making>('off');
  readonly #options: CaptionsModelOptions;
  readonly #speech: Speech;
  #listening: { track: MediaStreamTrack; cue: number | null; close(): void } | null = null;
  readonly #stop: () => void;
  #closed = false;

  constructor(options: CaptionsModelOptions) {
    this.#options = options;
    this.#speech = options.speech ?? BROWSER;
    this.making = this.#making;
    const { client, mic, cue } = options;
    let told = false;
    const stops = [
      effect(() => this.#listen(this.#making.value === 'on' ? mic() : { state: 'off' }, cue())),
      effect(() => {
        const isOn = this.#making.value === 'on';
        if (isOn === told) return;
        told = isOn;
        untracked(() => client.captions.make(isOn));
      }),
    ];
    this.#stop = () => stops.forEach((stop) => stop());
  }

  readonly toggleShown = (): void => {
    this.shown.value = !this.shown.value;
    remember('captions', this.shown.value ? null : 'off');
  };

  /** On a device that cannot it says so, and why nothing else is done about it. */
  readonly toggleMaking = async (): Promise<void> => {
    if (this.#making.value !== 'off') {
      this.#making.value = 'off';
      return;
    }
    this.#making.value = 'waiting';
    const canBe = await this.#prepare(TAGS[language.value]);
    if (this.#closed || this.#making.value !== 'waiting') return;
    this.#making.value = canBe ? 'on' : 'off';
    this.#options.tell(t(canBe ? 'captions.making' : 'captions.cannot'), canBe ? 'plain' : 'warning');
  };

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stop();
    this.#hush();
  }

  async #prepare(tag: string): Promise<boolean> {
    const support = await this.#speech.support(tag);
    if (support !== 'downloadable') return support === 'available';
    this.#options.tell(t('captions.fetching'), 'plain');
    return (await this.#speech.install(tag)) && (await this.#speech.support(tag)) === 'available';
  }

  /** Muted it hears nothing. Another microphone is listened to anew, and so is who goes on air: of before nothing may be left in its ear. */
  #listen(mic: LocalMedia, cue: number | null): void {
    const track = mic.state === 'on' ? mic.track : null;
    const isSame =
      track === null ? this.#listening === null : track === this.#listening?.track && cue === this.#listening.cue;
    if (isSame) return;
    this.#hush();
    if (track === null || this.#closed) return;
    untracked(() => this.#options.client.captions.listen());
    const { close } = this.#speech.start({
      lang: TAGS[language.peek()],
      track,
      onText: (text, final) => this.#options.client.captions.speak(text, final),
      onFailed: () => this.#failed(),
    });
    this.#listening = { track, cue, close };
  }

  #failed(): void {
    this.#listening = null;
    this.#making.value = 'off';
    this.#options.tell(t('captions.failed'), 'warning');
  }

  #hush(): void {
    this.#listening?.close();
    this.#listening = null;
  }
}
