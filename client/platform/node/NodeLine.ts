// One client's way to the server in Node, with all that can happen to it: cuts, silence, answers that never arrive.
import { io, type Socket } from 'socket.io-client';
import type { SocketLike } from '#core';
import { asSocketLike, OVER_WEBSOCKET } from '../socket.ts';

/** What engine.io's WebSocket transport in Node holds. */
interface NodeTransport {
  ws?: { terminate(): void; _socket?: { pause(): void; resume(): void; end(): void } | null };
}

export class NodeLine {
  readonly origin: string;
  #socket: Socket | null = null;
  #offline = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(origin: string) {
    this.origin = origin;
  }

  /** The way is free for the next attempt. */
  cut(): void {
    this.#transport?.ws?.terminate();
  }

  /** No way to the server for `ms`. */
  lose(ms: number): void {
    this.#offline = true;
    this.cut();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#offline = false;
    }, ms);
  }

  /** For `ms` what is asked arrives and what is answered does not; then the line breaks. */
  swallowAnswers(ms: number): void {
    const transport = this.#transport;
    transport?.ws?._socket?.pause();
    setTimeout(() => transport?.ws?.terminate(), ms);
  }

  /** Nothing is heard until the returned function is called; what was said meanwhile comes at once then. */
  sleep(): () => void {
    const socket = this.#transport?.ws?._socket;
    socket?.pause();
    return () => void socket?.resume();
  }

  /** The server takes the line for cut; a sleeper hears of it when it wakes. */
  endUnheard(): void {
    this.#transport?.ws?._socket?.end();
  }

  /** For good: no goodbye, and no way back. */
  vanish(): void {
    clearTimeout(this.#timer);
    this.#offline = true;
    this.cut();
  }

  get #transport(): NodeTransport | undefined {
    return this.#socket?.io.engine?.transport as NodeTransport | undefined;
  }

  async post(path: string, body: unknown): Promise<{ status: number; body: unknown }> {
    if (this.#offline) throw new Error('offline');
    const response = await fetch(this.origin + path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    return { status: response.status, body: await response.json() };
  }

  createSocket(auth: () => Promise<object>): SocketLike {
    const socket = io(this.origin, {
      ...OVER_WEBSOCKET,
      auth: (give) => void auth().then(give),
    });
    this.#socket = socket;
    return asSocketLike(socket);
  }
}
