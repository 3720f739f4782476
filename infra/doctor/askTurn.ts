// A TURN client that goes as far as one allocation and gives it back: over UDP, TCP or TLS, with the credentials that the server gave (RFC 8656).
import { createSocket } from 'node:dgram';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ATTRIBUTE, decodeMessage, encodeRequest, longTermKey, METHOD, streamedLength, type Message } from './stun.ts';
import { reasonOf } from './Door.ts';

const AGAIN_MS = 500;
const GIVE_UP_MS = 5_000;
const UNAUTHORIZED = 401;
const STALE_NONCE = 438;
const UDP = 17;

export interface TurnAddress {
  host: string;
  port: number;
  way: 'udp' | 'tcp' | 'tls';
}

export interface TurnCredentials {
  username: string;
  credential: string;
}

/** `refused`: it answers and does not know these credentials; `failed`: with another error code of its own. */
export type TurnAnswer =
  | { state: 'allocated' }
  | { state: 'refused' }
  | { state: 'failed'; code: number }
  | { state: 'silent'; why: string };

/** RFC 7065; null for what is no TURN address, a STUN server's for example. */
export function parseTurnUrl(url: string): TurnAddress | null {
  const match = /^(turns?):(\[[0-9A-Fa-f:.]+\]|[^:?[\]]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i.exec(url);
  if (match === null) return null;
  const [, scheme = '', host = '', port, transport] = match;
  const isSecure = scheme.toLowerCase() === 'turns';
  // TURN over DTLS is spoken by no browser.
  if (isSecure && transport === 'udp') return null;
  const way = isSecure ? 'tls' : transport === 'tcp' ? 'tcp' : 'udp';
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? (isSecure ? 5349 : 3478)), way };
}

/** One STUN message there and its answer back. */
interface Line {
  ask(request: Parameters<typeof encodeRequest>[0]): Promise<Message>;
  close(): void;
}

export async function askTurn(address: TurnAddress, credentials: TurnCredentials): Promise<TurnAnswer> {
  let line: Line | null = null;
  try {
    line = address.way === 'udp' ? udpLine(address) : await streamLine(address);
    return await allocate(line, credentials);
  } catch (error) {
    return { state: 'silent', why: reasonOf(error) };
  } finally {
    line?.close();
  }
}

async function allocate(line: Line, { username, credential }: TurnCredentials): Promise<TurnAnswer> {
  const transport = [ATTRIBUTE.requestedTransport, Buffer.from([UDP, 0, 0, 0])] as const;
  let answer = await line.ask({ method: METHOD.allocate, attributes: [transport] });
  // Without credentials it has to ask for some; with a nonce that is too old, again.
  for (let turn = 0; turn < 2; turn += 1) {
    const realm = answer.attributes.get(ATTRIBUTE.realm);
    const nonce = answer.attributes.get(ATTRIBUTE.nonce);
    const asks = answer.errorCode === STALE_NONCE || (turn === 0 && answer.errorCode === UNAUTHORIZED);
    if (!asks || realm === undefined || nonce === undefined) break;
    const proof = [
      [ATTRIBUTE.username, Buffer.from(username)],
      [ATTRIBUTE.realm, realm],
      [ATTRIBUTE.nonce, nonce],
    ] as const;
    const key = longTermKey(username, realm.toString('utf8'), credential);
    answer = await line.ask({ method: METHOD.allocate, attributes: [transport, ...proof], key });
    if (answer.kind === 'success') {
      const lifetime = [ATTRIBUTE.lifetime, Buffer.alloc(4)] as const;
      // Given back; should that not arrive, it ends by itself in ten minutes.
      await line.ask({ method: METHOD.refresh, attributes: [lifetime, ...proof], key }).catch(() => undefined);
      return { state: 'allocated' };
    }
  }
  if (answer.kind === 'success') return { state: 'allocated' };
  return answer.errorCode === UNAUTHORIZED ? { state: 'refused' } : { state: 'failed', code: answer.errorCode ?? 0 };
}

/** An address is no name to ask a certificate by (RFC 6066 section 3). */
export const serverName = (host: string): { servername?: string } => (isIP(host) === 0 ? { servername: host } : {});

const late = (): Error => Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });

function udpLine({ host, port }: TurnAddress): Line {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const waiting = new Map<string, PromiseWithResolvers<Message>>();
  const fail = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
  };
  socket.on('error', fail);
  socket.on('message', (bytes) => settle(waiting, decodeMessage(bytes)));
  return {
    ask: (request) => {
      const { message, transaction } = encodeRequest(request);
      const send = (): void => socket.send(message, port, host, (error) => void (error !== null && fail(error)));
      const again = setInterval(send, AGAIN_MS);
      send();
      return answerTo(waiting, transaction).finally(() => clearInterval(again));
    },
    close: () => socket.close(),
  };
}

async function streamLine({ host, port, way }: TurnAddress): Promise<Line> {
  const socket: Socket = way === 'tls' ? connectTls({ host, port, ...serverName(host) }) : connectTcp({ host, port });
  const waiting = new Map<string, PromiseWithResolvers<Message>>();
  const fail = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
  };
  socket.setTimeout(GIVE_UP_MS, () => socket.destroy(late()));
  await new Promise<void>((resolve, reject) => {
    socket.once(way === 'tls' ? 'secureConnect' : 'connect', resolve);
    socket.once('error', reject);
  });
  let rest: Buffer = Buffer.alloc(0);
  socket.on('error', fail);
  socket.on('close', () => fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let length = streamedLength(rest); length !== null && length <= rest.length; length = streamedLength(rest)) {
      settle(waiting, decodeMessage(rest.subarray(0, length)));
      rest = rest.subarray(length);
    }
  });
  return {
    ask: (request) => {
      const { message, transaction } = encodeRequest(request);
      socket.write(message);
      return answerTo(waiting, transaction);
    },
    close: () => socket.destroy(),
  };
}

function answerTo(waiting: Map<string, PromiseWithResolvers<Message>>, transaction: Buffer): Promise<Message> {
  const answer = Promise.withResolvers<Message>();
  const name = transaction.toString('hex');
  waiting.set(name, answer);
  const timer = setTimeout(() => answer.reject(late()), GIVE_UP_MS);
  return answer.promise.finally(() => {
    clearTimeout(timer);
    waiting.delete(name);
  });
}

function settle(waiting: Map<string, PromiseWithResolvers<Message>>, message: Message | null): void {
  if (message === null || message.kind === 'request' || message.kind === 'indication') return;
  waiting.get(message.transaction.toString('hex'))?.resolve(message);
}
