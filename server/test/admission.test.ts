// Who gets in: rooms, tokens, handshakes, and everything that must not.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  jwtVerify,
  SignJWT,
  generateKeyPair,
  type JWK,
} from 'jose';
import { describe, expect, test } from 'vitest';
import {
  ACCESS_TOKEN_TTL_MS,
  BAD_PROOFS_PER_ADDRESS,
  JOIN_DEADLINE_MS,
  TOKEN_EXPIRY_LEEWAY_MS,
} from '#protocol/limits';
import {
  authOf,
  connect,
  enter,
  makeRoom,
  newProof,
  newRoomId,
  post,
  startTestServer,
  TestClient,
  verifierOf,
} from './testServer.ts';
import { useTestServer } from './useTestServer.ts';

const bed = useTestServer();

const attempt = async (auth: unknown, headers?: Record<string, string>) => {
  const client = new TestClient(bed.url, auth, headers);
  const code = await client.open();
  client.socket.disconnect();
  return code;
};

const fetchKeys = async () =>
  (await (await fetch(`${bed.url}/.well-known/jwks.json`)).json()) as { keys: (JWK & { x: string })[] };

describe('making rooms and tokens', () => {
  test('P-10 a room is made from verifiers and its maker gets a host token', async () => {
    const roomId = newRoomId();
    const answer = await post(bed.url, '/api/rooms', { roomId, verifiers: { member: verifierOf(newProof()) } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ ok: true, data: { roomId, hostToken: expect.any(String) } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('P-10 an id that is taken is a conflict, and the first room keeps its links', async () => {
    const room = await makeRoom(bed.url);
    const second = await post(bed.url, '/api/rooms', {
      roomId: room.roomId,
      verifiers: { member: verifierOf(newProof()) },
    });
    expect([second.status, second.body.error.code]).toEqual([409, 'conflict']);
    await expect(room.token()).resolves.toEqual(expect.any(String));
  });

  test('P-11 the right proof is traded for a token of that link’s role, a wrong one is unauthorized', async () => {
    const room = await makeRoom(bed.url);
    const path = `/api/rooms/${room.roomId}/tokens`;
    const right = await post(bed.url, path, { kind: 'member', proof: room.proof });
    expect(right.body).toMatchObject({
      ok: true,
      data: { role: 'member', peersInRoom: 0, serverTimeMs: bed.clock.now() },
    });
    const viewer = await post(bed.url, path, { kind: 'viewer', proof: room.viewerProof });
    expect(viewer.body.data.role).toBe('viewer');
    for (const body of [
      { kind: 'member', proof: newProof() },
      { kind: 'member', proof: room.viewerProof },
      { kind: 'speaker', proof: room.proof },
    ]) {
      const wrong = await post(bed.url, path, body);
      expect([wrong.status, wrong.body.error.code]).toEqual([401, 'unauthorized']);
    }
  });

  test('P-11 a room that is not there is not_found, whatever its id looks like', async () => {
    for (const id of [newRoomId(), 'short', '%00', 'x'.repeat(500)]) {
      const answer = await post(bed.url, `/api/rooms/${id}/tokens`, { kind: 'member', proof: newProof() });
      expect([answer.status, answer.body.error.code]).toEqual([404, 'not_found']);
    }
  });

  test('P-12 the host token is traded for the host role in its own room only, and is no access token', async () => {
    const [room, other] = [await makeRoom(bed.url), await makeRoom(bed.url)];
    const mine = await post(bed.url, `/api/rooms/${room.roomId}/tokens`, { kind: 'host', hostToken: room.hostToken });
    expect(mine.body.data.role).toBe('host');
    const foreign = await post(bed.url, `/api/rooms/${other.roomId}/tokens`, {
      kind: 'host',
      hostToken: room.hostToken,
    });
    expect(foreign.body.error.code).toBe('unauthorized');
    const access = await room.token();
    const swapped = await post(bed.url, `/api/rooms/${room.roomId}/tokens`, { kind: 'host', hostToken: access });
    expect(swapped.body.error.code).toBe('unauthorized');
    expect(await attempt(authOf(room.hostToken))).toBe('unauthorized');
  });

  test('P-13 tokens are EdDSA JWTs that the published keys verify, with every claim in place', async () => {
    const room = await makeRoom(bed.url);
    const token = await room.token();
    const jwks = await fetchKeys();
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), { currentDate: new Date(bed.clock.now()) });
    expect(payload).toMatchObject({ iss: 'conclave', aud: 'conclave:access', room: room.roomId, role: 'member' });
    expect(payload.exp! - payload.iat!).toBeLessThanOrEqual(ACCESS_TOKEN_TTL_MS / 1000);
    expect(payload.jti).not.toBe(decodeJwt(await room.token()).jti);
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'EdDSA', kid: jwks.keys[0]!.kid });
    expect(Object.keys(jwks.keys[0]!).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  });

  test('P-13 the signing key lies in the data folder for this user alone', async () => {
    const path = join(bed.dataDir, 'signing-key.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(bed.dataDir)).mode & 0o777).toBe(0o700);
    expect(JSON.parse(await readFile(path, 'utf8')).keys[0].d).toEqual(expect.any(String));
  });

  test('P-14 bodies that are malformed or too large get their code and reach no room', async () => {
    const before = bed.server.directory.counts().rooms;
    const cases: [unknown, number, string][] = [
      ['{"roomId":', 400, 'bad_request'],
      ['[]', 400, 'bad_request'],
      [{}, 400, 'bad_request'],
      [{ roomId: 'x', verifiers: {} }, 400, 'bad_request'],
      [{ roomId: newRoomId(), verifiers: { member: 5 } }, 400, 'bad_request'],
      [{ roomId: newRoomId(), filler: 'x'.repeat(9_000) }, 413, 'too_large'],
    ];
    for (const [body, status, code] of cases) {
      const answer = await post(bed.url, '/api/rooms', body);
      expect([answer.status, answer.body.error.code]).toEqual([status, code]);
      expect(JSON.stringify(answer.body)).not.toContain('xxxx');
    }
    expect(bed.server.directory.counts().rooms).toBe(before);
  });

  test('P-15 a page of another origin makes no room and opens no connection', async () => {
    const room = await makeRoom(bed.url);
    const evil = { origin: 'https://evil.example' };
    const body = { roomId: newRoomId(), verifiers: { member: verifierOf(newProof()) } };
    const made = await post(bed.url, '/api/rooms', body, evil);
    expect([made.status, made.body.error.code]).toEqual([403, 'forbidden']);
    expect(await attempt(authOf(await room.token()), evil)).toBe('transport');
    expect((await post(bed.url, '/api/rooms', body, { origin: bed.url })).status).toBe(201);
    expect(await attempt(authOf(await room.token()), { origin: bed.url })).toBeNull();
  });
});

describe('the handshake', () => {
  test('P-20 a connection of another version is refused with version, whatever its token', async () => {
    const token = await (await makeRoom(bed.url)).token();
    for (const auth of [{ version: 2, token }, { version: '1', token }, { token }, {}]) {
      expect(await attempt(auth)).toBe('version');
    }
  });

  test('P-21 without a token, or with one that this server did not sign, it is unauthorized', async () => {
    const room = await makeRoom(bed.url);
    const token = await room.token();
    const [head, body, signature] = token.split('.') as [string, string, string];
    const forged = Buffer.from(JSON.stringify({ ...decodeJwt(token), role: 'host' })).toString('base64url');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    const { kid } = decodeProtectedHeader(token);
    const stranger = await new SignJWT(decodeJwt(token))
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: kid! })
      .sign(privateKey);
    const jwks = await fetchKeys();
    const confused = await new SignJWT(decodeJwt(token))
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: kid! })
      .sign(Buffer.from(jwks.keys[0]!.x, 'base64url'));
    const bad = [
      '',
      'x',
      5,
      null,
      `${head}.${forged}.${signature}`,
      `${none}.${body}.`,
      stranger,
      confused,
      `${token}x`,
    ];
    for (const one of bad) expect(await attempt({ version: 1, token: one })).toBe('unauthorized');
    expect(await attempt({ version: 1 })).toBe('unauthorized');
  });

  test('P-22 an expired token is token_expired', async () => {
    const room = await makeRoom(bed.url);
    const token = await room.token();
    bed.clock.advance(ACCESS_TOKEN_TTL_MS - 1_000);
    expect(await attempt(authOf(token))).toBeNull();
    bed.clock.advance(1_000);
    expect(await attempt(authOf(token))).toBe('token_expired');
  });

  test('P-23 a token opens the room it was made for and no other, and one of another server opens none', async () => {
    const [room, other] = [await makeRoom(bed.url), await makeRoom(bed.url)];
    const inOther = await enter(bed.url, other);
    const inRoom = await enter(bed.url, room);
    expect(inRoom.answer.peers).toEqual([]);
    expect(inOther.client.heard).toEqual([]);
    const elsewhere = await startTestServer();
    const foreign = await (await makeRoom(elsewhere.server.url)).token();
    expect(await attempt(authOf(foreign))).toBe('unauthorized');
    await elsewhere.stop();
  });

  test('P-24 a connection whose token is not refreshed ends after its leeway, one whose token is stays', async () => {
    const room = await makeRoom(bed.url);
    const [stays, ends] = [await enter(bed.url, room), await enter(bed.url, room)];
    bed.clock.advance(ACCESS_TOKEN_TTL_MS - 5_000);
    const { token, expiresAtMs } = await stays.client.request('token:refresh', {});
    expect(expiresAtMs).toBeGreaterThan(bed.clock.now() + ACCESS_TOKEN_TTL_MS - 2_000);
    expect(decodeJwt(token).sub).toBe(stays.answer.peerId);
    bed.clock.advance(5_000 + TOKEN_EXPIRY_LEEWAY_MS + 1_000);
    await ends.client.untilDisconnected();
    expect(await stays.client.code('token:refresh', {})).toBe('ok');
  });

  test('P-25 whoever does not join in time is cut off', async () => {
    const client = await connect(bed.url, await makeRoom(bed.url));
    bed.clock.advance(JOIN_DEADLINE_MS);
    await client.untilDisconnected();
    expect(client.heard).toEqual([]);
  });
});

describe('limits of an address', () => {
  test('P-30 proofs are not guessed fast: past the limit even a right one has to wait', async () => {
    const own = await startTestServer();
    const room = await makeRoom(own.server.url);
    const path = `/api/rooms/${room.roomId}/tokens`;
    for (let count = 0; count < BAD_PROOFS_PER_ADDRESS.points; count += 1) {
      await post(own.server.url, path, { kind: 'member', proof: newProof() });
    }
    const answer = await post(own.server.url, path, { kind: 'member', proof: room.proof });
    expect([answer.status, answer.body.error.code]).toEqual([429, 'rate_limited']);
    expect(answer.body.error.retryAfterMs).toBeGreaterThan(0);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await own.stop();
  });

  test('P-31 connections of one address are limited in rate and in number', async () => {
    const rated = await startTestServer({ limits: { addresses: { rate: { points: 2, perSeconds: 60 } } } });
    const room = await makeRoom(rated.server.url);
    const codes = [];
    for (let count = 0; count < 3; count += 1) {
      const client = new TestClient(rated.server.url, authOf(await room.token()));
      codes.push(await client.open());
    }
    expect(codes).toEqual([null, null, 'rate_limited']);
    await rated.stop();

    const counted = await startTestServer({ limits: { addresses: { maxOpen: 1 } } });
    const place = await makeRoom(counted.server.url);
    const first = await connect(counted.server.url, place);
    const second = new TestClient(counted.server.url, authOf(await place.token()));
    expect(await second.open()).toBe('transport');
    first.socket.disconnect();
    await expect.poll(() => new TestClient(counted.server.url, { version: 0 }).open()).toBe('version');
    await counted.stop();
  });
});

test('P-40 nothing that was logged holds a token, a proof, a key or a peer’s whole id', async () => {
  const room = await makeRoom(bed.url);
  const token = await room.token();
  const { client, answer } = await enter(bed.url, room);
  await client.request('room:leave', {});
  await client.untilDisconnected();
  const text = bed.logged.join('');
  expect(text).toContain('peer joined');
  for (const secret of [token, room.hostToken, room.proof, room.roomId, answer.peerId, answer.resumeToken]) {
    expect(text).not.toContain(secret);
  }
});
