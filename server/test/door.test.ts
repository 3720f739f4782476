// Going in with one request: what a Connection is told before it joins, and a join that starts the media with it.
import { describe, expect, test } from 'vitest';
import type { Notification } from '#protocol/notifications';
import { connect, enter, makeRoom, type TestClient } from './testServer.ts';
import { useTestServer } from './useTestServer.ts';

const bed = useTestServer();

const rtpCapabilities = { codecs: [] };
const groupId = Buffer.alloc(32, 7);
const beacon = Buffer.alloc(16, 1);

/** Somebody who is in with a camera. */
async function withCamera() {
  const room = await makeRoom(bed.url);
  const ana = await enter(bed.url, room);
  await ana.client.request('mls:create', { groupId, beacon });
  await ana.client.request('mls:ready', { groupId, epoch: 0 });
  const { id: transportId } = ana.answer.transports.send;
  const camera = { transportId, kind: 'video', stream: 'camera', rtpParameters: {}, paused: false } as const;
  const { producerId } = await ana.client.request('producer:create', camera);
  return { room, ana, producerId };
}

const producersIn = (client: TestClient): string[] =>
  client
    .of('consumer:new')
    .flatMap(({ payload }) => (payload as Notification<'consumer:new'>).consumers.map(({ producerId }) => producerId));

describe('room:look', () => {
  test('P-190 tells before the join what the join tells, and null while nobody is in', async () => {
    const room = await makeRoom(bed.url);
    const early = await connect(bed.url, room);
    expect(await early.request('room:look', {})).toEqual({ routerRtpCapabilities: null });
    const { answer } = await enter(bed.url, room);
    for (const kind of ['member', 'viewer'] as const) {
      const late = await connect(bed.url, room, kind);
      expect(await late.request('room:look', {})).toEqual({ routerRtpCapabilities: answer.routerRtpCapabilities });
      expect(await late.code('room:join', {})).toBe('ok');
      expect(await late.request('room:look', {})).toEqual({ routerRtpCapabilities: answer.routerRtpCapabilities });
    }
  });

  test('P-190 whoever looks takes no place, and nobody hears of it', async () => {
    const room = await makeRoom(bed.url);
    const { client: ana } = await enter(bed.url, room);
    const door = await connect(bed.url, room);
    await door.request('room:look', {});
    await ana.request('token:refresh', {});
    expect(ana.heard).toEqual([]);
    const { client: ben } = await enter(bed.url, room);
    await ben.request('token:refresh', {});
    expect(ana.of('peer:joined')).toHaveLength(1);
  });
});

describe('room:join with rtpCapabilities', () => {
  test('P-191 what is there is announced behind the answer, without another request', async () => {
    const { room, producerId } = await withCamera();
    const ben = await connect(bed.url, room);
    const order: string[] = [];
    ben.socket.onAny((name: string) => order.push(name));
    ben.socket.emit('room:join', { rtpCapabilities }, () => order.push('answer'));
    await ben.hear('consumer:new');
    expect(order.filter((name) => name === 'answer' || name === 'consumer:new')).toEqual(['answer', 'consumer:new']);
    expect(producersIn(ben)).toEqual([producerId]);
  });

  test('P-191 without them nothing is announced before media:start', async () => {
    const { room, producerId } = await withCamera();
    const { client } = await enter(bed.url, room);
    await client.request('token:refresh', {});
    expect(producersIn(client)).toEqual([]);
    await client.request('media:start', { rtpCapabilities });
    await client.hear('consumer:new');
    expect(producersIn(client)).toEqual([producerId]);
  });

  test('P-192 with dtlsParameters beside them the answer says that both Transports are connected, and they are not connected twice', async () => {
    const room = await makeRoom(bed.url);
    const dtlsParameters = { role: 'client', fingerprints: [] };
    const ana = await connect(bed.url, room);
    const answer = await ana.request('room:join', { rtpCapabilities, dtlsParameters });
    if (answer.outcome !== 'joined') throw new Error(answer.outcome);
    expect(answer.connected).toBe(true);
    const { id: transportId } = answer.transports.recv;
    expect(await ana.code('transport:connect', { transportId, dtlsParameters })).toBe('wrong_state');
    // As for a client that knows nothing of it.
    const ben = await enter(bed.url, room);
    expect('connected' in ben.answer).toBe(false);
    const { id } = ben.answer.transports.recv;
    expect(await ben.client.code('transport:connect', { transportId: id, dtlsParameters })).toBe('ok');
  });
});
