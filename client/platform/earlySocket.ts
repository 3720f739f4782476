// A WebSocket that is opened before the script is there that speaks over it, which takes a phone two ways there and back less.
import { SOCKET_PATH } from '#protocol/version';

/** Nobody took it: the script that should have is not coming. */
const UNCLAIMED_MS = 15_000;

export interface EarlySocket {
  /** Once, and for this address only; null where it was taken, has failed, or leads elsewhere. What came meanwhile is handed over as if it came now. */
  take(address: string): WebSocket | null;
}

/** @param origin of the server, `http(s)` */
export function openEarly(origin: string): EarlySocket {
  // As engine.io-client writes it; a test holds the two to each other.
  const address = `${origin.replace(/^http/, 'ws')}${SOCKET_PATH}/?EIO=4&transport=websocket`;
  const socket = new WebSocket(address);
  const heard: unknown[] = [];
  socket.onmessage = ({ data }) => heard.push(data);
  let isTaken = false;
  const timer = setTimeout(() => socket.close(), UNCLAIMED_MS);
  return {
    take(wanted) {
      if (isTaken) return null;
      isTaken = true;
      clearTimeout(timer);
      if (wanted !== address || socket.readyState > WebSocket.OPEN) {
        socket.close();
        return null;
      }
      if (socket.readyState === WebSocket.OPEN) queueMicrotask(() => replay(socket, heard));
      return socket;
    },
  };
}

/** In the turn in which it was taken: nothing comes in between. */
function replay(socket: WebSocket, heard: readonly unknown[]): void {
  socket.onopen?.(new Event('open'));
  for (const data of heard) socket.onmessage?.(new MessageEvent('message', { data }));
}
