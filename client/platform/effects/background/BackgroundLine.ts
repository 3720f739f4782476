// A camera behind which the background is changed: owns the camera's track and the worker, and gives a track with treated frames only.
// Vite makes this the address of the bundled worker; the module itself exports nothing.
// oxlint-disable-next-line import/default
import workerUrl from './effectsBackground.ts?worker&url';
import { trustedScriptUrl } from '../../trustedScript.ts';
import type { FrameWay, Send } from './frameWay.ts';
import { openPictures } from './pictures.ts';
import type { FromBackground, Look, ToBackground } from './protocol.ts';

export interface BackgroundHandlers {
  onFrame(tookMs: number): void;
  /** Nothing goes out any more; the camera is off. */
  onFailed(): void;
}

export interface BackgroundLine {
  /** Stopping it stops all, the camera too. */
  readonly track: MediaStreamTrack;
  /** Time there is for one frame. */
  readonly frameMs: number;
  setLook(look: Look): void;
  lighten(): void;
  close(): void;
}

/** Of Chromium: what W3C's mediacapture-transform was before it moved into workers. */
interface FrameStreams {
  MediaStreamTrackProcessor?: new (options: { track: MediaStreamTrack; maxBufferSize: number }) => {
    readable: ReadableStream<VideoFrame>;
  };
  MediaStreamTrackGenerator?: new (options: { kind: 'video' }) => MediaStreamTrack & {
    writable: WritableStream<VideoFrame>;
  };
}

/** Loading eleven megabytes and compiling them may take this long; past it the person is told. */
const START_MS = 30_000;
const DEFAULT_FPS = 30;

/** tasks-vision hands pictures to its model by WebGL 2, whatever computes. */
const hasWebGl = (): boolean => {
  const context = new OffscreenCanvas(1, 1).getContext('webgl2');
  // Browsers keep few of them at a time.
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
};

let canChange: boolean | null = null;

/** Tried once a page. */
export const canChangeBackground = (): boolean => {
  canChange ??= typeof WebAssembly === 'object' && typeof OffscreenCanvas === 'function' && hasWebGl();
  return canChange;
};

/**
 * Takes the camera over. Resolves with the first treated frame; rejects where the worker does not run here, and then the camera
 * is stopped.
 */
export function openBackgroundLine(
  camera: MediaStreamTrack,
  look: Look,
  handlers: BackgroundHandlers,
): Promise<BackgroundLine> {
  const worker = new Worker(trustedScriptUrl(workerUrl), { type: 'module', name: 'background' });
  const { promise, resolve, reject } = Promise.withResolvers<BackgroundLine>();
  const send = (message: ToBackground, transfer: Transferable[] = []): void => worker.postMessage(message, transfer);
  const way = openWay(camera, look, send);
  const stopTrack = way.track.stop.bind(way.track);
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    clearTimeout(timer);
    worker.terminate();
    camera.stop();
    way.close();
    stopTrack();
  };
  const fail = (): void => {
    if (closed) return;
    close();
    reject(new Error('the background cannot be changed here'));
    handlers.onFailed();
  };
  const timer = setTimeout(fail, START_MS);
  way.track.stop = close;
  // Unplugged or taken away: whoever holds the treated track is told as if it were the camera's own.
  camera.addEventListener('ended', () => {
    if (closed) return;
    close();
    way.track.dispatchEvent(new Event('ended'));
  });
  const frameMs = 1000 / Math.min(DEFAULT_FPS, camera.getSettings().frameRate ?? DEFAULT_FPS);
  const line: BackgroundLine = {
    track: way.track,
    frameMs,
    setLook: (next) => send({ kind: 'look', look: next }),
    lighten: () => send({ kind: 'load', load: 'light' }),
    close,
  };
  worker.addEventListener('error', fail);
  worker.addEventListener('messageerror', fail);
  worker.addEventListener('message', ({ data }: MessageEvent<FromBackground>) => {
    if (closed) return;
    if (data.kind === 'failed') fail();
    else if (data.kind === 'tick') way.handleTick();
    else {
      way.show(data.picture);
      clearTimeout(timer);
      resolve(line);
      handlers.onFrame(data.tookMs);
    }
  });
  return promise;
}

function openWay(camera: MediaStreamTrack, look: Look, send: Send): FrameWay {
  const { MediaStreamTrackProcessor, MediaStreamTrackGenerator } = globalThis as FrameStreams;
  if (MediaStreamTrackProcessor === undefined || MediaStreamTrackGenerator === undefined) {
    return openPictures(camera, look, send);
  }
  // One frame waits at most: an old one is worth less than the next.
  const { readable } = new MediaStreamTrackProcessor({ track: camera, maxBufferSize: 1 });
  const track = new MediaStreamTrackGenerator({ kind: 'video' });
  const { writable } = track;
  send({ kind: 'streams', readable, writable, look }, [readable, writable]);
  return { track, handleTick: () => undefined, show: () => undefined, close: () => undefined };
}
