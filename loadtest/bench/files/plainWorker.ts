// The floor: one file by one plain HTTP request up and one down, from the same kind of disk to the same kind of disk, nothing sealed.
import type { Order } from './orders.ts';

interface SyncAccessHandle {
  write(bytes: Uint8Array, options: { at: number }): number;
  flush(): void;
  close(): void;
}
type KeptFile = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncAccessHandle> };

const headersOf = ({ token }: Order): Record<string, string> => ({ Authorization: `Bearer ${token}` });

async function send(order: Order, file: File): Promise<void> {
  const response = await fetch(order.path, {
    method: 'PATCH',
    headers: {
      ...headersOf(order),
      'Tus-Resumable': '1.0.0',
      'Conclave-Upload-Key': order.uploadKey,
      'Upload-Offset': '0',
      'Content-Type': 'application/offset+octet-stream',
    },
    body: file,
  });
  if (!response.ok) throw new Error(`plain upload: ${response.status}`);
}

async function receive(order: Order, name: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  const access = await ((await root.getFileHandle(name, { create: true })) as KeptFile).createSyncAccessHandle();
  const response = await fetch(order.path, { headers: headersOf(order), cache: 'no-store' });
  const reader = response.body?.getReader();
  let at = 0;
  for (;;) {
    const piece = await reader?.read();
    if (piece === undefined || piece.done) break;
    at += access.write(piece.value, { at });
  }
  access.flush();
  access.close();
  if (at !== order.size) throw new Error(`plain download: ${at} of ${order.size} bytes`);
}

addEventListener('message', ({ data }: MessageEvent<{ order: Order; file?: File; name: string }>) => {
  const { order, file, name } = data;
  (file === undefined ? receive(order, name) : send(order, file)).then(
    () => postMessage('done'),
    (error: unknown) => postMessage(String(error)),
  );
});
