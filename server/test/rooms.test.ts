// Meetings through the real doors: the group's messages in order, losing and regaining a connection, resets, the end.
import { describe, expect, test } from 'vitest';
import { QUEUE_PACKAGES_PER_SNAPSHOT, RESUME_GRACE_MS } from '#protocol/limits';
import type { Notification } from '#protocol/notifications';
import { connect, enter, makeRoom, type TestClient, type TestRoom } from './testServer.ts';
import { useTestServer } from './useTestServer.ts';

const bed = useTestServer();

const groupId = Buffer.alloc(32, 7);
const beacon = Buffer.alloc(16, 1);
const sealed = Buffer.from('sealed');
const commit = Buffer.from('commit');
const welcome = Buffer.from('welcome');

/** Until the client was shown a queue in which so many wait. */
const untilWaiting = (client: TestClient, count: number) =>
  client.until(() => {
    const queue = client.of('mls:queue').at(-1)?.payload as Notification<'mls:queue'> | undefined;
    return queue?.waiting.length === count;
  }, `a queue of ${count}`);

/** Two members of a group of epoch 1, and their Room. */
async function meeting() {
  const room = await makeRoom(bed.url);
  const [ana, ben] = [await enter(bed.url, room), await enter(bed.url, room)];
  await ana.client.request('mls:create', { groupId, beacon });
  await ben.client.request('mls:keyPackage', { groupId, sealed });
  const added = [ben.answer.peerId];
  await ana.client.request('mls:commit', { groupId, epoch: 0, commit, welcome, added, removed: [] });
  await ben.client.hear('mls:welcome');
  return { room, ana, ben };
}

async function resumeWith(room: TestRoom, token: string, lastSequence: number) {
  const client = await connect(bed.url, room);
  const answer = await client.request('room:join', { resume: { token: token as never, lastSequence } });
  return { client, answer };
}

describe('the group', () => {
  test('P-70 whoever joins is told of the group, and a second creator is told whose it is', async () => {
    const { room } = await meeting();
    const clo = await enter(bed.url, room);
    expect(clo.answer.group).toMatchObject({ epoch: 1 });
    expect(Buffer.from(clo.answer.group?.groupId ?? [])).toEqual(groupId);
    const answer = await clo.client.request('mls:create', { groupId: Buffer.alloc(32, 9), beacon });
    expect(answer).toMatchObject({ outcome: 'exists', group: { epoch: 1 } });
  });

  test('P-71 of two commits of one epoch one is accepted, the other stale; the joiner gets the Welcome, bytes intact', async () => {
    const { room, ana, ben } = await meeting();
    const clo = await enter(bed.url, room);
    await clo.client.request('mls:keyPackage', { groupId, sealed });
    await untilWaiting(ana.client, 1);
    const change = { groupId, epoch: 1, commit, welcome, added: [clo.answer.peerId], removed: [] };
    const answers = await Promise.all([
      ana.client.request('mls:commit', { ...change, commit: Buffer.from('a') }),
      ben.client.request('mls:commit', { ...change, commit: Buffer.from('b') }),
    ]);
    expect(answers.map(({ outcome }) => outcome).toSorted()).toEqual(['accepted', 'stale']);
    const heard = (await clo.client.hear('mls:welcome')).payload as Notification<'mls:welcome'>;
    expect(Buffer.from(heard.welcome)).toEqual(welcome);
    expect(heard.epoch).toBe(2);
    const [winner, loser] = answers[0].outcome === 'accepted' ? [ana, ben] : [ben, ana];
    await loser.client.hear('mls:commit');
    expect(winner.client.of('mls:commit')).toEqual([]);
    expect(clo.client.of('mls:commit')).toEqual([]);
  });

  test('P-72 the answer to a commit comes before anything that the commit causes', async () => {
    const { room, ana } = await meeting();
    const clo = await enter(bed.url, room);
    await clo.client.request('mls:keyPackage', { groupId, sealed });
    await untilWaiting(ana.client, 1);
    const order: string[] = [];
    ana.client.socket.onAny((name: string) => order.push(name));
    const change = { groupId, epoch: 1, commit, welcome, added: [clo.answer.peerId], removed: [] };
    ana.client.socket.emit('mls:commit', change, () => order.push('answer'));
    await clo.client.hear('mls:welcome');
    await untilWaiting(ana.client, 0);
    expect(order).toEqual(['answer', 'mls:queue']);
  });

  test('P-73 when all members report ready all hear it; messages reach the other members only', async () => {
    const { room, ana, ben } = await meeting();
    const outsider = await enter(bed.url, room);
    await ana.client.request('mls:ready', { groupId, epoch: 1 });
    await ben.client.request('mls:ready', { groupId, epoch: 1 });
    await ana.client.hear('mls:allReady');
    await ben.client.hear('mls:allReady');
    const message = Buffer.from('sealed words');
    await ana.client.request('mls:message', { groupId, epoch: 1, message });
    const heard = (await ben.client.hear('mls:message')).payload as Notification<'mls:message'>;
    expect(Buffer.from(heard.message)).toEqual(message);
    expect(heard.from).toBe(ana.answer.peerId);
    expect(ana.client.of('mls:message')).toEqual([]);
    expect(await outsider.client.code('mls:message', { groupId, epoch: 1, message })).toBe('not_sealed');
    expect(outsider.client.of('mls:message')).toEqual([]);
  });

  test('P-76 a heartbeat reaches the other members, bytes intact, and nobody who is not one', async () => {
    const { room, ana, ben } = await meeting();
    const outsider = await enter(bed.url, room);
    const heartbeat = Buffer.from('sign of life');
    await ana.client.request('mls:heartbeat', { groupId, epoch: 1, heartbeat });
    const heard = (await ben.client.hear('mls:heartbeat')).payload as Notification<'mls:heartbeat'>;
    expect(Buffer.from(heard.heartbeat)).toEqual(heartbeat);
    expect(heard.from).toBe(ana.answer.peerId);
    expect(ana.client.of('mls:heartbeat')).toEqual([]);
    expect(await outsider.client.code('mls:heartbeat', { groupId, epoch: 1, heartbeat })).toBe('not_sealed');
    expect(outsider.client.of('mls:heartbeat')).toEqual([]);
  });

  test('P-74 a queue longer than one packet carries reaches a client unbroken', async () => {
    const { room, ana } = await meeting();
    for (let count = 0; count < QUEUE_PACKAGES_PER_SNAPSHOT + 2; count += 1) {
      const { client } = await enter(bed.url, room);
      await client.request('mls:keyPackage', { groupId, sealed });
    }
    await untilWaiting(ana.client, QUEUE_PACKAGES_PER_SNAPSHOT);
    expect(await ana.client.code('token:refresh', {})).toBe('ok');
  });

  test('P-75 when the last member is gone those who wait are told, and one of them makes the next group', async () => {
    const room = await makeRoom(bed.url);
    const [ana, ben] = [await enter(bed.url, room), await enter(bed.url, room)];
    await ana.client.request('mls:create', { groupId, beacon });
    await ben.client.request('mls:keyPackage', { groupId, sealed });
    await ana.client.request('room:leave', {});
    await ben.client.hear('mls:ended');
    expect(await ben.client.request('mls:create', { groupId: Buffer.alloc(32, 9), beacon })).toEqual({
      outcome: 'created',
    });
  });
});

describe('losing the connection', () => {
  test('P-80 within the grace it is away, and who comes back is replayed exactly what it missed, in order', async () => {
    const { room, ana, ben } = await meeting();
    const last = ben.client.heard.at(-1)?.sequence ?? 0;
    ben.client.loseConnection();
    await ana.client.hear('peer:away');
    for (const text of ['one', 'two', 'three']) {
      await ana.client.request('mls:message', { groupId, epoch: 1, message: Buffer.from(text) });
    }
    const { client, answer } = await resumeWith(room, ben.answer.resumeToken, last);
    expect(answer.outcome).toBe('resumed');
    const missed = answer.outcome === 'resumed' ? answer.missed : [];
    expect(missed.map(({ name, sequence }) => [name, sequence])).toEqual([
      ['mls:message', last + 1],
      ['mls:message', last + 2],
      ['mls:message', last + 3],
    ]);
    await ana.client.hear('peer:back');
    await ana.client.request('mls:message', { groupId, epoch: 1, message: Buffer.from('four') });
    expect((await client.hear('mls:message')).sequence).toBe(last + 4);
    expect(ana.client.of('peer:left')).toEqual([]);
  });

  test('P-81 more binary values than one packet carries follow the answer as ordinary notifications, none lost', async () => {
    const { room, ana, ben } = await meeting();
    const last = ben.client.heard.at(-1)?.sequence ?? 0;
    ben.client.loseConnection();
    await ana.client.hear('peer:away');
    const count = 40;
    for (let index = 0; index < count; index += 1) {
      await ana.client.request('mls:message', { groupId, epoch: 1, message: Buffer.from([index]) });
    }
    const { client, answer } = await resumeWith(room, ben.answer.resumeToken, last);
    const missed = answer.outcome === 'resumed' ? answer.missed : [];
    expect(missed.length).toBeGreaterThan(0);
    await client.until(() => missed.length + client.of('mls:message').length === count);
    const all = [...missed, ...client.of('mls:message')] as { payload: { message: Uint8Array }; sequence: number }[];
    expect(all.map(({ sequence }) => sequence)).toEqual(Array.from({ length: count }, (_, index) => last + 1 + index));
    expect(all.map(({ payload }) => Buffer.from(payload.message)[0])).toEqual(
      Array.from({ length: count }, (_, i) => i),
    );
  });

  test('P-82 after the grace it is gone: the others hear it, the group names it, and a resume is a fresh join', async () => {
    const { room, ana, ben } = await meeting();
    ben.client.loseConnection();
    await ana.client.hear('peer:away');
    bed.clock.advance(RESUME_GRACE_MS);
    await ana.client.hear('peer:left');
    const queue = ana.client.of('mls:queue').at(-1)?.payload as Notification<'mls:queue'>;
    expect(queue.gone.map(({ peerId }) => peerId)).toEqual([ben.answer.peerId]);
    const { answer } = await resumeWith(room, ben.answer.resumeToken, 0);
    expect(answer.outcome).toBe('joined');
    expect(answer.peerId).not.toBe(ben.answer.peerId);
  });

  test('P-83 a second connection with the resume token replaces the first, which is told and let go', async () => {
    const { room, ana, ben } = await meeting();
    const last = ben.client.heard.at(-1)?.sequence ?? 0;
    const { answer } = await resumeWith(room, ben.answer.resumeToken, last);
    expect(answer).toMatchObject({ outcome: 'resumed', missed: [] });
    expect((await ben.client.hear('connection:replaced')).sequence).toBeUndefined();
    await ben.client.untilDisconnected();
    expect(ana.client.of('peer:away')).toEqual([]);
    expect(ana.client.of('peer:left')).toEqual([]);
  });

  test('P-84 whoever leaves is gone at once and is let go', async () => {
    const { ana, ben } = await meeting();
    expect(await ben.client.code('room:leave', {})).toBe('ok');
    await ana.client.hear('peer:left');
    await ben.client.untilDisconnected();
    expect(ana.client.of('peer:away')).toEqual([]);
  });

  test('P-84 a goodbye said in the same breath as hanging up is a goodbye', async () => {
    const { ana, ben } = await meeting();
    ben.client.socket.emit('room:leave', {}, () => undefined);
    ben.client.socket.disconnect();
    await ana.client.hear('peer:left');
    expect(ana.client.of('peer:away')).toEqual([]);
  });

  test('P-85 a resume token of another room, or a wrong one, is a fresh join', async () => {
    const [one, other] = [await meeting(), await meeting()];
    one.ben.client.loseConnection();
    await one.ana.client.hear('peer:away');
    const { answer } = await resumeWith(other.room, one.ben.answer.resumeToken, 0);
    expect(answer.outcome).toBe('joined');
    expect(one.ana.client.of('peer:back')).toEqual([]);
  });
});

test('P-90 when the Worker dies every peer is given new transports and keeps its place and its group', async () => {
  const { ana, ben } = await meeting();
  bed.media.killWorker();
  const resets = await Promise.all([ana, ben].map(({ client }) => client.hear('media:reset')));
  for (const [index, { answer }] of [ana, ben].entries()) {
    const { transports } = resets[index]!.payload as Notification<'media:reset'>;
    expect(transports.send.id).not.toBe(answer.transports.send.id);
  }
  expect(await ana.client.code('mls:message', { groupId, epoch: 1, message: Buffer.from('x') })).toBe('ok');
  await ben.client.hear('mls:message');
});
