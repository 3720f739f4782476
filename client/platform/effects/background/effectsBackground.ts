// The worker that changes the background: frames come in as filmed and go out treated, or not at all.
import { Compositor, type Source } from './Compositor.ts';
import type { FromBackground, Look, ToBackground } from './protocol.ts';
import { createSegmenter } from './segmenter.ts';

/** The page's frames per second where it hands them over itself, and the least that `light` leaves. */
const FULL_FPS = 30;
const LIGHT_FPS = 15;
/** So many frames in a row that could not be treated are no accident. */
const MAX_FAILURES = 30;

const post = (message: FromBackground, transfer: Transferable[] = []): void => {
  globalThis.postMessage(message, { transfer });
};

let compositor: Compositor | null = null;
let failures = 0;
let lastDrawnMs = -Infinity;

/** Null for a frame that is left out or could not be treated. */
function treat<T>(source: Source, make: (canvas: OffscreenCanvas) => T): { made: T; tookMs: number } | null {
  if (compositor === null) return null;
  const nowMs = performance.now();
  if (compositor.load === 'light' && nowMs - lastDrawnMs < 1000 / LIGHT_FPS - 4) return null;
  lastDrawnMs = nowMs;
  try {
    const made = make(compositor.draw(source));
    failures = 0;
    return { made, tookMs: performance.now() - nowMs };
  } catch {
    failures += 1;
    if (failures === MAX_FAILURES) post({ kind: 'failed' });
    return null;
  }
}

async function pump(readable: ReadableStream<VideoFrame>, writable: WritableStream<VideoFrame>): Promise<void> {
  const reader = readable.getReader();
  const writer = writable.getWriter();
  for (;;) {
    const { value: frame, done } = await reader.read();
    if (done) return;
    const { timestamp, displayWidth: width, displayHeight: height } = frame;
    const toFrame = (canvas: OffscreenCanvas) => new VideoFrame(canvas, { timestamp, alpha: 'discard' });
    const treated = treat({ picture: frame, width, height }, toFrame);
    frame.close();
    if (treated === null) continue;
    await writer.write(treated.made);
    post({ kind: 'frame', tookMs: treated.tookMs });
  }
}

async function start(look: Look): Promise<void> {
  compositor = new Compositor(await createSegmenter(), look);
}

/** The page's own timers sleep in a tab that is not seen; a worker's do not. */
function startTicking(): void {
  setInterval(() => post({ kind: 'tick' }), 1000 / FULL_FPS);
}

function handlePicture(picture: ImageBitmap): void {
  const { width, height } = picture;
  const treated = treat({ picture, width, height }, (canvas) => canvas.transferToImageBitmap());
  picture.close();
  if (treated !== null) {
    post({ kind: 'frame', tookMs: treated.tookMs, picture: treated.made }, [treated.made]);
  }
}

async function handle(message: ToBackground): Promise<void> {
  switch (message.kind) {
    case 'streams':
      await start(message.look);
      return pump(message.readable, message.writable);
    case 'pictures':
      await start(message.look);
      return startTicking();
    case 'picture':
      return handlePicture(message.picture);
    case 'look':
      if (compositor !== null) compositor.look = message.look;
      return;
    case 'load':
      if (compositor !== null) compositor.load = message.load;
      return;
  }
}

globalThis.addEventListener('message', ({ data }: MessageEvent<ToBackground>) => {
  handle(data).catch(() => post({ kind: 'failed' }));
});
