// Which codecs and header extensions this server speaks: the one place to change when another codec is let in.
import type { MediaKind } from '#protocol/media';
import type { Router, RouterRtpCodecCapability, RtpCapabilities, Worker } from 'mediasoup/types';

/**
 * What every Router is made with; the first of a kind is what a client without a choice of its own takes. mediasoup adds the feedback of its own: NACK and transport-cc for Opus; NACK, PLI,
 * FIR, REMB and transport-cc for video; and an RTX codec for each video codec. A codec belongs here only once the
 * client seals its frames so that the SFU still sees what it needs of them (E2EE: frames, clear bytes).
 */
export const ROUTER_CODECS: readonly RouterRtpCodecCapability[] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    clockRate: 48_000,
    // Stereo is what the RTP mapping always says (RFC 7587 section 7); voice is sent mono all the same.
    channels: 2,
    // In-band FEC mends single losses for 20 % more bits while there are losses; DTX sends 2.5 packets a second in silence.
    parameters: { useinbandfec: 1, usedtx: 1 },
  },
  {
    kind: 'video',
    mimeType: 'video/VP8',
    clockRate: 90_000,
    // Starting at 1 Mbps shows a sharp picture at once; more would overrun a slow uplink in its first second.
    parameters: { 'x-google-start-bitrate': 1_000 },
  },
  {
    kind: 'video',
    mimeType: 'video/VP9',
    clockRate: 90_000,
    // 8 bits and 4:2:0: the one profile that every browser with VP9 has.
    parameters: { 'profile-id': 0, 'x-google-start-bitrate': 1_000 },
  },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    // Constrained baseline, level 3.1 (720p at 30 fps): what every device has, many of them in hardware. Mode 1 (RFC 6184
    // section 6.3) splits a slice over packets, without which no picture of ours would fit.
    parameters: {
      'packetization-mode': 1,
      'profile-level-id': '42e01f',
      'level-asymmetry-allowed': 1,
      'x-google-start-bitrate': 1_000,
    },
  },
  {
    kind: 'video',
    mimeType: 'video/AV1',
    clockRate: 90_000,
    parameters: { 'x-google-start-bitrate': 1_000 },
  },
];

/**
 * Header extensions kept from clients, in capabilities and in what they send:
 * abs-capture-time, because simulcast never switches layers with it; playout-delay, because one sender could hold back
 * everyone's pictures with it; mediasoup's packet-id, which nobody here reads.
 */
const WITHHELD_EXTENSIONS: ReadonlySet<string> = new Set([
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  'urn:mediasoup:params:rtp-hdrext:packet-id',
]);

/** mediasoup takes copies of its own. Rejects with mediasoup's own errors. */
export const openRouter = (worker: Worker): Promise<Router> =>
  worker.createRouter({ mediaCodecs: ROUTER_CODECS as RouterRtpCodecCapability[] });

export function isWithheldExtension(uri: string): boolean {
  return WITHHELD_EXTENSIONS.has(uri);
}

/** True for the codecs above, whatever their letters' case; retransmission (`rtx`) is not a codec of its own. */
export function isKnownCodec(kind: MediaKind, mimeType: string): boolean {
  const wanted = mimeType.toLowerCase();
  return ROUTER_CODECS.some((codec) => codec.kind === kind && codec.mimeType.toLowerCase() === wanted);
}

/** A Router's capabilities as clients get them: a copy without the withheld extensions. */
function clientCapabilities(router: RtpCapabilities): RtpCapabilities {
  const capabilities = structuredClone(router);
  const headerExtensions = (capabilities.headerExtensions ?? []).filter(({ uri }) => !isWithheldExtension(uri));
  return { ...capabilities, headerExtensions };
}

/** What clients are told of any of these Routers. */
interface Offered {
  members: RtpCapabilities;
  viewers: RtpCapabilities;
}
let offered: Offered | null = null;

/** Every Router is made alike: the first tells of all, and what many are told is one object, encoded once. Nobody may change it. */
export function offeredCapabilities(router: Router): Offered {
  if (offered !== null) return offered;
  const members = clientCapabilities(router.rtpCapabilities);
  offered = { members, viewers: viewerCapabilities(members) };
  return offered;
}

/**
 * What the audience is sent without: congestion control for each viewer costs the Worker half as much again per packet. A viewer
 * asks for a smaller picture by what it counts itself.
 */
const CONGESTION_FEEDBACK: ReadonlySet<string> = new Set(['transport-cc', 'goog-remb']);
const CONGESTION_EXTENSIONS: ReadonlySet<string> = new Set([
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
]);

/** A copy for viewers, of a Router's capabilities or of a client's. */
export function viewerCapabilities({ codecs = [], headerExtensions = [] }: RtpCapabilities): RtpCapabilities {
  return structuredClone({
    codecs: codecs.map((codec) => ({
      ...codec,
      rtcpFeedback: (codec.rtcpFeedback ?? []).filter(({ type }) => !CONGESTION_FEEDBACK.has(type)),
    })),
    headerExtensions: headerExtensions.filter(({ uri }) => !CONGESTION_EXTENSIONS.has(uri)),
  });
}
