// What a person chooses to have done to their picture and sound, before joining and in the room, and what is told of it.
import { effect, signal, untracked } from '@preact/signals';
import { chosenDevices } from '../../media/chosenDevices.ts';
import { keepOwnPicture, ownPicture, type Background } from '../../media/effects/backgrounds.ts';
import type { MediaEffects } from '../../media/effects/MediaEffects.ts';
import type { Preview } from '../../media/Preview.ts';
import { t } from '../../i18n/index.ts';

/** Those devices of which picture and sound come: of the preview, or of the room. */
export interface EffectDevices {
  /** Opens it anew where it runs, so that what was chosen is done to it. */
  reopen(kind: 'mic' | 'camera'): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  /** Aloud and on the screen. */
  tell(text: string): void;
}

export class EffectsModel {
  readonly effects: MediaEffects;
  readonly isOpen = signal(false);
  /** Whether there is a picture of the person's own to choose. */
  readonly hasOwn = signal(ownPicture() !== null);
  readonly pictureFailed = signal(false);
  readonly #devices: EffectDevices;
  readonly #stop: () => void;

  constructor(effects: MediaEffects, devices: EffectDevices) {
    this.effects = effects;
    this.#devices = devices;
    const stopCamera = effect(() => {
      if (effects.trouble.value !== null) untracked(() => void devices.setCamera(false));
    });
    const stopNoise = effect(() => {
      const trouble = effects.noiseTrouble.value;
      if (trouble !== null) untracked(() => this.#noiseFailed(trouble));
    });
    this.#stop = () => {
      stopCamera();
      stopNoise();
    };
  }

  async choose(background: Background): Promise<void> {
    if (this.effects.chooseBackground(background)) await this.#devices.reopen('camera');
  }

  async chooseNoise(on: boolean): Promise<void> {
    if (this.effects.chooseNoise(on)) await this.#devices.reopen('mic');
  }

  /** A file that is no picture changes nothing. */
  async useOwnPicture(file: Blob): Promise<void> {
    try {
      await keepOwnPicture(file);
      this.hasOwn.value = ownPicture() !== null;
      this.pictureFailed.value = !this.hasOwn.value;
    } catch {
      this.pictureFailed.value = true;
    }
    if (!this.pictureFailed.value) await this.choose('own');
  }

  /** Only on these words of the person is the room shown that they wanted hidden. */
  async sendAsFilmed(): Promise<void> {
    this.effects.chooseBackground('off');
    await this.#devices.setCamera(true);
  }

  keepOff(): void {
    this.effects.trouble.value = null;
  }

  close(): void {
    this.#stop();
  }

  #noiseFailed(trouble: 'tooSlow' | 'cannotStart'): void {
    this.#devices.tell(t(`effects.noise.${trouble}`));
    this.effects.noiseTrouble.value = null;
    // What could not start was never used.
    if (trouble === 'tooSlow') void this.#devices.reopen('mic');
  }
}

/** Before joining. */
export const devicesOfPreview = (preview: Preview, tell: (text: string) => void): EffectDevices => ({
  reopen: (kind) => preview.restart(kind),
  async setCamera(on) {
    if (on) await preview.start('camera');
    else preview.stop('camera');
  },
  tell,
});

interface Room {
  useDevice(kind: 'mic' | 'camera', deviceId: string): Promise<boolean>;
  set(kind: 'camera', on: boolean): Promise<void>;
  tell(text: string): void;
}

/** In the room. A camera that could not be opened anew was stopped already, and is switched off. */
export const devicesOfRoom = (room: Room): EffectDevices => ({
  async reopen(kind) {
    const ok = await room.useDevice(kind, chosenDevices[kind].value);
    if (!ok && kind === 'camera') await room.set('camera', false);
  },
  setCamera: (on) => room.set('camera', on),
  tell: (text) => room.tell(text),
});
