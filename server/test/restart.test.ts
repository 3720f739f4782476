// What outlives the server: Rooms with their links, tickets and those who were sent off, and who is who; and what does not.
import { readFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROOM_BOOK_FILE } from '../access/RoomBook.ts';
import { ACCESS_TOKEN_TTL_MS, FORMER_TOKEN_MS, ROOM_IDLE_TTL_MS } from '#protocol/limits';
import { startServer, type RunningServer } from '../app.ts';
import { loadConfig } from '../config/env.ts';
import { createLog } from '../observability/log.ts';
import { FakeClock } from './FakeClock.ts';
import { FakeMediaPlane } from './FakeMediaPlane.ts';
import { authOf, enter, makeRoom, newProof, post, TestClient, verifierOf, watch, type TestRoom } from './testServer.ts';

let dataDir: string;
let server: RunningServer;
let clock: FakeClock;

async function start(port = 0): Promise<void> {
  const settings = { PORT: String(port), DATA_DIR: dataDir, CLIENT_DIR: join(dataDir, 'client') };
  const { config, secrets } = loadConfig(settings, () => '{}');
  server = await startServer({
    config,
    secrets,
    log: createLog({ level: 'silent' }),
    media: new FakeMediaPlane(),
    clock,
  });
}
async function restart(): Promise<void> {
  const { port } = server;
  await server.close();
  await start(port);
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'conclave-restart-'));
  clock = new FakeClock(Date.now());
  await start();
});
afterEach(async () => {
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

const groupId = Buffer.alloc(32, 7);
const beacon = Buffer.alloc(16, 1);
const trade = async ({ roomId }: TestRoom, body: Record<string, unknown>) =>
  (await post(server.url, `/api/rooms/${roomId}/tokens`, body)).body;
const codeOfHandshake = (token: string) => new TestClient(server.url, authOf(token)).open();

/** A host that leads a group of its own. */
async function lead(room: TestRoom) {
  const host = await enter(server.url, room, 'host');
  await host.client.request('mls:create', { groupId, beacon });
  return host;
}

test('P-170 a Room, its tokens, its host’s token and its viewers’ link are worth after a restart what they were before', async () => {
  const room = await makeRoom(server.url);
  const token = await room.token();
  await restart();
  expect(await codeOfHandshake(token)).toBeNull();
  expect((await enter(server.url, room, 'host')).answer).toMatchObject({ role: 'host', peers: [] });
  await watch(server.url, room);
  expect((await trade(room, { kind: 'member', proof: newProof() })).error.code).toBe('unauthorized');
});

test('P-172 Peers, group and stage are gone with the server, which another run of it says, and a resume is a fresh join', async () => {
  const room = await makeRoom(server.url);
  const { client, answer: before } = await lead(room);
  await client.request('stage:publish', { groupId, epoch: 0, program: Buffer.from('program') });
  const { answer: seen } = await watch(server.url, room);
  expect([seen.run, seen.stage.program === null]).toEqual([before.run, false]);
  await restart();
  const back = new TestClient(server.url, authOf(await room.token('host')));
  await back.open();
  const after = await back.request('room:join', { resume: { token: before.resumeToken, lastSequence: 0 } });
  expect(after).toMatchObject({ outcome: 'joined', group: null, peers: [] });
  expect('run' in after && after.run).not.toBe(before.run);
  const again = await watch(server.url, room);
  expect(again.answer.stage).toEqual({ roster: null, program: null, keys: [] });
  expect(again.answer.run).toBe('run' in after && after.run);
});

test('P-170 the link that was replaced stays replaced, tickets and their devices stay, and who was sent off stays out', async () => {
  const room = await makeRoom(server.url);
  const { client: host } = await lead(room);
  const [proof, viewerProof] = [newProof(), newProof()];
  const verifiers = { member: verifierOf(proof), viewer: verifierOf(viewerProof) };
  await host.request('mls:link', { groupId, linkGeneration: 1, beacon, verifiers });
  const [ticket, revoked, deviceKey] = [newProof(), newProof(), newProof()];
  await host.request('feed:create', { verifier: verifierOf(ticket), label: Buffer.from('OBS') });
  const second = await host.request('feed:create', { verifier: verifierOf(revoked), label: Buffer.from('old') });
  await host.request('feed:revoke', { feedId: second.feedId });
  const feed = (await trade(room, { kind: 'feed', proof: ticket, deviceKey })).data;
  const banned = (await trade(room, { kind: 'member', proof })).data;
  await host.code('room:kick', { peerId: banned.peerId });
  await restart();
  expect((await trade(room, { kind: 'member', proof: room.proof })).error.code).toBe('unauthorized');
  expect((await trade(room, { kind: 'member', proof })).data.linkGeneration).toBe(1);
  expect((await trade(room, { kind: 'viewer', proof: viewerProof })).ok).toBe(true);
  expect((await trade(room, { kind: 'feed', proof: ticket, deviceKey })).data.peerId).toBe(feed.peerId);
  expect((await trade(room, { kind: 'feed', proof: ticket, deviceKey: newProof() })).error.code).toBe('unauthorized');
  expect((await trade(room, { kind: 'feed', proof: revoked, deviceKey })).error.code).toBe('unauthorized');
  expect(await codeOfHandshake(banned.token)).toBe('unauthorized');
  const again = await lead(room);
  const { feeds } = await again.client.request('feed:list', {});
  expect(feeds).toMatchObject([{ kind: 'feed', peerId: feed.peerId }]);
  expect(Buffer.from(feeds[0]?.label ?? []).toString()).toBe('OBS');
});

test('P-171 a Room that was ended stays ended, and one in which nobody was for its time is forgotten, over restarts', async () => {
  const [ended, idle, busy] = [await makeRoom(server.url), await makeRoom(server.url), await makeRoom(server.url)];
  (await lead(ended)).client.socket.emit('room:end', {}, () => undefined);
  await expect.poll(() => server.directory.counts().rooms).toBe(2);
  clock.advance(ROOM_IDLE_TTL_MS / 2);
  await enter(server.url, busy);
  await restart();
  clock.advance(ROOM_IDLE_TTL_MS / 2 - 1);
  expect((await trade(idle, { kind: 'member', proof: idle.proof })).ok).toBe(true);
  await restart();
  clock.advance(1);
  expect((await trade(idle, { kind: 'member', proof: idle.proof })).error.code).toBe('not_found');
  expect((await trade(busy, { kind: 'member', proof: busy.proof })).ok).toBe(true);
  const verifiers = { member: verifierOf(ended.proof) };
  expect((await post(server.url, '/api/rooms', { roomId: ended.roomId, verifiers })).body.error.code).toBe('conflict');
  expect((await post(server.url, '/api/rooms', { roomId: idle.roomId, verifiers })).status).toBe(201);
  clock.advance(ROOM_IDLE_TTL_MS);
  await restart();
  expect(server.directory.counts().rooms).toBe(0);
});

test('P-170 what is kept of a Room opens nothing: no proof, no token, no key, and nobody else may read it', async () => {
  const room = await makeRoom(server.url);
  const { answer } = await lead(room);
  const path = join(dataDir, ROOM_BOOK_FILE);
  const text = await readFile(path, 'utf8');
  expect(text).toContain(room.roomId);
  for (const secret of [room.proof, room.viewerProof, room.hostToken, answer.resumeToken, answer.peerId]) {
    expect(text).not.toContain(secret);
  }
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('P-173 who shows a token of before the start with the proof is the same Peer, also where it ended a while ago, and nobody else is', async () => {
  const [room, other] = [await makeRoom(server.url), await makeRoom(server.url)];
  const member = async (former?: string) => (await trade(room, { kind: 'member', proof: room.proof, former })).data;
  // Tokens count in whole seconds.
  clock.advance(2_000);
  const first = await member();
  const foreign = await other.token();
  expect((await member()).peerId).not.toBe(first.peerId);
  expect((await member(first.token)).peerId).not.toBe(first.peerId);
  clock.advance(2_000);
  await restart();
  expect((await member(first.token)).peerId).toBe(first.peerId);
  const asHost = await trade(room, { kind: 'host', hostToken: room.hostToken, former: first.token });
  expect(asHost.data).toMatchObject({ peerId: first.peerId, role: 'host' });
  for (const former of ['not a token', foreign]) expect((await member(former)).peerId).not.toBe(first.peerId);
  const wrong = await trade(room, { kind: 'member', proof: newProof(), former: first.token });
  expect(wrong.error.code).toBe('unauthorized');
  clock.advance(ACCESS_TOKEN_TTL_MS + FORMER_TOKEN_MS - 6_000);
  expect((await member(first.token)).peerId).toBe(first.peerId);
  clock.advance(6_000);
  expect((await member(first.token)).peerId).not.toBe(first.peerId);
});

test('P-173 who was sent off is another Peer from then on, whatever they show', async () => {
  const room = await makeRoom(server.url);
  const { client: host } = await lead(room);
  clock.advance(2_000);
  const { data: sent } = await trade(room, { kind: 'member', proof: room.proof });
  await host.code('room:kick', { peerId: sent.peerId });
  clock.advance(2_000);
  await restart();
  const { data: again } = await trade(room, { kind: 'member', proof: room.proof, former: sent.token });
  expect(again.peerId).not.toBe(sent.peerId);
});

test('P-173 so is one whose token ended long since, for as long as it would show who they were', async () => {
  const room = await makeRoom(server.url);
  const { client: host } = await lead(room);
  clock.advance(2_000);
  const { data: sent } = await trade(room, { kind: 'member', proof: room.proof });
  await host.code('room:kick', { peerId: sent.peerId });
  clock.advance(2_000);
  await restart();
  clock.advance(ACCESS_TOKEN_TTL_MS + FORMER_TOKEN_MS - 6_000);
  const { data: again } = await trade(room, { kind: 'member', proof: room.proof, former: sent.token });
  expect(again.peerId).not.toBe(sent.peerId);
});
