// Pages of other origins that the operator lets embed this one, and all others.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SOCKET_PATH } from '#protocol/version';
import {
  enter,
  makeRoom,
  newProof,
  newRoomId,
  post,
  startTestServer,
  verifierOf,
  type TestServer,
} from './testServer.ts';

const FRIEND = 'https://www.example.org';
const STRANGER = 'https://evil.example';

const room = () => ({ roomId: newRoomId(), verifiers: { member: verifierOf(newProof()) } });

const startBed = async (env: Record<string, string>): Promise<TestServer> => {
  const bed = await startTestServer({ env });
  const client = join(bed.dataDir, '../client');
  await mkdir(join(client, 'sdk'), { recursive: true });
  await writeFile(join(client, 'index.html'), '<!doctype html><title>Conclave</title>');
  await writeFile(join(client, 'sdk', 'conclave.js'), 'export {};');
  return bed;
};

const preflight = (url: string, origin: string) =>
  fetch(`${url}/api/rooms`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });

const polling = (url: string, origin: string) =>
  fetch(`${url}${SOCKET_PATH}/?EIO=4&transport=polling`, { headers: { origin } });

describe('where some may embed', () => {
  let bed: TestServer;
  let url: string;
  beforeAll(async () => {
    bed = await startBed({ EMBED_ORIGINS: `${FRIEND} https://intra.example.org` });
    url = bed.server.url;
  });
  afterAll(() => bed?.stop());

  test('P-16 only the embedded document may be framed, and only by those origins', async () => {
    const embedded = await fetch(`${url}/embed`);
    expect(embedded.status).toBe(200);
    const policy = embedded.headers.get('content-security-policy');
    expect(policy).toContain(`frame-ancestors ${FRIEND} https://intra.example.org;`);
    expect(policy).toContain("script-src 'self';");
    expect(embedded.headers.get('x-frame-options')).toBeNull();
    expect(embedded.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    for (const path of ['/', '/r/x', '/protect', '/api/embed', '/sdk/conclave.js']) {
      const other = await fetch(url + path);
      expect(other.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(other.headers.get('x-frame-options')).toBe('DENY');
    }
  });

  test('P-16 the document learns whom it may listen to', async () => {
    const answer = await (await fetch(`${url}/api/embed`)).json();
    expect(answer).toEqual({ ok: true, data: { origins: [FRIEND, 'https://intra.example.org'] } });
  });

  test('P-17 a page of such an origin may load the SDK, ask the API and open a connection; one of another may not', async () => {
    const allowed = async (answer: Promise<Response>) => (await answer).headers.get('access-control-allow-origin');
    const sdk = (origin: string) => fetch(`${url}/sdk/conclave.js`, { headers: { origin } });
    expect(await allowed(sdk(FRIEND))).toBe(FRIEND);
    expect(await allowed(sdk(STRANGER))).toBeNull();
    expect((await sdk(FRIEND)).headers.get('vary')).toContain('Origin');

    const asked = await preflight(url, FRIEND);
    expect([asked.status, asked.headers.get('access-control-allow-headers')]).toEqual([204, 'content-type']);
    expect((await preflight(url, STRANGER)).status).toBe(403);

    const made = await post(url, '/api/rooms', room(), { origin: FRIEND });
    expect([made.status, made.headers.get('access-control-allow-origin')]).toEqual([201, FRIEND]);
    const refused = await post(url, '/api/rooms', room(), { origin: STRANGER });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);

    const opened = await polling(url, FRIEND);
    expect([opened.status, opened.headers.get('access-control-allow-origin')]).toEqual([200, FRIEND]);
    const shut = await polling(url, STRANGER);
    expect(shut.status).toBe(403);
    expect(shut.headers.get('access-control-allow-origin')).not.toBe(STRANGER);
  });

  test('P-17 a page of such an origin may send and fetch files of a Room that it is a member of; one of another may not', async () => {
    const room = await makeRoom(url);
    const { client } = await enter(url, room);
    await client.request('mls:create', { groupId: Buffer.alloc(32, 1), beacon: Buffer.alloc(4) });
    const { token } = await client.request('token:refresh', {});
    const folder = `/api/rooms/${room.roomId}/files`;
    const call = (origin: string, method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
      fetch(url + path, {
        method,
        headers: { origin, authorization: `Bearer ${token}`, ...headers },
        ...(body !== undefined && { body }),
      });
    const tus = { 'tus-resumable': '1.0.0', 'conclave-upload-key': newProof() };
    const part = { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };

    const asked = await call(FRIEND, 'OPTIONS', `${folder}/x`, { 'access-control-request-method': 'PATCH' });
    const allowed = (name: string) => asked.headers.get(`access-control-allow-${name}`)?.split(', ');
    expect([asked.status, allowed('origin'), allowed('credentials')]).toEqual([204, [FRIEND], undefined]);
    expect(allowed('methods')).toEqual(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE']);
    expect(allowed('headers')).toEqual(
      expect.arrayContaining(['authorization', 'range', ...Object.keys(part), 'upload-length']),
    );

    const made = await call(FRIEND, 'POST', folder, { ...tus, 'upload-length': '6' });
    const file = made.headers.get('location') ?? '';
    const answers = [
      await call(FRIEND, 'GET', folder),
      made,
      await call(FRIEND, 'PATCH', file, part, 'sealed'),
      await call(FRIEND, 'HEAD', file, tus),
      await call(FRIEND, 'GET', file, { range: 'bytes=2-' }),
      await call(FRIEND, 'DELETE', file, tus),
      await call(FRIEND, 'GET', file),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 201, 204, 200, 206, 204, 404]);
    for (const { headers } of answers) {
      expect(headers.get('access-control-allow-origin')).toBe(FRIEND);
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    }
    const exposed = (index: number) => answers[index]?.headers.get('access-control-expose-headers');
    for (const [index, name] of [
      [1, 'Location'],
      [2, 'Upload-Offset'],
      [3, 'Upload-Offset'],
      [4, 'Content-Range'],
    ] as const)
      expect(exposed(index)).toContain(name);

    for (const method of ['OPTIONS', 'POST', 'PATCH', 'HEAD', 'GET', 'DELETE']) {
      const refused = await call(STRANGER, method, file, part);
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    }
  });

  test('P-17 credentials are never shared with another origin', async () => {
    for (const answer of [await preflight(url, FRIEND), await polling(url, FRIEND)]) {
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  test('P-15 a page of another origin is refused as before', async () => {
    const { proof, roomId } = await makeRoom(url);
    const body = { kind: 'member', proof };
    expect((await post(url, `/api/rooms/${roomId}/tokens`, body, { origin: STRANGER })).status).toBe(403);
    expect((await post(url, `/api/rooms/${roomId}/tokens`, body, { origin: FRIEND })).status).toBe(200);
  });
});

describe('where nobody may embed', () => {
  let bed: TestServer;
  let url: string;
  beforeAll(async () => {
    bed = await startBed({});
    url = bed.server.url;
  });
  afterAll(() => bed?.stop());

  test('P-16 there is no embedded document, and nothing may be framed or shared', async () => {
    const embedded = await fetch(`${url}/embed`);
    expect(embedded.status).toBe(404);
    expect(embedded.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(await (await fetch(`${url}/api/embed`)).json()).toEqual({ ok: true, data: { origins: [] } });
    const sdk = await fetch(`${url}/sdk/conclave.js`, { headers: { origin: FRIEND } });
    expect(sdk.headers.get('access-control-allow-origin')).toBeNull();
    expect((await preflight(url, FRIEND)).status).toBe(403);
    expect((await polling(url, FRIEND)).status).toBe(403);
    const files = await fetch(`${url}/api/rooms/${newRoomId()}/files`, { headers: { origin: FRIEND } });
    expect([files.status, files.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });
});
