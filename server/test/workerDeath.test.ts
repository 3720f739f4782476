// A real Worker that is killed under a real server: Rooms recover, Peers keep their place.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Notification } from '#protocol/notifications';
import { SfuMediaPlane } from '../media/SfuMediaPlane.ts';
import { enter, makeRoom, startTestServer, type TestServer } from './testServer.ts';

let bed: TestServer;
beforeAll(async () => {
  const workerBin = process.env['MEDIASOUP_WORKER_BIN'];
  if (!workerBin) throw new Error('set MEDIASOUP_WORKER_BIN to a mediasoup-worker binary (npm test does)');
  const env = { WORKERS: '1', MEDIA_PORT: '0', MEDIASOUP_WORKER_BIN: workerBin };
  bed = await startTestServer({ isMediaReal: true, env });
});
afterAll(() => bed.stop());

test('P-90 a Worker that is killed is replaced, and every peer is given transports that work, place and group kept', async () => {
  const { url, media } = bed.server;
  if (!(media instanceof SfuMediaPlane)) throw new Error('the media plane is not the real one');
  const room = await makeRoom(url);
  const [ana, ben] = [await enter(url, room), await enter(url, room)];
  const groupId = Buffer.alloc(32, 1);
  await ana.client.request('mls:create', { groupId, beacon: Buffer.alloc(8) });
  await ana.client.request('media:start', { rtpCapabilities: ana.answer.routerRtpCapabilities });

  const killedAtMs = performance.now();
  process.kill(media.workerPids()[0]!, 'SIGKILL');
  const resets = await Promise.all([ana, ben].map(({ client }) => client.hear('media:reset')));
  const tookMs = performance.now() - killedAtMs;

  for (const [index, { client, answer }] of [ana, ben].entries()) {
    const { transports } = resets[index]!.payload as Notification<'media:reset'>;
    expect(transports.send.id).not.toBe(answer.transports.send.id);
    expect(await client.code('transport:restartIce', { transportId: transports.recv.id })).toBe('ok');
    expect(await client.code('transport:restartIce', { transportId: answer.transports.recv.id })).toBe('not_found');
  }
  expect(
    await ana.client.code('mls:commit', { groupId, epoch: 0, commit: Buffer.alloc(1), added: [], removed: [] }),
  ).toBe('ok');
  expect(media.status()).toMatchObject({ ready: true, workers: 1, deaths: 1 });
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('conclave_worker_deaths_total 1');
  expect(tookMs).toBeLessThan(5_000);
});
