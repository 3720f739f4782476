// One WebSocket that speaks socket.io's framing and nothing more, so that whoever loads a server costs as little as can be.
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { SOCKET_PATH } from '#protocol/version';

/** engine.io's types: 0 open, 2 ping, 3 pong, 4 message; socket.io's behind a 4: 0 connect, 2 event, 3 ack, 4 refusal, 5 and 6 with binary. */
const ACK = /^4(?:3|6\d+-)(\d+)/;

export interface RawOptions {
  url: string;
  /** socket.io's auth object. */
  auth: Record<string, unknown>;
  localAddress: string;
}

export class RawClient {
  /** Every packet that comes but answers, without its binary parts. */
  onEvent: (text: string) => void = () => undefined;
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (text: string) => void>();
  #nextId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async open({ url, auth, localAddress }: RawOptions): Promise<RawClient> {
    const address = `${url.replace(/^http/, 'ws')}${SOCKET_PATH}/?EIO=4&transport=websocket`;
    const socket = new WebSocket(address, { perMessageDeflate: false, localAddress });
    const client = new RawClient(socket);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) return;
      const text = data.toString('latin1');
      if (text.startsWith('0')) socket.send(`40${JSON.stringify(auth)}`);
      else if (text === '2') socket.send('3');
      else if (text.startsWith('40')) resolve();
      else if (text.startsWith('44')) reject(new Error(`refused: ${text}`));
      else client.#heard(text);
    });
    socket.once('error', reject);
    socket.once('unexpected-response', (_request: unknown, { statusCode }: IncomingMessage) =>
      reject(new Error(`status ${statusCode}`)),
    );
    socket.once('close', (code: number) => {
      reject(new Error(`closed: ${code}`));
      for (const answer of client.#answers.values()) answer('[{"ok":false,"error":{"code":"closed"}}]');
    });
    await promise;
    return client;
  }

  #heard(text: string): void {
    const id = ACK.exec(text)?.[1];
    if (id === undefined) return this.onEvent(text);
    this.#answers.get(Number(id))?.(text);
    this.#answers.delete(Number(id));
  }

  /** Resolves with the answer's text; rejects where it is a refusal. @param binaries in place of `{"_placeholder":true,"num":N}` */
  async ask(name: string, input: unknown, binaries: readonly Uint8Array[] = []): Promise<string> {
    const id = this.#nextId++;
    const answer = new Promise<string>((resolve) => this.#answers.set(id, resolve));
    const type = binaries.length === 0 ? '2' : `5${binaries.length}-`;
    this.#socket.send(`4${type}${id}${JSON.stringify([name, input])}`);
    for (const binary of binaries) this.#socket.send(binary);
    const text = await answer;
    if (!text.includes('"ok":true')) throw new Error(`${name}: ${text.slice(0, 200)}`);
    return text;
  }

  close(): void {
    this.#socket.close();
  }
}
