// What each stream is sent as: codec, layers and bitrates, each with what more or less of it costs.
import type { FrameCodec, StreamName } from '#e2ee';
import type { Device, ProducerCodecOptions, RtpCodecCapability, RtpEncodingParameters } from 'mediasoup-client/types';

/**
 * Three layers of 720p, lowest first: a thumbnail in a grid of 25, a tile, and the full picture. The low one keeps a
 * phone on a bad link alive; more than 1.2 Mb/s at the top is hardly seen by faces and felt by uplinks.
 * Three temporal layers let the server thin 30 fps to 15 or 7.5 per viewer; they live in the payload descriptor, outside
 * of what is sealed.
 */
const CAMERA_ENCODINGS: RtpEncodingParameters[] = [
  { scaleResolutionDownBy: 4, maxBitrate: 120_000, scalabilityMode: 'L1T3' },
  { scaleResolutionDownBy: 2, maxBitrate: 400_000, scalabilityMode: 'L1T3' },
  { scaleResolutionDownBy: 1, maxBitrate: 1_200_000, scalabilityMode: 'L1T3' },
];

/** One layer at full size: half of a slide is no slide. 15 fps, since sharp text matters more than smooth scrolling. */
const SCREEN_ENCODINGS: RtpEncodingParameters[] = [{ maxBitrate: 2_500_000, maxFramerate: 15 }];

/** Voice: silence costs nothing (DTX), lost packets are mended from the next (FEC) or asked again (NACK). */
const VOICE: ProducerCodecOptions = { opusDtx: true, opusFec: true, opusNack: true, opusStereo: false };
/** Music and films: stereo, and no DTX, which clips quiet passages. */
const SCREEN_AUDIO: ProducerCodecOptions = {
  opusDtx: false,
  opusFec: true,
  opusNack: true,
  opusStereo: true,
  opusMaxAverageBitrate: 128_000,
};

export interface StreamPlan {
  codec: FrameCodec;
  encodings?: RtpEncodingParameters[];
  codecOptions?: ProducerCodecOptions;
}

/** Copies, since mediasoup-client writes rids into what it is given. */
export function planOf(stream: StreamName): StreamPlan {
  switch (stream) {
    case 'mic':
      return { codec: 'opus', codecOptions: { ...VOICE } };
    case 'screenAudio':
      return { codec: 'opus', codecOptions: { ...SCREEN_AUDIO } };
    case 'camera':
      return { codec: 'vp8', encodings: CAMERA_ENCODINGS.map((encoding) => ({ ...encoding })) };
    case 'screen':
      return { codec: 'vp8', encodings: SCREEN_ENCODINGS.map((encoding) => ({ ...encoding })) };
  }
}

const MIME_TYPES = { opus: 'audio/opus', vp8: 'video/vp8' } as const;

/** The Device's own entry for a codec, which `produce` wants; `null` where it cannot send it. */
export function capabilityOf(device: Device, codec: FrameCodec): RtpCodecCapability | null {
  const codecs = device.sendRtpCapabilities.codecs ?? [];
  return codecs.find(({ mimeType }) => mimeType.toLowerCase() === MIME_TYPES[codec]) ?? null;
}

/** The codec of a Consumer, or `null` for one whose clear bytes are not known: it is refused, never passed through. */
export function codecOf(rtpParameters: Record<string, unknown>): FrameCodec | null {
  const [first] = Array.isArray(rtpParameters.codecs) ? (rtpParameters.codecs as { mimeType?: unknown }[]) : [];
  const mimeType = String(first?.mimeType).toLowerCase();
  if (mimeType === MIME_TYPES.opus) return 'opus';
  return mimeType === MIME_TYPES.vp8 ? 'vp8' : null;
}
