// One Connection on its way through the villain: the client's socket on this side, a socket to the real server on the other.
import { io, type Socket as ServerSocket } from 'socket.io-client';
import type { Socket } from 'socket.io';
import { SOCKET_PATH } from '#protocol/version';
import { parser } from '../../../client/platform/parser.ts';

/** What the server says of a Connection that it refuses. */
type Refusal = Error & { data?: unknown };

export class Passage {
  /** Towards the client. */
  readonly socket: Socket;
  /** Towards the real server. */
  readonly upstream: ServerSocket;
  #buried = false;

  constructor(socket: Socket, url: string) {
    this.socket = socket;
    const { auth } = socket.handshake;
    this.upstream = io(url, {
      path: SOCKET_PATH,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      parser,
      auth,
    });
    socket.on('disconnect', () => this.upstream.io.engine.close());
  }

  /** Resolves once the real server took the Connection; rejects with its refusal. */
  admitted(): Promise<void> {
    return new Promise((resolve, reject: (error: Refusal) => void) => {
      this.upstream.once('connect', () => {
        this.upstream.on('disconnect', () => !this.#buried && this.socket.conn.close());
        resolve();
      });
      this.upstream.once('connect_error', reject);
    });
  }

  /** For the real server this Peer leaves; the client is told nothing, and its line stays up. */
  bury(): void {
    this.#buried = true;
    this.upstream.emit('room:leave', {}, () => undefined);
  }

  get isBuried(): boolean {
    return this.#buried;
  }
}
