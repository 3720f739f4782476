// Asks a real decoder what it makes of a frame: a picture, or nothing.
import type { Page } from 'playwright-core';

/** 16 × 9 grey values, 0 … 255, of the decoded picture; null where the decoder refused the frame. */
export type Thumbnail = number[] | null;

/** Decodes each VP8 key frame by itself in the browser's VideoDecoder. The page must be a secure context. */
export function decodeKeyFrames(page: Page, frames: readonly Uint8Array[]): Promise<Thumbnail[]> {
  const encoded = frames.map((frame) => Buffer.from(frame).toString('base64'));
  return page.evaluate(async (texts) => {
    const thumbnail = async (frame: VideoFrame): Promise<number[]> => {
      const canvas = new OffscreenCanvas(16, 9);
      const context = canvas.getContext('2d');
      context?.drawImage(frame, 0, 0, 16, 9);
      const data = context?.getImageData(0, 0, 16, 9).data ?? new Uint8ClampedArray();
      frame.close();
      return Array.from(
        { length: 144 },
        (_, at) => ((data[at * 4] ?? 0) + (data[at * 4 + 1] ?? 0) + (data[at * 4 + 2] ?? 0)) / 3,
      );
    };
    const decode = (bytes: Uint8Array<ArrayBuffer>): Promise<number[] | null> =>
      new Promise((resolve) => {
        const decoder = new VideoDecoder({ output: (frame) => resolve(thumbnail(frame)), error: () => resolve(null) });
        decoder.configure({ codec: 'vp8' });
        decoder.decode(new EncodedVideoChunk({ type: 'key', timestamp: 0, data: bytes }));
        decoder.flush().then(
          () => resolve(null),
          () => resolve(null),
        );
      });
    const results: (number[] | null)[] = [];
    for (const text of texts) results.push(await decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0))));
    return results;
  }, encoded);
}

/** A VP8 key frame by its clear bytes: RFC 6386 9.1. */
export function isVp8KeyFrame(frame: Uint8Array): boolean {
  return (
    frame.length > 10 && ((frame[0] ?? 1) & 1) === 0 && frame[3] === 0x9d && frame[4] === 0x01 && frame[5] === 0x2a
  );
}

/** Mean difference of two thumbnails, 0 … 255. */
export function unlikeness(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, at) => sum + Math.abs(value - (other[at] ?? 0)), 0) / one.length;
}
