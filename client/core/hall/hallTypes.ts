// What a machine in a hall gives the SDK to send.

/** On a machine in a hall; on any other device nothing comes of it. Nothing of it throws or waits. */
export interface HallActions {
  /** Takes the track over: it is stopped once another takes its place, or null. */
  setPicture(track: MediaStreamTrack | null): void;
  /** The same of the sound. */
  setSound(track: MediaStreamTrack | null): void;
}
