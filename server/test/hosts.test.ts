// Leading a Room through the real doors: the next link, Peers sent off, co-hosts, the hint of the mode.
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { COHOST_CHANGES_PER_CONNECTION, MAX_COHOSTS } from '#protocol/limits';
import type { Notification } from '#protocol/notifications';
import {
  authOf,
  connect,
  enter,
  makeRoom,
  newProof,
  post,
  TestClient,
  verifierOf,
  type TestRoom,
} from './testServer.ts';
import { useTestServer } from './useTestServer.ts';

const bed = useTestServer();

const groupId = Buffer.alloc(32, 7);
const [beacon, nextBeacon] = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)];
const bytes = Buffer.from('opaque');

/** A host and two members in epoch 1. */
async function meeting() {
  const room = await makeRoom(bed.url);
  const [host, ana, ben] = [await enter(bed.url, room, 'host'), await enter(bed.url, room), await enter(bed.url, room)];
  await host.client.request('mls:create', { groupId, beacon });
  const added = [ana.answer.peerId, ben.answer.peerId];
  for (const { client } of [ana, ben]) await client.request('mls:keyPackage', { groupId, sealed: bytes });
  await host.client.request('mls:commit', { groupId, epoch: 0, commit: bytes, welcome: bytes, added, removed: [] });
  for (const { client } of [ana, ben]) await client.hear('mls:welcome');
  return { room, host, ana, ben };
}

const codeWith = async (token: string) => {
  const client = new TestClient(bed.url, authOf(token));
  return { client, code: await client.open() };
};

const trade = (room: TestRoom, proof: string) =>
  post(bed.url, `/api/rooms/${room.roomId}/tokens`, { kind: 'member', proof });

const resumeOf = (token: string, lastSequence = 0) => ({ resume: { token: token as never, lastSequence } });

test('P-13 a token names the link it was traded for, and so does one that is refreshed after the next link', async () => {
  const { room, host, ana } = await meeting();
  expect(decodeJwt(await room.token())).toMatchObject({ link: 0 });
  const verifiers = { member: verifierOf(newProof()) };
  await host.client.request('mls:link', { groupId, linkGeneration: 1, beacon: nextBeacon, verifiers });
  const { token } = await ana.client.request('token:refresh', {});
  expect(decodeJwt(token)).toMatchObject({ sub: ana.answer.peerId, link: 1, role: 'member' });
});

describe('the next link', () => {
  test('P-101 P-102 it admits and the former one does not; who is told the generation and the beacon hears the new ones', async () => {
    const { room, host, ana, ben } = await meeting();
    const proof = newProof();
    const early = await room.token();
    const waiting = await enter(bed.url, room);
    await waiting.client.request('mls:keyPackage', { groupId, sealed: bytes });
    const change = { groupId, linkGeneration: 1, beacon: nextBeacon, verifiers: { member: verifierOf(proof) } };
    expect(await ana.client.code('mls:link', change)).toBe('forbidden');
    expect(await host.client.code('mls:link', change)).toBe('ok');
    expect(await host.client.code('mls:link', change)).toBe('ok');
    expect(await host.client.code('mls:link', { ...change, verifiers: { member: verifierOf(newProof()) } })).toBe(
      'conflict',
    );

    expect((await waiting.client.hear('room:closed')).payload).toEqual({ reason: 'linkChanged' });
    await waiting.client.untilDisconnected();
    expect((await trade(room, room.proof)).body.error.code).toBe('unauthorized');
    const { client } = await codeWith(early);
    expect(await client.code('room:join', {})).toBe('unauthorized');

    const { token, linkGeneration } = (await trade(room, proof)).body.data;
    expect(linkGeneration).toBe(1);
    const late = (await codeWith(token)).client;
    const joined = await late.request('room:join', {});
    expect(joined).toMatchObject({ outcome: 'joined', linkGeneration: 1, group: { epoch: 1 } });
    expect(Buffer.from(joined.outcome === 'joined' ? (joined.group?.beacon ?? []) : [])).toEqual(nextBeacon);
    expect((await enter(bed.url, room, 'host')).answer.linkGeneration).toBe(1);
    for (const { client: inside } of [host, ana, ben]) expect(await inside.code('token:refresh', {})).toBe('ok');
  });

  test('P-102 a member that lost its connection meanwhile resumes with the token it has', async () => {
    const { host, ana } = await meeting();
    const { token } = await ana.client.request('token:refresh', {});
    ana.client.loseConnection();
    await host.client.hear('peer:away');
    const verifiers = { member: verifierOf(newProof()) };
    await host.client.request('mls:link', { groupId, linkGeneration: 1, beacon: nextBeacon, verifiers });
    const { client } = await codeWith(token);
    const answer = await client.request('room:join', resumeOf(ana.answer.resumeToken));
    expect(answer).toMatchObject({ outcome: 'resumed', peerId: ana.answer.peerId });
  });
});

describe('sending off', () => {
  test('P-103 who is sent off hears why and is cut; its token and its place are gone, and the link still opens', async () => {
    const { room, host, ana, ben } = await meeting();
    const { token } = await ben.client.request('token:refresh', {});
    expect(await ana.client.code('room:kick', { peerId: ben.answer.peerId })).toBe('forbidden');
    await host.client.request('room:kick', { peerId: ben.answer.peerId });
    expect((await ben.client.hear('room:closed')).payload).toEqual({ reason: 'removed' });
    await ben.client.untilDisconnected();
    expect((await ana.client.hear('peer:left')).payload).toEqual({ peerId: ben.answer.peerId });
    expect((await codeWith(token)).code).toBe('unauthorized');
    const again = await connect(bed.url, room);
    expect(await again.code('room:join', resumeOf(ben.answer.resumeToken))).toBe('forbidden');
    expect(await again.code('room:join', {})).toBe('ok');
    expect(await host.client.code('room:kick', { peerId: ben.answer.peerId })).toBe('not_found');
  });

  test('P-100 P-71 while no host is connected a member removes one that is still there, and sends it off', async () => {
    const { host, ana, ben } = await meeting();
    const removal = { groupId, epoch: 1, commit: bytes, added: [], removed: [ben.answer.peerId] };
    expect(await ana.client.code('mls:commit', removal)).toBe('forbidden');
    expect(await ana.client.code('room:kick', { peerId: ben.answer.peerId })).toBe('forbidden');
    host.client.loseConnection();
    await ana.client.hear('peer:away');
    expect(await ana.client.code('room:kick', { peerId: ben.answer.peerId })).toBe('forbidden');
    expect(await ana.client.code('mls:commit', removal)).toBe('ok');
    expect(await ana.client.code('room:kick', { peerId: ben.answer.peerId })).toBe('ok');
    await ben.client.untilDisconnected();
    const outsider = await enter(bed.url, await makeRoom(bed.url));
    expect(await outsider.client.code('room:kick', { peerId: ana.answer.peerId })).toBe('not_sealed');
  });
});

test('P-104 a co-host leads, refreshes its role with its token, and is one until the host says otherwise', async () => {
  const { host, ana, ben } = await meeting();
  expect(await ana.client.code('room:setCohosts', { peerIds: [ana.answer.peerId] })).toBe('forbidden');
  await host.client.request('room:setCohosts', { peerIds: [ana.answer.peerId] });
  const heard = (await ben.client.hear('peer:role')).payload as Notification<'peer:role'>;
  expect(heard).toEqual({ peerId: ana.answer.peerId, role: 'cohost' });
  expect(decodeJwt((await ana.client.request('token:refresh', {})).token)['role']).toBe('cohost');
  expect(await ana.client.code('room:kick', { peerId: host.answer.peerId })).toBe('forbidden');
  await host.client.request('room:setCohosts', { peerIds: [] });
  expect(await ana.client.code('room:kick', { peerId: ben.answer.peerId })).toBe('forbidden');
});

test('P-105 the hint is told to those inside and, with token and join, to those who come', async () => {
  const { room, host, ana } = await meeting();
  expect((await trade(room, room.proof)).body.data.mode).toBe('open');
  expect(await ana.client.code('room:hint', { mode: 'locked' })).toBe('forbidden');
  await host.client.request('room:hint', { mode: 'approve' });
  expect((await ana.client.hear('room:hint')).payload).toEqual({ mode: 'approve' });
  expect((await trade(room, room.proof)).body.data.mode).toBe('approve');
  expect((await enter(bed.url, room)).answer.mode).toBe('approve');
});

describe('the end for everybody', () => {
  test('P-106 is told to all in place of an answer; links, tokens and places of before open nothing, and the id is gone', async () => {
    const { room, host, ana, ben } = await meeting();
    const token = await room.token();
    expect(await ana.client.code('room:end', {})).toBe('forbidden');
    void host.client.code('room:end', {}).catch(() => undefined);
    for (const { client } of [host, ana, ben]) {
      expect((await client.hear('room:closed')).payload).toEqual({ reason: 'ended' });
      await client.untilDisconnected();
    }
    expect((await trade(room, room.proof)).body.error.code).toBe('not_found');
    expect((await codeWith(token)).code).toBe('not_found');
    const again = { roomId: room.roomId, verifiers: { member: verifierOf(room.proof) } };
    expect((await post(bed.url, '/api/rooms', again)).body.error.code).toBe('conflict');
  });
});

describe('many roles', () => {
  test('P-104 more co-hosts than MAX_COHOSTS are too_large, and more changes than COHOST_CHANGES_PER_CONNECTION rate_limited', async () => {
    const { host, ana } = await meeting();
    const peerIds = Array.from({ length: MAX_COHOSTS }, () => ana.answer.peerId);
    const name = (ids: string[]) => host.client.code('room:setCohosts', { peerIds: ids });
    expect(await name([...peerIds, ana.answer.peerId])).toBe('too_large');
    const codes: string[] = [];
    for (let count = 0; count < COHOST_CHANGES_PER_CONNECTION.points; count += 1)
      codes.push(await name(count % 2 === 0 ? peerIds : []));
    expect([codes.filter((code) => code === 'ok').length, codes.at(-1)]).toEqual([
      COHOST_CHANGES_PER_CONNECTION.points - 1,
      'rate_limited',
    ]);
  });
});
