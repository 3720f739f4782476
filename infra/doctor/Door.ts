// The way in step by step, as any client goes it: a Room by the API, a token, the socket, a place; each step tells that it is the one that failed.
import { createHash, randomBytes } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import * as v from 'valibot';
import { CreateRoomAnswer, TokenAnswer } from '#protocol/http';
import { IceServer, TransportPair } from '#protocol/media';
import { PROTOCOL_VERSION, SOCKET_PATH } from '#protocol/version';
import { parser } from '../../client/platform/parser.ts';
import { parseOffered, type Offered } from './peer/answer.ts';

export type Step = 'api' | 'token' | 'socket' | 'join';
const STEP_TIMEOUT_MS = 8_000;
const END_TIMEOUT_MS = 2_000;
const GROUP_ID_BYTES = 32;
const BEACON_BYTES = 64;

export class StepError extends Error {
  readonly step: Step;
  /** A code of the wire, of the system, or an HTTP status. */
  readonly why: string;
  constructor(step: Step, why: string) {
    super(`${step}: ${why}`);
    this.name = 'StepError';
    this.step = step;
    this.why = why;
  }
}

const Refused = v.object({ ok: v.literal(false), error: v.object({ code: v.string() }) });
const Joined = v.object({
  ok: v.literal(true),
  data: v.object({ transports: TransportPair, iceServers: v.array(IceServer) }),
});

export interface Place {
  offered: Offered;
  iceServers: IceServer[];
  /** The Room ends with it; resolves once it has, or nobody says so in time. Never rejects. */
  end(): Promise<void>;
}

/** Makes a Room of its own, which goes with it, and takes a place. Rejects with a StepError. */
export async function openPlace(origin: string): Promise<Place> {
  const roomId = randomBytes(16).toString('base64url');
  const verifier = (): string => createHash('sha256').update(randomBytes(32)).digest('base64url');
  const made = await post(
    origin,
    '/api/rooms',
    { roomId, verifiers: { member: verifier(), viewer: verifier() } },
    'api',
  );
  const { hostToken } = parse(CreateRoomAnswer, made, 'api');
  const traded = await post(origin, `/api/rooms/${roomId}/tokens`, { kind: 'host', hostToken }, 'token');
  const { token } = parse(TokenAnswer, traded, 'token');
  const socket = await connect(origin, token);
  const end = async (): Promise<void> => {
    // Only who is in a group ends a Room; of this one nobody will ever see a word.
    const group = { groupId: randomBytes(GROUP_ID_BYTES), beacon: randomBytes(BEACON_BYTES) };
    await socket
      .timeout(END_TIMEOUT_MS)
      .emitWithAck('mls:create', group)
      .catch(() => undefined);
    await endRoom(socket);
    socket.disconnect();
  };
  try {
    const answer = await within('join', socket.timeout(STEP_TIMEOUT_MS).emitWithAck('room:join', {}));
    const refused = v.safeParse(Refused, answer);
    if (refused.success) throw new StepError('join', refused.output.error.code);
    const joined = v.safeParse(Joined, answer);
    if (!joined.success) throw new StepError('join', 'unreadable');
    const { transports, iceServers } = joined.output.data;
    return { offered: parseOffered(transports.recv), iceServers, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** What ends a Room, of a socket: whoever holds one of its hosts' ends it, and hears it as the end of the line. */
interface Ending {
  readonly connected: boolean;
  emit(name: string, input: object, ack: () => void): unknown;
  on(name: string, listener: () => void): unknown;
}

/** A Room that nobody needs any more is not left to the server for a day. Resolves in a few seconds, whatever comes of it. */
export async function endRoom(socket: Ending): Promise<void> {
  if (!socket.connected) return;
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, END_TIMEOUT_MS);
  socket.on('disconnect', resolve);
  socket.emit('room:end', {}, () => undefined);
  await gone;
  clearTimeout(timer);
}

/** A system's code where there is one: what Node says of a failed fetch stands in its cause. */
export function reasonOf(error: unknown): string {
  const { code, cause, name } = error as { code?: unknown; cause?: unknown; name?: unknown };
  if (typeof code === 'string') return code;
  if (cause !== undefined && cause !== null) return reasonOf(cause);
  return name === 'TimeoutError' || name === 'AbortError' ? 'ETIMEDOUT' : 'unknown';
}

async function post(origin: string, path: string, body: object, step: Step): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(origin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(STEP_TIMEOUT_MS),
    });
  } catch (error) {
    throw new StepError(step, reasonOf(error));
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer;
  const refused = v.safeParse(Refused, answer);
  throw new StepError(step, refused.success ? refused.output.error.code : String(response.status));
}

function parse<Schema extends v.GenericSchema>(schema: Schema, answer: unknown, step: Step): v.InferOutput<Schema> {
  const parsed = v.safeParse(v.object({ ok: v.literal(true), data: schema }), answer);
  if (!parsed.success) throw new StepError(step, 'unreadable');
  return parsed.output.data as v.InferOutput<Schema>;
}

async function within<Value>(step: Step, answer: Promise<Value>): Promise<Value> {
  try {
    return await answer;
  } catch {
    throw new StepError(step, 'ETIMEDOUT');
  }
}

async function connect(origin: string, token: string): Promise<Socket> {
  const socket = io(origin, {
    path: SOCKET_PATH,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    timeout: STEP_TIMEOUT_MS,
    parser,
    extraHeaders: { origin },
    auth: { version: PROTOCOL_VERSION, token },
  });
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', (error: Error & { data?: { code?: string }; description?: unknown }) => {
      socket.disconnect();
      reject(new StepError('socket', error.data?.code ?? statusOf(error) ?? 'ETIMEDOUT'));
    });
  });
}

/** What `ws` says of a server that answers an upgrade with something else. */
function statusOf(error: Error & { description?: unknown }): string | null {
  const { message, error: inner } = (error.description ?? {}) as { message?: string; error?: unknown };
  const status = /Unexpected server response: (\d+)/.exec(message ?? '')?.[1];
  if (status !== undefined) return status;
  return inner === undefined ? null : reasonOf(inner);
}
