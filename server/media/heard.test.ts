// Who is forwarded in a Room where many microphones are on, by real Workers from real packets; and Consumers that are made anew.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PeerId, type ProducerId } from '#protocol/ids';
import { HEARD_MICROPHONES } from '#protocol/limits';
import type { DirectTransport, RtpParameters } from 'mediasoup/types';
import * as v from 'valibot';
import type { SfuMediaPlane } from './SfuMediaPlane.ts';
import { SfuRoomMedia } from './SfuRoomMedia.ts';
import { eventually, openTestPlane, TestRoom, type TestPeer } from './test/mediaTestBed.ts';
import { opusPacket, opusParameters } from './test/rtpSamples.ts';
import { keepSending } from './test/voices.ts';

let plane: SfuMediaPlane;
beforeAll(async () => {
  plane = await openTestPlane(1);
});
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});
afterAll(() => plane?.close());

const NOISE = 70;
const SPEECH = 25;
const MICROPHONES = HEARD_MICROPHONES + 4;

/** A microphone that is on, and sends at the level that it has at the moment. */
async function openMicrophone(room: SfuRoomMedia, transport: DirectTransport, number: number) {
  const ssrc = 5_000 + number;
  const producer = await transport.produce({ kind: 'audio', rtpParameters: opusParameters(ssrc) as RtpParameters });
  const peerId = v.parse(PeerId, String(number).padStart(16, 'm'));
  const microphone = { peerId, level: NOISE, producer };
  const end = keepSending((sequence) => {
    if (!producer.paused) producer.send(opusPacket(ssrc, sequence, microphone.level, Buffer.from('ciphertext')));
  });
  ends.push(end);
  room.publish({ id: producer.id as ProducerId, peerId, stream: 'mic', producer, router: room.liveRouter! });
  return microphone;
}

async function scene() {
  const room = await new TestRoom(plane).open();
  const { media } = room;
  if (!(media instanceof SfuRoomMedia)) throw new Error('not the real one');
  ends.push(() => media.close());
  const transport = await plane.routerOf(room.roomId)!.createDirectTransport();
  const microphones = [];
  for (let number = 0; number < MICROPHONES; number += 1) {
    microphones.push(await openMicrophone(media, transport, number));
  }
  const listener = await room.peer().openAndStart();
  await eventually('a Consumer of each', () => listener.consumers().length === MICROPHONES);
  await listener.media.consumersReady(listener.consumers().map(({ id }) => id));
  const flowing = () =>
    listener
      .consumers()
      .filter((consumer) => !room.serverConsumer(consumer).paused)
      .map(({ peerId }) => peerId);
  return { room, listener, microphones, flowing };
}

const told = (peer: TestPeer) => peer.heard('audio:heard').at(-1)?.peerIds?.toSorted();

describe('P-65 a Room with more microphones on than are forwarded', () => {
  it('P-65 forwards as many as may be, names them before any Consumer, and pauses the others without calling them muted', async () => {
    const { listener, flowing } = await scene();
    expect(flowing()).toHaveLength(HEARD_MICROPHONES);
    expect(told(listener)).toEqual(flowing().toSorted());
    expect(listener.told.findIndex(({ name }) => name === 'audio:heard')).toBe(0);
    expect(listener.consumers().some(({ producerPaused }) => producerPaused)).toBe(false);
    expect(listener.heard('consumer:paused')).toEqual([]);
  });

  it('P-65 forwards who begins to speak, and tells so', async () => {
    const { room, listener, microphones, flowing } = await scene();
    const outside = microphones.find(({ peerId }) => !flowing().includes(peerId))!;
    // A while in which somebody else is heard to speak: only then has anybody been silent.
    const inside = microphones.find(({ peerId }) => flowing().includes(peerId))!;
    inside.level = SPEECH;
    const isHeard = (levels: (typeof room.levels)[number]) =>
      levels.some(({ peerId, level }) => peerId === inside.peerId && level === -SPEECH);
    await eventually('two seconds of its voice', () => room.levels.filter(isHeard).length >= 7);
    outside.level = SPEECH;
    // The Worker answers one after the other that it sends the one and stops the other.
    await eventually(
      'the new voice in the place of another',
      () => flowing().includes(outside.peerId) && flowing().length === HEARD_MICROPHONES,
    );
    expect(flowing()).toContain(inside.peerId);
    expect(told(listener)).toEqual(flowing().toSorted());
  });

  it('P-154 forwards the sound of a hall while more speak than are forwarded, names it nowhere, and calls nobody silent for it', async () => {
    const { room, listener, microphones, flowing } = await scene();
    const { media } = room;
    if (!(media instanceof SfuRoomMedia)) throw new Error('not the real one');
    for (const microphone of microphones) microphone.level = SPEECH;
    const before = flowing().length;
    const transport = await plane.routerOf(room.roomId)!.createDirectTransport();
    const producer = await transport.produce({ kind: 'audio', rtpParameters: opusParameters(9_999) as RtpParameters });
    const peerId = v.parse(PeerId, 'hall'.padStart(16, 'h'));
    const router = media.liveRouter!;
    media.publish({ id: producer.id as ProducerId, peerId, stream: 'screenAudio', producer, router });
    const hall = () => listener.consumers().find((one) => one.peerId === peerId);
    await eventually('a Consumer of the hall', () => hall() !== undefined);
    await listener.media.consumersReady([hall()!.id]);
    expect(room.serverConsumer(hall()!).paused).toBe(false);
    // Of those who speak one may be taking another's place at the moment.
    await eventually('the hall beside all of them', () => flowing().length === before + 1);
    expect(told(listener)).not.toContain(peerId);
  });

  it('P-65 forwards who switches a microphone on at once, and all of them once enough are muted', async () => {
    const { listener, microphones, flowing } = await scene();
    const outside = microphones.find(({ peerId }) => !flowing().includes(peerId))!;
    await outside.producer.pause();
    await eventually('its mute', () => listener.heard('consumer:paused').length === 1);
    await outside.producer.resume();
    await eventually('its voice', () => flowing().length === HEARD_MICROPHONES && flowing().includes(outside.peerId));
    for (const { producer } of microphones.slice(0, MICROPHONES - HEARD_MICROPHONES)) await producer.pause();
    await eventually('all of them', () => flowing().length === MICROPHONES);
    expect(listener.heard('audio:heard').at(-1)).toEqual({ peerIds: null });
  });
});

describe('P-66 a Consumer that its client let go of', () => {
  it('P-66 is made anew where it is asked for, under another id, in the place and with the view of the former', async () => {
    const room = await new TestRoom(plane).open();
    ends.push(() => room.media.close());
    const [sender, receiver] = await Promise.all([room.peer().open(), room.peer().openAndStart()]);
    await sender.produce('camera');
    const former = await receiver.consumerOf('camera');
    await receiver.media.consumersReady([former.id]);
    await receiver.media.view([{ consumerId: former.id, visible: false, width: 0, height: 0 }]);
    await receiver.media.renewConsumers([former.id]);
    const next = receiver.consumers()[1]!;
    expect(next).toMatchObject({ producerId: former.producerId, replaces: former.id });
    await eventually('the end of the former', () => receiver.heard('consumer:closed').length > 0);
    expect(receiver.heard('consumer:closed')).toEqual([{ consumerIds: [former.id] }]);
    expect(room.serverConsumer(former).closed).toBe(true);
    await receiver.media.consumersReady([next.id]);
    expect(room.serverConsumer(next).paused).toBe(true);
    await receiver.media.view([{ consumerId: next.id, visible: true, width: 320, height: 180 }]);
    expect(room.serverConsumer(next).paused).toBe(false);
  });

  it('P-66 that is not there is passed over', async () => {
    const room = await new TestRoom(plane).open();
    ends.push(() => room.media.close());
    const [sender, receiver] = await Promise.all([room.peer().open(), room.peer().openAndStart()]);
    await sender.produce('camera');
    const former = await receiver.consumerOf('camera');
    await receiver.media.renewConsumers([former.id]);
    await receiver.media.renewConsumers([former.id]);
    expect(receiver.consumers()).toHaveLength(2);
  });
});
