// The audience on real Workers: where viewers are placed, what crosses to them and how often, and what a Worker's death leaves.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_ON_AIR_PRODUCERS } from '#protocol/limits';
import type { Router } from 'mediasoup/types';
import type { Published } from './published.ts';
import type { SfuMediaPlane } from './SfuMediaPlane.ts';
import { SfuRoomMedia } from './SfuRoomMedia.ts';
import { MediaCensus } from './test/MediaCensus.ts';
import { eventually, openTestPlane, TestRoom, type TestViewer } from './test/mediaTestBed.ts';
import { listenAt, startVoice } from './test/voices.ts';

let census: MediaCensus;
let plane: SfuMediaPlane;
const ends: (() => void)[] = [];
beforeEach(() => {
  census = new MediaCensus();
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  plane.close();
  census.close();
});

async function openRoom(workers: number) {
  plane = await openTestPlane(workers);
  const room = await new TestRoom(plane).open();
  if (!(room.media instanceof SfuRoomMedia)) throw new Error('not the real one');
  return { room, media: room.media, home: plane.routerOf(room.roomId)! };
}

const branch = (home: Router): Router | undefined => [...census.routers.keys()].find((router) => router !== home);
const isAt = (router: Router, { transport }: TestViewer): boolean => census.routerOf(transport!.id) === router;

/** A voice that is sent as long as the test goes on, from where the Room's Router is. */
async function speak(media: SfuRoomMedia, home: Router): Promise<Published> {
  const { published, end } = await startVoice(media, home, 'speaker');
  ends.push(end);
  return published;
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

const watch = async (room: TestRoom, count: number): Promise<TestViewer[]> => {
  const viewers = Array.from({ length: count }, () => room.viewer());
  await Promise.all(viewers.map((viewer) => viewer.openAndStart()));
  return viewers;
};

describe('P-142 viewers', () => {
  it('P-142 are spread over the Workers; a stream crosses once for all of them, and no more when the last has left', async () => {
    const { room, media, home } = await openRoom(2);
    const voice = await speak(media, home);
    media.setOnAir(voice, true);
    const viewers = await watch(room, 8);
    await eventually('a Consumer of each', () => viewers.every((viewer) => viewer.present().length === 1));

    const other = branch(home)!;
    expect(census.routers.get(other)).not.toBe(census.routers.get(home));
    const away = viewers.filter((viewer) => isAt(other, viewer));
    expect([away.length, viewers.filter((viewer) => isAt(home, viewer)).length].toSorted()).toEqual([4, 4]);
    expect(census.producers.size).toBe(2);
    expect(census.consumers.size).toBe(8 + 1);
    expect((await listenAt(other, voice.id)).subarray(-10).toString()).toBe('ciphertext');

    for (const viewer of away.slice(1)) viewer.media.close();
    expect(other.closed).toBe(false);
    away[0]!.media.close();
    expect(other.closed).toBe(true);
    await eventually('the end of the pipe', () => census.producers.size === 1 && census.consumers.size === 4);
    expect(census.routers.size).toBe(1);
  });

  it('P-142 on the only Worker get it from the Room’s own Router, without a pipe', async () => {
    const { room, media, home } = await openRoom(1);
    media.setOnAir(await speak(media, home), true);
    const viewers = await watch(room, 3);
    await eventually('a Consumer of each', () => viewers.every((viewer) => viewer.present().length === 1));
    expect([census.routers.size, census.producers.size, census.consumers.size]).toEqual([1, 1, 3]);
  });

  it('P-142 that come and go in any number, while something goes on and off air, leave nothing behind', async () => {
    const { room, media, home } = await openRoom(2);
    const voice = await speak(media, home);
    const before = census.transports.size;
    for (let round = 0; round < 5; round += 1) {
      const viewers = Array.from({ length: 20 }, () => room.viewer());
      const opening = viewers.map((viewer) => viewer.openAndStart().catch(() => undefined));
      media.setOnAir(voice, round % 2 === 0);
      await Promise.all(opening.slice(0, 10));
      media.setOnAir(voice, round % 2 === 1);
      for (const viewer of viewers) viewer.media.close();
      await Promise.all(opening);
    }
    await eventually('quiet', () => census.transports.size === before && census.consumers.size === 0);
    expect([census.routers.size, census.producers.size]).toEqual([1, 1]);
    media.setOnAir(voice, true);
    const [again] = await watch(room, 1);
    await again!.consumerOf('mic');
  });
});

describe('P-139 on air and off', () => {
  it('P-139 closes every viewer’s Consumer at once and the pipe with it, and a member’s not; on again it is there again', async () => {
    const { room, media, home } = await openRoom(2);
    const voice = await speak(media, home);
    const member = await room.peer().openAndStart();
    media.setOnAir(voice, true);
    const viewers = await watch(room, 4);
    await eventually('a Consumer of each', () => viewers.every((viewer) => viewer.present().length === 1));
    media.setOnAir(voice, false);
    expect(census.consumers.size).toBeLessThanOrEqual(1 + 1);
    await eventually('that they hear it', () => viewers.every((viewer) => viewer.present().length === 0));
    await eventually('the end of the pipe', () => census.producers.size === 1);
    expect(member.present()).toHaveLength(1);

    // However often, and faster than anything is made: what was said last is so.
    for (const onAir of [true, false, true, false, true]) media.setOnAir(voice, onAir);
    await eventually('a Consumer of each', () => viewers.every((viewer) => viewer.present().length === 1));
    for (const onAir of [false, true, false]) media.setOnAir(voice, onAir);
    await eventually('none', () => census.consumers.size === 1 && census.producers.size === 1);
    expect(viewers.every((viewer) => viewer.present().length === 0)).toBe(true);
  });

  it('P-139 takes back what is under way to a viewer when its owner goes off air, at whatever moment', async () => {
    const { room, media, home } = await openRoom(1);
    const voice = await speak(media, home);
    const [viewer] = await watch(room, 1);
    for (let turns = 0; turns < 40; turns += 1) {
      media.setOnAir(voice, true);
      for (let turn = 0; turn < turns; turn += 1) await (turn < 20 ? Promise.resolve() : nextTurn());
      media.setOnAir(voice, false);
      await eventually('that it has none', () => census.consumers.size === 0 && viewer!.present().length === 0);
    }
    // What was asked of the Worker before has been answered by now.
    await home.dump();
    await nextTurn();
    expect([census.consumers.size, viewer!.present().length]).toEqual([0, 0]);
  });

  it('P-139 tells viewers, also those on another Worker, when its owner pauses and goes on', async () => {
    const { room } = await openRoom(2);
    const sender = await room.peer().openAndStart();
    const producerId = await sender.produce('camera');
    await sender.media.setOnAir(producerId, true);
    const viewers = await watch(room, 4);
    await eventually('a Consumer of each', () => viewers.every((viewer) => viewer.present().length === 1));
    await sender.media.pauseProducer(producerId);
    await eventually('the pause', () => viewers.every((viewer) => viewer.heard('consumer:paused').length === 1));
    await sender.media.resumeProducer(producerId);
    await eventually('the end of it', () => viewers.every((viewer) => viewer.heard('consumer:resumed').length === 1));
    await sender.media.closeProducer(producerId);
    await eventually('its end', () => viewers.every((viewer) => viewer.present().length === 0));
    expect(census.producers.size).toBe(0);
  });

  it('P-140 is said of each Producer anew: what replaces one is not on air, and then takes its place; off takes both away', async () => {
    const { room } = await openRoom(2);
    const sender = await room.peer().openAndStart();
    const former = await sender.produce('camera');
    await sender.media.setOnAir(former, true);
    const viewers = await watch(room, 2);
    await eventually('a Consumer of each', () => viewers.every((viewer) => viewer.present().length === 1));
    const next = await sender.produce('camera');
    await expect(sender.media.setOnAir(former, true)).rejects.toMatchObject({ code: 'not_found' });
    const late = await watch(room, 2);
    expect(late.flatMap((viewer) => viewer.consumers())).toEqual([]);
    await sender.media.setOnAir(next, true);
    for (const viewer of viewers) {
      await eventually('the next', () => viewer.consumers().length === 2);
      expect(viewer.consumers()[1]).toMatchObject({ producerId: next, replaces: viewer.consumers()[0]!.id });
    }
    for (const viewer of late) expect((await viewer.consumerOf('camera')).producerId).toBe(next);
    await sender.media.setOnAir(next, false);
    await eventually('none', () => [...viewers, ...late].every((viewer) => viewer.present().length === 0));
  });

  it('P-141 is for MAX_ON_AIR_PRODUCERS at once; one more is capacity', async () => {
    const { room } = await openRoom(1);
    for (let count = 0; count < MAX_ON_AIR_PRODUCERS; count += 1) {
      const sender = await room.peer().open();
      await sender.media.setOnAir(await sender.produce('mic'), true);
    }
    const late = await room.peer().open();
    const producerId = await late.produce('mic');
    await expect(late.media.setOnAir(producerId, true)).rejects.toMatchObject({ code: 'capacity' });
    room.media.clearAir();
    await late.media.setOnAir(producerId, true);
  });
});

describe('P-143 what viewers are sent', () => {
  it('P-143 carries no congestion control of each viewer, whatever the client says it can; members’ does', async () => {
    const { room } = await openRoom(2);
    const [sender, member] = await Promise.all([room.peer().openAndStart(), room.peer().openAndStart()]);
    for (const stream of ['camera', 'mic'] as const) await sender.media.setOnAir(await sender.produce(stream), true);
    const viewers = await watch(room, 2);
    const signs = /transport-cc|transport-wide-cc|goog-remb|abs-send-time/;
    expect(JSON.stringify(room.media.viewerRtpCapabilities)).not.toMatch(signs);
    for (const viewer of viewers) {
      await eventually('both', () => viewer.present().length === 2);
      expect(JSON.stringify(viewer.consumers())).not.toMatch(signs);
      expect(JSON.stringify(viewer.consumers())).toMatch(/nack/);
    }
    expect(JSON.stringify(await member.consumerOf('camera'))).toMatch(signs);
  });

  it('P-143 has the layer that each shows, also across a pipe, and nothing before it is ready', async () => {
    const { room } = await openRoom(2);
    const sender = await room.peer().openAndStart();
    await sender.media.setOnAir(await sender.produce('camera'), true);
    for (const viewer of await watch(room, 2)) {
      const { id: consumerId } = await viewer.consumerOf('camera');
      const consumer = [...census.consumers].find(({ id }) => id === consumerId)!;
      expect([consumer.type, consumer.paused]).toEqual(['simulcast', true]);
      await viewer.media.consumersReady([consumerId]);
      for (const [width, spatialLayer] of [
        [160, 0],
        [640, 1],
        [1280, 2],
      ] as const) {
        await viewer.media.view([{ consumerId, visible: true, width, height: (width * 9) / 16 }]);
        expect(consumer.preferredLayers).toMatchObject({ spatialLayer });
      }
      await viewer.media.view([{ consumerId, visible: false, width: 0, height: 0 }]);
      expect(consumer.paused).toBe(true);
    }
  });
});

describe('P-144 a Worker that dies', () => {
  const kill = (router: Router): void => void process.kill(census.routers.get(router)!, 'SIGKILL');

  it('P-144 under an audience moves its viewers alone: they begin anew elsewhere, and nobody else notices', async () => {
    const { room, media, home } = await openRoom(2);
    media.setOnAir(await speak(media, home), true);
    const viewers = await watch(room, 4);
    await eventually('a Consumer of each', () => viewers.every((viewer) => viewer.present().length === 1));
    const other = branch(home)!;
    const [away, near] = [viewers.filter((one) => isAt(other, one)), viewers.filter((one) => isAt(home, one))];
    kill(other);
    await eventually('their resets', () => away.every(({ resets }) => resets === 1));
    expect(room.resets).toBe(0);
    expect(near.map((viewer) => [viewer.resets, viewer.present().length])).toEqual(near.map(() => [0, 1]));
    for (const viewer of away) {
      const { id } = viewer.transport!;
      viewer.told.length = 0;
      await viewer.openAndStart();
      expect(viewer.transport!.id).not.toBe(id);
      await viewer.consumerOf('mic');
    }
  });

  it('P-144 under the Room resets the viewers on it; those elsewhere lose their Consumers and get the next from the next Router', async () => {
    const { room, home } = await openRoom(2);
    const sender = await room.peer().openAndStart();
    await sender.media.setOnAir(await sender.produce('camera'), true);
    const viewers = await watch(room, 4);
    await eventually('a Consumer of each', () => viewers.every((viewer) => viewer.present().length === 1));
    const other = branch(home)!;
    const [away, near] = [viewers.filter((one) => isAt(other, one)), viewers.filter((one) => isAt(home, one))];
    expect(Math.min(away.length, near.length)).toBeGreaterThan(0);
    kill(home);
    await eventually('the resets', () => room.resets === 1 && near.every(({ resets }) => resets === 1));
    await eventually('the end of the others’', () => away.every((viewer) => viewer.present().length === 0));
    expect(away.every(({ resets }) => resets === 0)).toBe(true);
    for (const viewer of near) {
      viewer.told.length = 0;
      await viewer.openAndStart();
    }
    await sender.openAndStart();
    await sender.media.setOnAir(await sender.produce('camera'), true);
    await eventually('pictures again', () => viewers.every((viewer) => viewer.present().length === 1));
  });
});
