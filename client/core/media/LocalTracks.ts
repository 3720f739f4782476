// One's own microphone, camera and screen: gets the tracks, owns them, and stops them when they are no longer meant.
import type { StreamName } from '#e2ee';
import { HallTracks } from '../hall/HallTracks.ts';
import type { DeviceFault, DeviceOutcome, LocalMedia, Platform, ScreenPurpose, SharingView } from '../types.ts';
import { deviceFaultOf } from './deviceFault.ts';

export type Slot = 'mic' | 'camera' | 'screen';

/** A stream that should be on its way to the others, or ready to be. */
export interface Wanted {
  stream: StreamName;
  track: MediaStreamTrack;
  paused: boolean;
  /** Of a screen. */
  purpose?: ScreenPurpose;
}

interface Tracks {
  main: MediaStreamTrack;
  /** Only of a screen, where the browser can. */
  audio?: MediaStreamTrack;
}
type SlotState =
  | { state: 'off' }
  | { state: 'starting' }
  | { state: 'muted'; tracks: Tracks }
  | { state: 'on'; tracks: Tracks }
  | { state: 'failed'; fault: DeviceFault };

export interface LocalTracksHandlers {
  onChange(): void;
  /** The device went away by itself (unplugged, taken by the system), or the person stopped sharing in the browser. */
  onEnded(slot: Slot): void;
}

const OFF: SlotState = { state: 'off' };

export class LocalTracks {
  /** What a machine in a hall sends instead. */
  readonly hall: HallTracks;
  readonly #platform: Platform;
  readonly #handlers: LocalTracksHandlers;
  readonly #slots: Record<Slot, SlotState> = { mic: OFF, camera: OFF, screen: OFF };
  #screenPurpose: ScreenPurpose = 'detail';
  readonly #deviceIds: { mic?: string; camera?: string } = {};
  #closed = false;

  constructor(platform: Platform, handlers: LocalTracksHandlers, isHall = false) {
    this.hall = new HallTracks(isHall, () => handlers.onChange());
    this.#platform = platform;
    this.#handlers = handlers;
  }

  /** Takes over a track that runs already. */
  adopt(slot: Slot, track: MediaStreamTrack): void {
    if (this.#closed) stopAll({ main: track });
    else if (track.readyState === 'live') this.#hold(slot, 'on', { main: track });
  }

  /** Everything off is stopped, so that the camera's light goes out; a muted microphone is kept open, since it must answer at once. */
  async set(slot: Slot, on: boolean): Promise<DeviceOutcome> {
    if (this.#closed) return { ok: false, fault: 'failed' };
    const present = this.#slots[slot];
    if (!on) {
      if (slot === 'mic' && present.state === 'on') this.#change(slot, { state: 'muted', tracks: present.tracks });
      else if (present.state !== 'muted') this.#drop(slot);
      return { ok: true };
    }
    if (present.state === 'on' || present.state === 'starting') return { ok: true };
    if (present.state === 'muted') {
      this.#change(slot, { state: 'on', tracks: present.tracks });
      return { ok: true };
    }
    return this.#start(slot);
  }

  /** The old device runs until the new one does, so that nobody hears a gap. */
  async useDevice(slot: 'mic' | 'camera', deviceId: string): Promise<DeviceOutcome> {
    this.#deviceIds[slot] = deviceId;
    const before = this.#slots[slot];
    if (before.state !== 'on' && before.state !== 'muted') return { ok: true };
    try {
      const tracks = await this.#acquire(slot);
      const now = this.#slots[slot];
      if (this.#closed || (now.state !== 'on' && now.state !== 'muted')) stopAll(tracks);
      else {
        this.#hold(slot, now.state, tracks);
        stopAll(now.tracks);
      }
      return { ok: true };
    } catch (error) {
      return { ok: false, fault: deviceFaultOf(error) };
    }
  }

  setScreenPurpose(purpose: ScreenPurpose): void {
    const held = this.#slots.screen;
    if (held.state !== 'on' || this.#screenPurpose === purpose || this.#closed) return;
    this.#screenPurpose = purpose;
    this.#platform.tuneScreen(held.tracks.main, purpose);
    this.#handlers.onChange();
  }

  get sharing(): SharingView {
    const held = this.#slots.screen;
    return { purpose: this.#screenPurpose, sound: 'tracks' in held && held.tracks.audio !== undefined };
  }

  /** Or about to be. */
  isOn(slot: Slot): boolean {
    const { state } = this.#slots[slot];
    return state === 'on' || state === 'starting';
  }

  wanted(): Wanted[] {
    const own = (['mic', 'camera', 'screen'] as const).flatMap((slot) => {
      const held = this.#slots[slot];
      if (held.state !== 'on' && held.state !== 'muted') return [];
      const paused = held.state === 'muted';
      const purpose = slot === 'screen' ? { purpose: this.#screenPurpose } : {};
      const main: Wanted = { stream: slot, track: held.tracks.main, paused, ...purpose };
      return held.tracks.audio ? [main, { stream: 'screenAudio' as const, track: held.tracks.audio, paused }] : [main];
    });
    return [...own, ...this.hall.wanted()];
  }

  /** @param sealed whether the worker confirmed a sealed frame of this stream */
  view(slot: Slot, sealed: boolean): LocalMedia {
    const held = this.#slots[slot];
    switch (held.state) {
      case 'off':
      case 'starting':
      case 'failed':
        return held;
      case 'muted':
        return { state: 'muted', track: held.tracks.main };
      case 'on':
        return { state: 'on', track: held.tracks.main, sealed };
    }
  }

  /** What could not be sent is not shown as if it were. */
  fail(stream: StreamName): void {
    this.hall.fail(stream);
    const slot = stream === 'screenAudio' ? 'screen' : stream;
    this.#drop(slot);
    this.#change(slot, { state: 'failed', fault: 'failed' });
  }

  close(): void {
    if (this.#closed) return;
    this.hall.close();
    for (const slot of ['mic', 'camera', 'screen'] as const) this.#drop(slot);
    this.#closed = true;
  }

  async #start(slot: Slot): Promise<DeviceOutcome> {
    const starting: SlotState = { state: 'starting' };
    this.#change(slot, starting);
    try {
      const tracks = await this.#acquire(slot);
      if (this.#slots[slot] === starting && !this.#closed) this.#hold(slot, 'on', tracks);
      else stopAll(tracks); // Switched off again while it started.
      return { ok: true };
    } catch (error) {
      const fault = deviceFaultOf(error);
      if (this.#slots[slot] === starting) {
        const isOff = fault === 'cancelled' || fault === 'withheld';
        this.#change(slot, isOff ? OFF : { state: 'failed', fault });
      }
      return { ok: false, fault };
    }
  }

  async #acquire(slot: Slot): Promise<Tracks> {
    if (slot === 'mic') return { main: await this.#platform.getMicrophone(this.#deviceIds.mic) };
    if (slot === 'camera') return { main: await this.#platform.getCamera(this.#deviceIds.camera) };
    const { video, audio } = await this.#platform.getScreen();
    return audio ? { main: video, audio } : { main: video };
  }

  #hold(slot: Slot, state: 'on' | 'muted', tracks: Tracks): void {
    tracks.main.addEventListener('ended', () => {
      const held = this.#slots[slot];
      if ('tracks' in held && held.tracks === tracks) {
        this.#drop(slot);
        this.#handlers.onEnded(slot);
      }
    });
    this.#change(slot, { state, tracks });
  }

  #drop(slot: Slot): void {
    const held = this.#slots[slot];
    if ('tracks' in held) stopAll(held.tracks);
    // What is shared next is a slide until the person says otherwise.
    if (slot === 'screen') this.#screenPurpose = 'detail';
    this.#change(slot, OFF);
  }

  #change(slot: Slot, state: SlotState): void {
    if (this.#slots[slot] === state) return;
    this.#slots[slot] = state;
    if (!this.#closed) this.#handlers.onChange();
  }
}

function stopAll(tracks: Tracks): void {
  tracks.main.stop();
  tracks.audio?.stop();
}
