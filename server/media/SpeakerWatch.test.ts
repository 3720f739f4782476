// Who is heard, by real Workers from real packets' header levels; and what a tap on the Router sees of those packets.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PeerId, type ProducerId, type Stream } from '#protocol/ids';
import type { DirectTransport, Producer, RtpParameters } from 'mediasoup/types';
import * as v from 'valibot';
import type { Published } from './published.ts';
import type { SfuMediaPlane } from './SfuMediaPlane.ts';
import { systemClock } from '../util/clock.ts';
import { SpeakerWatch } from './SpeakerWatch.ts';
import { eventually, openTestPlane, TestRoom } from './test/mediaTestBed.ts';
import { RouterTap } from './test/routerTap.ts';
import { opusPacket, opusParameters } from './test/rtpSamples.ts';
import { keepSending } from './test/voices.ts';

let plane: SfuMediaPlane;
beforeAll(async () => {
  plane = await openTestPlane(1);
});
const voices: Voice[] = [];
afterEach(() => {
  for (const voice of voices.splice(0)) voice.close();
});
afterAll(() => plane?.close());

const ADA = v.parse(PeerId, 'a'.repeat(16));
const BOB = v.parse(PeerId, 'b'.repeat(16));
const LOUD = 10;
const SOFT = 40;
const SILENT = 127;
/** What a microphone hears in a quiet room. */
const BACKGROUND = 97;

/** Sends at the level that it has at the moment. */
class Voice {
  level = SILENT;
  /** Speech goes up and down; a level that stays is taken for the noise of the room. */
  speaking = false;
  readonly published: Omit<Published, 'router'>;
  readonly #end: () => void;

  private constructor(producer: Producer, ssrc: number, peerId: PeerId, stream: Stream) {
    this.published = { id: producer.id as ProducerId, peerId, stream, producer };
    this.#end = keepSending((sequence) => {
      producer.send(opusPacket(ssrc, sequence, this.#levelOf(sequence), Buffer.from('ciphertext of ' + peerId)));
    });
  }

  #levelOf(sequence: number): number {
    if (!this.speaking) return this.level;
    return sequence % 25 < 18 ? LOUD + (sequence % 4) * 5 : BACKGROUND;
  }

  static async open(transport: DirectTransport, ssrc: number, peerId: PeerId, stream: Stream = 'mic'): Promise<Voice> {
    const rtpParameters = opusParameters(ssrc) as RtpParameters;
    const voice = new Voice(await transport.produce({ kind: 'audio', rtpParameters }), ssrc, peerId, stream);
    voices.push(voice);
    return voice;
  }

  close(): void {
    this.#end();
    this.published.producer.close();
  }
}

async function openVoices() {
  const room = await new TestRoom(plane).open();
  const router = plane.routerOf(room.roomId)!;
  const levels: { peerId: PeerId; level: number }[][] = [];
  const reportedAtMs: number[] = [];
  const speakers: (PeerId | null)[] = [];
  const events = {
    onLevels: (entries: { peerId: PeerId; level: number }[]) => {
      levels.push(entries);
      reportedAtMs.push(Date.now());
    },
    onActiveSpeaker: (peerId: PeerId | null) => void speakers.push(peerId),
  };
  const watch = new SpeakerWatch(router, events, systemClock);
  const transport = await router.createDirectTransport();
  return { room, transport, watch, levels, reportedAtMs, speakers };
}

describe('SpeakerWatch', () => {
  it('reports the loudest first, in dBov, and an empty list once all are silent', async () => {
    const { room, transport, watch, levels, reportedAtMs } = await openVoices();
    const ada = await Voice.open(transport, 111, ADA);
    const bob = await Voice.open(transport, 222, BOB);
    const beganAtMs = Date.now();
    watch.add(ada.published);
    watch.add(bob.published);
    ada.level = SOFT;
    bob.level = LOUD;
    await eventually('both levels', () => levels.some((entries) => entries.length === 2));
    expect(levels.find((entries) => entries.length === 2)).toEqual([
      { peerId: BOB, level: -LOUD },
      { peerId: ADA, level: -SOFT },
    ]);
    ada.level = SILENT;
    bob.level = SILENT;
    await eventually('silence', () => levels.at(-1)?.length === 0);
    ada.level = LOUD;
    await eventually('six reports', () => reportedAtMs.length >= 6);
    // From before the first could be made: between two of them a late one would seem followed too soon.
    const tookMs = reportedAtMs.at(-1)! - beganAtMs;
    expect(tookMs).toBeGreaterThanOrEqual(reportedAtMs.length * 250);
    room.media.close();
  });

  it('names whoever speaks, then whoever speaks instead, and nobody once that microphone is gone', async () => {
    const { room, transport, watch, speakers } = await openVoices();
    const ada = await Voice.open(transport, 111, ADA);
    const bob = await Voice.open(transport, 222, BOB);
    watch.add(ada.published);
    watch.add(bob.published);
    ada.level = BACKGROUND;
    bob.level = BACKGROUND;
    ada.speaking = true;
    await eventually('Ada speaks', () => speakers.at(-1) === ADA);
    ada.speaking = false;
    bob.speaking = true;
    await eventually('Bob speaks', () => speakers.at(-1) === BOB);
    watch.remove(ada.published.id);
    expect(speakers.at(-1)).toBe(BOB);
    watch.remove(bob.published.id);
    expect(speakers.at(-1)).toBeNull();
    room.media.close();
    // Says that it hangs, not that it is slow.
  }, 60_000);

  it('costs the Worker nothing until the first microphone is on', async () => {
    const { room, transport, watch, levels } = await openVoices();
    const observers = async () => (await plane.routerOf(room.roomId)!.dump()).rtpObserverIds;
    expect(await observers()).toEqual([]);
    const ada = await Voice.open(transport, 111, ADA);
    ada.level = LOUD;
    watch.add(ada.published);
    await eventually('a level', () => levels.some((entries) => entries.length === 1));
    expect(await observers()).toHaveLength(2);
    room.media.close();
  });

  it('hears microphones only', async () => {
    const { room, transport, watch, levels, speakers } = await openVoices();
    const film = await Voice.open(transport, 111, ADA, 'screenAudio');
    film.level = LOUD;
    watch.add(film.published);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(levels).toEqual([]);
    expect(speakers).toEqual([]);
    room.media.close();
  });

  it('says nothing more once its Router is gone', async () => {
    const { room, transport, watch, levels, speakers } = await openVoices();
    const ada = await Voice.open(transport, 111, ADA);
    ada.level = LOUD;
    watch.add(ada.published);
    await eventually('Ada speaks', () => speakers.at(-1) === ADA && levels.length > 0);
    watch.routerClosed();
    watch.routerClosed();
    expect(speakers).toEqual([ADA, null]);
    const before = levels.length;
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(levels).toHaveLength(before);
    room.media.close();
  });
});

describe('RouterTap', () => {
  it('sees every packet of every Producer as the server forwards it', async () => {
    const { room, transport } = await openVoices();
    const ada = await Voice.open(transport, 111, ADA);
    const seen: { producerId: ProducerId; packet: Buffer }[] = [];
    const tap = await RouterTap.open(plane, room.roomId, (tapped) => void seen.push(tapped));
    expect(await tap.listenToAll()).toEqual([ada.published.id]);
    expect(await tap.listenToAll()).toEqual([ada.published.id]);
    await eventually('five packets', () => seen.length >= 5);
    expect(seen.every(({ producerId }) => producerId === ada.published.id)).toBe(true);
    expect(seen.every(({ packet }) => packet.includes('ciphertext of ' + ADA))).toBe(true);
    tap.close();
    room.media.close();
  });
});
