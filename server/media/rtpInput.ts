// Rebuilds the RTP and DTLS objects that clients send from known fields only. mediasoup checks most of them itself, but
// what it overlooks (a fractional `maxBitrate`, say) throws while its shared message builder is half filled, after which
// no request reaches that Worker any more: one client could take a Worker from everyone.
import type { MediaKind } from '#protocol/media';
import { ProtocolError } from '#protocol/errors';
import type {
  DtlsFingerprint,
  DtlsParameters,
  RtcpFeedback,
  RtpCapabilities,
  RtpCodecCapability,
  RtpCodecParameters,
  RtpEncodingParameters,
  RtpHeaderExtension,
  RtpHeaderExtensionParameters,
  RtpParameters,
} from 'mediasoup/types';
import { isKnownCodec, isWithheldExtension } from './codecs.ts';

/** Simulcast has three layers; mediasoup would take more, at one received stream each. */
const MAX_ENCODINGS = 3;
/** A codec and its RTX, with room for what later browsers list beside them. */
const MAX_CODECS = 8;
const MAX_CAPABILITY_CODECS = 128;
const MAX_EXTENSIONS = 64;
const MAX_FEEDBACKS = 16;
const MAX_CODEC_PARAMETERS = 32;
const MAX_FINGERPRINTS = 8;
const MAX_UINT32 = 2 ** 32 - 1;
const MAX_INT32 = 2 ** 31 - 1;

const FINGERPRINT_ALGORITHMS = ['sha-256', 'sha-384', 'sha-512'] as const;
const DTLS_ROLES = ['auto', 'client', 'server'] as const;
const EXTENSION_DIRECTIONS = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const;
const RID = /^[A-Za-z0-9]{1,16}$/;
const SCALABILITY_MODE = /^[LS][1-3]T[1-3](_KEY)?$/;
const FINGERPRINT = /^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){19,63}$/;

type Fields = Record<string, unknown>;

/** RTP parameters of a Producer of `kind`. Throws ProtocolError `bad_request`, naming the field and never its value. */
export function parseRtpParameters(kind: MediaKind, input: unknown): RtpParameters {
  const { mid, codecs, headerExtensions, encodings, rtcp, msid } = fields(input, 'rtpParameters');
  const parsed: RtpParameters = {
    codecs: list(codecs, MAX_CODECS, 'codecs').map((codec) => parseCodec(kind, codec)),
    headerExtensions: list(headerExtensions ?? [], MAX_EXTENSIONS, 'headerExtensions')
      .map(parseExtensionParameters)
      .filter(({ uri }) => !isWithheldExtension(uri)),
    encodings: list(encodings ?? [], MAX_ENCODINGS, 'encodings').map(parseEncoding),
    rtcp: parseRtcp(rtcp ?? {}),
  };
  if (!parsed.codecs.some((codec) => !isRtx(codec.mimeType))) refuse('codecs');
  if (mid !== undefined) parsed.mid = text(mid, 32, 'mid');
  if (msid !== undefined) parsed.msid = text(msid, 256, 'msid');
  return parsed;
}

/** What a client can receive, less everything that this server never sends. Throws ProtocolError `bad_request`. */
export function parseRtpCapabilities(input: unknown): RtpCapabilities {
  const { codecs, headerExtensions } = fields(input, 'rtpCapabilities');
  return {
    codecs: list(codecs ?? [], MAX_CAPABILITY_CODECS, 'codecs')
      .map(parseCapabilityCodec)
      .filter(({ kind, mimeType }) => isRtx(mimeType) || isKnownCodec(kind, mimeType)),
    headerExtensions: list(headerExtensions ?? [], MAX_EXTENSIONS, 'headerExtensions')
      .map(parseExtension)
      .filter(({ uri }) => !isWithheldExtension(uri)),
  };
}

/** The client's half of the DTLS handshake; SHA-1 fingerprints are refused (RFC 8122 section 5). */
export function parseDtlsParameters(input: unknown): DtlsParameters {
  const { role, fingerprints } = fields(input, 'dtlsParameters');
  const parsed: DtlsParameters = {
    fingerprints: list(fingerprints, MAX_FINGERPRINTS, 'fingerprints').map(parseFingerprint),
  };
  if (parsed.fingerprints.length === 0) refuse('fingerprints');
  if (role !== undefined) parsed.role = oneOf(role, DTLS_ROLES, 'role');
  return parsed;
}

function parseFingerprint(input: unknown): DtlsFingerprint {
  const { algorithm, value } = fields(input, 'fingerprint');
  return {
    algorithm: oneOf(algorithm, FINGERPRINT_ALGORITHMS, 'algorithm'),
    value: matching(value, FINGERPRINT, 'fingerprint'),
  };
}

function parseCodec(kind: MediaKind, input: unknown): RtpCodecParameters {
  const { mimeType: rawType, payloadType, clockRate, channels, parameters, rtcpFeedback } = fields(input, 'codec');
  const mimeType = text(rawType, 64, 'mimeType');
  if (!isRtx(mimeType) && !isKnownCodec(kind, mimeType)) refuse('codec');
  const codec: RtpCodecParameters = {
    mimeType,
    payloadType: integer(payloadType, 0, 127, 'payloadType'),
    clockRate: integer(clockRate, 1, 192_000, 'clockRate'),
    parameters: parseCodecParameters(parameters ?? {}),
    rtcpFeedback: list(rtcpFeedback ?? [], MAX_FEEDBACKS, 'rtcpFeedback').map(parseFeedback),
  };
  if (channels !== undefined) codec.channels = integer(channels, 1, 8, 'channels');
  return codec;
}

function parseCapabilityCodec(input: unknown): RtpCodecCapability {
  const { kind, mimeType, preferredPayloadType, clockRate, channels, parameters, rtcpFeedback } = fields(
    input,
    'codec',
  );
  const codec: RtpCodecCapability = {
    kind: oneOf(kind, ['audio', 'video'], 'kind'),
    mimeType: text(mimeType, 64, 'mimeType'),
    preferredPayloadType: integer(preferredPayloadType, 0, 127, 'preferredPayloadType'),
    clockRate: integer(clockRate, 1, 192_000, 'clockRate'),
    parameters: parseCodecParameters(parameters ?? {}),
    rtcpFeedback: list(rtcpFeedback ?? [], MAX_FEEDBACKS, 'rtcpFeedback').map(parseFeedback),
  };
  if (channels !== undefined) codec.channels = integer(channels, 1, 8, 'channels');
  return codec;
}

function parseCodecParameters(input: unknown): Record<string, string | number> {
  const entries = Object.entries(fields(input, 'parameters'));
  if (entries.length > MAX_CODEC_PARAMETERS) refuse('parameters');
  return Object.fromEntries(entries.map(([key, value]) => [text(key, 64, 'parameters'), codecParameter(value)]));
}

function codecParameter(value: unknown): string | number {
  if (typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= MAX_INT32) return value;
  // mediasoup-client spells a flag without a value as undefined, which crosses JSON as null or not at all.
  return text(value ?? '', 256, 'parameters', 0);
}

function parseFeedback(input: unknown): RtcpFeedback {
  const { type, parameter } = fields(input, 'rtcpFeedback');
  return { type: text(type, 32, 'rtcpFeedback'), parameter: text(parameter ?? '', 32, 'rtcpFeedback', 0) };
}

function parseExtensionParameters(input: unknown): RtpHeaderExtensionParameters {
  const { uri, id, encrypt } = fields(input, 'headerExtension');
  // An unknown URI is refused by mediasoup with an error of its own, before it builds anything.
  const known = text(uri, 128, 'uri') as RtpHeaderExtensionParameters['uri'];
  return { uri: known, id: integer(id, 1, 255, 'id'), encrypt: encrypt === true, parameters: {} };
}

function parseExtension(input: unknown): RtpHeaderExtension {
  const { kind, uri, preferredId, preferredEncrypt, direction } = fields(input, 'headerExtension');
  return {
    kind: oneOf(kind, ['audio', 'video'], 'kind'),
    uri: text(uri, 128, 'uri') as RtpHeaderExtension['uri'],
    preferredId: integer(preferredId, 1, 255, 'preferredId'),
    preferredEncrypt: preferredEncrypt === true,
    direction: oneOf(direction ?? 'sendrecv', EXTENSION_DIRECTIONS, 'direction'),
  };
}

function parseEncoding(input: unknown): RtpEncodingParameters {
  const { ssrc, rid, codecPayloadType, rtx, dtx, scalabilityMode, maxBitrate } = fields(input, 'encoding');
  const encoding: RtpEncodingParameters = { dtx: dtx === true };
  if (ssrc !== undefined) encoding.ssrc = integer(ssrc, 1, MAX_UINT32, 'ssrc');
  if (rid !== undefined) encoding.rid = matching(rid, RID, 'rid');
  if (codecPayloadType !== undefined) encoding.codecPayloadType = integer(codecPayloadType, 0, 127, 'codecPayloadType');
  if (rtx !== undefined) encoding.rtx = { ssrc: integer(fields(rtx, 'rtx')['ssrc'], 1, MAX_UINT32, 'rtx') };
  if (scalabilityMode !== undefined) {
    encoding.scalabilityMode = matching(scalabilityMode, SCALABILITY_MODE, 'scalabilityMode');
  }
  if (maxBitrate !== undefined) encoding.maxBitrate = integer(maxBitrate, 0, MAX_UINT32, 'maxBitrate');
  return encoding;
}

function parseRtcp(input: unknown): { cname?: string; reducedSize: boolean } {
  const { cname, reducedSize } = fields(input, 'rtcp');
  const rtcp = { reducedSize: reducedSize !== false };
  return cname === undefined ? rtcp : { ...rtcp, cname: text(cname, 64, 'cname', 0) };
}

function isRtx(mimeType: string): boolean {
  return /^(audio|video)\/rtx$/i.test(mimeType);
}

function fields(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(what);
  return value as Fields;
}

function list(value: unknown, max: number, what: string): unknown[] {
  if (!Array.isArray(value) || value.length > max) refuse(what);
  return value;
}

function text(value: unknown, max: number, what: string, min = 1): string {
  if (typeof value !== 'string' || value.length < min || value.length > max) refuse(what);
  return value;
}

function matching(value: unknown, pattern: RegExp, what: string): string {
  if (typeof value !== 'string' || !pattern.test(value)) refuse(what);
  return value;
}

function integer(value: unknown, min: number, max: number, what: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) refuse(what);
  return value;
}

function oneOf<const Value extends string>(value: unknown, allowed: readonly Value[], what: string): Value {
  return allowed.find((candidate) => candidate === value) ?? refuse(what);
}

function refuse(what: string): never {
  throw new ProtocolError('bad_request', `media parameters: ${what} is not acceptable`);
}
