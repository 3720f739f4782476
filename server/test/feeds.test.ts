// Feed tickets through the real doors: one machine each, that enters the group and leads nothing, and sends only as a hall's, until it is revoked.
import { expect, test } from 'vitest';
import type { FeedKind } from '#protocol/feed';
import { STREAMS, type FeedId, type Stream } from '#protocol/ids';
import { MAX_FEED_LABEL_BYTES, MAX_FEEDS_PER_ROOM } from '#protocol/limits';
import { authOf, enter, makeRoom, newProof, post, TestClient, verifierOf, type TestRoom } from './testServer.ts';
import { useTestServer } from './useTestServer.ts';

const bed = useTestServer();

const groupId = Buffer.alloc(32, 7);
const beacon = Buffer.alloc(16, 1);
const opaque = Buffer.from('opaque');

/** A host and a member in the group. */
async function meeting() {
  const room = await makeRoom(bed.url);
  const [host, ana] = [await enter(bed.url, room, 'host'), await enter(bed.url, room)];
  await host.client.request('mls:create', { groupId, beacon });
  await add(host.client, ana, 0);
  return { room, host, ana };
}

async function add(committer: TestClient, newcomer: Awaited<ReturnType<typeof enter>>, epoch: number) {
  await newcomer.client.request('mls:keyPackage', { groupId, sealed: opaque });
  const added = [newcomer.answer.peerId];
  await committer.request('mls:commit', { groupId, epoch, commit: opaque, welcome: opaque, added, removed: [] });
  await newcomer.client.request('mls:ready', { groupId, epoch: epoch + 1 });
}

const trade = async (room: TestRoom, proof: string, deviceKey: string) =>
  (await post(bed.url, `/api/rooms/${room.roomId}/tokens`, { kind: 'feed', proof, deviceKey })).body;

async function enterAsFeed(token: string) {
  const client = new TestClient(bed.url, authOf(token));
  await client.open();
  const answer = await client.request('room:join', {});
  if (answer.outcome !== 'joined') throw new Error('not joined afresh');
  return { client, answer };
}

const create = async (client: TestClient, ticket: string, kind?: FeedKind) =>
  (await client.request('feed:create', { verifier: verifierOf(ticket), label: opaque, ...(kind && { kind }) })).feedId;

/** A machine in a hall, inside the group. */
async function hall({ room, host }: Awaited<ReturnType<typeof meeting>>) {
  const ticket = newProof();
  const feedId = await create(host.client, ticket, 'return');
  const { token, role } = (await trade(room, ticket, newProof())).data;
  expect(role).toBe('return');
  const machine = await enterAsFeed(token);
  await add(host.client, machine, 1);
  const produce = (stream: Stream) => ({
    transportId: machine.answer.transports.send.id,
    kind: stream === 'camera' || stream === 'screen' ? ('video' as const) : ('audio' as const),
    stream,
    rtpParameters: {},
    paused: false,
  });
  return { ...machine, feedId, produce };
}

test('P-147 a ticket is made by who leads, is its first device’s for good, and any other’s is unauthorized', async () => {
  const { room, host, ana } = await meeting();
  const [ticket, deviceKey] = [newProof(), newProof()];
  expect((await trade(room, ticket, deviceKey)).error.code).toBe('unauthorized');
  const feed = { verifier: verifierOf(ticket), label: opaque };
  expect(await ana.client.code('feed:create', feed)).toBe('forbidden');
  const feedId = await create(host.client, ticket);
  expect(await create(host.client, ticket)).toBe(feedId);
  expect(await host.client.request('feed:list', {})).toMatchObject({ feeds: [{ feedId, peerId: null }] });
  expect(await ana.client.code('feed:list', {})).toBe('forbidden');

  const first = (await trade(room, ticket, deviceKey)).data;
  expect(first.role).toBe('feed');
  expect((await trade(room, ticket, newProof())).error.code).toBe('unauthorized');
  expect((await trade(room, ticket, deviceKey)).data.peerId).toBe(first.peerId);
  expect(await host.client.request('feed:list', {})).toMatchObject({ feeds: [{ feedId, peerId: first.peerId }] });
  const other = await makeRoom(bed.url);
  expect((await trade(other, ticket, deviceKey)).error.code).toBe('unauthorized');
});

test('P-147 tickets are bounded in number and their names in size', async () => {
  const { host } = await meeting();
  const label = Buffer.alloc(MAX_FEED_LABEL_BYTES + 1);
  expect(await host.client.code('feed:create', { verifier: verifierOf(newProof()), label })).toBe('too_large');
  for (let count = 0; count < MAX_FEEDS_PER_ROOM; count += 1) await create(host.client, newProof());
  const more = { verifier: verifierOf(newProof()), label: opaque };
  expect(await host.client.code('feed:create', more)).toBe('capacity');
  expect((await host.client.request('feed:list', {})).feeds).toHaveLength(MAX_FEEDS_PER_ROOM);
});

test('P-148 a feed enters the group and is seen by all, but neither produces nor leads, not even where nobody else would', async () => {
  const { room, host, ana } = await meeting();
  const ticket = newProof();
  await create(host.client, ticket);
  const feed = await enterAsFeed((await trade(room, ticket, newProof())).data.token);
  expect((await ana.client.hear('peer:joined')).payload).toEqual({
    peer: { peerId: feed.answer.peerId, role: 'feed' },
  });
  await add(host.client, feed, 1);
  expect(bed.server.directory.get(room.roomId).delivery.isMember(feed.answer.peerId)).toBe(true);
  const media = { kind: 'audio', stream: 'mic', rtpParameters: {}, paused: false };
  const transportId = feed.answer.transports.send.id;
  expect(await feed.client.code('producer:create', { ...media, transportId })).toBe('forbidden');
  await host.client.request('room:setCohosts', { peerIds: [feed.answer.peerId] });
  await host.client.request('room:leave', {});
  await ana.client.hear('peer:left');
  expect(await feed.client.code('room:kick', { peerId: ana.answer.peerId })).toBe('forbidden');
  expect(await feed.client.code('stage:close', {})).toBe('forbidden');
  expect(await ana.client.code('room:hint', { mode: 'approve' })).toBe('ok');
});

test('P-149 revoked, its device is sent off and cut, and neither ticket nor token nor place brings it back', async () => {
  const { room, host, ana } = await meeting();
  const [ticket, deviceKey] = [newProof(), newProof()];
  const feedId = await create(host.client, ticket);
  const { token } = (await trade(room, ticket, deviceKey)).data;
  const feed = await enterAsFeed(token);
  await add(host.client, feed, 1);
  expect(await ana.client.code('feed:revoke', { feedId })).toBe('forbidden');
  await host.client.request('feed:revoke', { feedId });
  expect((await feed.client.hear('room:closed')).payload).toEqual({ reason: 'removed' });
  await feed.client.untilDisconnected();
  expect((await ana.client.hear('peer:left')).payload).toEqual({ peerId: feed.answer.peerId });
  expect((await trade(room, ticket, deviceKey)).error.code).toBe('unauthorized');
  expect(await new TestClient(bed.url, authOf(token)).open()).toBe('unauthorized');
  expect(await ana.client.code('room:kick', { peerId: feed.answer.peerId })).toBe('forbidden');
  expect(await host.client.code('feed:revoke', { feedId })).toBe('not_found');
  expect(await host.client.code('feed:revoke', { feedId: 'f'.repeat(16) as FeedId })).toBe('not_found');
});

test('P-149 with a new link those tickets end whose device is not in the group', async () => {
  const { room, host } = await meeting();
  const [inside, unused] = [newProof(), newProof()];
  const deviceKey = newProof();
  for (const ticket of [inside, unused]) await create(host.client, ticket);
  const feed = await enterAsFeed((await trade(room, inside, deviceKey)).data.token);
  await add(host.client, feed, 1);
  const verifiers = { member: verifierOf(newProof()) };
  await host.client.request('mls:link', { groupId, linkGeneration: 1, beacon, verifiers });
  expect((await trade(room, unused, newProof())).error.code).toBe('unauthorized');
  expect((await trade(room, inside, deviceKey)).data).toMatchObject({ peerId: feed.answer.peerId, linkGeneration: 1 });
});

test('P-153 a ticket is made for a feed where nothing else is said, or for a hall, and is listed as what it is', async () => {
  const { host } = await meeting();
  await create(host.client, newProof());
  await create(host.client, newProof(), 'return');
  const { feeds } = await host.client.request('feed:list', {});
  expect(feeds.map(({ kind }) => kind)).toEqual(['feed', 'return']);
  const input = { verifier: verifierOf(newProof()), label: opaque, kind: 'speaker' };
  expect(await host.client.code('feed:create', input)).toBe('bad_request');
});

test('P-154 a hall sends the members a picture and a sound, and neither a microphone nor a screen', async () => {
  const scene = await meeting();
  const { client, answer, produce } = await hall(scene);
  expect((await scene.ana.client.hear('peer:joined')).payload).toEqual({
    peer: { peerId: answer.peerId, role: 'return' },
  });
  await scene.ana.client.request('media:start', { rtpCapabilities: {} });
  const codes = [];
  for (const stream of STREAMS) codes.push([stream, await client.code('producer:create', produce(stream))]);
  expect(codes).toEqual([
    ['mic', 'forbidden'],
    ['camera', 'ok'],
    ['screen', 'forbidden'],
    ['screenAudio', 'ok'],
  ]);
  const { consumers } = (await scene.ana.client.hear('consumer:new')).payload as { consumers: { peerId: string }[] };
  expect(consumers.map(({ peerId }) => peerId)).toEqual([answer.peerId]);
});

test('P-154 a hall leads nothing, not even where nobody else would, and becomes no co-host', async () => {
  const scene = await meeting();
  const { client, answer } = await hall(scene);
  await scene.host.client.request('room:setCohosts', { peerIds: [answer.peerId] });
  await scene.host.client.request('room:leave', {});
  await scene.ana.client.hear('peer:left');
  expect(await client.code('room:kick', { peerId: scene.ana.answer.peerId })).toBe('forbidden');
  expect(await client.code('feed:list', {})).toBe('forbidden');
  expect(await scene.ana.client.code('room:hint', { mode: 'approve' })).toBe('ok');
});

test('P-155 nothing of a hall goes on air, whatever its device asks', async () => {
  const scene = await meeting();
  const { client, produce } = await hall(scene);
  const media = bed.media.rooms.get(scene.room.roomId);
  for (const stream of ['camera', 'screenAudio'] as const) {
    const { producerId } = await client.request('producer:create', produce(stream));
    expect(await client.code('producer:air', { producerId, onAir: true })).toBe('forbidden');
    expect(await client.code('producer:air', { producerId, onAir: false })).toBe('ok');
  }
  expect(media?.onAir.size).toBe(0);
});

test('P-149 revoked, a hall is sent off, and the members lose what it sent', async () => {
  const scene = await meeting();
  const { client, answer, feedId, produce } = await hall(scene);
  await scene.ana.client.request('media:start', { rtpCapabilities: {} });
  await client.request('producer:create', produce('screenAudio'));
  await scene.ana.client.hear('consumer:new');
  await scene.host.client.request('feed:revoke', { feedId });
  expect((await client.hear('room:closed')).payload).toEqual({ reason: 'removed' });
  expect((await scene.ana.client.hear('peer:left')).payload).toEqual({ peerId: answer.peerId });
  await scene.ana.client.hear('consumer:closed');
});
