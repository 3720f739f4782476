// The page of the bench: makes a file on its disk, and sends or fetches one by our path or by plain HTTP, whenever the bench says so.
import type { SaveTarget } from '#core';
import type { Order, Outcome, Step } from './orders.ts';
import { startOwnWorker } from '../../../client/platform/e2eeWorkerThread.ts';
import { FileTransfers } from '../../../client/platform/files/fileTransfers.ts';
import { KEPT_FOLDER } from '../../../client/platform/files/sinks.ts';
// oxlint-disable-next-line import/default
import plainUrl from './plainWorker.ts?worker&url';
import { trustedScriptUrl } from '../../../client/platform/trustedScript.ts';

export interface Bench {
  outcome: Outcome;
  start(step: Step): void;
}

const SOURCE = 'source';
const RECEIVED = 'received';
/** Random bytes are taken in pieces of at most 64 KiB, and repeated: no disk here compresses. */
const RANDOM_BYTES = 65_536;
const MAKE_BYTES = 8 * 1024 * 1024;

const transfers = new FileTransfers(location.origin, startOwnWorker);
const fileAt = async (path: string): Promise<File> => {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  let folder = await navigator.storage.getDirectory();
  for (const part of parts) folder = await folder.getDirectoryHandle(part);
  return (await folder.getFileHandle(name)).getFile();
};

async function make(size: number): Promise<string> {
  const root = await navigator.storage.getDirectory();
  const stream = await (await root.getFileHandle(SOURCE, { create: true })).createWritable();
  const piece = new Uint8Array(Math.min(size, MAKE_BYTES));
  for (let at = 0; at < size; at += piece.length) {
    crypto.getRandomValues(piece.subarray(0, Math.min(RANDOM_BYTES, piece.length)));
    await stream.write(piece.subarray(0, Math.min(piece.length, size - at)));
  }
  await stream.close();
  return String((await fileAt(SOURCE)).size);
}

const moved = (start: (events: Parameters<typeof transfers.upload>[1]) => unknown): Promise<string> =>
  new Promise((resolve, reject) => {
    start({
      onProgress: () => undefined,
      onWaiting: () => undefined,
      onChecking: () => undefined,
      onEnd: (outcome) => (outcome === 'done' ? resolve(outcome) : reject(new Error(outcome))),
    });
  });

async function send(order: Order): Promise<string> {
  const file = await fileAt(SOURCE);
  const { path, size, token, uploadKey } = order;
  const job = { path, size, file, uploadKey, fileKey: Uint8Array.from(order.fileKey), token: async () => token };
  return moved((events) => transfers.upload(job, events));
}

async function receive({ path, size, token, fileKey }: Order): Promise<string> {
  const target: SaveTarget = { kind: 'kept', name: RECEIVED };
  const job = { path, size, target, fileKey: Uint8Array.from(fileKey), token: async () => token };
  return moved((events) => transfers.download(job, events));
}

async function plain(order: Order, file: File | undefined): Promise<string> {
  const worker = new Worker(trustedScriptUrl(plainUrl), { type: 'module' });
  const answer = new Promise<string>((resolve) => {
    worker.addEventListener('message', ({ data }: MessageEvent<string>) => resolve(data));
  });
  worker.postMessage({ order, file, name: 'plain' });
  const text = await answer;
  worker.terminate();
  if (text !== 'done') throw new Error(text);
  return text;
}

/** WebCrypto hashes whole buffers only: pieces are hashed, and then their hashes. */
async function hash(file: File): Promise<string> {
  const hashes: Uint8Array[] = [];
  for (let at = 0; at < file.size; at += MAKE_BYTES) {
    const piece = await file.slice(at, at + MAKE_BYTES).arrayBuffer();
    hashes.push(new Uint8Array(await crypto.subtle.digest('SHA-256', piece)));
  }
  const all = new Uint8Array(await new Blob(hashes as BlobPart[]).arrayBuffer());
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', all))].map((byte) => byte.toString(16)).join('-');
}

async function clean(): Promise<string> {
  const root = await navigator.storage.getDirectory();
  for (const name of ['files', 'plain']) await root.removeEntry(name, { recursive: true }).catch(() => undefined);
  return 'clean';
}

async function run(step: Step): Promise<string> {
  switch (step.act) {
    case 'make':
      return make(step.size);
    case 'send':
      return send(step.order);
    case 'receive':
      return receive(step.order);
    case 'plainSend':
      return plain(step.order, await fileAt(SOURCE));
    case 'plainReceive':
      return plain(step.order, undefined);
    case 'hash':
      return hash(await fileAt(step.of === 'source' ? SOURCE : `${KEPT_FOLDER}/${RECEIVED}`));
    case 'clean':
      return clean();
  }
}

const bench: Bench = {
  outcome: { state: 'idle' },
  start(step) {
    bench.outcome = { state: 'busy' };
    run(step).then(
      (text) => (bench.outcome = { state: 'done', atMs: Date.now(), text }),
      (error: unknown) => (bench.outcome = { state: 'failed', text: String(error) }),
    );
  },
};
(globalThis as unknown as { bench: Bench }).bench = bench;
