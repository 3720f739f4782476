// Microphones at the server's end of a Room, and an ear on a Router: sound that needs no client.
import { PeerId, type ProducerId } from '#protocol/ids';
import type { Router, RtpParameters } from 'mediasoup/types';
import * as v from 'valibot';
import type { Published } from '../published.ts';
import type { SfuRoomMedia } from '../SfuRoomMedia.ts';
import { opusPacket, opusParameters } from './rtpSamples.ts';

const PACKET_MS = 20;

/** In −dBov, of the packet with this number. */
export type Level = (sequence: number) => number;

/** Speech goes up and down and has pauses; a level that stays is taken for the noise of the room. */
export const speech: Level = (sequence) => (sequence % 25 < 18 ? 10 + (sequence % 4) * 5 : 97);

/**
 * Has fifty packets a second sent, numbered from 1, however late its timer is: observers pass over whoever sent too few of them.
 * @returns the end of it
 */
export function keepSending(send: (sequence: number) => void): () => void {
  const beganAtMs = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.floor((performance.now() - beganAtMs) / PACKET_MS);
    while (sent < due) send((sent += 1));
  }, PACKET_MS);
  return () => clearInterval(timer);
}

/** A microphone that is on, published in the Room, from the Router that is named; `end` stops what it sends. */
export async function startVoice(media: SfuRoomMedia, router: Router, name: string, level: Level = speech) {
  const transport = await router.createDirectTransport();
  const ssrc = 4_711;
  const producer = await transport.produce({ kind: 'audio', rtpParameters: opusParameters(ssrc) as RtpParameters });
  const end = keepSending((sequence) => {
    producer.send(opusPacket(ssrc, sequence, level(sequence), Buffer.from('ciphertext')));
  });
  const peerId = v.parse(PeerId, name.padEnd(16, '_'));
  const published: Published = { id: producer.id as ProducerId, peerId, stream: 'mic', producer, router };
  media.publish(published);
  return { published, end };
}

/** The next packet that this Router has of a Producer, as a client there would get it. */
export async function listenAt(router: Router, producerId: string): Promise<Buffer> {
  const tap = await router.createDirectTransport();
  const consumer = await tap.consume({ producerId, rtpCapabilities: router.rtpCapabilities });
  const packet = await new Promise<Buffer>((resolve) => consumer.once('rtp', resolve));
  tap.close();
  return packet;
}
