// Real encoded frames, made once by this machine's own Chromium: moving pictures in three sizes, and a voice-like tone.
import { BENCH_PACE, startChromium } from '../../../client/test/browser/harness/chromium.ts';
import type { CannedMedia } from './messages.ts';

interface Size {
  width: number;
  height: number;
  bitrate: number;
}

/** Of 720p, lowest first, with bitrates as a sender of so few frames has them. */
const SIZES: readonly Size[] = [
  { width: 320, height: 180, bitrate: 60_000 },
  { width: 640, height: 360, bitrate: 180_000 },
  { width: 1280, height: 720, bitrate: 500_000 },
];
/** One key frame in so many: browsers send fewer, and are asked for one more often. */
const LOOP_FRAMES = 32;

/** @param origin of a server of ours: encoders are there in secure contexts only */
export async function canMedia(origin: string, fps: number): Promise<CannedMedia> {
  const chromium = await startChromium(undefined, [], BENCH_PACE);
  try {
    const page = await (await chromium.newContext()).newPage();
    await page.goto(`${origin}/protect`);
    const layers: Uint8Array[][] = [];
    for (const size of SIZES) {
      layers.push(unpacked(await page.evaluate(encodePictures, { ...size, fps, frames: LOOP_FRAMES })));
    }
    return { fps, layers, opus: unpacked(await page.evaluate(encodeSound)) };
  } finally {
    await chromium.close();
  }
}

const unpacked = (texts: readonly string[]): Uint8Array[] =>
  texts.map((text) => new Uint8Array(Buffer.from(text, 'base64')));

// Both run in the page, and so hold all that they need.

async function encodePictures(options: Size & { fps: number; frames: number }): Promise<string[]> {
  const { width, height, bitrate, fps, frames } = options;
  const encoded: string[] = [];
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      encoded.push(btoa(String.fromCodePoint(...bytes)));
    },
    error: (error) => {
      throw error;
    },
  });
  encoder.configure({ codec: 'vp8', width, height, bitrate, framerate: fps, latencyMode: 'realtime' });
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  for (let index = 0; index < frames; index += 1) {
    context.fillStyle = '#264653';
    context.fillRect(0, 0, width, height);
    context.fillStyle = '#e9c46a';
    context.beginPath();
    context.arc(width * (0.3 + (0.4 * index) / frames), height / 2, height / 4, 0, 7);
    context.fill();
    const frame = new VideoFrame(canvas, { timestamp: (index * 1e6) / fps });
    encoder.encode(frame, { keyFrame: index === 0 });
    frame.close();
  }
  await encoder.flush();
  return encoded;
}

async function encodeSound(): Promise<string[]> {
  const sampleRate = 48_000;
  const encoded: string[] = [];
  const encoder = new AudioEncoder({
    output: (chunk) => {
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      encoded.push(btoa(String.fromCodePoint(...bytes)));
    },
    error: (error) => {
      throw error;
    },
  });
  encoder.configure({ codec: 'opus', sampleRate, numberOfChannels: 1, bitrate: 32_000 });
  const data = Float32Array.from({ length: sampleRate }, (_, at) => 0.2 * Math.sin(at * 0.03) * Math.sin(at * 0.0009));
  encoder.encode(
    new AudioData({ format: 'f32', sampleRate, numberOfFrames: data.length, numberOfChannels: 1, timestamp: 0, data }),
  );
  await encoder.flush();
  return encoded;
}
