// The page's side of the worker that moves files: starts it when the first file moves, and passes on what it says.
// oxlint-disable-next-line import/default
import workerUrl from './fileWorker.ts?worker&url';
import type { DownloadJob, FilePort, TransferEvents, TransferHandle, UploadJob } from '#core';
import { trustedScriptUrl } from '../trustedScript.ts';
import type { FromFileWorker, ToFileWorker } from './messages.ts';

interface Transfer {
  token(): Promise<string>;
  /** Null once it was stopped. */
  events: TransferEvents | null;
}

export function createFileTransfers(): Pick<FilePort, 'upload' | 'download' | 'hurry' | 'close'> {
  const transfers = new Map<number, Transfer>();
  let nextId = 1;
  let worker: Worker | null = null;

  const handle = (message: FromFileWorker): void => {
    const transfer = transfers.get(message.id);
    if (transfer === undefined) return;
    const { events } = transfer;
    switch (message.t) {
      case 'token':
        // Rejects only once all is over.
        void transfer.token().then(
          (token) => post({ t: 'token', id: message.id, token }),
          () => undefined,
        );
        return;
      case 'progress':
        return events?.onProgress(message.bytes);
      case 'waiting':
        return events?.onWaiting();
      case 'checking':
        return events?.onChecking();
      case 'end':
        transfers.delete(message.id);
        if (message.outcome !== null) events?.onEnd(message.outcome);
    }
  };
  const failAll = (): void => {
    const lost = [...transfers.values()];
    transfers.clear();
    for (const { events } of lost) events?.onEnd('refused');
  };
  const start = (): Worker => {
    const started = new Worker(trustedScriptUrl(workerUrl), { type: 'module', name: 'files' });
    started.addEventListener('message', ({ data }: MessageEvent<FromFileWorker>) => handle(data));
    started.addEventListener('error', () => {
      started.terminate();
      if (worker === started) worker = null;
      failAll();
    });
    return started;
  };
  const post = (message: ToFileWorker): void => {
    worker ??= start();
    worker.postMessage(message);
  };
  const order = (job: UploadJob | DownloadJob, events: TransferEvents): TransferHandle => {
    const id = nextId++;
    const transfer: Transfer = { token: () => job.token(), events };
    transfers.set(id, transfer);
    const { path, size } = job;
    const common = { id, path, size, fileKey: job.fileKey.slice() };
    if ('file' in job) post({ t: 'upload', ...common, file: job.file, uploadKey: job.uploadKey });
    else post({ t: 'download', ...common, target: job.target });
    job.fileKey.fill(0);
    const tell = (t: 'pause' | 'resume'): void => {
      if (transfers.has(id)) post({ t, id });
    };
    return {
      pause: () => tell('pause'),
      resume: () => tell('resume'),
      stop() {
        if (transfer.events === null) return;
        transfer.events = null;
        post({ t: 'stop', id });
      },
    };
  };
  return {
    upload: order,
    download: order,
    hurry: () => worker?.postMessage({ t: 'hurry' } satisfies ToFileWorker),
    close() {
      transfers.clear();
      worker?.terminate();
      worker = null;
    },
  };
}
