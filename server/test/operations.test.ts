// What operators see: the page and its headers, health, metrics, and going down in order.
import { EventEmitter } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DRAINING_RETRY_MS } from '#protocol/limits';
import { createLog } from '../observability/log.ts';
import { stopOnSignals } from '../stopOnSignals.ts';
import {
  authOf,
  enter,
  makeRoom,
  newProof,
  newRoomId,
  post,
  startTestServer,
  TestClient,
  verifierOf,
  type TestServer,
} from './testServer.ts';

describe('the page', () => {
  let bed: TestServer;
  let url: string;
  beforeAll(async () => {
    bed = await startTestServer();
    url = bed.server.url;
  });
  afterAll(() => bed.stop());

  test('P-01 an unbuilt page is said to be so', async () => {
    const response = await fetch(url);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
  });

  test('P-01 every screen of rooms is one document, a watch link’s and a feed’s others, never stored; hashed files are stored for good', async () => {
    const client = join(bed.dataDir, '../client');
    await mkdir(join(client, 'assets'), { recursive: true });
    await writeFile(join(client, 'index.html'), '<!doctype html><title>Conclave</title>');
    await writeFile(join(client, 'watch.html'), '<!doctype html><title>Event</title>');
    await writeFile(join(client, 'feed.html'), '<!doctype html><title>Feed</title>');
    await writeFile(join(client, 'assets/main-abc123.js'), 'export {};');
    await writeFile(join(client, 'favicon.svg'), '<svg/>');
    for (const path of ['/', '/protect', `/r/${newRoomId()}`, `/w/${newRoomId()}`, `/f/${newRoomId()}`]) {
      const page = await fetch(url + path);
      expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store']);
      expect(page.headers.get('integrity-policy')).toBe('blocked-destinations=(script)');
      expect(await page.text()).toContain({ w: 'Event', f: 'Feed' }[path[1] ?? ''] ?? 'Conclave');
    }
    const script = await fetch(`${url}/assets/main-abc123.js`);
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(script.headers.get('content-type')).toContain('javascript');
    expect((await fetch(`${url}/favicon.svg`)).headers.get('cache-control')).toBe('public, max-age=0');
    for (const path of [
      '/nowhere',
      '/assets/none.js',
      '/../data/signing-key.json',
      '/%2e%2e/data/signing-key.json',
      '/r/a/b',
    ]) {
      expect((await fetch(url + path)).status).toBe(404);
    }
  });

  test('P-01 whoever takes a compressed copy gets it under the file’s own address, and caches are told apart by it', async () => {
    const assets = join(bed.dataDir, '../client/assets');
    await mkdir(assets, { recursive: true });
    const [name, text] = ['part-abc123.wasm', 'many words '.repeat(500)];
    await writeFile(join(assets, name), text);
    await writeFile(join(assets, `${name}.br`), brotliCompressSync(text));
    await writeFile(join(assets, `${name}.gz`), gzipSync(text));
    await writeFile(join(assets, 'small-abc123.js'), 'export {};');
    const get = (address: string, encoding: string, more: Record<string, string> = {}) =>
      fetch(url + address, { headers: { 'accept-encoding': encoding, ...more } });
    const tags = new Set<string | null>();
    for (const [accepted, sent] of [
      ['gzip, deflate, br, zstd', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip;q=0.5', 'gzip'],
      ['identity', null],
    ] as const) {
      const answer = await get(`/assets/${name}`, accepted);
      const { headers } = answer;
      expect([answer.status, headers.get('content-encoding')]).toEqual([200, sent]);
      expect(headers.get('vary')).toBe('Accept-Encoding');
      expect(headers.get('content-type')).toBe('application/wasm');
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(await answer.text()).toBe(text);
      tags.add(headers.get('etag'));
      const again = await get(`/assets/${name}`, accepted, {
        'if-none-match': headers.get('etag') ?? '',
        // Without it `fetch` asks for a fresh one by itself.
        'cache-control': 'max-age=0',
      });
      expect(again.status).toBe(304);
    }
    expect(tags.size).toBe(3);
    const small = await get('/assets/small-abc123.js', 'br');
    expect([small.status, small.headers.get('content-encoding')]).toEqual([200, null]);
    expect(small.headers.get('content-type')).toContain('javascript');
    expect(await small.text()).toBe('export {};');
    for (const address of [`/assets/${name}.br`, `/assets/${name}.gz`, '/assets/none.js']) {
      const none = await get(address, 'br');
      expect([none.status, none.headers.get('content-encoding')]).toEqual([404, null]);
    }
  });

  test('P-09 the build’s list is served and never stored, and the document forbids scripts without a hash', async () => {
    const client = join(bed.dataDir, '../client');
    const list = '{"format":1}\n';
    expect((await fetch(`${url}/.well-known/conclave-build.json`)).status).toBe(503);
    await mkdir(join(client, '.well-known'), { recursive: true });
    await writeFile(join(client, '.well-known/conclave-build.json'), list);
    await writeFile(join(client, '.well-known/other'), 'not listed');
    const answer = await fetch(`${url}/.well-known/conclave-build.json`);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(await answer.text()).toBe(list);
    expect((await fetch(`${url}/.well-known/other`)).status).toBe(404);
    expect((await fetch(url)).headers.get('integrity-policy')).toBe('blocked-destinations=(script)');
  });

  test('P-02 every answer carries the headers that keep a page to itself', async () => {
    for (const path of ['/', '/healthz', '/api/none', '/.well-known/jwks.json']) {
      const { headers } = await fetch(url + path);
      const policy = headers.get('content-security-policy') ?? '';
      for (const part of [
        "default-src 'none'",
        "script-src 'self';",
        "worker-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        `connect-src 'self' ws://${new URL(url).host}`,
      ]) {
        expect(policy).toContain(part);
      }
      expect(policy).not.toContain('unsafe');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('permissions-policy')).toContain('camera=(self)');
      expect(headers.get('permissions-policy')).toContain('geolocation=()');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('strict-transport-security')).toBeNull();
    }
  });

  test('P-02 a Host header that is none is not repeated in the policy', async () => {
    const answer = await raw(
      bed.server.port,
      'GET /healthz HTTP/1.1\r\nHost: x; script-src *\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toContain('Content-Security-Policy');
    expect(answer).not.toContain('script-src *');
  });

  test('P-03 a call that is not there answers in the wire’s shape', async () => {
    const answer = await post(url, '/api/nothing', {});
    expect([answer.status, answer.body]).toEqual([
      404,
      { ok: false, error: { code: 'not_found', message: 'no such call' } },
    ]);
  });

  test('P-03 a browser that navigates to no page gets the document with 404, anything else the error', async () => {
    const client = join(bed.dataDir, '../client');
    await mkdir(client, { recursive: true });
    await writeFile(join(client, 'index.html'), '<!doctype html><title>Conclave</title>');
    const asked = (more: string) =>
      raw(bed.server.port, `GET /nowhere HTTP/1.1\r\nHost: x\r\n${more}Connection: close\r\n\r\n`);
    const navigated = await asked('Sec-Fetch-Mode: navigate\r\n');
    expect(navigated).toMatch(/^HTTP\/1\.1 404/);
    expect(navigated).toMatch(/Integrity-Policy: /i);
    expect(navigated).toContain('<title>Conclave</title>');
    const fetched = await asked('');
    expect(fetched).toMatch(/^HTTP\/1\.1 404/);
    expect(fetched).toContain('"no such page"');
  });
});

/** One HTTP exchange as bytes, for requests that fetch would mend. */
function raw(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connectTcp(port, '127.0.0.1', () => socket.write(request));
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.on('end', () => resolve(text)).on('error', reject);
  });
}

describe('health', () => {
  test('P-04 healthz is 200 while the process lives; readyz is 503 without a Worker and while draining', async () => {
    const bed = await startTestServer();
    const { url } = bed.server;
    const status = async (path: string) => (await fetch(url + path)).status;
    expect(await status('/readyz')).toBe(200);
    bed.media.isReady = false;
    expect(await status('/readyz')).toBe(503);
    bed.media.isReady = true;
    await bed.server.drain(0);
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
    await bed.stop();
  });

  test('P-05 metrics count rooms, peers, connections and outcomes, and name nobody', async () => {
    const bed = await startTestServer();
    const { url } = bed.server;
    const room = await makeRoom(url);
    const { client, answer } = await enter(url, room);
    const groupId = Buffer.alloc(32, 1);
    await client.request('mls:create', { groupId, beacon: Buffer.alloc(4) });
    const commit = { groupId, commit: Buffer.alloc(4), added: [], removed: [] };
    await client.request('mls:commit', { ...commit, epoch: 0 });
    await client.request('mls:commit', { ...commit, commit: Buffer.alloc(5), epoch: 0 });
    await client.code('no:such', {});
    await new TestClient(url, { version: 0 }).open();
    bed.media.killWorker();
    const response = await fetch(`${url}/metrics`);
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('text/plain');
    for (const line of [
      'conclave_rooms 1',
      'conclave_peers 1',
      'conclave_workers 1',
      'conclave_worker_deaths_total 1',
      'conclave_requests_total{name="room:join",outcome="ok"} 1',
      'conclave_requests_total{name="unknown",outcome="unknown_request"} 1',
      'conclave_commits_total{outcome="accepted"} 1',
      'conclave_commits_total{outcome="stale"} 1',
      'conclave_connections_refused_total{code="version"} 1',
      'conclave_http_requests_total{route="rooms",status="201"} 1',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).toMatch(/conclave_connections [12]\n/);
    for (const id of [room.roomId, answer.peerId]) expect(text).not.toContain(id);
    await bed.stop();
  });
});

describe('metrics', () => {
  test('P-05 METRICS_TOKEN is asked for where it is set, and a proxy in front opens nothing where it is not', async () => {
    const closed = await startTestServer({ env: { METRICS_TOKEN: 'only-for-prometheus' } });
    const open = await startTestServer();
    const status = async (bed: TestServer, headers: Record<string, string>) =>
      (await fetch(`${bed.server.url}/metrics`, { headers })).status;
    expect(await status(closed, {})).toBe(401);
    expect(await status(closed, { authorization: 'Bearer only-for-prometheus' })).toBe(200);
    expect(await status(open, { 'x-forwarded-for': '203.0.113.9' })).toBe(403);
    await Promise.all([closed.stop(), open.stop()]);
  });

  test('P-05 a join is timed, and who is told that there is no room is counted, by door', async () => {
    const bed = await startTestServer({ env: { MAX_ROOMS: '1' } });
    const { url } = bed.server;
    const room = await makeRoom(url);
    await expect(makeRoom(url)).rejects.toThrow('capacity');
    bed.media.isReady = false;
    const refused = new TestClient(url, authOf(await room.token()));
    await refused.open();
    expect(await refused.code('room:join', {})).toBe('capacity');
    bed.media.isReady = true;
    await enter(url, room);
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('conclave_join_seconds_count 1\n');
    expect(text).toContain('conclave_capacity_refusals_total{door="http"} 1\n');
    expect(text).toContain('conclave_capacity_refusals_total{door="handshake"} 0\n');
    expect(text).toContain('conclave_faults_total{door="socket"} 0\n');
    expect(text).toContain('conclave_capacity_refusals_total{door="socket"} 1\n');
    await bed.stop();
  });

  test('P-05 credentials for the TURN server are counted where they are handed out', async () => {
    const turn = { TURN_URLS: 'turn:turn.example.org', TURN_SECRET: 'f00d'.repeat(16) };
    const bed = await startTestServer({ env: turn });
    const { url } = bed.server;
    await enter(url, await makeRoom(url));
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('conclave_turn_credentials_total 1\n');
    await bed.stop();
  });

  test('P-05 what the machine has left is told: memory, disk, descriptors, and how late the event loop is', async () => {
    const bed = await startTestServer();
    const text = await (await fetch(`${bed.server.url}/metrics`)).text();
    const value = (name: string) => Number(new RegExp(`^${name}(?:{[^}]*})? (\\S+)$`, 'm').exec(text)?.[1]);
    expect(value('process_open_fds')).toBeGreaterThan(3);
    expect(value('process_max_fds')).toBeGreaterThan(value('process_open_fds'));
    expect(value('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(Math.abs(value('process_start_time_seconds') * 1000 - performance.timeOrigin)).toBeLessThan(1_000);
    expect(value('conclave_available_memory_bytes')).toBeGreaterThan(1e6);
    expect(value('conclave_data_dir_free_bytes')).toBeGreaterThan(1e6);
    expect(text).toMatch(/^conclave_event_loop_delay_seconds{quantile="0.99"} \d/m);
    expect(text).toMatch(/^conclave_build_info{version="\d+\.\d+\.\d+",node="24\./m);
    await bed.stop();
  });
});

describe('going down', () => {
  const quiet = createLog({ level: 'silent' });

  test('P-06 draining tells everybody, makes no Rooms, lets nobody into empty ones, and ends as soon as the last one has left', async () => {
    const bed = await startTestServer();
    const { url } = bed.server;
    const [room, empty] = [await makeRoom(url), await makeRoom(url)];
    const { client } = await enter(url, room);
    let isDrained = false;
    const drained = bed.server.drain(60_000).then(() => (isDrained = true));
    expect((await client.hear('server:draining')).payload).toEqual({ deadlineMs: 60_000 });
    const made = await post(url, '/api/rooms', { roomId: newRoomId(), verifiers: { member: verifierOf(newProof()) } });
    expect([made.status, made.body.error.code]).toEqual([503, 'draining']);
    expect(made.body.error.retryAfterMs).toBe(DRAINING_RETRY_MS);
    for (const kind of ['member', 'viewer', 'host'] as const) {
      const late = new TestClient(url, authOf(await empty.token(kind)));
      await late.open();
      expect(await late.code('room:join', {})).toBe('draining');
    }
    expect(isDrained).toBe(false);
    await client.request('room:leave', {});
    await drained;
    await bed.stop();
  });

  test('P-06 a call that goes on while the server drains is joined and watched as before, and who comes hears how long is left', async () => {
    const bed = await startTestServer();
    const { url } = bed.server;
    const room = await makeRoom(url);
    const { client } = await enter(url, room);
    const drained = bed.server.drain(60_000);
    await client.hear('server:draining');
    bed.clock.advance(20_000);
    const { client: back } = await enter(url, room);
    const viewer = new TestClient(url, authOf(await room.token('viewer')));
    await viewer.open();
    expect(await viewer.request('room:join', {})).toMatchObject({ outcome: 'watching' });
    for (const one of [back, viewer]) {
      expect((await one.hear('server:draining')).payload).toEqual({ deadlineMs: 40_000 });
    }
    bed.clock.advance(40_000);
    await drained;
    await bed.stop();
  });

  test('P-07 the first signal drains until the deadline, closes everything in order and exits with 0', async () => {
    const bed = await startTestServer();
    const { client } = await enter(bed.server.url, await makeRoom(bed.server.url));
    const signals = new EventEmitter();
    const order: string[] = [];
    const exited = new Promise<number>((resolve) => {
      stopOnSignals({ signals, server: bed.server, drainMs: 3_000, log: quiet, exit: resolve });
    });
    client.socket.on('disconnect', () => order.push('socket'));
    signals.emit('SIGTERM');
    await client.hear('server:draining');
    expect(bed.media.closed).toBe(false);
    bed.clock.advance(3_000);
    expect(await exited).toBe(0);
    expect(bed.media.closed).toBe(true);
    await client.untilDisconnected();
    await expect(fetch(bed.server.url)).rejects.toThrow();
    await bed.stop();
  });

  test('P-07 a second signal exits at once', async () => {
    const signals = new EventEmitter();
    const server = { drain: () => new Promise<void>(() => undefined), close: () => Promise.resolve() };
    const exited = new Promise<number>((resolve) => {
      stopOnSignals({ signals, server, drainMs: 3_000, log: quiet, exit: resolve });
    });
    signals.emit('SIGINT');
    signals.emit('SIGINT');
    expect(await exited).toBe(1);
  });

  test('P-07 an empty server stops without waiting, and closing twice is one closing', async () => {
    const bed = await startTestServer();
    await bed.server.drain(60_000);
    await Promise.all([bed.server.close(), bed.server.close()]);
    expect(bed.media.closed).toBe(true);
    await bed.stop();
  });

  test('P-08 a port that is taken is an error, and nothing stays open behind it', async () => {
    const bed = await startTestServer();
    await expect(startTestServer({ env: { PORT: String(bed.server.port) } })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await bed.stop();
  });
});
