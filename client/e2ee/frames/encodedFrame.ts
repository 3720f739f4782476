// What the frame path needs of the platform's encoded frames; both browsers' RTCEncodedVideoFrame and RTCEncodedAudioFrame fit.
import type { FrameCodec } from '../messages.ts';

export interface EncodedFrameMetadata {
  /** Codec of this frame; Chromium and Firefox both tell it, each way. */
  mimeType?: string;
}

export interface EncodedFrame {
  data: ArrayBuffer;
  /** Of video: key, delta, or empty; from the encoder, or from what the packets say in the clear. */
  readonly type?: string;
  getMetadata(): EncodedFrameMetadata;
}

const MIME_TYPES: Readonly<Record<FrameCodec, string>> = {
  opus: 'audio/opus',
  vp8: 'video/vp8',
  vp9: 'video/vp9',
  h264: 'video/h264',
  av1: 'video/av1',
};

/** False where the platform says that this frame is of another codec than its track. What it does not say is not held against it. */
export function isOfCodec(frame: EncodedFrame, codec: FrameCodec): boolean {
  const { mimeType } = frame.getMetadata();
  return mimeType === undefined || mimeType === '' || mimeType.toLowerCase() === MIME_TYPES[codec];
}

export function isVideo(codec: FrameCodec): boolean {
  return codec !== 'opus';
}

/** What the platform says of frames whose own bytes do not. Nothing is opened or passed by it: it only ends asking for key frames. */
export function isKeyFrame(frame: EncodedFrame): boolean {
  return frame.type === 'key';
}
