// The recorder's worker: writes the file in place on this device's disk, and beats time that no hidden tab slows down.
import type { DiskOrder, DiskReport } from './diskMessages.ts';

/** Of the File System standard; only workers have it, and what it wrote is on the disk even if the tab is lost. */
interface SyncAccessHandle {
  write(data: Uint8Array, options: { at: number }): number;
  flush(): void;
  close(): void;
}
interface SyncFileHandle {
  createSyncAccessHandle(): Promise<SyncAccessHandle>;
}
interface WorkerPort {
  postMessage(report: DiskReport): void;
  addEventListener(type: 'message', listener: (event: { data: DiskOrder }) => void): void;
}

const port = globalThis as unknown as WorkerPort;
let file: SyncAccessHandle | null = null;
let timer: ReturnType<typeof setInterval> | undefined;

const open = async (folder: string, name: string): Promise<void> => {
  const root = await navigator.storage.getDirectory();
  const directory = await root.getDirectoryHandle(folder, { create: true });
  const handle = await directory.getFileHandle(name, { create: true });
  file = await (handle as unknown as SyncFileHandle).createSyncAccessHandle();
};

const write = (data: Uint8Array, position: number): void => {
  // A full disk either throws or takes less than it was given.
  const taken = file?.write(data, { at: position }) ?? 0;
  if (taken < data.byteLength) throw new DOMException('the disk took less', 'QuotaExceededError');
};

const close = (): void => {
  clearInterval(timer);
  file?.flush();
  file?.close();
  file = null;
};

const obey = async (order: DiskOrder): Promise<void> => {
  switch (order.do) {
    case 'open':
      return open(order.folder, order.name);
    case 'write':
      return write(order.data, order.position);
    case 'beat':
      clearInterval(timer);
      timer = setInterval(() => port.postMessage({ told: 'beat' }), order.everyMs);
      return;
    case 'close':
      return close();
  }
};

port.addEventListener('message', ({ data: order }) => {
  void obey(order).then(
    () => port.postMessage({ told: 'done', id: order.id }),
    (error: unknown) => {
      const isFull = error instanceof DOMException && error.name === 'QuotaExceededError';
      port.postMessage({ told: 'failed', id: order.id, fault: isFull ? 'diskFull' : 'noDisk' });
    },
  );
});
