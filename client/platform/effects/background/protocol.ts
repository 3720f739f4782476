// What the page and the worker that changes the background say to each other.

/** What stands behind the person. */
export type Look = { kind: 'blur'; strength: 'slight' | 'strong' } | { kind: 'image'; image: ImageBitmap };

/** How much is asked of the device: `light` is half the size, half as often. */
export type Load = 'full' | 'light';

export type ToBackground =
  /** Where the browser has streams of frames (Chromium): they go through the worker and never through the page. */
  | { kind: 'streams'; readable: ReadableStream<VideoFrame>; writable: WritableStream<VideoFrame>; look: Look }
  /** Elsewhere the page hands over one picture for each `tick`. */
  | { kind: 'pictures'; look: Look }
  | { kind: 'picture'; picture: ImageBitmap }
  | { kind: 'look'; look: Look }
  | { kind: 'load'; load: Load };

export type FromBackground =
  | { kind: 'tick' }
  /** One frame was treated; its time counts against the frame budget. */
  | { kind: 'frame'; tookMs: number; picture?: ImageBitmap }
  /** It cannot start, or could treat none of the last frames. */
  | { kind: 'failed' };
