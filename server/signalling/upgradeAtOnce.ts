// Lets a WebSocket's handshake pass by what is meant for answers that a browser shows, and go out with the packet that follows it.
import type { IncomingMessage, ServerResponse } from 'node:http';

/** engine.io's way through its middlewares, which it declares protected. */
export interface Middlewares {
  _applyMiddlewares(request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void;
}

/**
 * A WebSocket's handshake is shown by nothing: its answer needs no headers, and making them costs as much as finding a Room. It goes out
 * with engine.io's first packet, in one write.
 */
export function upgradeAtOnce(engine: Middlewares): void {
  const apply = engine._applyMiddlewares.bind(engine);
  engine._applyMiddlewares = (request, response, next) => {
    if (request.headers.upgrade === undefined) return apply(request, response, next);
    const { socket } = request;
    socket.cork();
    setImmediate(() => socket.uncork());
    next();
  };
}
