// How frames come from the page to the worker and back as a track.
import type { ToBackground } from './protocol.ts';

export type Send = (message: ToBackground, transfer?: Transferable[]) => void;

export interface FrameWay {
  track: MediaStreamTrack;
  handleTick(): void;
  show(picture: ImageBitmap | undefined): void;
  close(): void;
}
