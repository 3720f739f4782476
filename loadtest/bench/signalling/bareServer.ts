// What ours is measured against, in a process of its own: socket.io with a check of the token and nothing else, and raw ws that passes on.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { Server } from 'socket.io';
import { WebSocket, WebSocketServer } from 'ws';
import { MAX_MESSAGE_BYTES } from '#protocol/limits';
import { SOCKET_PATH } from '#protocol/version';

/** Said to the process that started it, once. */
export interface Listening {
  url: string;
  /** Passes all that anybody says on to everybody else. */
  echoUrl: string;
  /** For the first; the same for all. */
  token: string;
}

const ISSUER = 'conclave';
const AUDIENCE = 'bench';

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const { privateKey, publicKey } = await generateKeyPair('EdDSA');
const token = await new SignJWT({ room: 'r'.repeat(22), role: 'member', gen: 'g'.repeat(22), link: 0 })
  .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', kid: 'bench' })
  .setIssuer(ISSUER)
  .setAudience(AUDIENCE)
  .setSubject('p'.repeat(16))
  .setIssuedAt()
  .setExpirationTime('10m')
  .setJti('jti')
  .sign(privateKey);

const http = createServer();
// As ours is set up.
const io = new Server(http, {
  path: SOCKET_PATH,
  transports: ['websocket'],
  maxHttpBufferSize: MAX_MESSAGE_BYTES,
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
});
io.use((socket, next) => {
  const { token: given } = socket.handshake.auth as { token: string };
  const rules = { algorithms: ['EdDSA'], issuer: ISSUER, audience: AUDIENCE, typ: 'JWT' };
  jwtVerify(given, publicKey, rules).then(
    () => next(),
    () => next(new Error('unauthorized')),
  );
});
io.on('connection', (socket) => {
  socket.on('room:join', (_input: unknown, answer: (reply: unknown) => void) => answer({ ok: true, data: {} }));
  socket.on('room:leave', (_input: unknown, answer: (reply: unknown) => void) => answer({ ok: true, data: {} }));
});

const echoHttp = createServer();
const echo = new WebSocketServer({ server: echoHttp, perMessageDeflate: false });
echo.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => {
    for (const other of echo.clients) {
      if (other !== socket && other.readyState === WebSocket.OPEN) other.send(data, { binary: isBinary });
    }
  });
});

const listening: Listening = { url: await listen(http), echoUrl: await listen(echoHttp), token };
process.send?.(listening);
// It ends with whoever started it.
process.once('disconnect', () => process.exit(0));
