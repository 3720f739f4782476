// Media on the wire: RTP and DTLS objects (mediasoup's shapes, bounded but opaque here), Transports, Consumers.
import * as v from 'valibot';
import { ConsumerId, PeerId, ProducerId, Stream, TransportId } from './ids.ts';
import { MAX_ICE_URL_CHARS, MAX_RTP_JSON_CHARS } from './limits.ts';

/** A plain JSON object of bounded size; mediasoup checks its inside, so the schema guards only shape and size. */
const opaqueObject = v.pipe(
  v.custom<Record<string, unknown>>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  v.check(
    (value) => (safeJson(value)?.length ?? Infinity) <= MAX_RTP_JSON_CHARS,
    `too_large: ${MAX_RTP_JSON_CHARS} characters`,
  ),
);

function safeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

export const RtpCapabilities = opaqueObject;
export const RtpParameters = opaqueObject;
export const DtlsParameters = opaqueObject;
export const IceParameters = opaqueObject;

/** What mediasoup-client's createSendTransport/createRecvTransport take. */
export const TransportOptions = v.object({
  id: TransportId,
  iceParameters: IceParameters,
  iceCandidates: v.array(opaqueObject),
  dtlsParameters: DtlsParameters,
});
export type TransportOptions = v.InferOutput<typeof TransportOptions>;

export const TransportPair = v.object({ send: TransportOptions, recv: TransportOptions });
export type TransportPair = v.InferOutput<typeof TransportPair>;

export const MediaKind = v.picklist(['audio', 'video']);
export type MediaKind = v.InferOutput<typeof MediaKind>;

/** A Consumer as its client must build it; it is paused until `consumer:ready` names it. */
export const ConsumerOptions = v.object({
  id: ConsumerId,
  producerId: ProducerId,
  peerId: PeerId,
  stream: Stream,
  kind: MediaKind,
  rtpParameters: RtpParameters,
  producerPaused: v.boolean(),
  /** The Consumer whose place it takes: worth showing until this one has a picture; its end is told as any other. */
  replaces: v.optional(ConsumerId),
});
export type ConsumerOptions = v.InferOutput<typeof ConsumerOptions>;

/** How a client shows one video Consumer: in CSS pixels times the device's pixel ratio; hidden is not sent at all. */
export const ConsumerView = v.object({
  consumerId: ConsumerId,
  visible: v.boolean(),
  width: v.pipe(v.number(), v.minValue(0), v.maxValue(16_384)),
  height: v.pipe(v.number(), v.minValue(0), v.maxValue(16_384)),
});
export type ConsumerView = v.InferOutput<typeof ConsumerView>;

/** RFC 7064 and 7065, as far as browsers take them. */
const IceUrl = v.pipe(
  v.string(),
  v.maxLength(MAX_ICE_URL_CHARS),
  v.regex(/^(stuns?:[A-Za-z0-9.:[\]_-]+|turns?:[A-Za-z0-9.:[\]_-]+(\?transport=(udp|tcp))?)$/),
);

/** A STUN or TURN server as a browser is given it. */
export const IceServer = v.object({
  urls: v.union([IceUrl, v.array(IceUrl)]),
  username: v.optional(v.string()),
  credential: v.optional(v.string()),
  /** How long the credential opens anything, from the answer on; absent where that has no end. */
  ttlMs: v.optional(v.pipe(v.number(), v.minValue(0))),
});
export type IceServer = v.InferOutput<typeof IceServer>;
