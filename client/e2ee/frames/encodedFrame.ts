// What the frame path needs of the platform's encoded frames; both browsers' RTCEncodedVideoFrame and RTCEncodedAudioFrame fit.
import type { FrameCodec } from '../messages.ts';

export interface EncodedFrameMetadata {
  /** Codec of this frame; Chromium and Firefox both tell it, each way. */
  mimeType?: string;
}

export interface EncodedFrame {
  data: ArrayBuffer;
  getMetadata(): EncodedFrameMetadata;
}

const MIME_TYPES: Readonly<Record<FrameCodec, string>> = { opus: 'audio/opus', vp8: 'video/vp8' };

/** False where the platform says that this frame is of another codec than its track. What it does not say is not held against it. */
export function isOfCodec(frame: EncodedFrame, codec: FrameCodec): boolean {
  const { mimeType } = frame.getMetadata();
  return mimeType === undefined || mimeType === '' || mimeType.toLowerCase() === MIME_TYPES[codec];
}

export function isVideo(codec: FrameCodec): boolean {
  return codec !== 'opus';
}
