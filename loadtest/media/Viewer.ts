// One viewer of an audience: comes in by the watch link and the server's own protocol, and has the sink receive what it is sent.
import type { RoomLink } from '#core';
import { viewAccessProof } from '#e2ee';
import { TokenAnswer } from '#protocol/http';
import type { ConsumerOptions } from '#protocol/media';
import { Watching } from '#protocol/stage';
import { PROTOCOL_VERSION, SOCKET_PATH } from '#protocol/version';
import { io, type Socket } from 'socket.io-client';
import * as v from 'valibot';
import { parseReply } from '../../client/core/signalling/answers.ts';
import { parseNotification } from '../../client/core/signalling/notifications.ts';
import { parser } from '../../client/platform/parser.ts';
import { askFrom } from './askFrom.ts';
import type { Sink } from './Sink.ts';

/** Of one step of coming in. */
const STEP_TIMEOUT_MS = 20_000;
/** Viewers that come from one address, below what the server lets one have. */
const VIEWERS_PER_ADDRESS = 50;

/** Of the loopback: an audience sits at many addresses, and the server counts by them. */
const addressOf = (number: number): string => `127.0.1.${1 + (Math.floor(number / VIEWERS_PER_ADDRESS) % 250)}`;

export interface ViewerOptions {
  origin: string;
  link: RoomLink;
  sink: Sink;
  /** Counted over the whole audience: decides the address it comes from. */
  number: number;
  /** What a Device can receive, of what the server can send. */
  capabilities(routerRtpCapabilities: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Streams that are on air, which it waits for. */
  streams: number;
}

export interface Shown {
  width: number;
  height: number;
}

export class Viewer {
  readonly endpoint: number;
  readonly #socket: Socket;
  readonly #consumers: ConsumerOptions[];
  #lost = false;

  private constructor(endpoint: number, socket: Socket, consumers: ConsumerOptions[]) {
    this.endpoint = endpoint;
    this.#socket = socket;
    this.#consumers = consumers;
    socket.once('disconnect', () => (this.#lost = true));
  }

  /** Resolves once all streams are on their way to it. */
  static async join({ origin, link, sink, number, capabilities, streams }: ViewerOptions): Promise<Viewer> {
    const localAddress = addressOf(number);
    const token = await askForToken(origin, link, localAddress);
    const socket = await connect(origin, token, localAddress);
    try {
      const consumers: ConsumerOptions[] = [];
      const all = Promise.withResolvers<void>();
      socket.onAny((name: string, payload: unknown) => {
        const notification = parseNotification(name, payload);
        if (notification?.name !== 'consumer:new') return;
        consumers.push(...notification.payload.consumers);
        if (consumers.length >= streams) all.resolve();
      });
      const { transport, routerRtpCapabilities } = await ask(socket, 'room:join', {}, Watching);
      const endpoint = await sink.add('viewer', transport);
      await ask(socket, 'transport:connect', { transportId: transport.id, dtlsParameters: sink.dtlsParameters });
      await sink.connected(endpoint);
      await ask(socket, 'media:start', { rtpCapabilities: await capabilities(routerRtpCapabilities) });
      await within(all.promise, 'its streams');
      const viewer = new Viewer(endpoint, socket, consumers);
      await ask(socket, 'consumer:ready', { consumerIds: consumers.map(({ id }) => id) });
      return viewer;
    } catch (error) {
      socket.disconnect();
      throw error;
    }
  }

  get isLost(): boolean {
    return this.#lost;
  }

  /** How large it shows the picture. */
  async view({ width, height }: Shown): Promise<void> {
    const pictures = this.#consumers.filter(({ kind }) => kind === 'video');
    const views = pictures.map(({ id }) => ({ consumerId: id, visible: true, width, height }));
    await ask(this.#socket, 'consumer:view', { views });
  }

  leave(sink: Sink): void {
    sink.drop(this.endpoint);
    this.#socket.disconnect();
  }
}

async function within<Value>(promise: Promise<Value>, what: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`a viewer waited for ${what} in vain`)), STEP_TIMEOUT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function ask<Schema extends v.GenericSchema>(
  socket: Socket,
  name: string,
  payload: object,
  schema?: Schema,
): Promise<v.InferOutput<Schema>> {
  const reply = await within(new Promise<unknown>((resolve) => socket.emit(name, payload, resolve)), name);
  return parseReply(schema ?? v.object({}), reply) as v.InferOutput<Schema>;
}

async function connect(origin: string, token: string, localAddress: string): Promise<Socket> {
  const socket = io(origin, {
    path: SOCKET_PATH,
    transports: ['websocket'],
    autoConnect: false,
    reconnection: false,
    forceNew: true,
    parser,
    localAddress,
    auth: { version: PROTOCOL_VERSION, token },
  } as Parameters<typeof io>[1]);
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  socket.connect();
  await within(connected, 'its connection').catch((error: unknown) => {
    socket.disconnect();
    throw error;
  });
  return socket;
}

async function askForToken(origin: string, { roomId, secret }: RoomLink, localAddress: string): Promise<string> {
  const proof = { kind: 'viewer', proof: await viewAccessProof(secret) };
  const answered = askFrom(localAddress, `${origin}/api/rooms/${roomId}/tokens`, proof);
  return parseReply(TokenAnswer, (await within(answered, 'its token')).body).token;
}
