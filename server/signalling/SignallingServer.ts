// The socket.io server: opens it on the HTTP server, admits Connections, hands their messages to dispatch.
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { JOIN_DEADLINE_MS, MAX_MESSAGE_BYTES, PACKETS_PER_CONNECTION } from '#protocol/limits';
import { SOCKET_PATH } from '#protocol/version';
import type { Log } from '../observability/log.ts';
import type { Admission } from '../rooms/ports.ts';
import { clientAddress } from '../util/clientAddress.ts';
import { isWelcomeOrigin, type OriginRules } from '../util/origin.ts';
import { AddressBook, type AddressLimits } from './AddressBook.ts';
import { Connection } from './Connection.ts';
import { createDispatch, type Dispatch, type DispatchLimits } from './dispatch.ts';
import type { HandlerServices, HandlerTable } from './handler.ts';
import { HANDLERS } from './handlers/table.ts';
import { admitConnection } from './handshake.ts';
import { limitFrames, type WebSocketOpener } from './limitFrames.ts';
import { PacketCount } from './PacketCount.ts';
import { sharingParser } from './sharedAnswers.ts';
import { TransportGuard, type GuardLimits } from './TransportGuard.ts';
import { upgradeAtOnce, type Middlewares } from './upgradeAtOnce.ts';
import { createErrorTeller, type ErrorTeller } from './wireErrors.ts';

export interface SignallingOptions {
  services: HandlerServices;
  log: Log;
  origins: OriginRules;
  /** Other limits than the wire's, for tests. */
  limits?: Partial<DispatchLimits & GuardLimits> & { addresses?: Partial<AddressLimits> };
  handlers?: HandlerTable;
  /** Sets the headers of what socket.io itself answers over HTTP. */
  headers?: readonly HttpMiddleware[];
}

type HttpMiddleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

/** A silent Connection is noticed after at most the sum; shorter costs a ping per Connection that often. */
const PING_INTERVAL_MS = 8_000;
const PING_TIMEOUT_MS = 8_000;
/** A transport that was opened without a handshake, or with one that was refused, is cut after this. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

export class SignallingServer {
  readonly #options: SignallingOptions;
  readonly #io: Server;
  readonly #addresses: AddressBook;
  readonly #dispatch: Dispatch;
  readonly #tellError: ErrorTeller;
  readonly #guards = new WeakMap<Socket['conn'], TransportGuard>();

  constructor(httpServer: HttpServer, options: SignallingOptions) {
    const { services, log, limits = {}, handlers = HANDLERS } = options;
    this.#options = options;
    this.#addresses = new AddressBook(limits.addresses);
    this.#tellError = createErrorTeller(log, services.clock);
    this.#dispatch = createDispatch({ handlers, services, log, tellError: this.#tellError, limits });
    this.#io = new Server(httpServer, {
      path: SOCKET_PATH,
      parser: sharingParser,
      transports: ['websocket', 'polling'],
      maxHttpBufferSize: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      httpCompression: false,
      serveClient: false,
      pingInterval: PING_INTERVAL_MS,
      pingTimeout: PING_TIMEOUT_MS,
      connectTimeout: HANDSHAKE_TIMEOUT_MS,
      cors: { origin: [...options.origins.embedOrigins], methods: ['GET', 'POST'] },
      allowRequest: (request, decide) => decide(null, this.#isWelcome(request)),
    });
    for (const middleware of options.headers ?? []) this.#io.engine.use(middleware);
    upgradeAtOnce(this.#io.engine as unknown as Middlewares);
    const { packetRate = PACKETS_PER_CONNECTION } = limits;
    limitFrames(this.#io.engine as unknown as WebSocketOpener, () => new PacketCount(packetRate, services.clock));
    httpServer.on('upgrade', (request, socket) => {
      // Node lets go of such a socket, its timeout with it, and engine.io ends it only where nothing was answered on it before.
      if (request.url?.startsWith(`${SOCKET_PATH}/`) !== true) socket.destroy();
    });
    this.#io.engine.on('connection', (transport: Socket['conn']) => {
      transport.once('close', this.#addresses.add(this.#addressOf(transport.request)));
      this.#guardOf(transport);
    });
    this.#io.use((socket, next) => void this.#admit(socket, next));
    this.#io.on('connection', (socket) => this.#open(socket));
  }

  /** Transports open now, those still before the handshake included. */
  get connectionCount(): number {
    return this.#io.engine.clientsCount;
  }

  #addressOf(request: IncomingMessage): string {
    const forwarded = request.headers['x-forwarded-for'];
    const forwardedFor = Array.isArray(forwarded) ? forwarded.join(',') : forwarded;
    const remote = request.socket.remoteAddress ?? 'unknown';
    return clientAddress(remote, forwardedFor, this.#options.origins.trustedProxies);
  }

  #isWelcome(request: IncomingMessage): boolean {
    return (
      isWelcomeOrigin(request.headers, this.#options.origins) && this.#addresses.hasRoomFor(this.#addressOf(request))
    );
  }

  #guardOf(transport: Socket['conn']): TransportGuard {
    const { services, limits } = this.#options;
    const guard = this.#guards.get(transport) ?? new TransportGuard(transport, services.clock, limits);
    this.#guards.set(transport, guard);
    return guard;
  }

  async #admit(socket: Socket, next: (error?: Error) => void): Promise<void> {
    const { services } = this.#options;
    const guard = this.#guardOf(socket.conn);
    if (!guard.beginHandshake()) return;
    try {
      await this.#addresses.takeTurn(this.#addressOf(socket.request));
      const admission = await admitConnection(services, socket.handshake.auth);
      (socket.data as { admission: Admission }).admission = admission;
      next();
    } catch (error) {
      const data = this.#tellError(error, 'handshake');
      services.metrics.countRefusedConnection(data.code);
      next(Object.assign(new Error(data.message), { data }));
    } finally {
      guard.endHandshake();
    }
  }

  #open(socket: Socket): void {
    const { services } = this.#options;
    const { admission } = socket.data as { admission: Admission };
    const connection = new Connection({
      socket,
      admission,
      clock: services.clock,
      joinDeadlineMs: JOIN_DEADLINE_MS,
      guard: this.#guardOf(socket.conn),
    });
    socket.onAny((name: unknown, ...values: unknown[]) => this.#dispatch(connection, name, values));
    socket.once('disconnect', () => connection.close());
    this.#joinAtOnce(socket, connection);
  }

  /** A way there and back less for who has to wait for each. What was said in the handshake is let go of. */
  #joinAtOnce(socket: Socket, connection: Connection): void {
    const { join } = socket.handshake.auth as { join?: unknown };
    socket.handshake.auth = {};
    if (join === undefined) return;
    const answer = (reply: unknown): void => void socket.emit('connection:joined', reply);
    this.#dispatch(connection, 'room:join', [join, answer]);
  }

  close(): void {
    this.#io.disconnectSockets(true);
    this.#io.engine.close();
  }
}
