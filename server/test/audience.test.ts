// A crowd at a real server with real Workers: what it leaves behind, and what a Worker's death does to it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reply } from '#protocol/errors';
import type { Notification } from '#protocol/notifications';
import type { Answer } from '#protocol/requests';
import { SfuMediaPlane } from '../media/SfuMediaPlane.ts';
import { MediaCensus } from '../media/test/MediaCensus.ts';
import { opusParameters, vp8Parameters } from '../media/test/rtpSamples.ts';
import {
  authOf,
  enter,
  makeRoom,
  post,
  startTestServer,
  TestClient,
  watch,
  type TestRoom,
  type TestServer,
} from './testServer.ts';

const CROWD = 1_000;
const AT_ONCE = 50;

let census: MediaCensus;
let bed: TestServer;
beforeAll(async () => {
  const workerBin = process.env['MEDIASOUP_WORKER_BIN'];
  if (!workerBin) throw new Error('set MEDIASOUP_WORKER_BIN to a mediasoup-worker binary (npm test does)');
  census = new MediaCensus();
  bed = await startTestServer({
    isMediaReal: true,
    env: { WORKERS: '2', MEDIA_PORT: '0', MEDIASOUP_WORKER_BIN: workerBin },
    // The crowd comes from one address, as no crowd does.
    limits: { addresses: { rate: { points: 10_000, perSeconds: 60 }, maxOpen: 10_000 } },
  });
});
afterAll(async () => {
  await bed?.stop();
  census.close();
});

/** A member that sends sound and a picture, both on air. */
async function speaker(room: Awaited<ReturnType<typeof makeRoom>>) {
  const ana = await enter(bed.server.url, room, 'host');
  const groupId = Buffer.alloc(32, 7);
  await ana.client.request('mls:create', { groupId, beacon: Buffer.alloc(16) });
  await ana.client.request('mls:ready', { groupId, epoch: 0 });
  const goOnAir = async (transportId: string) => {
    const common = { transportId, paused: false };
    for (const media of [
      { ...common, kind: 'audio', stream: 'mic', rtpParameters: opusParameters() },
      { ...common, kind: 'video', stream: 'camera', rtpParameters: vp8Parameters(3) },
    ] as const) {
      const { producerId } = await ana.client.request('producer:create', media);
      await ana.client.request('producer:air', { producerId, onAir: true });
    }
  };
  await goOnAir(ana.answer.transports.send.id);
  return { ...ana, goOnAir };
}

/** With a token that was used before: the door trades fewer proofs of one address than a crowd from one address needs. */
async function watchWith(token: string) {
  const client = new TestClient(bed.server.url, authOf(token));
  await client.open();
  const answer = await client.request('room:join', {});
  if (answer.outcome !== 'watching') throw new Error('not a viewer');
  return { client, answer };
}

const start = ({ client, answer }: Awaited<ReturnType<typeof watch>>) =>
  client.request('media:start', { rtpCapabilities: answer.routerRtpCapabilities });

/** Everything that it was told of and not told the end of. */
const consumersOf = (client: TestClient): number => {
  const gone = client
    .of('consumer:closed')
    .flatMap(({ payload }) => (payload as Notification<'consumer:closed'>).consumerIds);
  const come = client.of('consumer:new').flatMap(({ payload }) => (payload as Notification<'consumer:new'>).consumers);
  return come.length - gone.length;
};

test(
  'P-142 a thousand viewers who came and went leave no socket, Transport, Router or pipe behind',
  { timeout: 120_000 },
  async () => {
    const { url, directory } = bed.server;
    const room = await makeRoom(url);
    const { client } = await speaker(room);
    const before = { transports: census.transports.size, routers: census.routers.size };
    const heardBefore = client.heard.length;
    const tokens = await Promise.all(Array.from({ length: AT_ONCE }, () => room.token('viewer')));
    let most = 0;
    for (let come = 0; come < CROWD; come += AT_ONCE) {
      const crowd = await Promise.all(tokens.map((token) => watchWith(token)));
      await Promise.all(crowd.map(start));
      most = Math.max(most, directory.counts().viewers);
      await Promise.all(crowd.map(({ client: one }) => one.until(() => consumersOf(one) === 2, 'both Consumers')));
      // Half of them say goodbye.
      for (const [index, { client: viewer }] of crowd.entries()) {
        if (index % 2 === 0) viewer.socket.disconnect();
        else viewer.loseConnection();
      }
      await expect.poll(() => directory.counts().viewers, { timeout: 20_000 }).toBe(0);
    }
    expect(most).toBe(AT_ONCE);
    await expect.poll(() => census.transports.size, { timeout: 20_000 }).toBe(before.transports);
    expect([census.routers.size, census.producers.size, census.consumers.size]).toEqual([before.routers, 2, 0]);
    // Not a word of any of them, but how many there are.
    const names = client.heard.slice(heardBefore).map(({ name }) => name);
    expect(new Set(names.filter((name) => !name.startsWith('audio:')))).toEqual(new Set(['stage:audience']));
  },
);

/** What the door answers a viewer. */
const viewerToken = async ({ roomId, viewerProof }: TestRoom) => {
  const { body } = await post(bed.server.url, `/api/rooms/${roomId}/tokens`, { kind: 'viewer', proof: viewerProof });
  return body.data as { token: string; routerRtpCapabilities?: Record<string, unknown> };
};

/** Joins in the handshake; what was answered, once it is there. */
async function joinAtOnce(token: string, join: unknown) {
  const client = new TestClient(bed.server.url, { ...(authOf(token) as object), join });
  await client.open();
  await client.until(() => client.heard.some(({ name }) => name === 'connection:joined'), 'the answer to the join');
  const reply = client.heard.find(({ name }) => name === 'connection:joined')?.payload as Reply<Answer<'room:join'>>;
  return { client, reply };
}

test('P-156 the door tells a viewer what a Device is made from, once somebody is in the Room, and a member never', async () => {
  const room = await makeRoom(bed.server.url);
  expect((await viewerToken(room)).routerRtpCapabilities).toBeUndefined();
  await speaker(room);
  const { token, routerRtpCapabilities } = await viewerToken(room);
  const { answer, client } = await watchWith(token);
  expect(routerRtpCapabilities).toEqual(answer.routerRtpCapabilities);
  client.socket.disconnect();
  const member = await post(bed.server.url, `/api/rooms/${room.roomId}/tokens`, { kind: 'member', proof: room.proof });
  expect(member.body.data).not.toHaveProperty('routerRtpCapabilities');
});

test('P-158 who says in the handshake what it can receive has its place and its Consumers without asking again', async () => {
  const room = await makeRoom(bed.server.url);
  await speaker(room);
  const { token, routerRtpCapabilities } = await viewerToken(room);
  const { client, reply } = await joinAtOnce(token, { rtpCapabilities: routerRtpCapabilities });
  expect(reply).toMatchObject({ ok: true, data: { outcome: 'watching', started: true } });
  await client.until(() => consumersOf(client) === 2, 'both Consumers');
  // What it causes is said after it.
  expect(client.heard.findIndex(({ name }) => name === 'connection:joined')).toBe(0);
  expect(await client.code('room:join', {})).toBe('wrong_state');
  client.socket.disconnect();
});

test('P-157 a join in the handshake is judged as every other: refused by code, after which the client may ask again', async () => {
  const room = await makeRoom(bed.server.url);
  await speaker(room);
  const { client, reply } = await joinAtOnce((await viewerToken(room)).token, { rtpCapabilities: 'all of them' });
  expect(reply).toMatchObject({ ok: false, error: { code: 'bad_request' } });
  expect(await client.request('room:join', {})).toMatchObject({ outcome: 'watching', started: false });
  client.socket.disconnect();
});

test('P-157 a member joins in the handshake as well', async () => {
  const room = await makeRoom(bed.server.url);
  const { client, reply } = await joinAtOnce(await room.token(), {});
  expect(reply).toMatchObject({ ok: true, data: { outcome: 'joined', role: 'member' } });
  client.socket.disconnect();
});

test('P-144 a Worker that is killed costs viewers a new Transport, on which they get pictures again; members keep their place', async () => {
  const { url, media } = bed.server;
  if (!(media instanceof SfuMediaPlane)) throw new Error('the media plane is not the real one');
  const room = await makeRoom(url);
  const ana = await speaker(room);
  const crowd = await Promise.all(Array.from({ length: 6 }, () => watch(url, room)));
  await Promise.all(crowd.map(start));
  await Promise.all(crowd.map(({ client }) => client.until(() => consumersOf(client) === 2, 'both Consumers')));
  const home = media.routerOf(room.roomId)!;
  const isAtHome = ({ answer }: (typeof crowd)[number]) => census.routerOf(answer.transport.id) === home;
  const [near, away] = [crowd.filter(isAtHome), crowd.filter((one) => !isAtHome(one))];
  expect(Math.min(near.length, away.length)).toBeGreaterThan(0);

  process.kill(census.routers.get(home)!, 'SIGKILL');
  const reset = (await ana.client.hear('media:reset')).payload as Notification<'media:reset'>;
  for (const viewer of near) {
    const { transport, routerRtpCapabilities } = (await viewer.client.hear('stage:reset'))
      .payload as Notification<'stage:reset'>;
    expect(transport.id).not.toBe(viewer.answer.transport.id);
    expect(routerRtpCapabilities).toEqual(viewer.answer.routerRtpCapabilities);
    viewer.client.heard.length = 0;
    await viewer.client.request('media:start', { rtpCapabilities: routerRtpCapabilities });
    expect(await viewer.client.code('transport:restartIce', { transportId: transport.id })).toBe('ok');
  }
  for (const { client } of away) await client.until(() => consumersOf(client) === 0, 'the end of its Consumers');
  expect(away.flatMap(({ client }) => client.of('stage:reset'))).toEqual([]);
  await ana.goOnAir(reset.transports.send.id);
  for (const { client } of crowd) await client.until(() => consumersOf(client) === 2, 'both Consumers again');
});

test('P-146 bad input of a viewer is answered, and neither another viewer nor a member is disturbed', async () => {
  const { url } = bed.server;
  const room = await makeRoom(url);
  const ana = await speaker(room);
  const [bad, good] = [await watch(url, room), await watch(url, room)];
  await start(good);
  await good.client.until(() => consumersOf(good.client) === 2, 'both Consumers');
  for (const rtpCapabilities of [
    {},
    { codecs: 'all' },
    { codecs: [{ mimeType: 5 }] },
    { headerExtensions: [{ uri: 'x' }] },
  ]) {
    expect(['ok', 'bad_request']).toContain(await bad.client.code('media:start', { rtpCapabilities }));
  }
  const { id } = bad.answer.transport;
  expect(await bad.client.code('transport:connect', { transportId: id, dtlsParameters: {} })).toBe('bad_request');
  expect(
    await bad.client.code('transport:connect', { transportId: good.answer.transport.id, dtlsParameters: {} }),
  ).toBe('not_found');
  expect(await bad.client.code('transport:restartIce', { transportId: ana.answer.transports.recv.id })).toBe(
    'not_found',
  );
  const [consumer] = (good.client.of('consumer:new')[0]!.payload as Notification<'consumer:new'>).consumers;
  expect(await bad.client.code('consumer:ready', { consumerIds: [consumer!.id] })).toBe('ok');
  expect([...census.consumers].find(({ id: one }) => one === consumer!.id)?.paused).toBe(true);
  expect(await bad.client.code('consumer:keyFrame', { consumerId: consumer!.id })).toBe('not_found');
  bad.client.loseConnection();
  expect(await good.client.code('token:refresh', {})).toBe('ok');
  expect(await ana.client.code('token:refresh', {})).toBe('ok');
  expect(consumersOf(good.client)).toBe(2);
});
