// From a canvas and a track of sound to a file: by WebCodecs where the browser has them, else by its own recorder.
import type { RecordingDisk } from './RecordingDisk.ts';

export interface WriterOptions {
  canvas: HTMLCanvasElement;
  sound: MediaStreamTrack;
  disk: Pick<RecordingDisk, 'write'>;
  framesPerSecond: number;
  videoBitsPerSecond: number;
  /** Absent: as much as voices need. */
  soundBitsPerSecond?: number;
  /** Once; nothing more is written after it, and what was written stays. */
  onFault(error: unknown): void;
}

export interface Writer {
  /** What the canvas shows now is the next frame; left out where the encoder is behind. */
  frame(): void;
  /** All that was taken is in the file. Never rejects. */
  finish(): Promise<void>;
}

const SOUND_BITS_PER_SECOND = 96_000;
/** Seconds between two pictures that one can jump to. */
const KEY_FRAME_EVERY_S = 2;
/** How much the browser's own recorder holds back, and so what a lost tab loses. */
const CHUNK_MS = 1_000;
/** In this order; Safari has only the last. */
const RECORDER_TYPES = ['video/webm;codecs=vp8,opus', 'video/webm', 'video/mp4'];

export interface WriterKind {
  /** Of the file's name. */
  extension: 'webm' | 'mp4';
  create(options: WriterOptions): Promise<Writer>;
}

/** Null where this browser can write no such file. */
export const chooseWriter = async (): Promise<WriterKind | null> => {
  if ('MediaStreamTrackProcessor' in globalThis) {
    const { canEncodeAudio, canEncodeVideo } = await import('mediabunny');
    if ((await canEncodeVideo('vp8')) && (await canEncodeAudio('opus')))
      return { extension: 'webm', create: createCodecsWriter };
  }
  const type = typeof MediaRecorder === 'undefined' ? undefined : RECORDER_TYPES.find(MediaRecorder.isTypeSupported);
  if (type === undefined) return null;
  return {
    extension: type.startsWith('video/mp4') ? 'mp4' : 'webm',
    create: (options) => Promise.resolve(createRecorderWriter(options, type)),
  };
};

/** Straight to the disk, with an index at the end, so that one can jump within the file. */
const createCodecsWriter = async (options: WriterOptions): Promise<Writer> => {
  const { canvas, sound, disk, framesPerSecond, videoBitsPerSecond, onFault } = options;
  const { soundBitsPerSecond = SOUND_BITS_PER_SECOND } = options;
  const { CanvasSource, MediaStreamAudioTrackSource, Output, StreamTarget, WebMOutputFormat } =
    await import('mediabunny');
  const writable = new WritableStream<{ data: Uint8Array; position: number }>({
    write: ({ data, position }) => disk.write(data, position),
  });
  const output = new Output({ format: new WebMOutputFormat(), target: new StreamTarget(writable) });
  const pictures = new CanvasSource(canvas, {
    codec: 'vp8',
    bitrate: videoBitsPerSecond,
    keyFrameInterval: KEY_FRAME_EVERY_S,
    latencyMode: 'realtime',
  });
  const voices = new MediaStreamAudioTrackSource(
    sound as MediaStreamAudioTrack,
    { codec: 'opus', bitrate: soundBitsPerSecond },
    { timestampBase: 'zero' },
  );
  voices.errorPromise.catch(onFault);
  output.addVideoTrack(pictures, { frameRate: framesPerSecond });
  output.addAudioTrack(voices);
  await output.start();
  const startMs = performance.now();
  let adding: Promise<void> | null = null;
  return {
    frame() {
      if (adding !== null) return;
      const atS = (performance.now() - startMs) / 1000;
      adding = pictures.add(atS, 1 / framesPerSecond).then(() => void (adding = null), onFault);
    },
    async finish() {
      await adding?.catch(() => undefined);
      // After a full disk there is no index to be written; the file plays up to there.
      await output.finalize().catch(() => undefined);
    },
  };
};

/** By the browser's own recorder, which writes from the beginning to the end and never goes back. */
const createRecorderWriter = (options: WriterOptions, mimeType: string): Writer => {
  const { canvas, sound, disk, framesPerSecond, videoBitsPerSecond, onFault } = options;
  const { soundBitsPerSecond = SOUND_BITS_PER_SECOND } = options;
  const stream = new MediaStream([...canvas.captureStream(framesPerSecond).getVideoTracks(), sound]);
  const recorder = new MediaRecorder(stream, {
    mimeType,
    videoBitsPerSecond,
    audioBitsPerSecond: soundBitsPerSecond,
  });
  const stopped = Promise.withResolvers<void>();
  let position = 0;
  let writing = Promise.resolve();
  recorder.addEventListener('dataavailable', ({ data }) => {
    const at = position;
    position += data.size;
    writing = writing.then(async () => disk.write(new Uint8Array(await data.arrayBuffer()), at));
    writing.catch(onFault);
  });
  recorder.addEventListener('error', onFault);
  recorder.addEventListener('stop', () => stopped.resolve());
  recorder.start(CHUNK_MS);
  return {
    frame: () => undefined, // It looks at the canvas by itself.
    async finish() {
      if (recorder.state !== 'inactive') recorder.stop();
      else stopped.resolve();
      await stopped.promise;
      await writing.catch(() => undefined);
    },
  };
};
