// The page's side of the worker that moves files: starts it when the first file moves, and passes on what it says.
// oxlint-disable-next-line import/default
import workerUrl from './fileWorker.ts?worker&url';
import type { DownloadJob, FilePort, TransferEvents, TransferHandle, UploadJob } from '#core';
import type { StartWorker } from '../e2eeWorkerThread.ts';
import type { FromFileWorker, ToFileWorker } from './messages.ts';

interface Transfer {
  token(): Promise<string>;
  /** Null once it was stopped. */
  events: TransferEvents | null;
}

export class FileTransfers implements Pick<FilePort, 'upload' | 'download' | 'hurry' | 'close'> {
  readonly #origin: string;
  readonly #startWorker: StartWorker;
  readonly #transfers = new Map<number, Transfer>();
  #nextId = 1;
  #worker: Worker | null = null;

  constructor(origin: string, startWorker: StartWorker) {
    this.#origin = origin;
    this.#startWorker = startWorker;
  }

  upload(job: UploadJob, events: TransferEvents): TransferHandle {
    const { file, uploadKey } = job;
    return this.#order(job, events, (common) => ({ t: 'upload', ...common, file, uploadKey }));
  }

  download(job: DownloadJob, events: TransferEvents): TransferHandle {
    return this.#order(job, events, (common) => ({ t: 'download', ...common, target: job.target }));
  }

  hurry(): void {
    if (this.#worker !== null) this.#post({ t: 'hurry' });
  }

  close(): void {
    this.#transfers.clear();
    this.#worker?.terminate();
    this.#worker = null;
  }

  #order(
    { path, size, fileKey, token }: UploadJob | DownloadJob,
    events: TransferEvents,
    messageOf: (common: {
      id: number;
      address: string;
      size: number;
      fileKey: Uint8Array<ArrayBuffer>;
    }) => ToFileWorker,
  ): TransferHandle {
    const id = this.#nextId++;
    const transfer: Transfer = { token, events };
    this.#transfers.set(id, transfer);
    this.#post(messageOf({ id, address: this.#origin + path, size, fileKey: fileKey.slice() }));
    fileKey.fill(0);
    const tell = (t: 'pause' | 'resume' | 'stop'): void => {
      if (this.#transfers.get(id) === transfer) this.#post({ t, id });
    };
    return {
      pause: () => tell('pause'),
      resume: () => tell('resume'),
      stop() {
        if (transfer.events !== null) tell('stop');
        transfer.events = null;
      },
    };
  }

  #post(message: ToFileWorker): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(message);
  }

  #start(): Worker {
    const started = this.#startWorker(workerUrl, 'files');
    started.addEventListener('message', ({ data }: MessageEvent<FromFileWorker>) => this.#handle(data));
    started.addEventListener('error', () => this.#died(started));
    return started;
  }

  #died(worker: Worker): void {
    worker.terminate();
    if (this.#worker !== worker) return;
    this.#worker = null;
    const lost = [...this.#transfers.values()];
    this.#transfers.clear();
    for (const { events } of lost) events?.onEnd('refused');
  }

  #handle(message: FromFileWorker): void {
    const { id } = message;
    const transfer = this.#transfers.get(id);
    if (transfer === undefined) return;
    const { events } = transfer;
    switch (message.t) {
      case 'token':
        void transfer.token().then((token) => this.#transfers.has(id) && this.#post({ t: 'token', id, token }));
        return;
      case 'progress':
        return events?.onProgress(message.bytes);
      case 'waiting':
        return events?.onWaiting();
      case 'checking':
        return events?.onChecking();
      case 'end':
        this.#transfers.delete(id);
        if (message.outcome !== null) events?.onEnd(message.outcome);
    }
  }
}
