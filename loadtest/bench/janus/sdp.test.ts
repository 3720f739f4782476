// What is said to Janus, and what is read of it.
import { describe, expect, it } from 'vitest';
import { receivingAnswer, sendingOffer, transportOf } from './sdp.ts';

const OFFER = [
  'v=0',
  'o=- 1 1 IN IP4 192.0.2.2',
  's=VideoRoom 1',
  't=0 0',
  'a=group:BUNDLE 0 1',
  'a=ice-lite',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 192.0.2.2',
  'a=sendonly',
  'a=mid:0',
  'a=ice-ufrag:O+x0',
  'a=ice-pwd:lVgLtOhOggnUbGFntK3uqQ',
  'a=fingerprint:sha-256 AB:CD',
  'a=setup:actpass',
  'a=rtpmap:111 opus/48000/2',
  'a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid',
  'a=candidate:1 1 udp 2015363327 192.0.2.2 44998 typ host',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'c=IN IP4 192.0.2.2',
  'a=sendonly',
  'a=mid:1',
  'a=rtpmap:96 VP8/90000',
  'a=rtcp-fb:96 nack pli',
]
  .map((line) => `${line}\r\n`)
  .join('');

describe('a description of Janus’s', () => {
  it('tells where it listens, with what secrets, under which certificate', () => {
    expect(transportOf(OFFER)).toEqual({
      iceParameters: { usernameFragment: 'O+x0', password: 'lVgLtOhOggnUbGFntK3uqQ' },
      iceCandidates: [{ protocol: 'udp', address: '192.0.2.2', port: 44998 }],
      dtlsParameters: { fingerprints: [{ algorithm: 'sha-256', value: 'AB:CD' }] },
    });
  });

  it('is refused where it names no candidate', () => {
    expect(() => transportOf(OFFER.replace(/a=candidate:.*\r\n/, ''))).toThrow('candidate');
  });

  it('is answered with every m-line taken, the handshake begun by us, and no header extension', () => {
    const answer = receivingAnswer(OFFER, 'EF:01');
    expect(answer.match(/^m=.*$/gm)).toEqual(['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'm=video 9 UDP/TLS/RTP/SAVPF 96']);
    expect(answer.match(/^a=(mid|setup|recvonly|fingerprint|rtcp-fb).*$/gm)).toEqual([
      ...['a=fingerprint:sha-256 EF:01', 'a=setup:active', 'a=recvonly', 'a=mid:0'],
      ...['a=fingerprint:sha-256 EF:01', 'a=setup:active', 'a=recvonly', 'a=mid:1', 'a=rtcp-fb:96 nack pli'],
    ]);
    expect(answer).not.toContain('extmap');
  });
});

describe('what is sent to Janus', () => {
  it('names the layers of a picture as its simulcast, lowest first', () => {
    const video = {
      codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000, rtcpFeedback: [] }],
      encodings: [{ ssrc: 11 }, { ssrc: 12 }, { ssrc: 13 }],
    };
    const audio = {
      codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, rtcpFeedback: [] }],
      encodings: [{ ssrc: 7 }],
    };
    const offer = sendingOffer([audio, video], 'EF:01');
    expect(offer).toContain('a=group:BUNDLE 0 1\r\n');
    expect(offer).toContain('a=rtpmap:111 opus/48000/2\r\na=ssrc:7 cname:sink\r\n');
    expect(offer).toContain('a=ssrc-group:SIM 11 12 13\r\na=ssrc:11 cname:sink\r\n');
  });
});
