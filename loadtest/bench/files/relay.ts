// A Room at the server with one member in it, by whose token the devices of the bench make uploads.
import { randomBytes } from 'node:crypto';
import { sealedFileSize } from '#e2ee';
import { enter, makeRoom } from '../../../server/test/testServer.ts';
import type { Order } from './orders.ts';

export interface Relay {
  /** A new upload; `sealed` is as large as sealing makes the file. */
  order(size: number, kind: 'sealed' | 'plain'): Promise<Order>;
  remove(order: Order): Promise<void>;
  close(): void;
}

/** @param reachable where this process reaches the server */
export async function openRelay(reachable: string): Promise<Relay> {
  const room = await makeRoom(reachable);
  const { client } = await enter(reachable, room);
  await client.request('mls:create', { groupId: Buffer.alloc(32, 1), beacon: Buffer.alloc(4) });
  const call = (order: Pick<Order, 'token' | 'uploadKey'>, method: string, path: string, length?: number) =>
    fetch(reachable + path, {
      method,
      headers: {
        Authorization: `Bearer ${order.token}`,
        'Tus-Resumable': '1.0.0',
        'Conclave-Upload-Key': order.uploadKey,
        ...(length !== undefined && { 'Upload-Length': String(length) }),
      },
    });
  return {
    async order(size, kind) {
      const { token } = await client.request('token:refresh', {});
      const uploadKey = randomBytes(32).toString('base64url');
      const length = kind === 'sealed' ? sealedFileSize(size) : size;
      const made = await call({ token, uploadKey }, 'POST', `/api/rooms/${room.roomId}/files`, length);
      if (made.status !== 201) throw new Error(`no upload: ${made.status} ${await made.text()}`);
      return { path: made.headers.get('location') ?? '', size, token, uploadKey, fileKey: [...randomBytes(32)] };
    },
    remove: async (order) => void (await call(order, 'DELETE', order.path)),
    close: () => void client.socket.disconnect(),
  };
}
