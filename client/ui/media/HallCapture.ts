// What a machine in a hall takes its picture and its sound from, each by itself: opened, changed while it runs, and opened again when it was lost.
import { signal } from '@preact/signals';
import type { DeviceFault } from '#core';
import { faultOf } from './devices.ts';

/** An empty id is the system's own choice. */
export type PictureSource = 'none' | 'screen' | `camera:${string}`;
/** `screen`: of what is shown. */
export type SoundSource = 'none' | 'screen' | `line:${string}`;

export interface HallChoice {
  picture: PictureSource;
  sound: SoundSource;
  /** The line comes without the speakers: it is sent as it is. */
  clean: boolean;
}

type CaptureFault =
  | DeviceFault
  /** A device that ran went away. */
  | 'lost'
  /** What was shown is shown no more. */
  | 'ended'
  /** What is shown has no sound of its own, or none was given. */
  | 'noSound';

export type Captured =
  | { state: 'off' }
  | { state: 'starting' }
  | { state: 'on'; track: MediaStreamTrack }
  /** `again`: it is tried by itself until it is there. */
  | { state: 'failed'; fault: CaptureFault; again: boolean };

/** Each rejects with what `faultOf` reads. */
export interface HallOpeners {
  camera(deviceId?: string): Promise<MediaStreamTrack>;
  screen(): Promise<{ video: MediaStreamTrack; audio?: MediaStreamTrack }>;
  line(options: { deviceId?: string; clean: boolean }): Promise<MediaStreamTrack>;
}

type Part = 'picture' | 'sound';

/** A device that is plugged in again is told at once; this is for those that are busy, or are told late. */
const AGAIN_MS = 3_000;
/** Time may mend these; the others are the person's to mend. */
const MENDS: readonly CaptureFault[] = ['lost', 'notFound', 'busy', 'unsuitable', 'failed'];

export class HallCapture {
  readonly picture = signal<Captured>({ state: 'off' });
  readonly sound = signal<Captured>({ state: 'off' });
  readonly #openers: HallOpeners;
  /** Null while nothing is to be sent. */
  #choice: HallChoice | null = null;
  /** Of the newest opening of each: an older one that ends later is worth nothing. */
  readonly #turns: Record<Part, number> = { picture: 0, sound: 0 };
  readonly #timers: Record<Part, ReturnType<typeof setTimeout> | undefined> = { picture: undefined, sound: undefined };
  /** Of what is shown, whether or not it is sent. */
  #shownSound: MediaStreamTrack | null = null;

  constructor(openers: HallOpeners) {
    this.#openers = openers;
  }

  /** One after the other: two prompts at once hide each other in some browsers. Never rejects. */
  async start(choice: HallChoice): Promise<void> {
    this.#choice = choice;
    await this.#open('picture');
    await this.#open('sound');
  }

  /** What runs goes on until the other is there. Nothing while it was not started. */
  async change(choice: HallChoice): Promise<void> {
    const before = this.#choice;
    if (before === null) return;
    this.#choice = choice;
    const isOther = before.picture !== choice.picture;
    if (isOther) await this.#open('picture');
    const ofShown = choice.sound === 'screen' && (isOther || before.sound !== 'screen');
    if (ofShown || before.sound !== choice.sound || before.clean !== choice.clean) await this.#open('sound');
  }

  /** After a press: another window is chosen, or a device is tried once more. */
  async again(part: Part): Promise<void> {
    await this.#open(part);
    if (part === 'picture' && this.#choice?.picture === 'screen' && this.#choice.sound === 'screen') {
      await this.#open('sound');
    }
  }

  /** Something was plugged in or out. */
  devicesChanged(): void {
    for (const part of ['picture', 'sound'] as const) {
      const now = this[part].value;
      if (now.state === 'failed' && now.again) void this.#open(part);
    }
  }

  stop(): void {
    this.#choice = null;
    for (const part of ['picture', 'sound'] as const) {
      this.#turns[part] += 1;
      this.#become(part, { state: 'off' });
    }
    this.#keepSound(null);
  }

  async #open(part: Part): Promise<void> {
    const choice = this.#choice;
    if (choice === null) return;
    const turn = ++this.#turns[part];
    clearTimeout(this.#timers[part]);
    if (part === 'picture' && choice.picture !== 'screen') this.#keepSound(null);
    if (choice[part] === 'none') return this.#become(part, { state: 'off' });
    if (this[part].value.state === 'off') this.#become(part, { state: 'starting' });
    try {
      const track = await (part === 'picture' ? this.#openPicture(choice, turn) : this.#openSound(choice));
      if (turn === this.#turns[part]) this.#hold(part, track);
      else track.stop();
    } catch (error) {
      if (turn === this.#turns[part]) this.#fail(part, error instanceof NoSound ? 'noSound' : faultOf(error));
    }
  }

  async #openPicture({ picture }: HallChoice, turn: number): Promise<MediaStreamTrack> {
    if (picture !== 'screen') return this.#openers.camera(idOf(picture));
    const { video, audio } = await this.#openers.screen();
    if (turn === this.#turns.picture) this.#keepSound(audio ?? null);
    else audio?.stop();
    return video;
  }

  async #openSound({ sound, clean }: HallChoice): Promise<MediaStreamTrack> {
    if (sound === 'screen') {
      if (this.#shownSound?.readyState !== 'live') throw new NoSound();
      return this.#shownSound.clone();
    }
    const deviceId = idOf(sound);
    return this.#openers.line({ clean, ...(deviceId !== undefined && { deviceId }) });
  }

  #keepSound(track: MediaStreamTrack | null): void {
    this.#shownSound?.stop();
    this.#shownSound = track;
  }

  #hold(part: Part, track: MediaStreamTrack): void {
    this.#become(part, { state: 'on', track });
    track.addEventListener('ended', () => {
      const now = this[part].value;
      if (now.state !== 'on' || now.track !== track) return;
      this.#fail(part, this.#choice?.[part] === 'screen' ? 'ended' : 'lost');
    });
  }

  #fail(part: Part, fault: CaptureFault): void {
    const again = MENDS.includes(fault) && this.#choice?.[part] !== 'screen';
    this.#become(part, { state: 'failed', fault, again });
    if (again) this.#timers[part] = setTimeout(() => void this.#open(part), AGAIN_MS);
  }

  #become(part: Part, next: Captured): void {
    clearTimeout(this.#timers[part]);
    const before = this[part].value;
    this[part].value = next;
    if (before.state === 'on') before.track.stop();
  }
}

class NoSound extends Error {}

const idOf = (source: string): string | undefined => source.slice(source.indexOf(':') + 1) || undefined;
