// What is done to one's own picture and sound before they are handed to anybody: background and noise. Fails closed: where the
// background was to be hidden, no frame of the camera goes out as filmed, whatever breaks.
import { signal } from '@preact/signals';
import type { DeviceFault } from '#core';
import type { BackgroundHandlers, BackgroundLine } from '../../../platform/effects/background/BackgroundLine.ts';
import type { Look } from '../../../platform/effects/background/protocol.ts';
import { FrameBudget } from '../../../platform/effects/FrameBudget.ts';
import type { NoiseLine } from '../../../platform/effects/noise/NoiseLine.ts';
import { recall, remember } from '../../remembered.ts';
import { rememberedBackground, type Background } from './backgrounds.ts';

/** What the effects need of the browser. */
export interface EffectTools {
  canChangeBackground(): boolean;
  canSuppressNoise(): boolean;
  openBackgroundLine(camera: MediaStreamTrack, look: Look, handlers: BackgroundHandlers): Promise<BackgroundLine>;
  openNoiseLine(mic: MediaStreamTrack, onLate: () => void): Promise<NoiseLine>;
  lookOf(background: Exclude<Background, 'off'>): Promise<Look>;
  nowMs(): number;
}

/** Why the camera is off though it was to be on; until the person says what is to be done. */
export type BackgroundTrouble = 'tooSlow' | 'cannotStart';
export type NoiseTrouble = 'tooSlow' | 'cannotStart';

/** At half the rate there is twice the time. */
const LIGHT_FRAME_MS = 1000 / 15;

class Withheld extends Error {
  readonly fault: DeviceFault = 'withheld';
}

export class MediaEffects {
  readonly background = signal<Background>(rememberedBackground());
  readonly noise = signal(recall('noise') === 'on');
  readonly trouble = signal<BackgroundTrouble | null>(null);
  readonly noiseTrouble = signal<NoiseTrouble | null>(null);
  /** Cameras that wait for their first treated frame. */
  readonly preparing = signal(0);
  readonly #tools: EffectTools;
  /** Cameras that were handed out as filmed. */
  readonly #plain = new Set<MediaStreamTrack>();
  readonly #lines = new Set<BackgroundLine>();

  constructor(tools: EffectTools) {
    this.#tools = tools;
  }

  get canChangeBackground(): boolean {
    return this.#tools.canChangeBackground();
  }

  get canSuppressNoise(): boolean {
    return this.#tools.canSuppressNoise();
  }

  /**
   * Takes effect before it returns: cameras that run as filmed are stopped where that is no longer meant.
   * @returns whether the camera must be opened anew
   */
  chooseBackground(background: Background): boolean {
    const before = this.background.value;
    this.background.value = background;
    remember('background', background === 'off' ? null : background);
    this.trouble.value = null;
    if (background === 'off') return before !== 'off';
    for (const track of this.#plain) track.stop();
    this.#plain.clear();
    for (const line of this.#lines) if (line.track.readyState === 'ended') this.#lines.delete(line);
    if (this.#lines.size === 0) return true;
    void this.#changeLook(background);
    return false;
  }

  /** @returns whether the microphone must be opened anew */
  chooseNoise(on: boolean): boolean {
    const changed = this.noise.value !== on;
    this.noise.value = on;
    this.noiseTrouble.value = null;
    remember('noise', on ? 'on' : null);
    return changed;
  }

  /** Takes the camera over and gives what may be sent. Rejects, with the camera stopped, where the background cannot be hidden. */
  async treatCamera(camera: MediaStreamTrack): Promise<MediaStreamTrack> {
    const background = this.background.value;
    if (background === 'off') return this.#handOutPlain(camera);
    this.preparing.value += 1;
    try {
      const line = await this.#openLine(camera, await this.#tools.lookOf(background));
      // Chosen while it started.
      if (this.background.value !== background) await this.#changeLook(this.background.value);
      this.trouble.value = null;
      return line.track;
    } catch {
      camera.stop();
      this.trouble.value ??= 'cannotStart';
      throw new Withheld('the background could not be hidden');
    } finally {
      this.preparing.value -= 1;
    }
  }

  /** Takes the microphone over; where its noise cannot be taken out it is sent as it is, and said so. */
  async treatMic(mic: MediaStreamTrack): Promise<MediaStreamTrack> {
    if (!this.noise.value) return mic;
    try {
      const line = await this.#tools.openNoiseLine(mic, () => this.#noiseFailed('tooSlow'));
      return line.track;
    } catch {
      this.#noiseFailed('cannotStart');
      return mic;
    }
  }

  /** Its copies too are stopped once the background is to be hidden. */
  #handOutPlain(camera: MediaStreamTrack): MediaStreamTrack {
    for (const track of this.#plain) if (track.readyState === 'ended') this.#plain.delete(track);
    this.#plain.add(camera);
    const clone = camera.clone.bind(camera);
    camera.clone = () => this.#handOutPlain(clone());
    return camera;
  }

  async #openLine(camera: MediaStreamTrack, look: Look): Promise<BackgroundLine> {
    let line: BackgroundLine | null = null;
    let budget: FrameBudget | null = null;
    let isLight = false;
    const stop = (trouble: BackgroundTrouble): void => {
      if (line === null) return;
      this.#lines.delete(line);
      // Told first, so that whoever sends it switches the camera off and is not surprised by its end.
      this.trouble.value = trouble;
      line.close();
    };
    line = await this.#tools.openBackgroundLine(camera, look, {
      onFrame: (tookMs) => {
        if (line === null) return;
        budget ??= new FrameBudget(line.frameMs);
        if (!budget.add(tookMs, this.#tools.nowMs())) return;
        if (isLight) return stop('tooSlow');
        isLight = true;
        line.lighten();
        budget = new FrameBudget(Math.max(line.frameMs, LIGHT_FRAME_MS));
      },
      onFailed: () => stop('cannotStart'),
    });
    this.#lines.add(line);
    return line;
  }

  /** A picture that cannot be had leaves what stood there before. `off` is no look: the camera is opened anew for it. */
  async #changeLook(background: Background): Promise<void> {
    if (background === 'off') return;
    const look = await this.#tools.lookOf(background).catch(() => null);
    if (look === null || this.background.value !== background) return;
    for (const line of this.#lines) line.setLook(look);
  }

  /** Off for this visit; the next one tries again. */
  #noiseFailed(trouble: NoiseTrouble): void {
    this.noise.value = false;
    this.noiseTrouble.value = trouble;
  }
}
