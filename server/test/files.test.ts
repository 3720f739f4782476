// Files on their way through the real server: who may, how much, from where, for how long; all of it ciphertext to it.
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FILE_BLOCK_BYTES, FILE_ROOM_EMPTY_MS, FILE_STALLED_MS, FILE_SWEEP_MS } from '#protocol/limits';
import {
  enter,
  makeRoom,
  newProof,
  startTestServer,
  type TestClient,
  type TestRoom,
  type TestServer,
} from './testServer.ts';

const TUS = { 'tus-resumable': '1.0.0' };
const BODY = { ...TUS, 'content-type': 'application/offset+octet-stream' };
const MIB = 1024 * 1024;

interface Sender {
  token: string;
  path: string;
  client: TestClient;
}

let bed: TestServer;
let url: string;
beforeAll(async () => {
  bed = await startTestServer({
    env: { FILE_MAX_MB: '8', FILE_ROOM_MB: '12', FILE_TOTAL_MB: '30', FILE_TTL_MS: String(24 * 3_600_000) },
  });
  url = bed.server.url;
});
afterAll(() => bed.stop());

const onDisk = () => readdir(join(bed.dataDir, 'files'));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const idOf = (file: string): string => file.split('/').at(-1) ?? '';

/** In a new Room and its group, with a token of its own. */
const member = async (): Promise<Sender> => sealedIn(url, await makeRoom(url));

async function sealedIn(at: string, room: TestRoom): Promise<Sender> {
  const { client } = await enter(at, room);
  await client.request('mls:create', { groupId: Buffer.alloc(32, 1), beacon: Buffer.alloc(4) });
  const { token } = await client.request('token:refresh', {});
  return { token, path: `/api/rooms/${room.roomId}/files`, client };
}

const call = (
  token: string,
  method: string,
  path: string,
  more: Record<string, string> = {},
  body?: Uint8Array,
  at = url,
) =>
  fetch(at + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...more },
    ...(body && { body: body as NonNullable<RequestInit['body']> }),
  });
const codeOf = async (answer: Promise<Response>): Promise<string> => {
  const response = await answer;
  const text = await response.text();
  return response.ok ? 'ok' : (JSON.parse(text) as { error: { code: string } }).error.code;
};
const limitsOf = async ({ token, path }: Sender) => {
  const answer = await call(token, 'GET', path);
  return ((await answer.json()) as { data: { maxFileBytes: number; roomBytesLeft: number; ttlMs: number } }).data;
};

/** What a sender does with an upload that is there. */
function reach(token: string, file: string, at: string) {
  const keyed = (key: string) => ({ ...TUS, 'conclave-upload-key': key });
  return {
    send: (offset: number, bytes: Uint8Array, key: string) =>
      call(token, 'PATCH', file, { ...BODY, ...keyed(key), 'upload-offset': String(offset) }, bytes, at),
    offset: async (key: string) =>
      Number((await call(token, 'HEAD', file, keyed(key), undefined, at)).headers.get('upload-offset')),
    remove: (key: string) => call(token, 'DELETE', file, keyed(key), undefined, at),
  };
}

async function create({ token, path }: Sender, size: number, key = newProof(), at = url) {
  const headers = { ...TUS, 'upload-length': String(size), 'conclave-upload-key': key };
  const made = await call(token, 'POST', path, headers, undefined, at);
  const file = made.headers.get('location') ?? '';
  const upload = reach(token, file, at);
  const send = (offset: number, bytes: Uint8Array, uploadKey = key) => upload.send(offset, bytes, uploadKey);
  const offset = () => upload.offset(key);
  return { status: made.status, code: made.ok ? 'ok' : await codeOf(Promise.resolve(made)), file, key, send, offset };
}

/** Sends headers and a part of the body, then cuts the line. */
function sendAndBreak(token: string, file: string, key: string, whole: number, part: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const headers = { ...BODY, authorization: `Bearer ${token}`, 'upload-offset': '0', 'conclave-upload-key': key };
    const request = httpRequest(url + file, { method: 'PATCH', headers: { ...headers, 'content-length': whole } });
    request.on('error', () => resolve());
    request.write(part, () => setTimeout(() => request.destroy(), 200));
  });
}

const eventually = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
};

describe('who may use the relay', () => {
  test('P-120 a member of the group sends and fetches; the answer says no more of a file than its size', async () => {
    const ana = await member();
    const bytes = randomBytes(3 * MIB);
    const { status, file, send } = await create(ana, bytes.length);
    expect([status, file.startsWith(`${ana.path}/`)]).toEqual([201, true]);
    const sent = await send(0, bytes);
    expect([sent.status, sent.headers.get('upload-offset')]).toEqual([204, String(bytes.length)]);
    const got = await call(ana.token, 'GET', file);
    expect(got.headers.get('content-type')).toBe('application/octet-stream');
    expect(got.headers.get('access-control-allow-origin')).toBeNull();
    expect(sha256(new Uint8Array(await got.arrayBuffer()))).toBe(sha256(bytes));
  });

  test('P-120 without a token, with another room’s, before the group, and after being sent off nothing is to be had', async () => {
    const [ana, ben] = [await member(), await member()];
    const { file } = await create(ana, MIB);
    const key = { 'conclave-upload-key': newProof() };
    expect(await codeOf(fetch(url + file))).toBe('unauthorized');
    expect(await codeOf(call('a.b.c', 'GET', file))).toBe('unauthorized');
    expect(await codeOf(call(ben.token, 'GET', file))).toBe('forbidden');
    expect(await codeOf(call(ben.token, 'POST', ana.path, { ...TUS, 'upload-length': '5', ...key }))).toBe('forbidden');
    // Its own Room, another's file.
    expect(await codeOf(call(ben.token, 'GET', file.replace(ana.path, ben.path)))).toBe('not_found');
    const room = await makeRoom(url);
    const outside = await enter(url, room);
    const { token } = await outside.client.request('token:refresh', {});
    expect(await codeOf(call(token, 'GET', `/api/rooms/${room.roomId}/files`))).toBe('not_sealed');
    await ana.client.request('room:leave', {});
    expect(await codeOf(call(ana.token, 'GET', file))).toBe('not_sealed');
  });

  test('P-120 a page of another origin is refused', async () => {
    const ana = await member();
    expect(await codeOf(call(ana.token, 'GET', ana.path, { origin: 'https://elsewhere.example' }))).toBe('forbidden');
  });

  test('P-121 only who holds the upload’s key adds to it, asks how far it is, or deletes it', async () => {
    const ana = await member();
    const { file, send, key } = await create(ana, MIB);
    expect(await codeOf(send(0, randomBytes(10), newProof()))).toBe('forbidden');
    const wrong = { ...TUS, 'conclave-upload-key': newProof() };
    expect((await call(ana.token, 'HEAD', file, wrong)).status).toBe(403);
    expect(await codeOf(call(ana.token, 'DELETE', file, wrong))).toBe('forbidden');
    expect(await codeOf(call(ana.token, 'DELETE', file, TUS))).toBe('bad_request');
    expect((await call(ana.token, 'DELETE', file, { ...TUS, 'conclave-upload-key': key })).status).toBe(204);
    expect(await codeOf(call(ana.token, 'GET', file))).toBe('not_found');
    await eventually(async () => !(await onDisk()).includes(file.split('/').at(-1) ?? ''));
  });
});

describe('what it takes', () => {
  test('P-122 names, types and sizes that are not told yet are refused, and so are headers that cannot be right', async () => {
    const ana = await member();
    const good = { ...TUS, 'upload-length': '100', 'conclave-upload-key': newProof() };
    const bad: Record<string, string>[] = [
      { ...good, 'upload-metadata': 'filename c2VjcmV0LnR4dA==' },
      { ...TUS, 'upload-defer-length': '1', 'conclave-upload-key': newProof() },
      { ...good, 'upload-concat': 'partial' },
      { ...good, 'x-http-method-override': 'DELETE' },
      { ...good, 'upload-length': '0' },
      { ...good, 'upload-length': '-5' },
      { ...good, 'upload-length': '1e9' },
      { ...good, 'upload-length': '9999999999999999' },
      { ...good, 'conclave-upload-key': 'short' },
      { ...good, 'content-type': 'application/offset+octet-stream' },
    ];
    for (const headers of bad) expect(await codeOf(call(ana.token, 'POST', ana.path, headers))).toBe('bad_request');
    expect((await call(ana.token, 'POST', ana.path, { ...good, 'tus-resumable': '0.2.2' })).status).toBe(400);
    expect((await limitsOf(ana)).roomBytesLeft).toBe(12 * MIB);
  });

  test('P-122 a path, an id or a range that cannot be right leads nowhere', async () => {
    const ana = await member();
    const { file, send } = await create(ana, MIB);
    for (const path of [`${ana.path}/..%2f..%2fsigning-key.json`, `${ana.path}/${'a'.repeat(300)}`, `${ana.path}/x`]) {
      expect(await codeOf(call(ana.token, 'GET', path))).toBe('bad_request');
    }
    expect(await codeOf(call(ana.token, 'GET', `${ana.path}/${'A'.repeat(22)}`))).toBe('not_found');
    for (const range of ['bytes=-5', 'bytes=0-5', 'bytes=a-', `bytes=${MIB}-`, 'items=0-']) {
      expect(await codeOf(call(ana.token, 'GET', file, { range }))).toBe('bad_request');
    }
    expect(await codeOf(send(5, randomBytes(10)))).toBe('conflict');
    expect((await send(0, randomBytes(MIB + 1))).ok).toBe(false);
  });

  test('P-123 a file over the limit is too_large; past the room’s or the server’s share it is capacity', async () => {
    const [ana, ben, cora] = [await member(), await member(), await member()];
    expect((await create(ana, 8 * MIB + 1)).code).toBe('too_large');
    const first = await create(ana, 8 * MIB);
    expect((await create(ana, 5 * MIB)).code).toBe('capacity');
    expect(await limitsOf(ana)).toEqual({ maxFileBytes: 8 * MIB, roomBytesLeft: 4 * MIB, ttlMs: 24 * 3_600_000 });
    await create(ben, 8 * MIB);
    expect((await create(cora, 8 * MIB)).code).toBe('ok');
    expect((await create(cora, 4 * MIB)).code).toBe('capacity');
    await call(ana.token, 'DELETE', first.file, { ...TUS, 'conclave-upload-key': first.key });
    expect((await create(ana, 5 * MIB)).code).toBe('ok');
    for (const { client } of [ana, ben, cora]) await client.request('room:leave', {});
    bed.clock.advance(FILE_ROOM_EMPTY_MS + FILE_SWEEP_MS);
  });
});

describe('how it goes on', () => {
  test('P-124 an upload whose line was cut goes on behind its last whole block', async () => {
    const ana = await member();
    const bytes = randomBytes(3 * FILE_BLOCK_BYTES + 1000);
    const { file, key, send, offset } = await create(ana, bytes.length);
    await sendAndBreak(ana.token, file, key, bytes.length, bytes.subarray(0, 2 * FILE_BLOCK_BYTES + 500_000));
    await eventually(async () => (await offset()) === 2 * FILE_BLOCK_BYTES);
    // What was there of the third block is written over, as its sender may have sealed it anew.
    bytes.set(randomBytes(FILE_BLOCK_BYTES), 2 * FILE_BLOCK_BYTES);
    expect((await send(2 * FILE_BLOCK_BYTES, bytes.subarray(2 * FILE_BLOCK_BYTES))).status).toBe(204);
    const got = await call(ana.token, 'GET', file);
    expect(sha256(new Uint8Array(await got.arrayBuffer()))).toBe(sha256(bytes));
  });

  test('P-124 a call that holds the upload gives way to the next one of its sender', async () => {
    const ana = await member();
    const { file, key, offset } = await create(ana, 2 * FILE_BLOCK_BYTES);
    const headers = { ...BODY, authorization: `Bearer ${ana.token}`, 'upload-offset': '0', 'conclave-upload-key': key };
    const hanging = httpRequest(url + file, {
      method: 'PATCH',
      headers: { ...headers, 'content-length': 2 * FILE_BLOCK_BYTES },
    });
    hanging.on('error', () => undefined);
    hanging.write(randomBytes(FILE_BLOCK_BYTES));
    const bytesThere = async () => (await readFile(join(bed.dataDir, 'files', idOf(file)))).length;
    // All that was sent: of less than a block nothing is left when the call gives way.
    await eventually(async () => (await bytesThere()) === FILE_BLOCK_BYTES);
    expect(await offset()).toBe(FILE_BLOCK_BYTES);
    hanging.destroy();
  });

  test('P-125 a download that begins before the upload is done gets every block as it becomes whole, and the end', async () => {
    const ana = await member();
    const bytes = randomBytes(2 * FILE_BLOCK_BYTES + 700);
    const { file, send } = await create(ana, bytes.length);
    const answer = await call(ana.token, 'GET', file);
    expect([answer.status, answer.headers.get('content-length')]).toEqual([206, null]);
    expect(answer.headers.get('content-range')).toBe(`bytes 0-${bytes.length - 1}/${bytes.length}`);
    let got = 0;
    const hash = createHash('sha256');
    const reading = (async () => {
      for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
        got += chunk.length;
        hash.update(chunk);
      }
    })();
    await send(0, bytes.subarray(0, FILE_BLOCK_BYTES));
    await eventually(() => got === FILE_BLOCK_BYTES);
    // Half a block is handed to nobody.
    await send(FILE_BLOCK_BYTES, bytes.subarray(FILE_BLOCK_BYTES, FILE_BLOCK_BYTES + 5_000));
    expect(got).toBe(FILE_BLOCK_BYTES);
    await send(FILE_BLOCK_BYTES, bytes.subarray(FILE_BLOCK_BYTES));
    await reading;
    expect([got, hash.digest('hex')]).toEqual([bytes.length, sha256(bytes)]);
  });

  test('P-125 one that waits too long for more ends, and another one goes on from where it was', async () => {
    const ana = await member();
    const bytes = randomBytes(FILE_BLOCK_BYTES + 100);
    const { file, send } = await create(ana, bytes.length);
    await send(0, bytes.subarray(0, FILE_BLOCK_BYTES));
    const answer = await call(ana.token, 'GET', file, { range: 'bytes=1000-' });
    const first = answer.arrayBuffer();
    const advancing = setInterval(() => bed.clock.advance(5_000), 50);
    const part = new Uint8Array(await first);
    clearInterval(advancing);
    expect(sha256(part)).toBe(sha256(bytes.subarray(1000, FILE_BLOCK_BYTES)));
    const { token } = await ana.client.request('token:refresh', {});
    await call(token, 'GET', `${file}`, { range: `bytes=${FILE_BLOCK_BYTES}-` }).then(async (rest) => {
      const reading = rest.arrayBuffer();
      await send(FILE_BLOCK_BYTES, bytes.subarray(FILE_BLOCK_BYTES));
      expect(sha256(new Uint8Array(await reading))).toBe(sha256(bytes.subarray(FILE_BLOCK_BYTES)));
    });
  });

  test('P-125 several fetch what was sent once', async () => {
    const ana = await member();
    const bytes = randomBytes(2 * MIB);
    const { file, send } = await create(ana, bytes.length);
    const readers = [1, 2, 3].map(async () => new Uint8Array(await (await call(ana.token, 'GET', file)).arrayBuffer()));
    await send(0, bytes);
    for (const got of await Promise.all(readers)) expect(sha256(got)).toBe(sha256(bytes));
    expect((await onDisk()).filter((name) => file.endsWith(name))).toHaveLength(1);
  });
});

describe('when it ends', () => {
  const gone = async ({ token }: Sender, file: string) => {
    expect(await codeOf(call(token, 'GET', file))).toMatch(/not_found|not_sealed|token_expired/);
    await eventually(async () => !(await onDisk()).some((name) => file.endsWith(name)));
  };

  test('P-126 a file is deleted when its time is over', async () => {
    const ana = await member();
    const { file, send } = await create(ana, MIB);
    await send(0, randomBytes(MIB));
    bed.clock.advance(24 * 3_600_000 - 1_000);
    expect((await onDisk()).some((name) => file.endsWith(name))).toBe(true);
    bed.clock.advance(1_000 + FILE_SWEEP_MS);
    await gone(ana, file);
  });

  test('P-126 an upload to which nothing came is deleted, and who waits for it is told', async () => {
    const ana = await member();
    const { file, send } = await create(ana, 3 * FILE_BLOCK_BYTES);
    await send(0, randomBytes(FILE_BLOCK_BYTES));
    const { token } = await ana.client.request('token:refresh', {});
    const waiting = call(token, 'GET', file).then((answer) => answer.arrayBuffer());
    const outcome = waiting.then(
      () => 'ended',
      () => 'broken',
    );
    bed.clock.advance(FILE_STALLED_MS + FILE_SWEEP_MS);
    expect(await outcome).toMatch(/ended|broken/);
    await gone(ana, file);
  });

  test('P-127 files go when nobody was in the room for a while, and stay for who comes back sooner', async () => {
    const room = await makeRoom(url);
    const { client } = await enter(url, room);
    await client.request('mls:create', { groupId: Buffer.alloc(32, 1), beacon: Buffer.alloc(4) });
    const ana = {
      client,
      path: `/api/rooms/${room.roomId}/files`,
      token: (await client.request('token:refresh', {})).token,
    };
    const { file, send } = await create(ana, MIB);
    await send(0, randomBytes(MIB));
    await client.request('room:leave', {});
    bed.clock.advance(FILE_ROOM_EMPTY_MS - FILE_SWEEP_MS);
    const again = await enter(url, room);
    bed.clock.advance(2 * FILE_SWEEP_MS);
    expect((await onDisk()).some((name) => file.endsWith(name))).toBe(true);
    await again.client.request('room:leave', {});
    bed.clock.advance(FILE_ROOM_EMPTY_MS + FILE_SWEEP_MS);
    await gone(ana, file);
  });

  test('P-127 over a restart an upload goes on behind its last whole block, for its sender alone, and what belongs to no Room is removed', async () => {
    const first = await startTestServer();
    const folder = join(first.dataDir, 'files');
    const { url: former } = first.server;
    const [kept, ended] = [await makeRoom(former), await makeRoom(former)];
    const upload = async (room: TestRoom) => {
      const ana = await sealedIn(former, room);
      const made = await create(ana, 3 * FILE_BLOCK_BYTES, newProof(), former);
      await made.send(0, bytes.subarray(0, FILE_BLOCK_BYTES + 100));
      return made;
    };
    const bytes = randomBytes(3 * FILE_BLOCK_BYTES);
    const [mine, theirs] = [await upload(kept), await upload(ended)];
    expect((await readFile(join(folder, `${idOf(mine.file)}.json`))).includes(mine.key)).toBe(false);
    await first.server.close();
    await rm(join(folder, `${idOf(theirs.file)}.json`));
    for (const name of ['leftover', 'leftover.json', `${randomBytes(16).toString('base64url')}.json`])
      await writeFile(join(folder, name), '{}');

    const next = await startTestServer({ env: { DATA_DIR: first.dataDir, PORT: String(first.server.port) } });
    expect((await readdir(folder)).toSorted()).toEqual([idOf(mine.file), `${idOf(mine.file)}.json`].toSorted());
    const again = await sealedIn(next.server.url, kept);
    const there = reach(again.token, mine.file, next.server.url);
    expect(await there.offset(mine.key)).toBe(FILE_BLOCK_BYTES);
    expect(await codeOf(there.send(FILE_BLOCK_BYTES, bytes.subarray(FILE_BLOCK_BYTES), newProof()))).toBe('forbidden');
    await there.send(FILE_BLOCK_BYTES, bytes.subarray(FILE_BLOCK_BYTES), mine.key);
    const got = await call(again.token, 'GET', mine.file, {}, undefined, next.server.url);
    expect(sha256(new Uint8Array(await got.arrayBuffer()))).toBe(sha256(bytes));
    await there.remove(mine.key);
    await eventually(async () => (await readdir(folder)).length === 0);
    await next.stop();
    await first.stop();
  });

  test('P-128 no log line holds an id, a key or a byte of a file', async () => {
    const ana = await member();
    const { file, key, send } = await create(ana, 40);
    await send(0, Buffer.from('the bytes of a file, forty of them, yes!'));
    const logged = bed.logged.join('\n');
    for (const secret of [file.split('/').at(-1) ?? '', key, 'the bytes of a file', ana.token])
      expect(logged).not.toContain(secret);
  });
});
