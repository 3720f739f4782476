// What each stream is sent as: codec, layers and bitrates, each with what more or less of it costs.
import { VIDEO_CODECS, type FrameCodec, type StreamName, type VideoCodec } from '#e2ee';
import type {
  Device,
  ProducerCodecOptions,
  RtpCodecCapability,
  RtpEncodingParameters,
  RtpParameters,
} from 'mediasoup-client/types';
import type { ScreenPurpose } from '../types.ts';

/**
 * Three layers of 720p, lowest first: a thumbnail in a grid of 25, a tile, and the full picture. The low one keeps a
 * phone on a bad link alive; more than 1.2 Mb/s at the top is hardly seen by faces and felt by uplinks.
 * Three temporal layers let the server thin 30 fps to 15 or 7.5 per viewer; they live in the payload descriptor, outside
 * of what is sealed.
 */
const SIMULCAST: RtpEncodingParameters[] = [
  { scaleResolutionDownBy: 4, maxBitrate: 120_000, scalabilityMode: 'L1T3' },
  { scaleResolutionDownBy: 2, maxBitrate: 400_000, scalabilityMode: 'L1T3' },
  { scaleResolutionDownBy: 1, maxBitrate: 1_200_000, scalabilityMode: 'L1T3' },
];

const CAMERA_ENCODINGS: Readonly<Record<VideoCodec, RtpEncodingParameters[]>> = {
  vp8: SIMULCAST,
  // The same three sizes in one stream, for about a third less. The upper ones lean on the lower only in key frames, so
  // that a viewer of one size gets no more than its bits, and switches at key frames.
  vp9: [{ maxBitrate: 1_400_000, scalabilityMode: 'L3T3_KEY' }],
  // H.264 says nothing of temporal layers outside of what is sealed.
  h264: SIMULCAST.map(({ scalabilityMode: _none, ...encoding }) => encoding),
  // One size, sealed inside a wrapper: the SFU tells key frames by the dependency descriptor, which only comes with a
  // scalability mode. Spatial layers would need what is sealed.
  av1: [{ maxBitrate: 900_000, scalabilityMode: 'L1T3' }],
};

/**
 * One layer at full size: half of a slide is no slide. Text: 15 fps, since sharp letters matter more than smooth scrolling, and the
 * size is kept where there is too little. Films: twice the frames, a third more bits, and the size gives way.
 */
const SCREEN: Readonly<Record<ScreenPurpose, RtpEncodingParameters>> = {
  detail: { maxBitrate: 2_500_000, maxFramerate: 15 },
  motion: { maxBitrate: 3_500_000, maxFramerate: 30 },
};
const GIVES_WAY: Readonly<Record<ScreenPurpose, RTCDegradationPreference>> = {
  detail: 'maintain-resolution',
  motion: 'maintain-framerate',
};

const screenEncodings = (codec: VideoCodec, purpose: ScreenPurpose): RtpEncodingParameters[] => [
  { ...SCREEN[purpose], ...(codec === 'av1' && { scalabilityMode: 'L1T3' }) },
];

/** Has a sender of a screen that is on its way follow another purpose; a browser that will not goes on as before. */
export async function tuneSender(sender: RTCRtpSender, purpose: ScreenPurpose): Promise<void> {
  try {
    const parameters = sender.getParameters();
    const encodings = parameters.encodings.map((encoding) => ({ ...encoding, ...SCREEN[purpose] }));
    await sender.setParameters({ ...parameters, encodings, degradationPreference: GIVES_WAY[purpose] });
  } catch {
    // Nothing of it is needed for the screen to be seen.
  }
}

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

/**
 * The dependency descriptor (AV1 RTP specification, appendix A). Browsers that write it follow a scalability mode; Firefox does
 * neither and says nothing of it: it takes the mode, lists the extension among what it can, and leaves it out of what it sends.
 */
const DEPENDENCY_DESCRIPTOR = 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension';

/**
 * What the server is to be told of a stream, by what was negotiated for it: of a mode that nothing in the packets bears out the
 * SFU would wait for layers that never come. Simulcast is many streams, which every browser sends.
 */
export function asSent(parameters: RtpParameters): RtpParameters {
  const { encodings = [], headerExtensions = [] } = parameters;
  const hasLayers = encodings.length > 1 || headerExtensions.some(({ uri }) => String(uri) === DEPENDENCY_DESCRIPTOR);
  if (hasLayers) return { ...parameters };
  return { ...parameters, encodings: encodings.map(({ scalabilityMode: _none, ...encoding }) => encoding) };
}

/** mediasoup-client writes rids into what it is given. */
const copied = (encodings: readonly RtpEncodingParameters[]): RtpEncodingParameters[] =>
  encodings.map((encoding) => ({ ...encoding }));

export interface StreamPlan {
  codec: FrameCodec;
  encodings?: RtpEncodingParameters[];
  codecOptions?: ProducerCodecOptions;
}

export function planOf(stream: StreamName, videoCodec: VideoCodec, purpose: ScreenPurpose = 'detail'): StreamPlan {
  switch (stream) {
    case 'mic':
      return { codec: 'opus', codecOptions: { ...VOICE } };
    case 'screenAudio':
      return { codec: 'opus', codecOptions: { ...SCREEN_AUDIO } };
    case 'camera':
      return { codec: videoCodec, encodings: copied(CAMERA_ENCODINGS[videoCodec]) };
    case 'screen':
      return { codec: videoCodec, encodings: screenEncodings(videoCodec, purpose) };
  }
}

const MIME_TYPES: Readonly<Record<FrameCodec, string>> = {
  opus: 'audio/opus',
  vp8: 'video/vp8',
  vp9: 'video/vp9',
  h264: 'video/h264',
  av1: 'video/av1',
};
const FRAME_CODECS: readonly FrameCodec[] = ['opus', ...VIDEO_CODECS];

function entryOf(codecs: readonly RtpCodecCapability[] | undefined, codec: FrameCodec): RtpCodecCapability | null {
  return codecs?.find(({ mimeType }) => mimeType.toLowerCase() === MIME_TYPES[codec]) ?? null;
}

/** The Device's own entry for a codec, which `produce` wants; `null` where it cannot send it. */
export function capabilityOf(device: Device, codec: FrameCodec): RtpCodecCapability | null {
  return entryOf(device.sendRtpCapabilities.codecs, codec);
}

/** Video codecs that this Device, with this Router, can both send and receive. */
export function videoCodecsOf({ sendRtpCapabilities, recvRtpCapabilities }: Device): VideoCodec[] {
  return VIDEO_CODECS.filter(
    (codec) => entryOf(sendRtpCapabilities.codecs, codec) && entryOf(recvRtpCapabilities.codecs, codec),
  );
}

/** The codec of a Consumer, or `null` for one whose clear bytes are not known: it is refused, never passed through. */
export function codecOf(rtpParameters: Record<string, unknown>): FrameCodec | null {
  const [first] = Array.isArray(rtpParameters.codecs) ? (rtpParameters.codecs as { mimeType?: unknown }[]) : [];
  const mimeType = String(first?.mimeType).toLowerCase();
  return FRAME_CODECS.find((codec) => MIME_TYPES[codec] === mimeType) ?? null;
}
