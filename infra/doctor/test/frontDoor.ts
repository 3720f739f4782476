// A reverse proxy as small as one can be, that can be as wrong as one can be.
import {
  createServer as createHttpServer,
  request,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface FrontDoorOptions {
  /** Port of the server on the loopback. */
  target: number;
  tls?: { cert: string; key: string };
  passesUpgrades?: boolean;
  /** As proxies do that were told to, it writes down where a request came from. */
  writesForwardedFor?: boolean;
}

export interface FrontDoor {
  port: number;
  close(): Promise<void>;
}

export async function openFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  const { target, tls, passesUpgrades = true, writesForwardedFor = true } = options;
  const headersOf = (incoming: IncomingMessage) => {
    const { 'x-forwarded-for': claimed, ...headers } = incoming.headers;
    const from = [claimed, ...(writesForwardedFor ? [incoming.socket.remoteAddress] : [])].filter(
      (one) => one !== undefined,
    );
    return { ...headers, ...(from.length > 0 && { 'x-forwarded-for': from.join(', ') }) };
  };
  const pass: RequestListener = (incoming, outgoing) => {
    const { method, url } = incoming;
    const onward = request(
      { port: target, host: '127.0.0.1', method, path: url, headers: headersOf(incoming) },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  };
  const server: Server = tls === undefined ? createHttpServer(pass) : createHttpsServer(tls, pass);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.on('upgrade', (incoming, socket) => {
    if (!passesUpgrades) return void socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    const onward = connect(target, '127.0.0.1');
    const lines = Object.entries(headersOf(incoming)).map(([name, value]) => `${name}: ${String(value)}`);
    onward.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    onward.pipe(socket).pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
