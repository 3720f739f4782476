// One user's Connection as load: socket.io's packets over a bare WebSocket, so that thousands fit into one thread and broken ones can be sent.
import { PROTOCOL_VERSION, SOCKET_PATH } from '#protocol/version';
import type { HandshakeInput, RequestInput, RequestName } from '#protocol/requests';
import { PacketType, type Packet } from 'socket.io-parser';
import { parser } from '../../client/platform/parser.ts';

/** engine.io's packet types, each the first character of a text frame (engine.io protocol 4); binary values are frames of their own. */
const ENGINE = { open: '0', close: '1', ping: '2', pong: '3', message: '4' } as const;
/** Of one step; says that the server hangs, not that it is slow. */
const STEP_TIMEOUT_MS = 20_000;

export interface LineOptions {
  origin: string;
  token: string;
  /** Asked for in the same breath, answered by `connection:joined`. */
  join?: RequestInput<'room:join'>;
  /** What a proxy would say of where this user sits. */
  address: string;
  onHeard?(name: string, payload: unknown, sequence: number | undefined): void;
  /** Once it was open: ended by the server, or lost; not by `close`. */
  onEnd?(): void;
}

/** The handshake or the Connection ended otherwise than hoped for; `code` is the server's own, `closed` or `timeout`. */
export class LineError extends Error {
  readonly code: string;
  constructor(code: string, what: string) {
    super(`${what}: ${code}`);
    this.name = 'LineError';
    this.code = code;
  }
}

interface Waiting {
  settle(reply: unknown): void;
  fail(error: LineError): void;
}

type State = 'opening' | 'open' | 'closed';

export class Line {
  readonly #options: LineOptions;
  readonly #socket: WebSocket;
  readonly #encoder = new parser.Encoder();
  readonly #decoder = new parser.Decoder();
  readonly #waiting = new Map<number, Waiting>();
  readonly #opened = Promise.withResolvers<void>();
  #state: State = 'opening';
  #nextId = 0;

  private constructor(options: LineOptions) {
    this.#options = options;
    const url = `${options.origin.replace(/^http/, 'ws')}${SOCKET_PATH}/?EIO=4&transport=websocket`;
    // Node's WebSocket takes headers, which browsers' types do not know.
    const init = { headers: { 'x-forwarded-for': options.address } } as unknown as string;
    this.#socket = new WebSocket(url, init);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onmessage = ({ data }) => this.#received(data as string | ArrayBuffer);
    this.#socket.onclose = () => this.#ended('closed');
    // The close that follows says all that there is to know.
    this.#socket.onerror = () => undefined;
    this.#decoder.on('decoded', (packet) => this.#handle(packet));
  }

  /** Resolves once the server took the handshake; rejects with a LineError whose code is the server's. */
  static async open(options: LineOptions): Promise<Line> {
    const line = new Line(options);
    const timer = setTimeout(() => line.#ended('timeout'), STEP_TIMEOUT_MS);
    try {
      await line.#opened.promise;
      return line;
    } finally {
      clearTimeout(timer);
    }
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** The server's reply as it is; rejects with a LineError where none comes. */
  ask<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<unknown> {
    return this.askAnything(name, input);
  }

  /** The same for what no honest client says. */
  askAnything(name: string, input: unknown): Promise<unknown> {
    if (this.#state !== 'open') return Promise.reject(new LineError('closed', name));
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => this.#waiting.get(id)?.fail(new LineError('timeout', name)), STEP_TIMEOUT_MS);
    const done = (): void => {
      clearTimeout(timer);
      this.#waiting.delete(id);
    };
    this.#waiting.set(id, {
      settle: (reply) => (done(), resolve(reply)),
      fail: (error) => (done(), reject(error)),
    });
    this.#send({ type: PacketType.EVENT, nsp: '/', data: [name, input], id });
    return promise;
  }

  /** A frame as it is, for what no encoder makes. */
  raw(frame: string | Uint8Array<ArrayBuffer>): void {
    if (this.#state === 'open') this.#socket.send(frame);
  }

  /** As a page that dies: no goodbye. Nothing is heard from here on. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#finish('closed');
    this.#socket.close();
  }

  #send(packet: Packet): void {
    for (const part of this.#encoder.encode(packet) as (string | Uint8Array<ArrayBuffer>)[]) {
      this.#socket.send(typeof part === 'string' ? ENGINE.message + part : part);
    }
  }

  #received(data: string | ArrayBuffer): void {
    if (this.#state === 'closed') return;
    if (typeof data !== 'string') return this.#decoder.add(new Uint8Array(data));
    switch (data[0]) {
      case ENGINE.open: {
        const { token, join } = this.#options;
        const data: HandshakeInput = { version: PROTOCOL_VERSION, token, ...(join !== undefined && { join }) };
        return this.#send({ type: PacketType.CONNECT, nsp: '/', data });
      }
      case ENGINE.ping:
        return this.#socket.send(ENGINE.pong);
      case ENGINE.message:
        return this.#decoder.add(data.slice(1));
      case ENGINE.close:
        return this.#ended('closed');
    }
  }

  #handle(packet: Packet): void {
    switch (packet.type) {
      case PacketType.CONNECT:
        if (this.#state !== 'opening') return;
        this.#state = 'open';
        return this.#opened.resolve();
      case PacketType.CONNECT_ERROR:
        return this.#refused((packet.data as { data?: { code?: string } }).data?.code ?? 'closed');
      case PacketType.DISCONNECT:
        return this.#ended('closed');
      case PacketType.EVENT:
      case PacketType.BINARY_EVENT: {
        const [name, payload, sequence] = packet.data as [string, unknown, number | undefined];
        return this.#options.onHeard?.(name, payload, sequence);
      }
      case PacketType.ACK:
      case PacketType.BINARY_ACK:
        return this.#waiting.get(packet.id ?? -1)?.settle((packet.data as unknown[])[0]);
    }
  }

  #refused(code: string): void {
    this.#opened.reject(new LineError(code, 'the handshake'));
    this.close();
  }

  #ended(code: 'closed' | 'timeout'): void {
    if (this.#state === 'closed') return;
    const wasOpen = this.#state === 'open';
    this.#finish(code);
    this.#socket.close();
    if (wasOpen) this.#options.onEnd?.();
  }

  #finish(code: 'closed' | 'timeout'): void {
    if (this.#state === 'opening') this.#opened.reject(new LineError(code, 'the handshake'));
    this.#state = 'closed';
    this.#decoder.destroy();
    for (const { fail } of [...this.#waiting.values()]) fail(new LineError(code, 'a request'));
  }
}
