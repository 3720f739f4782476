// As much of SDP as it takes to send one voice and one picture to Janus, to receive them of it, and to read where it listens.
import type { RtpParameters } from 'mediasoup-client/types';

/** As the sink has them (loadtest/media/sink/stun.h): Janus checks, lite or not. */
const UFRAG = 'sink';
const PASSWORD = 'the-sink-checks-nobody';

/** As mediasoup describes a Transport, which is what the sink takes. */
export interface Offered {
  iceParameters: { usernameFragment: string; password: string };
  iceCandidates: { protocol: string; address: string; port: number }[];
  dtlsParameters: { fingerprints: { algorithm: string; value: string }[] };
}

const lines = (sdp: string): string[] => sdp.split('\r\n').filter((line) => line !== '');

const valueOf = (sdp: string, name: string): string => {
  const found = lines(sdp).find((line) => line.startsWith(`a=${name}:`));
  if (found === undefined) throw new Error(`Janus says nothing of ${name}`);
  return found.slice(name.length + 3);
};

/** Where the other end listens, with what secrets, under which certificate. */
export function transportOf(sdp: string): Offered {
  const [algorithm = '', value = ''] = valueOf(sdp, 'fingerprint').split(' ');
  // foundation component protocol priority address port …
  const [, , protocol = '', , address = '', port] = valueOf(sdp, 'candidate').split(' ');
  return {
    iceParameters: { usernameFragment: valueOf(sdp, 'ice-ufrag'), password: valueOf(sdp, 'ice-pwd') },
    iceCandidates: [{ protocol: protocol.toLowerCase(), address, port: Number(port) }],
    dtlsParameters: { fingerprints: [{ algorithm: algorithm.toLowerCase(), value }] },
  };
}

const session = (count: number): string[] => {
  const mids = Array.from({ length: count }, (_, index) => index).join(' ');
  return ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', `a=group:BUNDLE ${mids}`];
};

const transport = (fingerprint: string): string[] => [
  'c=IN IP4 127.0.0.1',
  'a=rtcp-mux',
  `a=ice-ufrag:${UFRAG}`,
  `a=ice-pwd:${PASSWORD}`,
  `a=fingerprint:sha-256 ${fingerprint}`,
  'a=setup:active',
];

const joined = (all: string[]): string => `${all.join('\r\n')}\r\n`;

function sending(mid: number, { codecs, encodings = [] }: RtpParameters): string[] {
  const [codec] = codecs;
  if (codec === undefined) throw new Error('nothing is sent without a codec');
  const [kind, name] = codec.mimeType.split('/');
  const type = codec.payloadType;
  const ssrcs = encodings.map(({ ssrc = 0 }) => ssrc);
  const channels = codec.channels === undefined || codec.channels === 1 ? '' : `/${codec.channels}`;
  const feedback = kind === 'video' ? ['nack', 'nack pli', 'ccm fir'] : [];
  return [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${type}`,
    `a=mid:${mid}`,
    'a=sendonly',
    `a=rtpmap:${type} ${name}/${codec.clockRate}${channels}`,
    ...feedback.map((one) => `a=rtcp-fb:${type} ${one}`),
    ...(ssrcs.length > 1 ? [`a=ssrc-group:SIM ${ssrcs.join(' ')}`] : []),
    ...ssrcs.map((ssrc) => `a=ssrc:${ssrc} cname:sink`),
  ];
}

/** @param all of each stream, in the order of the m-lines; several encodings of one are its layers, lowest first */
export function sendingOffer(all: readonly RtpParameters[], fingerprint: string): string {
  const sections = all.flatMap((one, mid) => {
    const [media = '', ...rest] = sending(mid, one);
    return [media, ...transport(fingerprint), ...rest];
  });
  return joined([...session(all.length), ...sections]);
}

/** Takes everything that is offered, without header extensions. */
export function receivingAnswer(offer: string, fingerprint: string): string {
  const sections = offer.split(/\r\n(?=m=)/).slice(1);
  const kept = /^a=(mid|rtpmap|fmtp|rtcp-fb):/;
  const answers = sections.flatMap((section) => {
    const [media = '', ...rest] = lines(section);
    return [media, ...transport(fingerprint), 'a=recvonly', ...rest.filter((line) => kept.test(line))];
  });
  return joined([...session(sections.length), ...answers]);
}
