// A Room on several Workers, with real ones: what crosses to whom and how often, who is heard, and what a Worker's death leaves.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConsumerOptions } from '#protocol/media';
import type { Consumer, Router, Worker } from 'mediasoup/types';
import { FakeClock } from '../test/FakeClock.ts';
import { SAMPLE_MS } from './LoadSampler.ts';
import type { Published } from './published.ts';
import type { SfuMediaPlane } from './SfuMediaPlane.ts';
import { SfuRoomMedia } from './SfuRoomMedia.ts';
import { MediaCensus } from './test/MediaCensus.ts';
import { eventually, openTestPlane, TestRoom, type TestPeer } from './test/mediaTestBed.ts';
import { listenAt, startVoice, type Level } from './test/voices.ts';

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

/** Each device goes to the Worker where least was placed: the first member beside the Room's own Router, the second on it. */
async function openSpread(workers = 2) {
  plane = await openTestPlane(workers, undefined, undefined, { spread: 'always' });
  const room = await new TestRoom(plane).open();
  if (!(room.media instanceof SfuRoomMedia)) throw new Error('not the real one');
  return { room, media: room.media, home: plane.routerOf(room.roomId)! };
}

async function openPair() {
  const scene = await openSpread();
  const away = await scene.room.peer().openAndStart();
  const near = await scene.room.peer().openAndStart();
  const branch = routerOf(away);
  expect(routerOf(near)).toBe(scene.home);
  expect(branch).not.toBe(scene.home);
  return { ...scene, away, near, branch };
}

const routerOf = ({ transports }: TestPeer): Router => census.routerOf(transports!.recv.id)!;
const serverConsumer = ({ id }: ConsumerOptions): Consumer => [...census.consumers].find((one) => one.id === id)!;
const kill = (router: Router): void => void process.kill(census.routers.get(router)!, 'SIGKILL');

const hum = (): number => 60;

/** A microphone that is on as long as the test goes on. */
async function speak(media: SfuRoomMedia, router: Router, name: string, level?: Level): Promise<Published> {
  const { published, end } = await startVoice(media, router, name, level);
  ends.push(end);
  return published;
}

describe('P-161 the members of a Room', () => {
  it('P-161 stay on its own Worker until that has half a core to do; who comes then goes to the lightest, who is there stays', async () => {
    const clock = new FakeClock();
    let busy = 0;
    const spent = new Map<Worker, number>();
    let atMs = 0;
    const read = (worker: Worker) => {
      const home = plane === undefined ? undefined : plane.workerPids()[0];
      const cpuMs = (spent.get(worker) ?? 0) + (worker.pid === home ? busy * SAMPLE_MS : 0);
      spent.set(worker, cpuMs);
      return Promise.resolve({ cpuMs, atMs, delayMs: 0 });
    };
    plane = await openTestPlane(2, clock, undefined, { read });
    const samples = async (count: number) => {
      for (let sample = 0; sample < count; sample += 1) {
        atMs += SAMPLE_MS;
        clock.advance(SAMPLE_MS);
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    };
    await samples(3);
    const room = await new TestRoom(plane).open();
    const home = plane.routerOf(room.roomId)!;
    const first = await Promise.all(Array.from({ length: 6 }, () => room.peer().openAndStart()));
    expect(new Set(first.map(routerOf))).toEqual(new Set([home]));

    busy = 0.7;
    await samples(20);
    expect(plane.status().perWorker.map(({ cpu }) => Math.round(cpu * 10))).toContain(7);
    const late = await Promise.all([room.peer().openAndStart(), room.peer().openAndStart()]);
    expect(new Set(late.map(routerOf)).size).toBe(1);
    expect(routerOf(late[0]!)).not.toBe(home);
    expect(new Set(first.map(routerOf))).toEqual(new Set([home]));

    busy = 0;
    await samples(20);
    expect(routerOf(await room.peer().openAndStart())).toBe(home);
    expect(plane.status().perWorker.map(({ rooms }) => rooms)).toEqual([1, 1]);
  });
});

describe('P-164 what is sent on one Router', () => {
  it('P-164 reaches members on another, each picture once with all its layers, whoever is there, and each is sent its own', async () => {
    const { room, away, near, branch, home } = await openPair();
    const camera = await near.produce('camera');
    const more = await Promise.all(
      [room.peer(), room.peer(), room.peer(), room.peer()].map((peer) => peer.openAndStart()),
    );
    const there = [away, ...more.filter((peer) => routerOf(peer) === branch)];
    expect(there.length).toBeGreaterThan(2);
    for (const peer of there) await peer.consumerOf('camera');
    expect([...census.producers].filter(({ id }) => id === camera)).toHaveLength(2);
    expect(census.routers.size).toBe(2);

    for (const [index, width] of [160, 1280].entries()) {
      const { id: consumerId, ...told } = await there[index]!.consumerOf('camera');
      expect(told).toMatchObject({ producerId: camera, peerId: near.peerId });
      await there[index]!.media.consumersReady([consumerId]);
      await there[index]!.media.view([{ consumerId, visible: true, width, height: (width * 9) / 16 }]);
      const consumer = serverConsumer({ id: consumerId } as ConsumerOptions);
      expect([consumer.type, consumer.paused, consumer.preferredLayers?.spatialLayer]).toEqual([
        'simulcast',
        false,
        index * 2,
      ]);
    }
    expect(home.closed).toBe(false);
  });

  it('P-164 crosses sealed as it came', async () => {
    const { media, branch, home, near, away } = await openPair();
    const [here, there] = [await speak(media, home, 'here'), await speak(media, branch, 'there')];
    await eventually('both with both', () => [near, away].every((peer) => peer.present().length === 2));
    expect((await listenAt(branch, here.id)).subarray(-10).toString()).toBe('ciphertext');
    expect((await listenAt(home, there.id)).subarray(-10).toString()).toBe('ciphertext');
  });

  it('P-164 crosses no more once nobody there wants it: the last has left, or the stream has ended', async () => {
    const { away, near, branch } = await openPair();
    const camera = await near.produce('camera');
    await away.consumerOf('camera');
    expect(census.producers.size).toBe(2);
    near.media.closeProducer(camera);
    await eventually('the end of the pipe', () => census.producers.size === 0 && census.consumers.size === 0);
    await eventually('that it is told', () => away.present().length === 0);

    await near.produce('camera');
    await eventually('the next', () => away.present().length === 1);
    away.media.close();
    expect(branch.closed).toBe(true);
    await eventually('the end of that pipe', () => census.producers.size === 1 && census.consumers.size === 0);
  });

  it('P-164 does not cross for a device that cannot show it', async () => {
    const { room } = await openSpread();
    const deaf = await room.peer().open();
    const near = await room.peer().openAndStart();
    expect(routerOf(deaf)).not.toBe(routerOf(near));
    const audioOnly = {
      ...room.capabilities,
      codecs: room.capabilities.codecs?.filter(({ kind }) => kind === 'audio'),
    };
    await deaf.media.start(audioOnly as Record<string, unknown>);
    await near.produce('camera');
    await near.produce('mic');
    await deaf.consumerOf('mic');
    await eventually(
      'no picture there',
      () => [...census.producers].filter(({ kind }) => kind === 'video').length === 1,
    );
    expect(deaf.present()).toHaveLength(1);
  });

  it('P-164 is paused, resumed and replaced over the pipe as beside it', async () => {
    const { away, near } = await openPair();
    const former = await away.produce('camera');
    const seen = await near.consumerOf('camera');
    await near.media.consumersReady([seen.id]);
    await away.media.pauseProducer(former);
    await eventually('the pause', () => near.heard('consumer:paused').length === 1);
    await away.media.resumeProducer(former);
    await eventually('the end of it', () => near.heard('consumer:resumed').length === 1);

    const next = await away.produce('camera');
    await eventually('the next', () => near.consumers().length === 2);
    expect(near.consumers()[1]).toMatchObject({ producerId: next, replaces: seen.id });
    away.media.closeProducer(next);
    await eventually('the end of both', () => near.present().length === 0 && census.producers.size === 0);
  });

  it('P-164 leaves nothing behind, however members come and go', async () => {
    const { room, near } = await openPair();
    await near.produce('camera');
    await near.produce('mic');
    const before = [...census.routers.keys()].length;
    for (let round = 0; round < 4; round += 1) {
      const peers = Array.from({ length: 10 }, () => room.peer());
      const opening = peers.map(async (peer, index) => {
        await peer.openAndStart().catch(() => undefined);
        if (index % 2 === 0) await peer.produce('mic').catch(() => undefined);
      });
      await Promise.all(opening.slice(0, 5));
      for (const peer of peers) peer.media.close();
      await Promise.all(opening);
    }
    await eventually('quiet', () => census.producers.size === 4 && census.consumers.size === 4);
    expect(census.routers.size).toBe(before);
  });
});

describe('P-165 who is heard', () => {
  it('P-165 is found over all Routers of the Room: levels, the one who speaks, and an end of it', async () => {
    const { room, media, branch, home } = await openPair();
    const there = await speak(media, branch, 'there');
    await speak(media, home, 'here', hum);
    // In a window that holds little but a pause of the speech, the hum is louder.
    const ofBoth = () => room.levels.filter((levels) => levels.length === 2);
    await eventually('levels of both', () => ofBoth().some(([loudest]) => loudest?.peerId === there.peerId));
    expect(ofBoth().filter(([first, second]) => first!.level < second!.level)).toEqual([]);
    await eventually('the speaker', () => room.activeSpeakers.includes(there.peerId));
    there.producer.close();
    media.unpublish(there);
    await eventually('nobody, or the other', () => room.activeSpeakers.at(-1) !== there.peerId);
  });
});

describe('P-166 on air', () => {
  it('P-166 viewers sit on the Routers of members, and share their pipes; off air, members keep theirs', async () => {
    const { room, near, away, branch } = await openPair();
    const camera = await near.produce('camera');
    await away.consumerOf('camera');
    await near.media.setOnAir(camera, true);
    const viewers = await Promise.all([room.viewer(), room.viewer(), room.viewer()].map((one) => one.openAndStart()));
    await eventually('a Consumer of each', () => viewers.every((viewer) => viewer.present().length === 1));
    expect(viewers.some(({ transport }) => census.routerOf(transport!.id) === branch)).toBe(true);
    expect([census.routers.size, census.producers.size]).toEqual([2, 2]);
    await near.media.setOnAir(camera, false);
    await eventually('none', () => viewers.every((viewer) => viewer.present().length === 0));
    expect([away.present().length, census.producers.size]).toEqual([1, 2]);
  });
});

describe('P-167 a Worker that dies', () => {
  it('P-167 under a branch costs those on it alone: they begin anew, and the others lose nothing but what those sent', async () => {
    const { room, away, near, branch } = await openPair();
    const [theirs, ours] = [await away.produce('mic'), await near.produce('camera')];
    await eventually('each other', () => near.present().length === 1 && away.present().length === 1);
    const transports = near.transports!;
    kill(branch);
    await eventually('their reset', () => room.resetPeers.length === 1);
    expect(room.resetPeers).toEqual([away.peerId]);
    expect(room.resets).toBe(0);
    await eventually('the end of theirs', () => near.present().length === 0);
    expect(near.transports).toBe(transports);
    await expect(near.media.pauseProducer(ours)).resolves.toBeUndefined();
    await near.media.resumeProducer(ours);

    const { id } = away.transports!.recv;
    away.told.length = 0;
    await away.openAndStart();
    expect(away.transports!.recv.id).not.toBe(id);
    expect((await away.consumerOf('camera')).producerId).toBe(ours);
    const again = await away.produce('mic');
    expect(again).not.toBe(theirs);
    await eventually('theirs again', () => near.present().length === 1);
  });

  it('P-167 under the Room’s own Router resets the whole Room, those on branches too', async () => {
    const { room, away, near, home } = await openPair();
    await away.produce('mic');
    await near.consumerOf('mic');
    kill(home);
    await eventually('the reset', () => room.resets === 1);
    expect(room.resetPeers).toEqual([]);
    for (const peer of [away, near]) {
      peer.told.length = 0;
      await peer.openAndStart();
    }
    await away.produce('mic');
    await near.consumerOf('mic');
  });
});
