// What the SDK shows of halls, and what a machine in one sends.
import type { LocalMedia } from '../types.ts';

/** Of a machine in a hall alone: what it sends, to members only. */
export interface HallMedia {
  picture: LocalMedia;
  sound: LocalMedia;
}

/** On a machine in a hall; on any other device nothing comes of it. Nothing of it throws or waits. */
export interface HallActions {
  /** Takes the track over: it is stopped once another takes its place, or null. */
  setPicture(track: MediaStreamTrack | null): void;
  /** The same of the sound. */
  setSound(track: MediaStreamTrack | null): void;
}
