// One's own camera or screen as it is captured, frame by frame where the browser gives them, and a card while there is none.
import type { Picture } from '../recording/Recorder.ts';

const GROUND = '#000000';
const WORDS = '#f3efe7';
/** A still picture is repeated so often, so that the file goes on. */
const REPEAT_MS = 1_000;
const FIRST_SIZE = { width: 1280, height: 720 };

interface FrameReader {
  read(): Promise<{ done: boolean; value?: VideoFrame }>;
  cancel(): Promise<void>;
}
interface FrameStreams {
  MediaStreamTrackProcessor?: new (options: { track: MediaStreamTrack; maxBufferSize: number }) => {
    readable: { getReader(): FrameReader };
  };
}

export interface OwnPictureOptions {
  /** Of now; null while it is off. */
  track(): MediaStreamTrack | null;
  /** One line below the other. */
  card(): readonly string[];
}

/** What is drawn from: the frames themselves, or an element that shows them. */
type Source = { track: MediaStreamTrack; video: HTMLVideoElement | null; close(): void };

/** Encoders want even ones. */
const even = (value: number): number => Math.max(2, Math.round(value / 2) * 2);

/** As large as the track is now; a file has one size. */
const sizeOf = (track: MediaStreamTrack | null): { width: number; height: number } => {
  const { width = FIRST_SIZE.width, height = FIRST_SIZE.height } = track?.getSettings() ?? {};
  return { width: even(width), height: even(height) };
};

export class OwnPicture implements Picture {
  readonly canvas = document.createElement('canvas');
  onFrame: () => void = () => undefined;
  readonly #options: OwnPictureOptions;
  readonly #context: CanvasRenderingContext2D;
  #source: Source | null = null;
  #lastMs = 0;
  #closed = false;

  constructor(options: OwnPictureOptions) {
    this.#options = options;
    Object.assign(this.canvas, sizeOf(options.track()));
    const context = this.canvas.getContext('2d', { alpha: false });
    if (context === null) throw new Error('no canvas');
    this.#context = context;
  }

  draw(): boolean {
    const track = this.#options.track();
    if (track !== (this.#source?.track ?? null)) this.#follow(track);
    const nowMs = performance.now();
    const video = this.#source?.video ?? null;
    if (video !== null && video.videoWidth > 0) {
      this.#put(video, video.videoWidth, video.videoHeight);
      return true;
    }
    if (nowMs - this.#lastMs < REPEAT_MS) return false;
    if (this.#source === null) this.#drawCard();
    this.#lastMs = nowMs;
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#source?.close();
    this.#source = null;
  }

  #follow(track: MediaStreamTrack | null): void {
    this.#source?.close();
    this.#source = track === null || this.#closed ? null : (this.#framesOf(track) ?? playing(track));
    // The card, or the last picture of another device, is of this moment.
    this.#lastMs = 0;
  }

  #framesOf(track: MediaStreamTrack): Source | null {
    const { MediaStreamTrackProcessor } = globalThis as FrameStreams;
    if (MediaStreamTrackProcessor === undefined) return null;
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 2 }).readable.getReader();
    const source: Source = { track, video: null, close: () => void reader.cancel().catch(() => undefined) };
    void this.#read(reader, source).catch(() => undefined);
    return source;
  }

  async #read(reader: FrameReader, source: Source): Promise<void> {
    for (;;) {
      const { done, value: frame } = await reader.read();
      if (done || frame === undefined) return;
      const isMine = this.#source === source || this.#source === null;
      if (isMine && !this.#closed) {
        this.#put(frame, frame.displayWidth, frame.displayHeight);
        this.#lastMs = performance.now();
        this.onFrame();
      }
      frame.close();
    }
  }

  /** Whole, in the middle; as large as the file where it has the file's size, which it mostly has. */
  #put(image: CanvasImageSource, fromWidth: number, fromHeight: number): void {
    const { width, height } = this.canvas;
    const factor = Math.min(width / fromWidth, height / fromHeight);
    const [w, h] = [fromWidth * factor, fromHeight * factor];
    if (w < width || h < height) this.#clear();
    this.#context.drawImage(image, (width - w) / 2, (height - h) / 2, w, h);
  }

  #clear(): void {
    this.#context.fillStyle = GROUND;
    this.#context.fillRect(0, 0, this.canvas.width, this.canvas.height);
  }

  #drawCard(): void {
    const { width, height } = this.canvas;
    const lines = this.#options.card();
    const size = height / 18;
    this.#clear();
    this.#context.font = `600 ${size}px system-ui, sans-serif`;
    this.#context.fillStyle = WORDS;
    this.#context.textAlign = 'center';
    this.#context.textBaseline = 'middle';
    for (const [index, text] of lines.entries()) {
      this.#context.fillText(text, width / 2, height / 2 + (index - (lines.length - 1) / 2) * size * 1.5, width);
    }
  }
}

const playing = (track: MediaStreamTrack): Source => {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  // Taken away before it began: then it is drawn by nobody.
  video.play().catch(() => undefined);
  return { track, video, close: () => void (video.srcObject = null) };
};
