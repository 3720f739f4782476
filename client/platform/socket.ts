// The socket to this server: socket.io's wire, with all decisions about when to connect left to the SDK.
import { io, WebSocket as WebSocketTransport, XHR, type Socket } from 'socket.io-client';
import type { SocketLike } from '#core';
import type { HandshakeInput } from '#protocol/requests';
import { SOCKET_PATH } from '#protocol/version';
import type { EarlySocket } from './earlySocket.ts';
import { parser } from './parser.ts';

/** Of one attempt to connect; more keeps a person waiting on a network that drops what it does not know. */
const CONNECT_TIMEOUT_MS = 8_000;

/** What every client of ours speaks socket.io with; when to connect is for the caller to say. */
const OPTIONS = { path: SOCKET_PATH, autoConnect: false, reconnection: false, forceNew: true, parser };

/** Without the way around proxies that let no WebSocket through. */
export const OVER_WEBSOCKET = { ...OPTIONS, transports: ['websocket'] };

/** Takes one that is open already, the first time. */
const transportOver = (early: EarlySocket): typeof WebSocketTransport =>
  class extends WebSocketTransport {
    override createSocket(...[address, protocols, options]: Parameters<WebSocketTransport['createSocket']>): WebSocket {
      return early.take(address) ?? super.createSocket(address, protocols, options);
    }
  };

/** WebSocket first; polling where a proxy does not let it through. */
export function createSocket(
  origin: string,
  auth: () => Promise<HandshakeInput>,
  early: EarlySocket | null = null,
): SocketLike {
  const socket = io(origin, {
    ...OPTIONS,
    transports: [early ? transportOver(early) : WebSocketTransport, XHR],
    tryAllTransports: true,
    timeout: CONNECT_TIMEOUT_MS,
    auth: (give) => void auth().then(give, () => socket.disconnect()),
  });
  return asSocketLike(socket);
}

/** What the SDK may do with a socket of socket.io, and no more. */
export function asSocketLike(socket: Socket): SocketLike {
  return {
    get connected() {
      return socket.connected;
    },
    emit: (name, payload, ack) => void socket.emit(name, payload, ack),
    on: (name, listener) => void socket.on(name, listener),
    onAny: (listener) => void socket.onAny(listener),
    connect: () => void socket.connect(),
    disconnect: () => void socket.disconnect(),
  };
}
