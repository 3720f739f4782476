// What ours is measured against, in a process of its own: socket.io with a check of the token and nothing else, the same that makes two Transports
// by mediasoup's own API, and raw ws that passes on.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { createWorker } from 'mediasoup';
import type { WebRtcTransport } from 'mediasoup/types';
import { Server, type Socket } from 'socket.io';
import { WebSocket, WebSocketServer } from 'ws';
import { MAX_MESSAGE_BYTES } from '#protocol/limits';
import { SOCKET_PATH } from '#protocol/version';

/** Said to the process that started it, once. */
export interface Listening {
  url: string;
  /** Answers a `room:join` with two Transports. */
  mediaUrl: string;
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

type Answer = (reply: unknown) => void;

/** As ours is set up. @param join what a `room:join` is answered */
async function openBare(join: (socket: Socket) => Promise<unknown>): Promise<string> {
  const http = createServer();
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
    socket.on('room:join', (_input: unknown, answer: Answer) =>
      join(socket).then(
        (data) => answer({ ok: true, data }),
        () => answer({ ok: false }),
      ),
    );
    socket.on('room:leave', (_input: unknown, answer: Answer) => answer({ ok: true, data: {} }));
  });
  return listen(http);
}

/** One Router for all, and no more of the answer than a client cannot do without. */
async function createTransports(): Promise<(socket: Socket) => Promise<unknown>> {
  // oxlint-disable-next-line node/no-process-env -- set-up tells the media Worker's place this way
  const workerBin = process.env['MEDIASOUP_WORKER_BIN'];
  const worker = await createWorker({ logLevel: 'error', ...(workerBin !== undefined && { workerBin }) });
  const webRtcServer = await worker.createWebRtcServer({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }] });
  const router = await worker.createRouter({
    mediaCodecs: [{ kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }],
  });
  const describe = ({ id, iceParameters, iceCandidates, dtlsParameters }: WebRtcTransport) => ({
    ...{ id, iceParameters, iceCandidates, dtlsParameters },
  });
  return async (socket) => {
    const made = await Promise.all([
      router.createWebRtcTransport({ webRtcServer }),
      router.createWebRtcTransport({ webRtcServer }),
    ]);
    socket.once('disconnect', () => made.forEach((transport) => transport.close()));
    const [send, recv] = made.map(describe);
    return { transports: { send, recv } };
  };
}

const echoHttp = createServer();
const echo = new WebSocketServer({ server: echoHttp, perMessageDeflate: false });
echo.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => {
    for (const other of echo.clients) {
      if (other !== socket && other.readyState === WebSocket.OPEN) other.send(data, { binary: isBinary });
    }
  });
});

const listening: Listening = {
  url: await openBare(async () => ({})),
  mediaUrl: await openBare(await createTransports()),
  echoUrl: await listen(echoHttp),
  token,
};
process.send?.(listening);
// It ends with whoever started it.
process.once('disconnect', () => process.exit(0));
