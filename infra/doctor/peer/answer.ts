// The server's WebRtcTransport in the words that a PeerConnection takes: one SDP answer from mediasoup's parameters.
import * as v from 'valibot';

/** As mediasoup describes a WebRtcTransport. */
const Offered = v.object({
  iceParameters: v.object({ usernameFragment: v.string(), password: v.string() }),
  iceCandidates: v.array(
    v.object({
      protocol: v.picklist(['udp', 'tcp']),
      address: v.optional(v.string()),
      ip: v.optional(v.string()),
      port: v.number(),
    }),
  ),
  dtlsParameters: v.object({ fingerprints: v.array(v.object({ algorithm: v.string(), value: v.string() })) }),
});
export type Offered = v.InferOutput<typeof Offered>;
export type Way = 'udp' | 'tcp';

export const parseOffered = (offered: unknown): Offered => v.parse(Offered, offered);

export interface Stream {
  direction: 'send' | 'receive';
  ssrc: number;
  payloadType: number;
}

/** The server's address for one way, or null where it offers none. */
export function targetOf({ iceCandidates }: Offered, way: Way): Target | null {
  const candidate = iceCandidates.find(({ protocol }) => protocol === way);
  const address = candidate?.address ?? candidate?.ip;
  return candidate === undefined || address === undefined ? null : { address, port: candidate.port };
}

/** Where the PeerConnection is to send; the server's own candidate, or a bridge to it. */
export interface Target {
  address: string;
  port: number;
}

export function answerOf({ iceParameters, dtlsParameters }: Offered, target: Target, stream: Stream): string {
  const digest = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256')?.value ?? '';
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    'a=group:BUNDLE 0',
    `m=audio 9 UDP/TLS/RTP/SAVPF ${stream.payloadType}`,
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    stream.direction === 'send' ? 'a=recvonly' : 'a=sendonly',
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    `a=fingerprint:sha-256 ${digest}`,
    'a=setup:passive',
    'a=rtcp-mux',
    `a=rtpmap:${stream.payloadType} opus/48000/2`,
    ...(stream.direction === 'receive' ? [`a=ssrc:${stream.ssrc} cname:conclave`] : []),
    `a=candidate:1 1 udp 1 ${target.address} ${target.port} typ host`,
    'a=end-of-candidates',
    '',
  ].join('\r\n');
}
