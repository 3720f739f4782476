// Carries one PeerConnection's datagrams over TCP, framed as ICE-TCP has them (RFC 4571), since libdatachannel speaks UDP well and TCP barely.
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const LENGTH_BYTES = 2;

/** Datagrams in a stream: what is not whole yet waits for the rest. */
export class Deframer {
  #waiting: Buffer = Buffer.alloc(0);

  take(chunk: Buffer): Buffer[] {
    const whole: Buffer[] = [];
    let rest = Buffer.concat([this.#waiting, chunk]);
    while (rest.length >= LENGTH_BYTES && rest.length >= LENGTH_BYTES + rest.readUInt16BE(0)) {
      const end = LENGTH_BYTES + rest.readUInt16BE(0);
      whole.push(rest.subarray(LENGTH_BYTES, end));
      rest = rest.subarray(end);
    }
    this.#waiting = rest;
    return whole;
  }
}

export function framed(datagram: Buffer): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(datagram.length, 0);
  return Buffer.concat([length, datagram]);
}

export class TcpBridge {
  readonly #udp: UdpSocket = createSocket('udp4');
  readonly #tcp: Socket;
  #closed = false;

  private constructor(address: string, port: number) {
    const deframer = new Deframer();
    let from = 0;
    this.#tcp = connect({ host: address, port, noDelay: true });
    this.#tcp.on('error', () => this.close());
    this.#tcp.on('data', (chunk) => {
      for (const datagram of deframer.take(chunk)) {
        if (from !== 0 && !this.#closed) this.#udp.send(datagram, from, '127.0.0.1');
      }
    });
    this.#udp.on('error', () => this.close());
    this.#udp.on('message', (datagram, { port: sender }) => {
      from = sender;
      if (!this.#closed) this.#tcp.write(framed(datagram));
    });
  }

  /** Resolves with a bridge that listens; the far end connects, or not, by itself. */
  static async open(address: string, port: number): Promise<TcpBridge> {
    const bridge = new TcpBridge(address, port);
    bridge.#udp.bind(0, '127.0.0.1');
    await once(bridge.#udp, 'listening');
    return bridge;
  }

  /** Of this machine's loopback. */
  get port(): number {
    return this.#udp.address().port;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#tcp.destroy();
    this.#udp.close();
  }
}
