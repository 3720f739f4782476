// One file on this device's disk that is being written, and the beat it is written to; both live in a worker.
// oxlint-disable-next-line import/default
import workerUrl from './diskWorker.ts?worker&url';
import { trustedScriptUrl } from '../../../platform/trustedScript.ts';
import type { DiskFault, DiskOrder, DiskReport } from './diskMessages.ts';
import { RECORDINGS_FOLDER } from '#core';
import { holdRecording } from './keptRecordings.ts';

export class DiskError extends Error {
  readonly fault: DiskFault;
  constructor(fault: DiskFault) {
    super(fault);
    this.fault = fault;
  }
}

type OrderOf<Do extends DiskOrder['do']> = Omit<Extract<DiskOrder, { do: Do }>, 'id'>;

export class RecordingDisk {
  readonly name: string;
  onBeat: () => void = () => undefined;
  #worker: Worker;
  #waiting = new Map<number, PromiseWithResolvers<void>>();
  #nextId = 1;
  #bytes = 0;
  #release: () => void = () => undefined;
  #closed = false;

  private constructor(name: string) {
    this.name = name;
    this.#worker = new Worker(trustedScriptUrl(workerUrl), { type: 'module', name: 'recording' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<DiskReport>) => this.#heard(data));
    this.#worker.addEventListener('error', () => this.#lost());
  }

  /** Rejects with a DiskError where this browser gives no place on the disk. */
  static async open(name: string): Promise<RecordingDisk> {
    const disk = new RecordingDisk(name);
    try {
      disk.#release = await holdRecording(name);
      await disk.#order<'open'>({ do: 'open', folder: RECORDINGS_FOLDER, name });
      return disk;
    } catch (error) {
      disk.#terminate();
      throw error instanceof DiskError ? error : new DiskError('noDisk');
    }
  }

  /** Bytes on the disk. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Rejects with a DiskError; what was written before stays. */
  async write(data: Uint8Array, position: number): Promise<void> {
    await this.#order<'write'>({ do: 'write', data, position });
    this.#bytes = Math.max(this.#bytes, position + data.byteLength);
  }

  /** Calls `onBeat` so often, also in a tab behind others. */
  async beat(everyMs: number): Promise<void> {
    await this.#order<'beat'>({ do: 'beat', everyMs });
  }

  /** Never rejects; the file is as it is from then on. */
  async close(): Promise<void> {
    if (this.#closed) return;
    await this.#order<'close'>({ do: 'close' }).catch(() => undefined);
    this.#terminate();
  }

  #order<Do extends DiskOrder['do']>(order: OrderOf<Do>): Promise<void> {
    if (this.#closed) return Promise.reject(new DiskError('noDisk'));
    const answer = Promise.withResolvers<void>();
    const id = this.#nextId++;
    this.#waiting.set(id, answer);
    this.#worker.postMessage({ ...order, id });
    return answer.promise;
  }

  #heard(report: DiskReport): void {
    if (report.told === 'beat') {
      this.onBeat();
      return;
    }
    const answer = this.#waiting.get(report.id);
    this.#waiting.delete(report.id);
    if (report.told === 'done') answer?.resolve();
    else answer?.reject(new DiskError(report.fault));
  }

  #lost(): void {
    for (const answer of this.#waiting.values()) answer.reject(new DiskError('noDisk'));
    this.#waiting.clear();
  }

  #terminate(): void {
    this.#closed = true;
    this.#worker.terminate();
    this.#lost();
    this.#release();
  }
}
