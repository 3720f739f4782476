// A device of the bench without a browser: the code that the worker runs, over Node's fetch and disk.
import { createHash, randomFillSync } from 'node:crypto';
import { mkdtempSync, openAsBlob, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { importFileKey } from '#e2ee';
import { bodiesInMemory } from '../../../client/platform/files/bodies.ts';
import { downloadFile } from '../../../client/platform/files/downloadFile.ts';
import { Gate } from '../../../client/platform/files/patience.ts';
import { RelayCalls } from '../../../client/platform/files/relayCalls.ts';
import type { Sink } from '../../../client/platform/files/sinks.ts';
import { uploadFile } from '../../../client/platform/files/uploadFile.ts';
import type { Device } from './device.ts';
import type { Order, Step } from './orders.ts';

const PIECE_BYTES = 8 * 1024 * 1024;

async function fileSink(file: string): Promise<Sink> {
  const handle = await open(file, 'w');
  return {
    length: 0,
    write: async (bytes, at) => void (await handle.write(bytes, 0, bytes.length, at)),
    async finish(size) {
      await handle.truncate(size);
      await handle.close();
      return null;
    },
    abandon: () => handle.close(),
  };
}

class NodeDevice implements Device {
  readonly #origin: string;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'conclave-bench-files-'));

  constructor(origin: string) {
    this.#origin = origin;
  }

  async take(step: Step): Promise<{ atMs: number; text: string }> {
    const text = await this.#run(step);
    return { atMs: Date.now(), text };
  }

  memory(): { now: number; peak: number } {
    const now = process.memoryUsage.rss();
    return { now, peak: process.resourceUsage().maxRSS * 1024 };
  }

  async close(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #at(name: string): string {
    return path.join(this.#folder, name);
  }

  async #run(step: Step): Promise<string> {
    switch (step.act) {
      case 'make':
        return this.#make(step.size);
      case 'send':
        return this.#send(step.order);
      case 'receive':
        return this.#receive(step.order);
      case 'plainSend':
        return this.#plainSend(step.order);
      case 'plainReceive':
        return this.#plainReceive(step.order);
      case 'hash':
        return this.#hash(step.of);
      case 'clean':
        for (const name of ['received', 'plain']) await rm(this.#at(name), { force: true });
        return 'clean';
    }
  }

  async #make(size: number): Promise<string> {
    const file = await open(this.#at('source'), 'w');
    const piece = randomFillSync(new Uint8Array(Math.min(size, PIECE_BYTES)));
    for (let at = 0; at < size; at += piece.length) await file.write(piece, 0, Math.min(piece.length, size - at), at);
    await file.close();
    return String(size);
  }

  async #calls({ path, token, fileKey }: Order) {
    const gate = new Gate();
    const calls = new RelayCalls({
      address: this.#origin + path,
      token: async () => token,
      signal: () => gate.signal,
      fetch: (address, init) => fetch(address, init),
    });
    const nothing = (): void => undefined;
    const hooks = { onWaiting: nothing, onProgress: nothing, onChecking: nothing, bodies: bodiesInMemory };
    return { calls, gate, key: await importFileKey(Uint8Array.from(fileKey)), ...hooks };
  }

  async #send(order: Order): Promise<string> {
    const source = await openAsBlob(this.#at('source'));
    const read = (from: number, to: number) =>
      source.slice(from, to).stream() as ReadableStream<Uint8Array<ArrayBuffer>>;
    const { size, uploadKey } = order;
    return said(await uploadFile({ ...(await this.#calls(order)), uploadKey, size, read }));
  }

  async #receive(order: Order): Promise<string> {
    const sink = await fileSink(this.#at('received'));
    return said(await downloadFile({ ...(await this.#calls(order)), size: order.size, sink }));
  }

  async #plainSend({ path: address, token, uploadKey }: Order): Promise<string> {
    const headers = {
      Authorization: `Bearer ${token}`,
      'Tus-Resumable': '1.0.0',
      'Conclave-Upload-Key': uploadKey,
      'Upload-Offset': '0',
      'Content-Type': 'application/offset+octet-stream',
    };
    const body = await openAsBlob(this.#at('source'));
    const response = await fetch(this.#origin + address, { method: 'PATCH', headers, body });
    return said(response.ok ? 'done' : `status ${response.status}`);
  }

  async #plainReceive({ path: address, token }: Order): Promise<string> {
    const response = await fetch(this.#origin + address, { headers: { Authorization: `Bearer ${token}` } });
    const file = await open(this.#at('plain'), 'w');
    for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) await file.write(piece);
    await file.close();
    return said('done');
  }

  async #hash(of: 'source' | 'received'): Promise<string> {
    const hash = createHash('sha256');
    const file = await open(this.#at(of), 'r');
    for await (const piece of file.createReadStream()) hash.update(piece as Buffer);
    return hash.digest('hex');
  }
}

function said(outcome: string | null): string {
  if (outcome !== 'done') throw new Error(String(outcome));
  return outcome;
}

export const openNodeDevice = (origin: string): Device => new NodeDevice(origin);
