// What a machine in a hall sends: one picture and one sound, whatever they were taken from, each replaced without a gap.
import type { StreamName } from '#e2ee';
import type { HallMedia, LocalMedia } from '../types.ts';
import type { HallActions } from './hallTypes.ts';

/**
 * The sound goes out as that of a screen: in stereo, without the pauses of a voice, forwarded however many speak, and taken for
 * nobody's. Picture and sound are streams apart, so that no receiver keeps the sound back for the picture.
 */
const STREAMS = { picture: 'camera', sound: 'screenAudio' } as const satisfies Record<keyof HallMedia, StreamName>;
const PARTS = ['picture', 'sound'] as const;

type Part = { state: 'off' } | { state: 'on'; track: MediaStreamTrack } | { state: 'failed' };
const OFF: Part = { state: 'off' };

export class HallTracks implements HallActions {
  readonly #isHall: boolean;
  readonly #onChange: () => void;
  readonly #parts: Record<keyof HallMedia, Part> = { picture: OFF, sound: OFF };
  #closed = false;

  constructor(isHall: boolean, onChange: () => void) {
    this.#isHall = isHall;
    this.#onChange = onChange;
  }

  setPicture(track: MediaStreamTrack | null): void {
    this.#set('picture', track);
  }

  setSound(track: MediaStreamTrack | null): void {
    this.#set('sound', track);
  }

  wanted(): { stream: StreamName; track: MediaStreamTrack; paused: false }[] {
    return PARTS.flatMap((name) => {
      const part = this.#parts[name];
      return part.state === 'on' ? [{ stream: STREAMS[name], track: part.track, paused: false as const }] : [];
    });
  }

  /** Absent on any device but a hall's. */
  view(isSealed: (stream: StreamName) => boolean): { hall?: HallMedia } {
    if (!this.#isHall) return {};
    const media = (name: keyof HallMedia): LocalMedia => {
      const part = this.#parts[name];
      if (part.state === 'failed') return { state: 'failed', fault: 'failed' };
      return part.state === 'off' ? part : { ...part, sealed: isSealed(STREAMS[name]) };
    };
    return { hall: { picture: media('picture'), sound: media('sound') } };
  }

  /** What could not be sent is not shown as if it were. */
  fail(stream: StreamName): void {
    const name = PARTS.find((one) => STREAMS[one] === stream);
    if (name !== undefined && this.#parts[name].state === 'on') this.#become(name, { state: 'failed' });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const name of PARTS) this.#become(name, OFF);
  }

  #set(name: keyof HallMedia, track: MediaStreamTrack | null): void {
    if (this.#closed || !this.#isHall) return track?.stop();
    const part = this.#parts[name];
    if (part.state === 'on' && part.track === track) return;
    if (track === null || track.readyState === 'ended') return this.#become(name, OFF);
    track.addEventListener('ended', () => {
      const now = this.#parts[name];
      if (now.state === 'on' && now.track === track) this.#become(name, OFF);
    });
    this.#become(name, { state: 'on', track });
  }

  /** The new one first: the old one runs until it is taken off its sender. */
  #become(name: keyof HallMedia, next: Part): void {
    const before = this.#parts[name];
    if (before === next) return;
    this.#parts[name] = next;
    if (!this.#closed) this.#onChange();
    if (before.state === 'on') before.track.stop();
  }
}
