// What a WebSocket may pour in below engine.io, which hears neither of pings, each of which is answered, nor counts what comes while a polled
// transport goes over to it.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PacketCount } from './PacketCount.ts';

interface WebSocketOfServer {
  on(event: 'message' | 'ping' | 'pong', listener: () => void): unknown;
  terminate(): void;
}

/** engine.io's way to every WebSocket, which it declares private. */
export interface WebSocketOpener {
  onWebSocket(request: IncomingMessage, socket: Duplex, webSocket: WebSocketOfServer): void;
}

/** @param newCount for one WebSocket, from its first frame on */
export function limitFrames(engine: WebSocketOpener, newCount: () => PacketCount): void {
  const open = engine.onWebSocket.bind(engine);
  engine.onWebSocket = (request, socket, webSocket) => {
    const count = newCount();
    const handleFrame = (): void => {
      if (count.isOver()) webSocket.terminate();
    };
    for (const event of ['message', 'ping', 'pong'] as const) webSocket.on(event, handleFrame);
    open(request, socket, webSocket);
  };
}
