// Viewers through the real door: what they are answered, what they may ask, what they cost the members, and what is kept for them.
import { describe, expect, test } from 'vitest';
import {
  AIR_CHANGES_PER_CONNECTION,
  AUDIENCE_COUNT_MS,
  MAX_STAGE_KEYS_BYTES,
  MAX_STAGE_PROGRAM_BYTES,
  MAX_STAGE_ROSTER_BYTES,
  STAGE_KEYS_PAST_MS,
} from '#protocol/limits';
import { REQUESTS } from '#protocol/requests';
import {
  authOf,
  connect,
  enter,
  makeRoom,
  newProof,
  post,
  startTestServer,
  TestClient,
  verifierOf,
  watch,
} from './testServer.ts';
import { beacon, caughtUp, commit, groupId, opaque, produce, sealedMeeting } from './sealedMeeting.ts';
import { useTestServer } from './useTestServer.ts';

const bed = useTestServer();

const bytes = (text: string) => Buffer.from(text);
const text = (value: unknown) => Buffer.from(value as Uint8Array).toString();
const meeting = () => sealedMeeting(bed.url);

describe('a viewer', () => {
  test('P-130 finds what is on the stage, and is no Peer: members hear of it by the count alone, and no epoch is made', async () => {
    const { room, host, ana } = await meeting();
    await host.client.request('stage:publish', { groupId, epoch: 1, roster: bytes('r'), program: bytes('p') });
    await caughtUp(ana.client);
    const before = ana.client.heard.length;
    const { client, answer } = await watch(bed.url, room);
    expect(answer).toMatchObject({
      outcome: 'watching',
      role: 'viewer',
      viewers: 1,
      transport: { id: expect.any(String) },
    });
    expect(text(answer.stage.roster)).toBe('r');
    expect(text(answer.stage.program)).toBe('p');
    expect(answer.stage.keys).toEqual([]);
    await ana.client.hear('stage:audience');
    expect(ana.client.heard.slice(before).map(({ name }) => name)).toEqual(['stage:audience']);
    expect((await enter(bed.url, room)).answer.peers).toHaveLength(2);
    expect(bed.server.directory.get(room.roomId).delivery.group?.epoch).toBe(1);
    const again = await connect(bed.url, room, 'viewer');
    const resume = { resume: { token: ana.answer.resumeToken, lastSequence: 0 } };
    expect((await again.request('room:join', resume)).outcome).toBe('watching');
    expect((await client.hear('stage:audience')).sequence).toBe(1);
  });

  test('P-130 leaves at once when its connection is lost, and takes its own place again with the same token', async () => {
    const { room } = await meeting();
    const audience = bed.server.directory.get(room.roomId).audience;
    const token = await room.token('viewer');
    const [first, second] = [new TestClient(bed.url, authOf(token)), new TestClient(bed.url, authOf(token))];
    for (const client of [first, second]) {
      await client.open();
      await client.request('room:join', {});
    }
    await first.untilDisconnected();
    expect(first.of('connection:replaced')).toHaveLength(1);
    expect(audience.size).toBe(1);
    second.loseConnection();
    const other = await watch(bed.url, room);
    await other.client.until(() => audience.size === 1);
    expect(await other.client.code('room:leave', {})).toBe('ok');
    await other.client.untilDisconnected();
    expect(audience.size).toBe(0);
  });

  test('P-131 may ask for what it needs to receive, and is forbidden all else', async () => {
    const { room, ana } = await meeting();
    const { client, answer } = await watch(bed.url, room);
    const producerId = await produce(ana);
    const allowed: Record<string, unknown> = {
      'room:look': {},
      'media:start': { rtpCapabilities: {} },
      'transport:connect': { transportId: answer.transport.id, dtlsParameters: {} },
      'transport:restartIce': { transportId: answer.transport.id },
      'consumer:ready': { consumerIds: [] },
      'consumer:view': { views: [] },
      'token:refresh': {},
    };
    for (const [name, input] of Object.entries(allowed))
      expect([name, await client.code(name, input)]).toEqual([name, 'ok']);
    const verifiers = { member: verifierOf(newProof()) };
    const media = { transportId: 't', kind: 'audio', stream: 'mic', rtpParameters: {}, paused: false };
    const refused: Record<string, unknown> = {
      'room:kick': { peerId: ana.answer.peerId },
      'room:setCohosts': { peerIds: [] },
      'room:end': {},
      'room:hint': { mode: 'open' },
      'producer:create': media,
      'producer:close': { producerId },
      'producer:pause': { producerId },
      'producer:resume': { producerId },
      'producer:air': { producerId, onAir: true },
      'consumer:renew': { consumerIds: [] },
      'mls:create': { groupId, beacon },
      'mls:keyPackage': { groupId, sealed: opaque },
      'mls:commit': { groupId, epoch: 1, commit: opaque, added: [], removed: [] },
      'mls:ready': { groupId, epoch: 1 },
      'mls:message': { groupId, epoch: 1, message: opaque },
      'mls:heartbeat': { groupId, epoch: 1, heartbeat: opaque },
      'mls:nack': { groupId, epoch: 1, commitHash: Buffer.alloc(32), reason: 'why' },
      'mls:link': { groupId, linkGeneration: 1, beacon, verifiers },
      'stage:publish': { groupId, epoch: 1, roster: opaque },
      'stage:caption': { caption: 'opaque' },
      'stage:close': {},
      'feed:create': { verifier: verifierOf(newProof()), label: opaque },
      'feed:list': {},
      'feed:revoke': { feedId: ana.answer.peerId },
    };
    for (const [name, input] of Object.entries(refused)) {
      expect([name, await client.code(name, input)]).toEqual([name, 'forbidden']);
    }
    const tried = new Set([
      ...Object.keys(allowed),
      ...Object.keys(refused),
      'consumer:keyFrame',
      'room:join',
      'room:leave',
    ]);
    expect([...tried].toSorted()).toEqual(Object.keys(REQUESTS).toSorted());
    expect(await ana.client.code('token:refresh', {})).toBe('ok');
  });

  test('P-132 hears why when the link changes or the room ends, and the former watch link is worth nothing', async () => {
    const { room, host } = await meeting();
    const early = await watch(bed.url, room);
    const token = await room.token('viewer');
    await host.client.request('stage:publish', { groupId, epoch: 1, roster: bytes('r'), keys: bytes('k') });
    const [proof, viewerProof] = [newProof(), newProof()];
    const verifiers = { member: verifierOf(proof), viewer: verifierOf(viewerProof) };
    await host.client.request('mls:link', { groupId, linkGeneration: 1, beacon, verifiers });
    expect((await early.client.hear('room:closed')).payload).toEqual({ reason: 'linkChanged' });
    await early.client.untilDisconnected();
    const stale = new TestClient(bed.url, authOf(token));
    await stale.open();
    expect(await stale.code('room:join', {})).toBe('unauthorized');
    const traded = (kind: string, value: string) =>
      post(bed.url, `/api/rooms/${room.roomId}/tokens`, { kind, proof: value }).then(({ body }) => body);
    expect((await traded('viewer', room.viewerProof)).error.code).toBe('unauthorized');
    const late = new TestClient(bed.url, authOf((await traded('viewer', viewerProof)).data.token));
    await late.open();
    const answer = await late.request('room:join', {});
    // What was sealed for the former link opens by the former link.
    expect(answer).toMatchObject({ outcome: 'watching', stage: { roster: null, program: null, keys: [] } });
    host.client.socket.emit('room:end', {}, () => undefined);
    expect((await late.hear('room:closed')).payload).toEqual({ reason: 'ended' });
    await late.untilDisconnected();
  });

  test('P-132 hears that the server is going down, which waits for it as for Peers and lets no other in', async () => {
    const own = await startTestServer();
    const other = await makeRoom(own.server.url);
    const last = await watch(own.server.url, other);
    const token = await other.token('viewer');
    const drained = own.server.drain(60_000);
    await last.client.hear('server:draining');
    const late = new TestClient(own.server.url, authOf(token));
    await late.open();
    expect(await late.code('room:join', {})).toBe('draining');
    await last.client.request('room:leave', {});
    await drained;
    await own.stop();
  });

  test('P-134 is counted: everybody hears the number when it changed, at most once in a while, and a newcomer at once', async () => {
    const { room, host } = await meeting();
    const crowd = [await watch(bed.url, room), await watch(bed.url, room), await watch(bed.url, room)];
    await host.client.hear('stage:audience');
    await caughtUp(host.client);
    expect(host.client.of('stage:audience').map(({ payload }) => payload)).toEqual([{ viewers: 1 }]);
    bed.clock.advance(AUDIENCE_COUNT_MS);
    expect((await host.client.hear('stage:audience', 2)).payload).toEqual({ viewers: 3 });
    await crowd[2]!.client.until(() => crowd[2]!.client.of('stage:audience').length === 1);
    const late = await enter(bed.url, room);
    expect((await late.client.hear('stage:audience')).payload).toEqual({ viewers: 3 });
    for (const { client } of crowd) await client.request('room:leave', {});
    bed.clock.advance(AUDIENCE_COUNT_MS);
    expect((await host.client.hear('stage:audience', 3)).payload).toEqual({ viewers: 0 });
    bed.clock.advance(10 * AUDIENCE_COUNT_MS);
    await caughtUp(host.client);
    expect(host.client.of('stage:audience')).toHaveLength(3);
  });

  test('P-145 is a number in the metrics, and what is sealed for it stands in no log', async () => {
    const { room, host } = await meeting();
    const { client } = await watch(bed.url, room);
    await host.client.request('stage:publish', { groupId, epoch: 1, roster: bytes('a roster that nobody logs') });
    await client.hear('stage:roster');
    const metrics = await (await fetch(`${bed.url}/metrics`)).text();
    expect(metrics).toMatch(/conclave_viewers [1-9]/);
    expect(metrics).not.toContain(room.roomId);
    expect(bed.logged.join('')).not.toContain('a roster that nobody logs');
    expect(bed.logged.join('')).not.toContain(room.viewerProof);
  });
});

describe('what is published', () => {
  test('P-135 roster and program are of who leads, keys of any member in the present epoch; a refused request changes nothing', async () => {
    const { room, host, ana } = await meeting();
    const publish = (client: TestClient, more: object) => client.code('stage:publish', { groupId, epoch: 1, ...more });
    expect(await publish(ana.client, { roster: bytes('r') })).toBe('forbidden');
    expect(await publish(ana.client, { program: bytes('p'), keys: bytes('k') })).toBe('forbidden');
    expect(await publish(ana.client, { keys: bytes('k'), epoch: 0 })).toBe('conflict');
    expect(await publish(ana.client, { keys: bytes('k'), groupId: Buffer.alloc(32, 8) })).toBe('conflict');
    expect(await publish((await enter(bed.url, room)).client, { keys: bytes('k') })).toBe('not_sealed');
    expect((await watch(bed.url, room)).answer.stage).toEqual({ roster: null, program: null, keys: [] });
    expect(await publish(host.client, { roster: bytes('r'), epoch: 0 })).toBe('ok');
    expect(await publish(ana.client, { keys: bytes('k') })).toBe('ok');
    const { stage } = (await watch(bed.url, room)).answer;
    expect([text(stage.roster), stage.program, stage.keys.map(({ wrapped }) => text(wrapped))]).toEqual([
      'r',
      null,
      ['k'],
    ]);
  });

  test('P-136 viewers hear roster, keys and program in this order and nothing twice; who comes later finds the last of each', async () => {
    const { room, host } = await meeting();
    const { client } = await watch(bed.url, room);
    const all = { groupId, epoch: 1, program: bytes('p'), keys: bytes('k'), roster: bytes('r') };
    await host.client.request('stage:publish', all);
    await host.client.request('stage:publish', all);
    await host.client.request('stage:publish', { groupId, epoch: 1, program: bytes('p2') });
    await client.hear('stage:program', 2);
    const heard = client.heard.filter(({ name }) => name !== 'stage:audience');
    expect(heard.map(({ name }) => name)).toEqual(['stage:roster', 'stage:keys', 'stage:program', 'stage:program']);
    expect((await client.hear('stage:keys')).payload).toMatchObject({ epoch: 1 });
    expect(text((await watch(bed.url, room)).answer.stage.program)).toBe('p2');
  });

  test('P-137 keys of this epoch and the one before are kept, and across a new group for a minute', async () => {
    const { room, host, ana } = await meeting();
    for (const epoch of [1, 2, 3]) {
      await host.client.request('stage:publish', { groupId, epoch, keys: bytes(`k${epoch}`) });
      await commit(host.client, epoch);
    }
    const found = async () => (await watch(bed.url, room)).answer.stage.keys.map(({ wrapped }) => text(wrapped));
    expect(await found()).toEqual(['k2', 'k3']);
    for (const { client } of [host, ana]) await client.request('room:leave', {});
    const next = await enter(bed.url, room, 'host');
    const other = Buffer.alloc(32, 9);
    await next.client.request('mls:create', { groupId: other, beacon });
    await next.client.request('stage:publish', { groupId: other, epoch: 0, keys: bytes('n0') });
    expect(await found()).toEqual(['k2', 'k3', 'n0']);
    bed.clock.advance(STAGE_KEYS_PAST_MS);
    expect(await found()).toEqual(['n0']);
  });

  test('P-137 the last keys of an epoch count, but what one who leads has wrapped nobody else replaces; members hear who did', async () => {
    const { room, host, ana } = await meeting();
    const wrap = (client: TestClient, keys: string) =>
      client.request('stage:publish', { groupId, epoch: 1, keys: bytes(keys) });
    const { client } = await watch(bed.url, room);
    await wrap(ana.client, 'first');
    expect((await host.client.hear('stage:wrapped')).payload).toMatchObject({ epoch: 1, from: ana.answer.peerId });
    await wrap(host.client, 'of the host');
    await wrap(ana.client, 'too late');
    await caughtUp(client);
    expect(client.of('stage:keys').map(({ payload }) => text((payload as { wrapped: Uint8Array }).wrapped))).toEqual([
      'first',
      'of the host',
    ]);
    expect(host.client.of('stage:wrapped')).toHaveLength(1);
    expect(ana.client.of('stage:wrapped')).toHaveLength(1);
  });

  test('P-138 closed by who leads it is gone, nothing is on air, and the viewers stay for the next', async () => {
    const { room, host, ana } = await meeting();
    const { client } = await watch(bed.url, room);
    await client.request('media:start', { rtpCapabilities: {} });
    const producerId = await produce(ana);
    await ana.client.request('producer:air', { producerId, onAir: true });
    await host.client.request('stage:publish', { groupId, epoch: 1, roster: bytes('r'), keys: bytes('k') });
    expect(await ana.client.code('stage:close', {})).toBe('forbidden');
    expect(await host.client.code('stage:close', {})).toBe('ok');
    await client.hear('stage:closed');
    expect(client.of('consumer:closed')).toHaveLength(1);
    expect((await watch(bed.url, room)).answer.stage).toEqual({ roster: null, program: null, keys: [] });
    await host.client.request('stage:publish', { groupId, epoch: 1, roster: bytes('r') });
    await client.hear('stage:roster', 2);
  });

  test('P-145 is bounded in size and rate; too much of it is refused and harms nobody', async () => {
    const { host, ana } = await meeting();
    const over = { roster: MAX_STAGE_ROSTER_BYTES, program: MAX_STAGE_PROGRAM_BYTES, keys: MAX_STAGE_KEYS_BYTES };
    for (const [field, max] of Object.entries(over)) {
      const input = { groupId, epoch: 1, [field]: Buffer.alloc(max + 1) };
      expect([field, await ana.client.code('stage:publish', input)]).toEqual([field, 'too_large']);
    }
    expect(await ana.client.code('stage:publish', { groupId, epoch: 1, roster: 'text' })).toBe('bad_request');
    const codes = [];
    for (let count = 0; count < 9; count += 1) {
      codes.push(
        await host.client.code('stage:publish', { groupId, epoch: 1, program: Buffer.alloc(over.program, count) }),
      );
    }
    expect(codes.filter((code) => code === 'ok').length).toBeGreaterThan(5);
    expect(codes.at(-1)).toBe('rate_limited');
    expect(await ana.client.code('stage:publish', { groupId, epoch: 1, keys: bytes('k') })).toBe('ok');
  });
});

describe('on air', () => {
  test('P-139 viewers are given what its owner put on air and nothing else; off air it is taken from them, and members notice neither', async () => {
    const { room, host, ana } = await meeting();
    const [mic, camera] = [await produce(ana), await produce(ana, 'camera')];
    await host.client.request('media:start', { rtpCapabilities: {} });
    const { client } = await watch(bed.url, room);
    await client.request('media:start', { rtpCapabilities: {} });
    expect(client.of('consumer:new')).toEqual([]);
    expect(await host.client.code('producer:air', { producerId: mic, onAir: true })).toBe('not_found');
    await ana.client.request('producer:air', { producerId: mic, onAir: true });
    const offered = (await client.hear('consumer:new')).payload;
    expect(offered).toMatchObject({ consumers: [{ producerId: mic, peerId: ana.answer.peerId, stream: 'mic' }] });
    const late = await watch(bed.url, room);
    await late.client.request('media:start', { rtpCapabilities: {} });
    expect((await late.client.hear('consumer:new')).payload).toMatchObject({ consumers: [{ producerId: mic }] });
    await ana.client.request('producer:air', { producerId: mic, onAir: false });
    await client.hear('consumer:closed');
    await caughtUp(host.client);
    expect(host.client.of('consumer:closed')).toEqual([]);
    await ana.client.request('producer:air', { producerId: camera, onAir: true });
    await client.hear('consumer:new', 2);
    await ana.client.request('producer:close', { producerId: camera });
    await client.hear('consumer:closed', 2);
  });

  test('P-141 more changes than a person makes are rate_limited', async () => {
    const { ana } = await meeting();
    const producerId = await produce(ana);
    const codes = [];
    for (let count = 0; count <= AIR_CHANGES_PER_CONNECTION.points; count += 1) {
      codes.push(await ana.client.code('producer:air', { producerId, onAir: count % 2 === 0 }));
    }
    expect(codes.slice(0, -1).every((code) => code === 'ok')).toBe(true);
    expect(codes.at(-1)).toBe('rate_limited');
  });
});
