// The worker that moves files: reading, sealing, sending, fetching, opening and writing, all away from the page that shows a meeting.
import type { TransferOutcome } from '#core';
import { importFileKey } from '#e2ee';
import { createBodies } from './bodies.ts';
import { downloadFile } from './downloadFile.ts';
import type { FromFileWorker, ToFileWorker } from './messages.ts';
import { Gate } from './patience.ts';
import { ProgressTold } from './ProgressTold.ts';
import { RelayCalls, TransferError } from './relayCalls.ts';
import { keptFolder, openSink } from './sinks.ts';
import { uploadFile } from './uploadFile.ts';

type UploadOrder = Extract<ToFileWorker, { t: 'upload' }>;
type DownloadOrder = Extract<ToFileWorker, { t: 'download' }>;
interface Running {
  gate: Gate;
  /** Calls that wait for the page's token of the moment. */
  tokens: ((token: string) => void)[];
  progress: ProgressTold | null;
}

const running = new Map<number, Running>();
const say = (message: FromFileWorker): void => postMessage(message);

function place(id: number, address: string, job: Running) {
  const { gate } = job;
  const token = (): Promise<string> =>
    new Promise((resolve) => {
      job.tokens.push(resolve);
      say({ t: 'token', id });
    });
  const progress = new ProgressTold((bytes) => say({ t: 'progress', id, bytes }));
  job.progress = progress;
  return {
    calls: new RelayCalls({ address, token, signal: () => gate.signal, fetch: (url, init) => fetch(url, init) }),
    gate,
    onWaiting() {
      progress.flush();
      say({ t: 'waiting', id });
    },
    onProgress: (bytes: number) => progress.reach(bytes),
    onChecking() {
      progress.flush();
      say({ t: 'checking', id });
    },
  };
}

async function upload({ id, address, size, fileKey, file, uploadKey }: UploadOrder, job: Running) {
  const key = await importFileKey(fileKey);
  const bodies = createBodies(await keptFolder().catch(() => null));
  const read = (from: number, to: number) => file.slice(from, to).stream();
  try {
    return await uploadFile({ ...place(id, address, job), key, uploadKey, size, read, bodies });
  } finally {
    await bodies.close();
  }
}

async function download({ id, address, size, fileKey, target }: DownloadOrder, job: Running) {
  const key = await importFileKey(fileKey);
  const sink = await openSink(target);
  const outcome = await downloadFile({ ...place(id, address, job), key, size, sink });
  if (outcome !== 'done') await sink.abandon();
  return outcome;
}

async function run(order: UploadOrder | DownloadOrder): Promise<void> {
  const { id } = order;
  const job: Running = { gate: new Gate(), tokens: [], progress: null };
  running.set(id, job);
  const outcome = await (order.t === 'upload' ? upload(order, job) : download(order, job)).catch(
    (error: unknown): TransferOutcome => (error instanceof TransferError ? error.outcome : 'refused'),
  );
  running.delete(id);
  job.progress?.flush();
  say({ t: 'end', id, outcome });
}

addEventListener('message', ({ data }: MessageEvent<ToFileWorker>) => {
  switch (data.t) {
    case 'upload':
    case 'download':
      return void run(data);
    case 'stop':
    case 'pause':
    case 'resume':
      return running.get(data.id)?.gate[data.t]();
    case 'token':
      return running.get(data.id)?.tokens.shift()?.(data.token);
    case 'hurry':
      for (const { gate } of running.values()) gate.hurry();
      return undefined;
  }
});
