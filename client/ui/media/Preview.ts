// The devices before joining: what runs, what failed and why, which are chosen; hands its tracks to the RoomClient.
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { DeviceFault } from '#core';
import type { Services } from '../services.ts';
import { chooseDevice, chosenDevices } from './chosenDevices.ts';
import type { MediaEffects } from './effects/MediaEffects.ts';
import { faultOf, isAllowed, listDevices, openBoth, type DeviceKind, type DeviceList } from './devices.ts';

export type PreviewDevice =
  | { state: 'off' }
  | { state: 'asking' }
  | { state: 'on'; track: MediaStreamTrack }
  | { state: 'failed'; fault: DeviceFault };

type Kind = 'mic' | 'camera';

export class Preview {
  readonly mic = signal<PreviewDevice>({ state: 'off' });
  readonly camera = signal<PreviewDevice>({ state: 'off' });
  readonly devices = signal<DeviceList>({ mic: [], camera: [], speaker: [] });
  readonly isAsking: ReadonlySignal<boolean> = computed(
    () => this.mic.value.state === 'asking' || this.camera.value.state === 'asking',
  );
  /** Whether the person was asked, or answered long ago: from then on, off means they turned it off. */
  readonly asked = signal(false);
  readonly effects: MediaEffects;
  #services: Services;
  #closed = false;
  /** While a device is being opened anew: what is taken before is stopped already, or not what was chosen. */
  #restarting: Promise<void> | null = null;
  #onChange = (): void => void this.#refresh();

  constructor(services: Services) {
    this.#services = services;
    this.effects = services.effects;
    globalThis.navigator.mediaDevices?.addEventListener('devicechange', this.#onChange);
    void this.#refresh();
  }

  /** Starts what needs no prompt, so that those who come back see themselves at once. */
  async startIfAllowed(): Promise<void> {
    const [mic, camera] = await Promise.all([isAllowed('mic'), isAllowed('camera')]);
    if (this.#closed || this.asked.value) return;
    if (mic || camera) this.asked.value = true;
    await Promise.all([mic && this.start('mic'), camera && this.start('camera')]);
  }

  /** After a click: both in one prompt, then each alone, so that one that fails does not take the other along. */
  async ask(): Promise<void> {
    this.asked.value = true;
    const wanted = (['mic', 'camera'] as const).filter((kind) => this[kind].value.state !== 'on');
    if (wanted.length < 2) {
      await Promise.all(wanted.map((kind) => this.start(kind)));
      return;
    }
    for (const kind of wanted) this[kind].value = { state: 'asking' };
    const { micConstraints, cameraConstraints } = this.#services;
    const both = await openBoth(micConstraints(this.#chosen('mic')), cameraConstraints(this.#chosen('camera')));
    if (both === null) {
      // One after the other: two prompts at once hide each other in some browsers.
      for (const kind of wanted) await this.start(kind);
      return;
    }
    await Promise.all([
      this.#adoptWhen('mic', this.effects.treatMic(both.mic)),
      this.#adoptWhen('camera', this.effects.treatCamera(both.camera)),
    ]);
    await this.#refresh();
  }

  async start(kind: Kind): Promise<void> {
    if (this.#closed) return;
    this.asked.value = true;
    this[kind].value = { state: 'asking' };
    await this.#adoptWhen(kind, this.#open(kind));
    await this.#refresh();
  }

  /** Opens a running device anew, since something else is to be done to it. What ran goes on until then. */
  restart(kind: Kind): Promise<void> {
    const restarted = this.#restart(kind);
    const all = Promise.all([this.#restarting, restarted]).then(() => {
      if (this.#restarting === all) this.#restarting = null;
    });
    this.#restarting = all;
    return restarted;
  }

  get restarting(): Promise<void> | null {
    return this.#restarting;
  }

  async #restart(kind: Kind): Promise<void> {
    const before = this[kind].value;
    if (before.state !== 'on') return;
    try {
      const track = await this.#open(kind);
      if (this[kind].value === before) this.#adopt(kind, track);
      else track.stop();
    } catch {
      if (this[kind].value === before) this.stop(kind);
    }
  }

  stop(kind: Kind): void {
    const device = this[kind].value;
    if (device.state === 'on') device.track.stop();
    this[kind].value = { state: 'off' };
  }

  toggle(kind: Kind): Promise<void> {
    if (this[kind].value.state !== 'on') return this.start(kind);
    this.stop(kind);
    return Promise.resolve();
  }

  choose(kind: DeviceKind, deviceId: string): Promise<void> {
    chooseDevice(kind, deviceId);
    if (kind === 'speaker' || this[kind].value.state === 'off') return Promise.resolve();
    this.stop(kind);
    return this.start(kind);
  }

  /** Gives the running tracks away; whoever takes them stops them. */
  take(): { mic?: MediaStreamTrack; camera?: MediaStreamTrack } {
    const mic = this.mic.value.state === 'on' ? this.mic.value.track : undefined;
    const camera = this.camera.value.state === 'on' ? this.camera.value.track : undefined;
    this.mic.value = { state: 'off' };
    this.camera.value = { state: 'off' };
    return { ...(mic && { mic }), ...(camera && { camera }) };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    globalThis.navigator.mediaDevices?.removeEventListener('devicechange', this.#onChange);
    this.stop('mic');
    this.stop('camera');
  }

  #chosen(kind: Kind): string | undefined {
    return chosenDevices[kind].value || undefined;
  }

  /** A remembered device that is gone must not stand in the way of the one that is there. */
  async #open(kind: Kind): Promise<MediaStreamTrack> {
    const open = kind === 'mic' ? this.#services.getMicrophone : this.#services.getCamera;
    const chosen = this.#chosen(kind);
    try {
      return await open(chosen);
    } catch (error) {
      const gone = faultOf(error) === 'unsuitable' || faultOf(error) === 'notFound';
      if (chosen === undefined || !gone) throw error;
      return open();
    }
  }

  async #adoptWhen(kind: Kind, opening: Promise<MediaStreamTrack>): Promise<void> {
    try {
      this.#adopt(kind, await opening);
    } catch (error) {
      if (this.#closed) return;
      const fault = faultOf(error);
      // Nothing is broken: why it is off is said by the effects.
      this[kind].value = fault === 'withheld' ? { state: 'off' } : { state: 'failed', fault };
    }
  }

  #adopt(kind: Kind, track: MediaStreamTrack): void {
    if (this.#closed) {
      track.stop();
      return;
    }
    const before = this[kind].value;
    if (before.state === 'on' && before.track !== track) before.track.stop();
    this[kind].value = { state: 'on', track };
    track.addEventListener('ended', () => {
      const now = this[kind].value;
      if (now.state === 'on' && now.track === track) this[kind].value = { state: 'failed', fault: 'notFound' };
    });
  }

  async #refresh(): Promise<void> {
    const list = await listDevices();
    if (!this.#closed) this.devices.value = list;
  }
}
