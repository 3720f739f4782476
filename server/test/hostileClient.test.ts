// A hostile client beside an honest one: floods below and above the requests, and what a neighbour may take of a server.
import { connect as connectTcp, type Socket } from 'node:net';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  MAX_BAD_MESSAGES,
  MAX_HANDSHAKES_PER_CONNECTION,
  MAX_ROOMS,
  PACKETS_PER_CONNECTION,
  PRODUCERS_PER_CONNECTION,
  RENEWALS_PER_CONNECTION,
  ROOMS_PER_ADDRESS,
  ROOMS_PER_ADDRESS_AND_DAY,
} from '#protocol/limits';
import { SOCKET_PATH } from '#protocol/version';
import { authOf, enter, makeRoom, startTestServer, TestClient, type TestServer } from './testServer.ts';

let bed: TestServer;
let url: string;
beforeEach(async () => {
  bed = await startTestServer();
  url = bed.server.url;
});
afterEach(() => bed.stop());

const SOCKET = `${SOCKET_PATH}/?EIO=4&transport=`;
const CONNECT = '40';

/** A transport without socket.io's client, which would send nothing wrong. */
async function openRaw() {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${SOCKET}websocket`);
  const heard: string[] = [];
  socket.addEventListener('message', ({ data }) => heard.push(String(data)));
  await once(socket, 'open');
  return { socket, heard, closed: once(socket, 'close') };
}

/** A WebSocket of the server's would wait for thirty seconds for the other's goodbye. */
const BEFORE_PATIENCE_ENDS_MS = 25_000;

/** A transport that is gone over to for longer is cut by engine.io. */
const UPGRADE_PATIENCE_MS = 10_000;

/** By the server's clock. */
const GOODBYE_AND_MORE_MS = 5_000;

/** A WebSocket that answers no goodbye, neither its own nor TCP's. */
async function openUnmannerly(query = ''): Promise<Socket> {
  const line = connectTcp({ port: bed.server.port, host: '127.0.0.1', allowHalfOpen: true });
  // That the other is gone is an error where something is still sent.
  line.on('error', () => undefined);
  line.write(
    `GET ${SOCKET}websocket${query} HTTP/1.1\r\nHost: 127.0.0.1:${bed.server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`,
  );
  await once(line, 'data');
  line.resume();
  return line;
}

/** While more is sent all along; false where the server's patience would end before. */
async function isReadNoMore(line: Socket): Promise<boolean> {
  const more = setInterval(() => line.write(textFrame('3')), 20);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  line.once('close', () => resolve(true));
  const late = setTimeout(() => resolve(false), BEFORE_PATIENCE_ENDS_MS);
  const isClosed = await promise;
  clearInterval(more);
  clearTimeout(late);
  line.destroy();
  return isClosed;
}

/** The head of a WebSocket's text frame of so many bytes, masked with zeros (RFC 6455, section 5.2). */
function announcement(bytes: number): Buffer {
  const head = Buffer.alloc(14);
  head.writeUInt16BE(0x81ff, 0);
  head.writeBigUInt64BE(BigInt(bytes), 2);
  return head;
}

/** A WebSocket's ping of so many bytes of nothing, masked with zeros: at most 125 (RFC 6455, section 5.5). */
const pingFrame = (bytes: number): Buffer =>
  Buffer.concat([Buffer.from([0x89, 0x80 + bytes]), Buffer.alloc(4 + bytes)]);

const textFrame = (text: string): Buffer => Buffer.concat([announcement(text.length), Buffer.from(text)]);

async function openPolling() {
  const opened = await (await fetch(`${url}${SOCKET}polling`)).text();
  const path = `${url}${SOCKET}polling&sid=${JSON.parse(opened.slice(1)).sid}`;
  return (packets: readonly string[]) =>
    fetch(path, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: packets.join('\x1e') });
}

describe('floods', () => {
  test.each([
    ['packets of a namespace that is not there', '40/nowhere,'],
    ['acknowledgements of nothing', '431[]'],
    ['pongs', '3'],
  ])('P-57 more %s than PACKETS_PER_CONNECTION end the transport that sent them', async (_what, packet) => {
    const room = await makeRoom(url);
    const { client } = await enter(url, room);
    const { socket, closed } = await openRaw();
    socket.send(CONNECT + JSON.stringify(authOf(await room.token())));
    for (let count = 0; count <= PACKETS_PER_CONNECTION.points; count += 1) socket.send(packet);
    await closed;
    expect(await client.code('token:refresh', {})).toBe('ok');
  });

  test('P-57 more pings of a WebSocket than that end it, before anybody has shown a token too', async () => {
    const line = await openUnmannerly();
    line.write(Buffer.concat(Array.from({ length: PACKETS_PER_CONNECTION.points + 1 }, () => pingFrame(125))));
    expect(await isReadNoMore(line)).toBe(true);
  });

  test('P-57 nor may more come on a WebSocket that a polled transport has not gone over to yet', async () => {
    const opened = await (await fetch(`${url}${SOCKET}polling`)).text();
    const line = await openUnmannerly(`&sid=${JSON.parse(opened.slice(1)).sid}`);
    const started = performance.now();
    line.write(Buffer.concat(Array.from({ length: PACKETS_PER_CONNECTION.points + 1 }, () => textFrame('2probe'))));
    expect(await isReadNoMore(line)).toBe(true);
    expect(performance.now() - started).toBeLessThan(UPGRADE_PATIENCE_MS);
  });

  test('P-57 of a polled body with more packets than that, no more are looked at', async () => {
    const post = await openPolling();
    const started = performance.now();
    await post(Array.from({ length: 100_000 }, () => CONNECT)).catch(() => undefined);
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(bed.server.directory.counts()).toEqual({ rooms: 0, peers: 0, viewers: 0 });
    await expect.poll(async () => (await fetch(`${url}/metrics`)).text()).toContain('conclave_connections 0');
  });

  test('P-57 who announces a frame larger than any packet, takes no leave and sends on, is read no more', async () => {
    const line = await openUnmannerly();
    line.write(announcement(2 ** 30));
    expect(await isReadNoMore(line)).toBe(true);
  });

  test('P-55 who is cut for bad messages, takes no leave and sends on, is soon read no more', async () => {
    const room = await makeRoom(url);
    const line = await openUnmannerly();
    const heard: string[] = [];
    line.on('data', (data) => heard.push(String(data)));
    line.write(textFrame(CONNECT + JSON.stringify(authOf(await room.token()))));
    await expect.poll(() => heard.join('')).toContain('40{"sid"');
    for (let count = 0; count <= MAX_BAD_MESSAGES; count += 1) line.write(textFrame(`42${count}["no:such",{}]`));
    await expect.poll(async () => (await fetch(`${url}/metrics`)).text()).toContain('conclave_connections 0');
    bed.clock.advance(GOODBYE_AND_MORE_MS);
    expect(await isReadNoMore(line)).toBe(true);
  });

  test('P-57 who asks for handshake after handshake on one transport is cut', async () => {
    const { socket, heard, closed } = await openRaw();
    for (let count = 0; count < MAX_HANDSHAKES_PER_CONNECTION; count += 1) {
      socket.send(CONNECT);
      await expect.poll(() => heard.filter((text) => text.startsWith('44')).length).toBe(count + 1);
    }
    socket.send(CONNECT);
    await closed;
  });

  test('P-56 a key package and a commit weigh what they make the server say, however small they are', async () => {
    const { client } = await enter(url, await makeRoom(url));
    const groupId = Buffer.alloc(32, 1);
    await client.request('mls:create', { groupId, beacon: Buffer.alloc(4) });
    const codes = new Set<string>();
    for (let epoch = 0; epoch < 40; epoch += 1) {
      codes.add(await client.code('mls:commit', { groupId, epoch, commit: Buffer.alloc(4), added: [], removed: [] }));
    }
    expect([...codes]).toEqual(['ok', 'rate_limited']);
    expect(await client.code('token:refresh', {})).toBe('ok');
  });

  test('P-56 more Producers than PRODUCERS_PER_CONNECTION are rate_limited', async () => {
    const { client, answer } = await enter(url, await makeRoom(url));
    const groupId = Buffer.alloc(32, 1);
    await client.request('mls:create', { groupId, beacon: Buffer.alloc(4) });
    await client.request('mls:ready', { groupId, epoch: 0 });
    const input = {
      transportId: answer.transports.send.id,
      kind: 'audio',
      stream: 'mic',
      rtpParameters: {},
      paused: true,
    };
    const codes: string[] = [];
    for (let count = 0; count <= PRODUCERS_PER_CONNECTION.points; count += 1) {
      codes.push(await client.code('producer:create', input));
    }
    expect(codes).toEqual([...Array.from({ length: PRODUCERS_PER_CONNECTION.points }, () => 'ok'), 'rate_limited']);
  });

  test('P-56 more Consumers made anew than RENEWALS_PER_CONNECTION are rate_limited', async () => {
    const { client } = await enter(url, await makeRoom(url));
    const consumerIds = Array.from({ length: RENEWALS_PER_CONNECTION.points / 4 }, (_, index) => `consumer-${index}`);
    const codes: string[] = [];
    for (let count = 0; count < 5; count += 1) codes.push(await client.code('consumer:renew', { consumerIds }));
    expect(codes.indexOf('rate_limited')).toBe(4);
  });

  test('P-83 whoever holds a token of a Peer takes its place, which hears so; the token gives nothing beyond its Peer', async () => {
    const room = await makeRoom(url);
    const token = await room.token();
    const [owner, thief] = [new TestClient(url, authOf(token)), new TestClient(url, authOf(token))];
    await owner.open();
    const first = await owner.request('room:join', {});
    const groupId = Buffer.alloc(32, 1);
    await owner.request('mls:create', { groupId, beacon: Buffer.alloc(4) });
    await owner.request('mls:ready', { groupId, epoch: 0 });
    await thief.open();
    const second = await thief.request('room:join', {});
    await owner.hear('connection:replaced');
    if (first.outcome !== 'joined' || second.outcome !== 'joined') throw new Error('not joined afresh');
    expect([second.peerId, second.peers]).toEqual([first.peerId, []]);
    expect(second.resumeToken).not.toBe(first.resumeToken);
    const message = { groupId, epoch: 0, message: Buffer.alloc(1) };
    expect(await thief.code('mls:message', message)).toMatch(/not_sealed|conflict/);
  });

  test('P-31 several handshakes at once on one transport open no Connection, and the transport is cut', async () => {
    const room = await makeRoom(url);
    const tokens = [await room.token(), await room.token(), await room.token()];
    const { socket, heard, closed } = await openRaw();
    for (const token of tokens) socket.send(CONNECT + JSON.stringify(authOf(token)));
    await closed;
    expect(heard.filter((text) => text.startsWith('40'))).toEqual([]);
  });

  test('P-59 input that is nested deeper than any stack is refused like other input', async () => {
    const { client } = await enter(url, await makeRoom(url));
    const { engine } = client.socket.io;
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const answered = new Promise<string>((resolve) => {
      engine.on('message', (text: unknown) => String(text).startsWith('3777') && resolve(String(text)));
    });
    engine.write(`2777["mls:message",${nested}]`);
    expect(await answered).toContain('"bad_request"');
    expect(bed.logged.join('')).not.toContain('request failed');
  });
});

describe('a neighbour', () => {
  test('P-31 sockets on which nothing is said are limited per address, unless a proxy stands in front', async () => {
    for (const [TRUST_PROXY, open] of [
      ['0', 3],
      ['1', 5],
    ] as const) {
      const own = await startTestServer({ env: { TRUST_PROXY }, limits: { socketsPerAddress: 3 } });
      const sockets = Array.from({ length: 5 }, () =>
        connectTcp(own.server.port, '127.0.0.1').on('error', () => undefined),
      );
      await Promise.all(sockets.map((socket) => once(socket, 'connect')));
      for (const socket of sockets) socket.resume();
      await expect.poll(() => sockets.filter(({ closed }) => !closed).length).toBe(open);
      for (const socket of sockets) socket.destroy();
      await own.stop();
    }
  });

  test('P-10 the day’s limit of Rooms lets no fewer than twenty addresses fill a server', async () => {
    // Twenty addresses at least are needed to fill a server, where one did at ROOMS_PER_ADDRESS alone.
    expect(ROOMS_PER_ADDRESS_AND_DAY.points).toBeLessThan(ROOMS_PER_ADDRESS.points * 24 * 60);
    expect(ROOMS_PER_ADDRESS_AND_DAY.points * 20).toBeLessThanOrEqual(MAX_ROOMS);
  });

  test('P-59 page loads that are broken off leave nothing in the log', async () => {
    const client = join(bed.dataDir, '../client');
    await mkdir(client, { recursive: true });
    await writeFile(join(client, 'index.html'), '<!doctype html><title>Conclave</title>');
    const breakOff = async () => {
      const socket: Socket = connectTcp(bed.server.port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 2));
      socket.resetAndDestroy();
    };
    for (let round = 0; round < 10; round += 1) await Promise.all(Array.from({ length: 20 }, breakOff));
    expect((await fetch(url)).status).toBe(200);
    expect(bed.logged.filter((line) => line.includes('http request failed'))).toEqual([]);
  });
});

test('P-31 who wants to upgrade to what is not there keeps no socket by it, also where something was asked on it before', async () => {
  const line = connectTcp({ port: bed.server.port, host: '127.0.0.1' });
  line.on('error', () => undefined);
  line.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(line, 'data');
  const closed = once(line, 'close');
  line.write('GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  line.resume();
  await expect(closed).resolves.toBeDefined();
});

test('P-02 what socket.io answers over HTTP carries the security headers too', async () => {
  for (const path of [`${SOCKET}polling`, `${SOCKET}polling&sid=none`, `${SOCKET_PATH}/?EIO=3&transport=polling`]) {
    const { headers } = await fetch(url + path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('permissions-policy')).toContain('camera=(self)');
  }
});

test('the answer to a WebSocket comes without headers that nobody reads, and the first packet right behind it', async () => {
  const { hostname, port } = new URL(url);
  const socket = connectTcp(Number(port), hostname);
  const head = [
    `GET ${SOCKET}websocket HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
  ];
  socket.write([...head, 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${'A'.repeat(22)}==`, '', ''].join('\r\n'));
  let text = '';
  for await (const piece of socket) {
    text += (piece as Buffer).toString('latin1');
    if (text.includes('0{"sid":"')) break;
  }
  expect(text).toMatch(/^HTTP\/1\.1 101 /);
  expect(text).toContain('0{"sid":"');
  expect(text.toLowerCase()).not.toContain('content-security-policy');
});
