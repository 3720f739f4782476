// Credentials for the relay through the real doors: to every role, at every way in, anew with each token, and in no log.
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IceServer } from '#protocol/media';
import {
  authOf,
  enter,
  makeRoom,
  newProof,
  post,
  startTestServer,
  TestClient,
  verifierOf,
  watch,
} from './testServer.ts';
import type { TestServer } from './testServer.ts';

const TURN_SECRET = 'f00dcafe'.repeat(8);
const URLS = ['turn:turn.example.org:3478?transport=udp', 'turns:turn.example.org:443?transport=tcp'];
const groupId = Buffer.alloc(32, 7);

let bed: TestServer;
beforeAll(async () => {
  bed = await startTestServer({ env: { TURN_URLS: URLS.join(' '), TURN_SECRET, TURN_TTL_S: '1800' } });
});
afterAll(() => bed?.stop());

/** Fails unless they open the relay from now on for half an hour. @returns the username */
function accept(iceServers: readonly IceServer[]): string {
  const [server, ...others] = iceServers;
  expect(others).toEqual([]);
  expect(server).toMatchObject({ urls: URLS, ttlMs: 1_800_000 });
  const username = server?.username ?? '';
  expect(Number.parseInt(username, 10)).toBe(Math.floor((bed.clock.now() + 1_800_000) / 1000));
  expect(server?.credential).toBe(createHmac('sha1', TURN_SECRET).update(username).digest('base64'));
  return username;
}

async function enterAsFeed(url: string) {
  const room = await makeRoom(url);
  const host = await enter(url, room, 'host');
  await host.client.request('mls:create', { groupId, beacon: Buffer.alloc(16) });
  await host.client.request('mls:ready', { groupId, epoch: 0 });
  const ticket = newProof();
  await host.client.request('feed:create', { verifier: verifierOf(ticket), label: Buffer.from('hall') });
  const body = { kind: 'feed', proof: ticket, deviceKey: newProof() };
  const { token } = (await post(url, `/api/rooms/${room.roomId}/tokens`, body)).body.data;
  const client = new TestClient(url, authOf(token));
  await client.open();
  return client.request('room:join', {});
}

test('P-180 a member, a host, a feed and a viewer are each given credentials of their own with their place', async () => {
  const { url } = bed.server;
  const room = await makeRoom(url);
  const answers = [
    (await enter(url, room, 'host')).answer,
    (await enter(url, room)).answer,
    (await watch(url, room)).answer,
    await enterAsFeed(url),
  ];
  expect(answers.map((answer) => ('role' in answer ? answer.role : null))).toEqual([
    'host',
    'member',
    'viewer',
    'feed',
  ]);
  const usernames = answers.map(({ iceServers }) => accept(iceServers));
  expect(new Set(usernames).size).toBe(answers.length);
});

test('P-180 who takes a place back is given new ones', async () => {
  const { url } = bed.server;
  const room = await makeRoom(url);
  const ana = await enter(url, room);
  ana.client.loseConnection();
  await ana.client.untilDisconnected();
  bed.clock.advance(5_000);
  const again = new TestClient(url, authOf(await room.token()));
  await again.open();
  const answer = await again.request('room:join', { resume: { token: ana.answer.resumeToken, lastSequence: 0 } });
  expect(answer.outcome).toBe('resumed');
  expect(accept(answer.iceServers)).not.toBe(ana.answer.iceServers[0]?.username);
});

test('P-182 a fresh token comes with fresh credentials, which end later', async () => {
  const { url } = bed.server;
  const room = await makeRoom(url);
  const [ana, viewer] = [await enter(url, room), await watch(url, room)];
  bed.clock.advance(9 * 60_000);
  for (const { client, answer } of [ana, viewer]) {
    const { iceServers } = await client.request('token:refresh', {});
    const [before, after] = [answer.iceServers[0]?.username, accept(iceServers)];
    expect(Number.parseInt(after, 10) - Number.parseInt(before ?? '', 10)).toBe(540);
  }
});

test('P-183 neither the secret nor a credential is logged', async () => {
  const { url } = bed.server;
  const { client, answer } = await enter(url, await makeRoom(url));
  const { iceServers } = await client.request('token:refresh', {});
  const credentials = [answer.iceServers, iceServers]
    .flat()
    .flatMap(({ username, credential }) => [username, credential]);
  expect(credentials).toHaveLength(4);
  const logged = bed.logged.join('');
  expect(logged.length).toBeGreaterThan(0);
  for (const secret of [TURN_SECRET, ...credentials]) expect(logged).not.toContain(secret);
});
