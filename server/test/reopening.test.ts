// A refused commit through the real doors: who is told what, in which order, and what is taken after it.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { REOPEN_WITHIN_MS } from '#protocol/limits';
import type { Notification } from '#protocol/notifications';
import { connect, enter, makeRoom } from './testServer.ts';
import { useTestServer } from './useTestServer.ts';

const bed = useTestServer();

const groupId = Buffer.alloc(32, 7);
const beacon = Buffer.alloc(16, 1);
const sealed = Buffer.from('sealed');
const welcome = Buffer.from('welcome');
const poison = Buffer.from('a commit that is not followed');
const empty = { groupId, added: [], removed: [] };
const commitHash = createHash('sha256').update(poison).digest();
const nack = { groupId, epoch: 1, commitHash, reason: 'removedNotGone' };

type Entered = Awaited<ReturnType<typeof enter>>;

/** A group of four in epoch 1; the first made it. */
async function meeting() {
  const room = await makeRoom(bed.url);
  const [ana, ben, clo] = [await enter(bed.url, room), await enter(bed.url, room), await enter(bed.url, room)];
  const dan = await enter(bed.url, room);
  await ana.client.request('mls:create', { groupId, beacon });
  for (const { client } of [ben, clo, dan]) await client.request('mls:keyPackage', { groupId, sealed });
  const added = [ben, clo, dan].map(({ answer }) => answer.peerId);
  await ana.client.request('mls:commit', { groupId, epoch: 0, commit: Buffer.from('c'), welcome, added, removed: [] });
  for (const { client } of [ben, clo, dan]) await client.hear('mls:welcome');
  return { room, ana, ben, clo, dan };
}

const namesOf = ({ client }: Entered) => client.heard.map(({ name }) => name).filter((name) => name.startsWith('mls:'));

test('P-77 a refusal whose hash has not 32 bytes is none, and half of those who were told bar the sender when it is late', async () => {
  const { ana, ben, clo, dan } = await meeting();
  await ana.client.request('mls:commit', { ...empty, epoch: 1, commit: poison });
  expect(await ben.client.code('mls:nack', { ...nack, commitHash: Buffer.alloc(33) })).toBe('too_large');
  expect(await ben.client.code('mls:nack', { ...nack, commitHash: Buffer.alloc(31) })).toBe('bad_request');
  bed.clock.advance(REOPEN_WITHIN_MS);
  for (const { client } of [ben, dan]) await client.request('mls:nack', nack);
  expect((await ana.client.hear('mls:barred')).payload).toMatchObject({ epoch: 1 });
  expect(await ana.client.code('mls:commit', { ...empty, epoch: 2, commit: poison })).toBe('forbidden');
  expect(await clo.client.code('mls:commit', { ...empty, epoch: 2, commit: poison })).toBe('ok');
  expect(clo.client.of('mls:reopened')).toEqual([]);
});

test('P-78 an epoch whose commit half of the others refuse is open again: all hear it, and another’s commit is taken', async () => {
  const { ana, ben, clo, dan } = await meeting();
  await ana.client.request('mls:commit', { ...empty, epoch: 1, commit: poison });
  for (const { client } of [ben, dan]) await client.request('mls:nack', nack);
  for (const { client } of [ana, ben, clo, dan]) {
    const { payload } = await client.hear('mls:reopened');
    const { epoch, commitHash: heard } = payload as Notification<'mls:reopened'>;
    expect(epoch).toBe(1);
    expect(Buffer.from(heard)).toEqual(commitHash);
  }
  expect(await ana.client.code('mls:commit', { ...empty, epoch: 1, commit: poison })).toBe('not_sealed');
  const answer = await ben.client.request('mls:commit', { ...empty, epoch: 1, commit: Buffer.from('another') });
  expect(answer).toEqual({ outcome: 'accepted', epoch: 2 });
  await clo.client.until(() => clo.client.of('mls:commit').length === 2, 'two commits');
  const order = namesOf(clo).filter((name) => name === 'mls:commit' || name === 'mls:reopened');
  expect(order).toEqual(['mls:commit', 'mls:reopened', 'mls:commit']);
});

test('P-78 one whose line was cut meanwhile is replayed the commit and its end, in this order', async () => {
  const { room, ana, ben, clo, dan } = await meeting();
  const lastSequence = clo.client.heard.at(-1)?.sequence ?? 0;
  clo.client.loseConnection();
  await ana.client.hear('peer:away');
  await ana.client.request('mls:commit', { ...empty, epoch: 1, commit: poison });
  for (const { client } of [ben, dan]) await client.request('mls:nack', nack);
  await ana.client.hear('mls:reopened');
  const client = await connect(bed.url, room);
  const resume = { token: clo.answer.resumeToken, lastSequence };
  const answer = await client.request('room:join', { resume });
  const missed = answer.outcome === 'resumed' ? answer.missed.map(({ name }) => name) : [];
  expect(missed.filter((name) => name === 'mls:commit' || name === 'mls:reopened')).toEqual([
    'mls:commit',
    'mls:reopened',
  ]);
});

test('P-79 what one says who was silent about the void commit reaches nobody until it has refused it too', async () => {
  const { ana, ben, clo, dan } = await meeting();
  await ana.client.request('mls:commit', { ...empty, epoch: 1, commit: poison });
  for (const { client } of [ben, dan]) await client.request('mls:nack', nack);
  await ben.client.request('mls:commit', { ...empty, epoch: 1, commit: Buffer.from('another') });
  const [heartbeat, message] = [Buffer.from('of the void epoch'), Buffer.from('words')];
  await clo.client.request('mls:heartbeat', { groupId, epoch: 2, heartbeat });
  expect(await clo.client.code('mls:message', { groupId, epoch: 2, message })).toBe('conflict');
  await clo.client.request('mls:nack', nack);
  await clo.client.request('mls:heartbeat', { groupId, epoch: 2, heartbeat: Buffer.from('of epoch 2') });
  const heard = (await ben.client.hear('mls:heartbeat')).payload as Notification<'mls:heartbeat'>;
  expect(Buffer.from(heard.heartbeat).toString()).toBe('of epoch 2');
  expect(await clo.client.code('mls:message', { groupId, epoch: 2, message })).toBe('ok');
});
