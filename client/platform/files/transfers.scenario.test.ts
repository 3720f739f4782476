// Files through the real server, sealed and opened by the code that the worker runs; the disk beneath is memory.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { FILE_TAIL_WAIT_MS } from '#protocol/limits';
import { createFileKey, FILE_CHUNK_BYTES, importFileKey, SEALED_CHUNK_BYTES, sealedFileSize } from '#e2ee';
import { enter, makeRoom, newProof, startTestServer, type TestServer } from '../../../server/test/testServer.ts';
import { bodiesInMemory } from './bodies.ts';
import { downloadFile } from './downloadFile.ts';
import { Gate } from './patience.ts';
import { RelayCalls } from './relayCalls.ts';
import type { Sink } from './sinks.ts';
import { uploadFile } from './uploadFile.ts';

const MIB = 1024 * 1024;
let bed: TestServer;
let url: string;
let token = '';
let files = '';
beforeAll(async () => {
  bed = await startTestServer();
  url = bed.server.url;
  const room = await makeRoom(url);
  const { client } = await enter(url, room);
  await client.request('mls:create', { groupId: Buffer.alloc(32, 1), beacon: Buffer.alloc(4) });
  token = (await client.request('token:refresh', {})).token;
  files = `/api/rooms/${room.roomId}/files`;
});
afterAll(() => bed.stop());

const gates: Gate[] = [];
afterEach(() => {
  for (const gate of gates.splice(0)) gate.stop();
});

type Fetch = (path: string, init: RequestInit) => Promise<Response>;
const straight: Fetch = (path, init) => fetch(url + path, init);

interface Scene {
  path: string;
  data: Uint8Array<ArrayBuffer>;
  raw: Uint8Array;
  uploadKey: string;
}

async function prepare(size: number): Promise<Scene> {
  const uploadKey = newProof();
  const headers = { 'Upload-Length': String(sealedFileSize(size)), 'Conclave-Upload-Key': uploadKey };
  const made = await straight(files, {
    method: 'POST',
    headers: { ...headers, 'Tus-Resumable': '1.0.0', Authorization: `Bearer ${token}` },
  });
  const data = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(data.subarray(at, Math.min(size, at + 65_536)));
  return { path: made.headers.get('location') ?? '', data, raw: createFileKey(), uploadKey };
}

function place(path: string, through: Fetch = straight) {
  const gate = new Gate();
  gates.push(gate);
  const said: string[] = [];
  const patience = {
    gate,
    onWaiting: () => void said.push('waiting'),
    onProgress: (bytes: number) => void said.push(String(bytes)),
    onChecking: () => void said.push('checking'),
    bodies: bodiesInMemory,
  };
  const calls = new RelayCalls({ address: path, token: async () => token, signal: () => gate.signal, fetch: through });
  return { said, ...patience, calls };
}

function memorySink(): Sink & { bytes(): Uint8Array; finished: boolean } {
  let held = new Uint8Array(0);
  const sink = {
    finished: false,
    get length() {
      return held.length;
    },
    async write(bytes: Uint8Array<ArrayBuffer>, at: number) {
      if (held.length < at + bytes.length) {
        const larger = new Uint8Array(at + bytes.length);
        larger.set(held);
        held = larger;
      }
      held.set(bytes, at);
    },
    async finish(size: number) {
      held = held.slice(0, size);
      sink.finished = true;
      return null;
    },
    abandon: async () => undefined,
    bytes: () => held,
  };
  return sink;
}

async function upload({ path, data, raw, uploadKey }: Scene, through?: Fetch) {
  const read = (from: number, to: number) => new Blob([data]).slice(from, to).stream();
  const key = await importFileKey(raw.slice());
  return uploadFile({ ...place(path, through), key, uploadKey, size: data.length, read });
}

async function download({ path, data, raw }: Scene, sink = memorySink(), through?: Fetch) {
  const here = place(path, through);
  const key = await importFileKey(raw.slice());
  const outcome = await downloadFile({ ...here, key, size: data.length, sink });
  return { outcome, sink, said: here.said };
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const SIZES = [0, 1, 1_000, FILE_CHUNK_BYTES - 1, FILE_CHUNK_BYTES, 5 * MIB + 77];

/** Lets `bytes` through and then breaks the line, as often as there are entries. */
function breaking(...breaks: number[]): Fetch {
  return async (path, init) => {
    const response = await straight(path, init);
    const left = init.method === 'GET' ? breaks.shift() : undefined;
    if (left === undefined || response.body === null) return response;
    let through = 0;
    const cut = new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        through += piece.length;
        if (through > left) controller.error(new TypeError('network error'));
        else controller.enqueue(piece);
      },
    });
    return new Response(response.body.pipeThrough(cut), { status: response.status, headers: response.headers });
  };
}

describe('a file on its way', () => {
  test.each(SIZES)('E-112 of %d bytes arrives as it was sent', async (size) => {
    const scene = await prepare(size);
    expect(await upload(scene)).toBe('done');
    const { outcome, sink, said } = await download(scene);
    expect([outcome, sink.finished, sha256(sink.bytes())]).toEqual(['done', true, sha256(scene.data)]);
    expect(said.slice(-2)).toEqual([String(size), 'checking']);
  });

  test('arrives while it is being sent, at everybody who fetches it, and lies on the disk as nothing that it was', async () => {
    const scene = await prepare(6 * MIB);
    scene.data.set(Buffer.from('plain words that stand in the file'), 3 * MIB);
    const receivers = [download(scene), download(scene)];
    expect(await upload(scene)).toBe('done');
    for (const { outcome, sink } of await Promise.all(receivers)) {
      expect([outcome, sha256(sink.bytes())]).toEqual(['done', sha256(scene.data)]);
    }
    const stored = await readFile(join(bed.dataDir, 'files', scene.path.split('/').at(-1) ?? ''));
    expect([stored.length, stored.includes('plain words')]).toEqual([sealedFileSize(scene.data.length), false]);
  });

  test('is written as far as it came while its sender sends no more for now', async () => {
    const scene = await prepare(6 * MIB);
    let bodies = 0;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const halting: Fetch = async (path, init) => {
      if (init.method === 'PATCH' && (bodies += 1) > 1) await held;
      return straight(path, init);
    };
    const sending = upload(scene, halting);
    const sink = memorySink();
    const receiving = download(scene, sink);
    // Sooner than the server gives the waiting call up (P-125).
    await expect.poll(() => sink.length, { timeout: FILE_TAIL_WAIT_MS / 2 }).toBeGreaterThanOrEqual(MIB);
    release();
    expect([await sending, (await receiving).outcome]).toEqual(['done', 'done']);
    expect(sha256(sink.bytes())).toBe(sha256(scene.data));
  });

  test('goes on behind the last whole block after each cut of the line, of either side', async () => {
    const scene = await prepare(7 * MIB);
    let patches = 0;
    const lost: Fetch = async (path, init) => {
      const response = await straight(path, init);
      // It came through, and its sender never hears so.
      if (init.method === 'PATCH' && (patches += 1) % 2 === 0) throw new TypeError('network error');
      return response;
    };
    expect(await upload(scene, lost)).toBe('done');
    const { outcome, sink, said } = await download(scene, memorySink(), breaking(100, 2.5 * MIB, 1.5 * MIB));
    expect([outcome, sha256(sink.bytes())]).toEqual(['done', sha256(scene.data)]);
    expect(said).toContain('waiting');
  });

  test('moves no byte while it is paused, and goes on where it was', async () => {
    const scene = await prepare(6 * MIB);
    const [key, here] = [await importFileKey(scene.raw.slice()), place(scene.path)];
    const read = (from: number, to: number) => {
      if (from >= 3 * MIB) here.gate.pause();
      return new Blob([scene.data]).slice(from, to).stream();
    };
    const sending = uploadFile({ ...here, key, uploadKey: scene.uploadKey, size: scene.data.length, read });
    while (here.gate.state !== 'paused') await new Promise((resolve) => setTimeout(resolve, 5));
    const said = here.said.length;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(here.said.length).toBe(said);
    // From here on it may be read to its end.
    here.gate.pause = () => undefined;
    here.gate.resume();
    expect(await sending).toBe('done');
    const { sink } = await download(scene);
    expect(sha256(sink.bytes())).toBe(sha256(scene.data));
  });

  test('goes on from what an earlier page wrote', async () => {
    const scene = await prepare(5 * MIB);
    await upload(scene);
    const sink = memorySink();
    await sink.write(scene.data.slice(0, 2 * FILE_CHUNK_BYTES + 300_000), 0);
    const asked: string[] = [];
    const { outcome } = await download(scene, sink, (path, init) => {
      asked.push(new Headers(init.headers).get('range') ?? '');
      return straight(path, init);
    });
    expect([outcome, sha256(sink.bytes())]).toEqual(['done', sha256(scene.data)]);
    expect(asked).toEqual([`bytes=${2 * SEALED_CHUNK_BYTES}-`]);
  });

  test('outlives its tokens: one that ended is asked for anew', async () => {
    const scene = await prepare(3 * MIB);
    let refusals = 3;
    const expired: Fetch = (path, init) =>
      straight(
        path,
        (refusals -= 1) >= 0 ? { ...init, headers: { ...init.headers, Authorization: 'Bearer a.b.c' } } : init,
      );
    expect(await upload(scene, expired)).toBe('done');
    refusals = 1;
    expect((await download(scene, memorySink(), expired)).outcome).toBe('done');
  });

  test('E-112 is damaged where the server changed a byte, exchanged chunks, or claims another size, and is not closed', async () => {
    const scene = await prepare(4 * MIB);
    await upload(scene);
    const changed =
      (change: (bytes: Uint8Array) => void): Fetch =>
      async (path, init) => {
        const response = await straight(path, init);
        const bytes = new Uint8Array(await response.arrayBuffer());
        change(bytes);
        return new Response(bytes, { status: 206, headers: response.headers });
      };
    const hostile: ((bytes: Uint8Array) => void)[] = [
      (bytes) => (bytes[2 * SEALED_CHUNK_BYTES + 500] = 1 ^ (bytes[2 * SEALED_CHUNK_BYTES + 500] ?? 0)),
      (bytes) => bytes.copyWithin(2 * SEALED_CHUNK_BYTES, SEALED_CHUNK_BYTES, 2 * SEALED_CHUNK_BYTES),
    ];
    for (const change of hostile) {
      const { outcome, sink } = await download(scene, memorySink(), changed(change));
      expect([outcome, sink.finished, sink.length]).toEqual(['damaged', false, 2 * FILE_CHUNK_BYTES]);
    }
    const shorter: Fetch = async (path, init) => {
      const response = await straight(path, init);
      return new Response(response.body, { status: 206, headers: { 'Content-Range': `bytes 0-99/100` } });
    };
    expect((await download(scene, memorySink(), shorter)).outcome).toBe('damaged');
  });

  test('is gone for both once its sender took it back', async () => {
    const scene = await prepare(3 * MIB);
    const headers = {
      'Tus-Resumable': '1.0.0',
      'Conclave-Upload-Key': scene.uploadKey,
      Authorization: `Bearer ${token}`,
    };
    await straight(scene.path, { method: 'DELETE', headers });
    expect(await upload(scene)).toBe('gone');
    expect((await download(scene)).outcome).toBe('gone');
  });

  test('is unreadable where the sender’s file became shorter, and says nothing more once it is stopped', async () => {
    const scene = await prepare(3 * MIB);
    const key = await importFileKey(scene.raw.slice());
    const read = (from: number, to: number) => new Blob([scene.data]).slice(from + 1, to).stream();
    const { uploadKey } = scene;
    expect(await uploadFile({ ...place(scene.path), key, uploadKey, size: 3 * MIB, read })).toBe('unreadable');
    const here = place(scene.path);
    const waiting = downloadFile({ ...here, key, size: 3 * MIB, sink: memorySink() });
    here.gate.stop();
    expect(await waiting).toBeNull();
  });
});
