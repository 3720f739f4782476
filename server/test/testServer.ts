// The real server on a free port with a fake media plane, and real socket.io clients for it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash, randomBytes } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { parser } from '../../client/platform/parser.ts';
import type { Reply } from '#protocol/errors';
import type { RoomId } from '#protocol/ids';
import type { NotificationName } from '#protocol/notifications';
import type { Answer, RequestInput, RequestName } from '#protocol/requests';
import { PROTOCOL_VERSION } from '#protocol/version';
import { startServer, type RunningServer, type ServerOptions } from '../app.ts';
import { loadConfig } from '../config/env.ts';
import { createLog } from '../observability/log.ts';
import { FakeClock } from './FakeClock.ts';
import { FakeMediaPlane } from './FakeMediaPlane.ts';

/** How long a test waits for what must happen; never for what must not. */
const PATIENCE_MS = 20_000;

export interface TestServer {
  server: RunningServer;
  media: FakeMediaPlane;
  clock: FakeClock;
  dataDir: string;
  /** Everything the server logged, as text. */
  logged: string[];
  stop(): Promise<void>;
}

type Options = Partial<Pick<ServerOptions, 'limits' | 'clock'>> & {
  env?: Record<string, string>;
  isMediaReal?: boolean;
};

/** @param options `isMediaReal` starts mediasoup; the fake plane in the answer then stands unused, as the fake clock does beside another. */
export async function startTestServer(options: Options = {}): Promise<TestServer> {
  const { env = {}, limits, isMediaReal = false } = options;
  const dataDir = await mkdtemp(join(tmpdir(), 'conclave-test-'));
  const folders = { DATA_DIR: join(dataDir, 'data'), CLIENT_DIR: join(dataDir, 'client') };
  // Other tests share the cores with the Workers, which says nothing of a server.
  const settings = { PORT: '0', WORKER_FULL_PERCENT: '100', ...folders, ...env };
  const { config, secrets } = loadConfig(settings, () => '{}');
  const media = new FakeMediaPlane();
  const clock = new FakeClock(Date.now());
  const logged: string[] = [];
  const log = createLog({ level: 'debug', destination: { write: (line: string) => void logged.push(line) } });
  const fakes = isMediaReal ? {} : { media, clock: options.clock ?? clock };
  const server = await startServer({ config, secrets, log, ...fakes, ...(limits && { limits }) });
  const clients = openClients.get(server.url) ?? new Set<Socket>();
  openClients.set(server.url, clients);
  const stop = async () => {
    for (const client of clients) client.disconnect();
    await server.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { server, media, clock, dataDir: config.dataDir, logged, stop };
}

const openClients = new Map<string, Set<Socket>>();

export const newRoomId = () => randomBytes(16).toString('base64url') as RoomId;
export const newProof = () => randomBytes(32).toString('base64url');
export const verifierOf = (proof: string) =>
  createHash('sha256').update(Buffer.from(proof, 'base64url')).digest('base64url');

export interface ApiAnswer {
  status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever came back
  body: any;
  headers: Headers;
}

export async function post(
  url: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<ApiAnswer> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

export interface TestRoom {
  roomId: RoomId;
  hostToken: string;
  /** Of the member link and of the viewer link. */
  proof: string;
  viewerProof: string;
  /** Trades a proof for an access token. */
  token(kind?: 'member' | 'viewer' | 'host'): Promise<string>;
}

export async function makeRoom(url: string): Promise<TestRoom> {
  const roomId = newRoomId();
  const [proof, viewerProof] = [newProof(), newProof()];
  const verifiers = { member: verifierOf(proof), viewer: verifierOf(viewerProof) };
  const made = await post(url, '/api/rooms', { roomId, verifiers });
  if (made.status !== 201) throw new Error(`no room: ${JSON.stringify(made.body)}`);
  const { hostToken } = made.body.data;
  const token = async (kind: 'member' | 'viewer' | 'host' = 'member') => {
    const body = kind === 'host' ? { kind, hostToken } : { kind, proof: kind === 'viewer' ? viewerProof : proof };
    const answer = await post(url, `/api/rooms/${roomId}/tokens`, body);
    if (!answer.body.ok) throw new Error(`no token: ${JSON.stringify(answer.body)}`);
    return answer.body.data.token as string;
  };
  return { roomId, hostToken, proof, viewerProof, token };
}

interface Heard {
  name: string;
  payload: unknown;
  sequence: number | undefined;
}

export class TestClient {
  readonly socket: Socket;
  readonly heard: Heard[] = [];
  readonly #listeners = new Set<() => void>();
  refusal: { code: string; retryAfterMs?: number } | null = null;

  constructor(url: string, auth: unknown, extraHeaders: Record<string, string> = {}) {
    this.socket = io(url, {
      transports: ['websocket'],
      forceNew: true,
      parser,
      reconnection: false,
      autoConnect: false,
      auth: auth as Record<string, unknown>,
      extraHeaders,
    });
    const clients = openClients.get(url) ?? new Set<Socket>();
    openClients.set(url, clients.add(this.socket));
    this.socket.onAny((name: string, payload: unknown, sequence?: number) => {
      this.heard.push({ name, payload, sequence });
      this.#changed();
    });
    this.socket.on('connect_error', (error: Error & { data?: { code: string } }) => {
      this.refusal = error.data ?? { code: 'transport' };
      this.#changed();
    });
    this.socket.on('connect', () => this.#changed());
    this.socket.on('disconnect', () => this.#changed());
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Resolves as soon as the condition holds; rejects with what was heard when it does not in time. */
  until(condition: () => boolean, what = 'a condition'): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!condition()) return;
        clearTimeout(timer);
        this.#listeners.delete(check);
        resolve();
      };
      const heard = () => this.heard.map(({ name }) => name).join(', ');
      const timer = setTimeout(() => reject(new Error(`waited for ${what}; heard: ${heard()}`)), PATIENCE_MS);
      this.#listeners.add(check);
      check();
    });
  }

  /** Connects; resolves with null, or with the refusal's code. */
  async open(): Promise<string | null> {
    this.socket.connect();
    await this.until(() => this.socket.connected || this.refusal !== null, 'a connection or a refusal');
    return this.refusal?.code ?? null;
  }

  of(name: NotificationName): Heard[] {
    return this.heard.filter((one) => one.name === name);
  }

  async hear(name: NotificationName, count = 1): Promise<Heard> {
    await this.until(() => this.of(name).length >= count, name);
    return this.of(name)[count - 1] as Heard;
  }

  /** Anything at all may be sent; the acknowledgement comes back. */
  send(name: string, ...values: unknown[]): Promise<Reply<unknown>> {
    return this.socket.timeout(PATIENCE_MS).emitWithAck(name, ...values) as Promise<Reply<unknown>>;
  }

  /** An honest request; rejects with the code where it was refused. */
  async request<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<Answer<Name>> {
    const reply = (await this.send(name, input)) as Reply<Answer<Name>>;
    if (!reply.ok) throw Object.assign(new Error(`${name}: ${reply.error.code}`), reply.error);
    return reply.data;
  }

  async code(name: string, ...values: unknown[]): Promise<string> {
    const reply = await this.send(name, ...values);
    return reply.ok ? 'ok' : reply.error.code;
  }

  /** Cuts the line as a lost network does: without saying goodbye. */
  loseConnection(): void {
    this.socket.io.engine.close();
  }

  async untilDisconnected(): Promise<void> {
    await this.until(() => !this.socket.connected, 'the end of the connection');
  }
}

export const authOf = (token: string) => ({ version: PROTOCOL_VERSION, token });

export async function connect(url: string, room: TestRoom, kind?: 'member' | 'viewer' | 'host'): Promise<TestClient> {
  const client = new TestClient(url, authOf(await room.token(kind)));
  const refusal = await client.open();
  if (refusal !== null) throw new Error(`refused: ${refusal}`);
  return client;
}

/** Connected and joined. */
export async function enter(url: string, room: TestRoom, kind?: 'member' | 'viewer' | 'host') {
  const client = await connect(url, room, kind);
  const answer = await client.request('room:join', {});
  if (answer.outcome !== 'joined') throw new Error('not joined afresh');
  return { client, answer };
}

/** The same for a viewer. */
export async function watch(url: string, room: TestRoom) {
  const client = await connect(url, room, 'viewer');
  const answer = await client.request('room:join', {});
  if (answer.outcome !== 'watching') throw new Error('not a viewer');
  return { client, answer };
}
