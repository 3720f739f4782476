// A line between the media Worker and a real peer: what the peer hears of its end.
import { createWorker } from 'mediasoup';
import type { WebRtcTransport, Worker } from 'mediasoup/types';
import { Audio, PeerConnection } from 'node-datachannel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requireWorkerBin } from '../../../server/media/test/mediaTestBed.ts';
import { answerOf, parseOffered, targetOf } from './answer.ts';

const OPUS = { mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType: 111 } as const;
const SSRC = 4242;
/** Below what ICE takes to find out by itself that nobody is there any more, 30 s. */
const WITHIN = { timeout: 20_000 };

let worker: Worker;
let transport: WebRtcTransport;
let peer: PeerConnection;
const states: string[] = [];

beforeEach(async () => {
  worker = await createWorker({ workerBin: requireWorkerBin(), logLevel: 'none' });
  const { payloadType: preferredPayloadType, ...codec } = OPUS;
  const router = await worker.createRouter({ mediaCodecs: [{ kind: 'audio', ...codec, preferredPayloadType }] });
  transport = await router.createWebRtcTransport({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }] });
  peer = new PeerConnection('peer', { iceServers: [], disableAutoNegotiation: true });
  states.length = 0;
  peer.onStateChange((state) => states.push(state));
});
afterEach(() => {
  peer.close();
  worker.close();
});

const receiverReport = (): Buffer => Buffer.from([0x80, 201, 0, 1, 0, 0, SSRC >> 8, SSRC & 0xff]);
const oneSound = (): Buffer =>
  Buffer.from([0x80, 111, 0, 1, 0, 0, 0, 0, 0, 0, SSRC >> 8, SSRC & 0xff, 0xf8, 0xff, 0xfe]);

test('a peer that said something under the handshake’s keys is told of the end when its Transport closes', async () => {
  const { iceParameters, iceCandidates, dtlsParameters } = transport;
  const offered = parseOffered({ iceParameters, iceCandidates, dtlsParameters });
  const target = targetOf(offered, 'udp');
  if (target === null) throw new Error('no way to the server');
  const audio = new Audio('0', 'SendOnly');
  audio.addOpusCodec(OPUS.payloadType);
  audio.addSSRC(SSRC, 'peer');
  const track = peer.addTrack(audio);
  peer.setLocalDescription('offer');
  const value = /^a=fingerprint:sha-256 (\S+)/im.exec(peer.localDescription()?.sdp ?? '')?.[1] ?? '';
  await transport.connect({ dtlsParameters: { role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] } });
  const producer = await transport.produce({
    kind: 'audio',
    rtpParameters: { codecs: [OPUS], encodings: [{ ssrc: SSRC }] },
  });
  peer.setRemoteDescription(
    answerOf(offered, target, { direction: 'send', payloadType: OPUS.payloadType, ssrc: SSRC }),
    'answer',
  );
  await expect.poll(() => track.isOpen(), WITHIN).toBe(true);
  // In this order on one socket: once the second is counted, the Worker has the first, and has let go of the handshake.
  const heard = async (): Promise<number> => {
    track.sendMessageBinary(receiverReport());
    track.sendMessageBinary(oneSound());
    return (await producer.getStats())[0]?.packetCount ?? 0;
  };
  await expect.poll(heard, WITHIN).toBeGreaterThan(0);
  expect(states).not.toContain('closed');
  transport.close();
  await expect.poll(() => states, WITHIN).toContain('closed');
}, 90_000);
