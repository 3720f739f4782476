// The machine in a hall: what it sends and from where, what of the speakers it plays, and its place in the room, which it keeps.
import { computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import type { EndReason, FeedLink, FeedLook, JoinStep, RoomClient, RoomState } from '#core';
import type { Voice } from '../../components/Sounds.tsx';
import { listDevices, type DeviceList } from '../../media/devices.ts';
import {
  HallCapture,
  type HallChoice,
  type HallOpeners,
  type PictureSource,
  type SoundSource,
} from '../../media/HallCapture.ts';
import { recall, remember } from '../../remembered.ts';
import { feedPerson, feedProgram, feedVoices } from '../../viewModels/feedScene.ts';
import { KeptClient } from '../feed/KeptClient.ts';

const TICK_MS = 1_000;
/** What is played in the hall: the program, as a feed of it has it. */
const PROGRAM: FeedLook = {
  name: '',
  returns: false,
  solo: null,
  size: 720,
  labels: false,
  logo: false,
  captions: false,
  ground: 'scene',
};

export interface HallModelOptions {
  feed: FeedLink;
  createClient(feed: FeedLink): RoomClient;
  openers: HallOpeners;
  nowMs(): number;
}

/** What stands between the page and the speakers, or what they get. */
export type HallStatus =
  | 'waiting'
  | 'full'
  | 'restarting'
  | 'waitingForHost'
  | 'notReturn'
  | 'reconnecting'
  | 'ready'
  | 'sealing'
  | 'sending.both'
  | 'sending.sound'
  | 'sending.picture'
  | 'sending.nothing';

const OUTSIDE: Readonly<Record<JoinStep, HallStatus>> = {
  admission: 'waiting',
  connecting: 'waiting',
  full: 'full',
  restarting: 'restarting',
  securing: 'waiting',
  waitingForMember: 'waiting',
  waitingForHost: 'waitingForHost',
  locked: 'waitingForHost',
};

export class HallModel {
  readonly capture: HallCapture;
  readonly choice = signal<HallChoice>(remembered());
  readonly sending = signal(false);
  /** Whether the speakers on air are played here. */
  readonly plays = signal(recall('hall.plays') !== 'off');
  readonly devices = signal<DeviceList>({ mic: [], camera: [], speaker: [] });
  /** Grows with each press: a browser may play sound only then. */
  readonly attempt = signal(0);
  readonly soundBlocked = signal(false);
  readonly state: ReadonlySignal<RoomState>;
  readonly ended: ReadonlySignal<EndReason | null>;
  readonly status: ReadonlySignal<HallStatus>;
  /** By the device's clock, while the server is not reached: when it is asked again, which is past while it is being asked; else null. */
  readonly nextTryMs: ReadonlySignal<number | null>;
  readonly voices: ReadonlySignal<Voice[]>;
  /** Names of those who are played here, or would be. */
  readonly onAir: ReadonlySignal<string[]>;
  readonly #kept: KeptClient;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #stop: () => void;
  readonly #onDevices = (): void => void this.#devicesChanged();
  readonly #name: string;
  /** What the client of now was given. */
  #handed: { picture: MediaStreamTrack | null; sound: MediaStreamTrack | null } = { picture: null, sound: null };
  #closed = false;

  constructor({ feed, createClient, openers, nowMs }: HallModelOptions) {
    this.#name = feed.look.name;
    this.capture = new HallCapture(openers);
    this.#kept = new KeptClient({
      create: () => createClient(feed),
      nowMs,
      onFresh: () => this.#begin(),
      onState: () => undefined,
    });
    ({ state: this.state, ended: this.ended } = this.#kept);
    this.status = computed(() => this.#status());
    this.nextTryMs = computed(() => nextTryOf(this.state.value));
    const program = computed(() => {
      const state = this.state.value;
      if (state.phase !== 'in' || state.connection !== 'online') return null;
      return { view: state, program: feedProgram(state, PROGRAM, null) };
    });
    this.voices = computed(() => {
      if (!this.plays.value || program.value === null) return [];
      return feedVoices(program.value.view, PROGRAM, program.value.program);
    });
    this.onAir = computed(() => {
      const now = program.value;
      return now?.program.onAir.map((peerId) => feedPerson(now.view, peerId)?.name ?? '') ?? [];
    });
    this.#stop = effect(() => this.#hand());
    this.#timer = setInterval(() => this.#kept.look(), TICK_MS);
    globalThis.navigator.mediaDevices?.addEventListener('devicechange', this.#onDevices);
  }

  get name(): string {
    return this.#name;
  }

  /** What was sent before the page was loaded anew goes on by itself, but for a window, which is chosen with a press. */
  start(): void {
    this.#begin();
    this.#kept.start();
    void this.#devicesChanged();
    const { picture, sound } = this.choice.value;
    if (recall('hall.sending') === 'on' && picture !== 'screen' && sound !== 'screen') void this.send();
  }

  readonly send = async (): Promise<void> => {
    this.sending.value = true;
    remember('hall.sending', 'on');
    await this.capture.start(this.choice.value);
    // Names of devices are told from the first permission on.
    await this.#devicesChanged();
  };

  readonly stopSending = (): void => {
    this.sending.value = false;
    remember('hall.sending', null);
    this.capture.stop();
  };

  readonly choosePicture = (picture: PictureSource): void => {
    const { sound } = this.choice.value;
    // There is no sound of what is not shown.
    const kept = sound === 'screen' && picture !== 'screen' ? 'line:' : sound;
    this.#choose({ picture, sound: kept });
  };

  readonly chooseSound = (sound: SoundSource): void => this.#choose({ sound });

  readonly setClean = (clean: boolean): void => this.#choose({ clean });

  readonly setPlays = (plays: boolean): void => {
    this.plays.value = plays;
    remember('hall.plays', plays ? null : 'off');
  };

  readonly retryNow = (): void => this.#kept.now.retryNow();

  readonly pressed = (): void => {
    this.soundBlocked.value = false;
    this.attempt.value += 1;
  };

  readonly blockSound = (): void => {
    this.soundBlocked.value = true;
  };

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    globalThis.navigator.mediaDevices?.removeEventListener('devicechange', this.#onDevices);
    this.#stop();
    this.capture.stop();
    this.#kept.close();
  }

  #choose(change: Partial<HallChoice>): void {
    const choice = { ...this.choice.value, ...change };
    this.choice.value = choice;
    remember('hall.picture', choice.picture);
    remember('hall.sound', choice.sound);
    remember('hall.clean', choice.clean ? 'on' : null);
    void this.capture.change(choice);
  }

  /** A client of its own sees nobody: it shows no picture, so that none is sent to it. */
  #begin(): void {
    this.#handed = { picture: null, sound: null };
    this.#kept.now.view([]);
    this.#hand();
  }

  /** The client gets a copy, which it holds back until it is sealed: what is shown and measured here goes on. */
  #hand(): void {
    const [picture, sound] = [this.capture.picture.value, this.capture.sound.value];
    const { hall } = this.#kept.now;
    const next = { picture: trackOf(picture), sound: trackOf(sound) };
    if (next.picture !== this.#handed.picture) hall.setPicture(next.picture?.clone() ?? null);
    if (next.sound !== this.#handed.sound) hall.setSound(next.sound?.clone() ?? null);
    this.#handed = next;
  }

  #status(): HallStatus {
    const state = this.state.value;
    if (state.phase !== 'in') return state.phase === 'joining' ? OUTSIDE[state.step] : 'waiting';
    // By the ticket, which says what the server lets this machine do.
    if (state.self.role !== 'return') return 'notReturn';
    if (state.connection !== 'online') return state.connection;
    if (!this.sending.value) return 'ready';
    const [picture, sound] = [state.self.hall?.picture, state.self.hall?.sound];
    const isOn = (media: typeof picture) => media?.state === 'on';
    const isSealed = (media: typeof picture) => media?.state === 'on' && media.sealed;
    if ((isOn(picture) && !isSealed(picture)) || (isOn(sound) && !isSealed(sound))) return 'sealing';
    if (isSealed(picture) && isSealed(sound)) return 'sending.both';
    return isSealed(sound) ? 'sending.sound' : isSealed(picture) ? 'sending.picture' : 'sending.nothing';
  }

  async #devicesChanged(): Promise<void> {
    const devices = await listDevices();
    if (this.#closed) return;
    this.devices.value = devices;
    this.capture.devicesChanged();
  }
}

const trackOf = (captured: HallCapture['picture']['value']): MediaStreamTrack | null =>
  captured.state === 'on' ? captured.track : null;

const nextTryOf = (state: RoomState): number | null => {
  if (state.phase === 'joining') return state.retryAtMs ?? null;
  return state.phase === 'in' && state.connection !== 'online' ? (state.retryAtMs ?? 0) : null;
};

const remembered = (): HallChoice => {
  const [picture, sound] = [recall('hall.picture') ?? 'camera:', recall('hall.sound') ?? 'line:'];
  const isPicture = (text: string): text is PictureSource => /^(none|screen|camera:.*)$/.test(text);
  const isSound = (text: string): text is SoundSource => /^(none|screen|line:.*)$/.test(text);
  return {
    picture: isPicture(picture) ? picture : 'camera:',
    sound: isSound(sound) ? sound : 'line:',
    clean: recall('hall.clean') === 'on',
  };
};
