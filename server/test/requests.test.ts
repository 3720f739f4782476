// What the door does with messages: good, unknown, malformed, oversized, ill-timed, too many; and that others notice nothing.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  HEARTBEATS_PER_CONNECTION,
  MAX_BAD_MESSAGES,
  MAX_COMMIT_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_RTP_JSON_CHARS,
} from '#protocol/limits';
import { REQUESTS } from '#protocol/requests';
import { connect, enter, makeRoom, startTestServer, watch } from './testServer.ts';
import { useTestServer } from './useTestServer.ts';

const bed = useTestServer();

const groupId = Buffer.alloc(32, 7);
const beacon = Buffer.alloc(16, 1);

describe('requests', () => {
  test('P-50 a request that no version of this table knows is unknown_request', async () => {
    const { client } = await enter(bed.url, await makeRoom(bed.url));
    for (const name of ['room:explode', 'toString', '__proto__', 'constructor', '']) {
      expect(await client.code(name, {})).toBe('unknown_request');
    }
  });

  test('P-51 input that does not fit its schema is bad_request and names the field, not what stood in it', async () => {
    const { client } = await enter(bed.url, await makeRoom(bed.url));
    const secret = 'do-not-repeat-me';
    const reply = await client.send('producer:create', { transportId: 'ok', kind: secret, stream: 'mic' });
    expect(reply).toMatchObject({ ok: false, error: { code: 'bad_request', message: 'kind is not right' } });
    expect(JSON.stringify(reply)).not.toContain(secret);
    for (const input of [null, 'text', 5, [], { groupId: 'text', beacon }]) {
      expect(await client.code('mls:create', input)).toBe('bad_request');
    }
    expect(await client.code('mls:create')).toBe('bad_request');
    expect(await client.code('mls:create', { groupId, beacon }, { groupId, beacon })).toBe('bad_request');
  });

  test('P-52 a field over its limit is too_large and the limit is named', async () => {
    const { client } = await enter(bed.url, await makeRoom(bed.url));
    const commit = { groupId, epoch: 0, commit: Buffer.alloc(MAX_COMMIT_BYTES + 1), added: [], removed: [] };
    expect(await client.send('mls:commit', commit)).toMatchObject({
      error: { code: 'too_large', message: `commit is larger than ${MAX_COMMIT_BYTES} bytes` },
    });
    const rtpCapabilities = { filler: 'x'.repeat(MAX_RTP_JSON_CHARS) };
    expect(await client.code('media:start', { rtpCapabilities })).toBe('too_large');
    const added = Array.from({ length: 51 }, (_, index) => String(index).padStart(16, '0'));
    expect(await client.code('mls:commit', { ...commit, commit: Buffer.alloc(1), added })).toBe('too_large');
  });

  test('P-53 before the join nothing but room:join is answered, and a second join is wrong_state', async () => {
    const client = await connect(bed.url, await makeRoom(bed.url));
    const inputs: Record<string, unknown> = {
      'room:leave': {},
      'token:refresh': {},
      'media:start': { rtpCapabilities: {} },
      'transport:restartIce': { transportId: 't' },
      'producer:close': { producerId: 'p' },
      'consumer:ready': { consumerIds: [] },
      'mls:create': { groupId, beacon },
      'mls:ready': { groupId, epoch: 0 },
    };
    for (const [name, input] of Object.entries(inputs)) expect(await client.code(name, input)).toBe('wrong_state');
    expect(await client.code('room:join', {})).toBe('ok');
    expect(await client.code('room:join', {})).toBe('wrong_state');
  });

  test('P-54 a message without an acknowledgement is ignored and counted', async () => {
    const { client } = await enter(bed.url, await makeRoom(bed.url));
    client.socket.emit('room:leave', {});
    client.socket.emit('mls:create');
    expect(await client.code('token:refresh', {})).toBe('ok');
    const metrics = await (await fetch(`${bed.url}/metrics`)).text();
    expect(metrics).toMatch(/conclave_messages_ignored_total [2-9]/);
  });

  test('P-55 after too many bad messages the connection is cut, and its peer may come back', async () => {
    const room = await makeRoom(bed.url);
    const { client, answer } = await enter(bed.url, room);
    for (let count = 0; count <= MAX_BAD_MESSAGES; count += 1) client.socket.emit('no:such', {}, () => undefined);
    await client.untilDisconnected();
    const again = await connect(bed.url, room);
    const resume = { token: answer.resumeToken, lastSequence: 0 };
    expect(await again.request('room:join', { resume })).toMatchObject({ outcome: 'resumed', peerId: answer.peerId });
  });

  test('P-56 more requests than the rate are rate_limited, with the time to wait', async () => {
    const own = await startTestServer({ limits: { requestRate: { points: 5, perSeconds: 30 } } });
    const { client } = await enter(own.server.url, await makeRoom(own.server.url));
    const replies = [];
    for (let count = 0; count < 6; count += 1) replies.push(await client.send('token:refresh', {}));
    expect(replies.map(({ ok }) => ok)).toEqual([true, true, true, true, false, false]);
    expect(replies.at(-1)).toMatchObject({ error: { code: 'rate_limited', retryAfterMs: expect.any(Number) } });
    await own.stop();
  });

  test('P-56 more bytes for the group than the rate are rate_limited, other requests are not', async () => {
    const own = await startTestServer({ limits: { groupByteRate: { points: 10_000, perSeconds: 30 } } });
    const { client } = await enter(own.server.url, await makeRoom(own.server.url));
    await client.request('mls:create', { groupId, beacon });
    const message = { groupId, epoch: 0, message: Buffer.alloc(4_500) };
    const codes = [];
    for (let count = 0; count < 3; count += 1) codes.push(await client.code('mls:message', message));
    expect(codes).toEqual(['ok', 'ok', 'rate_limited']);
    expect(await client.code('token:refresh', {})).toBe('ok');
    await own.stop();
  });

  test('P-56 heartbeats faster than any honest client sends them are rate_limited, other requests of the group are not', async () => {
    const { client } = await enter(bed.url, await makeRoom(bed.url));
    await client.request('mls:create', { groupId, beacon });
    const codes = [];
    for (let count = 0; count <= HEARTBEATS_PER_CONNECTION.points; count += 1) {
      codes.push(await client.code('mls:heartbeat', { groupId, epoch: 0, heartbeat: Buffer.alloc(104) }));
    }
    expect(codes.slice(0, -1).every((code) => code === 'ok')).toBe(true);
    expect(codes.at(-1)).toBe('rate_limited');
    expect(await client.code('mls:ready', { groupId, epoch: 0 })).toBe('ok');
  });

  test('P-57 a connection that does not read what it is sent is cut, and its peer may come back', async () => {
    const own = await startTestServer({
      limits: { maxUnsentPackets: 50, requestRate: { points: 10_000, perSeconds: 10 } },
    });
    const room = await makeRoom(own.server.url);
    const [deaf, calm] = [await enter(own.server.url, room), await enter(own.server.url, room)];
    const { ws } = deaf.client.socket.io.engine.transport as unknown as { ws: { _socket: { pause(): void } } };
    ws._socket.pause();
    const { roomId } = room;
    for (let count = 0; count < 400 && calm.client.of('peer:away').length === 0; count += 1) {
      own.server.directory.get(roomId).notifyAll('mls:ended', { groupId: Buffer.alloc(100_000) });
      await calm.client.code('token:refresh', {});
    }
    await calm.client.hear('peer:away');
    const again = await connect(own.server.url, room);
    const resume = { token: deaf.answer.resumeToken, lastSequence: 0 };
    expect((await again.request('room:join', { resume })).outcome).toBe('joined');
    await own.stop();
  });

  test('P-57 so is one that leaves few packets unread, and many bytes', async () => {
    const own = await startTestServer({ limits: { requestRate: { points: 10_000, perSeconds: 10 } } });
    const room = await makeRoom(own.server.url);
    const [deaf, calm] = [await enter(own.server.url, room), await enter(own.server.url, room)];
    const { ws } = deaf.client.socket.io.engine.transport as unknown as { ws: { _socket: { pause(): void } } };
    ws._socket.pause();
    const { roomId } = room;
    for (let count = 0; count < 400 && calm.client.of('peer:away').length === 0; count += 1) {
      own.server.directory.get(roomId).notifyAll('mls:ended', { groupId: Buffer.alloc(100_000) });
      await calm.client.code('token:refresh', {});
    }
    expect(calm.client.of('peer:away')).toHaveLength(1);
    await own.stop();
  });

  test('P-57 a message larger than the socket takes ends its connection only', async () => {
    const room = await makeRoom(bed.url);
    const [loud, calm] = [await enter(bed.url, room), await enter(bed.url, room)];
    loud.client.socket.emit('mls:message', { groupId, epoch: 0, message: Buffer.alloc(MAX_MESSAGE_BYTES + 1) });
    await loud.client.untilDisconnected();
    await calm.client.hear('peer:away');
    expect(await calm.client.code('token:refresh', {})).toBe('ok');
  });

  test('P-57 a packet of more binary values than a parser waits for ends its connection only', async () => {
    const room = await makeRoom(bed.url);
    const [loud, calm] = [await enter(bed.url, room), await enter(bed.url, room)];
    loud.client.socket.emit(
      'mls:ready',
      Array.from({ length: 11 }, () => Buffer.alloc(1)),
      () => undefined,
    );
    await loud.client.untilDisconnected();
    await calm.client.hear('peer:away');
    expect(await calm.client.code('token:refresh', {})).toBe('ok');
  });

  test('P-58 an error that is the server’s own is internal, says nothing of its cause, and is logged', async () => {
    const { client } = await enter(bed.url, await makeRoom(bed.url));
    bed.media.beforeTransports = () => Promise.reject(new Error('disk of fire'));
    const other = await connect(bed.url, await makeRoom(bed.url));
    const reply = await other.send('room:join', {});
    expect(reply).toEqual({ ok: false, error: { code: 'internal', message: 'internal error' } });
    bed.media.beforeTransports = () => Promise.resolve();
    expect(await other.code('room:join', {})).toBe('ok');
    expect(bed.logged.join('')).toContain('disk of fire');
    expect(await client.code('token:refresh', {})).toBe('ok');
  });

  test('P-59 whatever is sent, the server answers with a code or ok, and an honest client beside it is not disturbed', async () => {
    const room = await makeRoom(bed.url);
    const honest = await enter(bed.url, room);
    const names = fc.oneof(fc.constantFrom(...Object.keys(REQUESTS)), fc.string({ maxLength: 20 }));
    const bytes = fc.uint8Array({ maxLength: 64 }).map((value) => Buffer.from(value));
    const field = fc.oneof(fc.jsonValue(), bytes);
    const shaped = fc.dictionary(
      fc.constantFrom(
        'groupId',
        'epoch',
        'commit',
        'sealed',
        'beacon',
        'transportId',
        'consumerIds',
        'views',
        'resume',
        'kind',
      ),
      field,
    );
    const reserved = new Set([
      'connect',
      'connect_error',
      'disconnect',
      'disconnecting',
      'newListener',
      'removeListener',
    ]);
    await fc.assert(
      fc.asyncProperty(names, fc.oneof(shaped, field), async (name, input) => {
        fc.pre(!reserved.has(name));
        const client = await connect(bed.url, room);
        const reply = await client.send(name, input);
        expect(typeof reply.ok).toBe('boolean');
        if (!reply.ok) expect(reply.error.code).not.toBe('internal');
        client.socket.disconnect();
      }),
      { numRuns: 60 },
    );
    expect(await honest.client.code('token:refresh', {})).toBe('ok');
    expect(honest.client.of('mls:commit')).toEqual([]);
  });
});

describe('media requests', () => {
  const input = { kind: 'audio', stream: 'mic', rtpParameters: {}, paused: false } as const;

  test('P-60 a producer before mls:ready is not_sealed; after it the others get a consumer, in their own stream', async () => {
    const room = await makeRoom(bed.url);
    const [ana, ben] = [await enter(bed.url, room), await enter(bed.url, room)];
    const transportId = ana.answer.transports.send.id;
    await ben.client.request('media:start', { rtpCapabilities: {} });
    expect(await ana.client.code('producer:create', { ...input, transportId })).toBe('not_sealed');
    await ana.client.request('mls:create', { groupId, beacon });
    expect(await ana.client.code('producer:create', { ...input, transportId })).toBe('not_sealed');
    await ana.client.request('mls:ready', { groupId, epoch: 0 });
    const { producerId } = await ana.client.request('producer:create', { ...input, transportId });
    const offered = await ben.client.hear('consumer:new');
    expect(offered.payload).toMatchObject({ consumers: [{ producerId, peerId: ana.answer.peerId, stream: 'mic' }] });
    await ana.client.request('producer:pause', { producerId });
    await ben.client.hear('consumer:paused');
    await ana.client.request('producer:close', { producerId });
    await ben.client.hear('consumer:closed');
    expect(await ben.client.code('producer:close', { producerId })).toBe('not_found');
  });

  test('P-61 a viewer receives, but neither produces nor enters the group', async () => {
    const { client, answer } = await watch(bed.url, await makeRoom(bed.url));
    expect(answer.role).toBe('viewer');
    expect(await client.code('media:start', { rtpCapabilities: {} })).toBe('ok');
    const transportId = answer.transport.id;
    expect(await client.code('producer:create', { ...input, transportId })).toBe('forbidden');
    expect(await client.code('mls:create', { groupId, beacon })).toBe('forbidden');
    expect(await client.code('mls:keyPackage', { groupId, sealed: Buffer.alloc(4) })).toBe('forbidden');
  });
});
