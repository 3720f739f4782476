// What one transport may pour in, leave unread and try at the handshake. It stands below socket.io, which counts nothing:
// packets of unknown namespaces, refused handshakes and acknowledgements of nothing never reach a request's limits.
import type { Socket } from 'socket.io';
import {
  MAX_HANDSHAKES_PER_CONNECTION,
  MAX_UNSENT_BYTES,
  MAX_UNSENT_PACKETS,
  PACKETS_PER_CONNECTION,
} from '#protocol/limits';
import type { Clock } from '../rooms/ports.ts';
import type { Rate } from '../util/RateLimit.ts';
import { PacketCount } from './PacketCount.ts';

/** engine.io's socket, with the two fields it declares private: nothing else tells what is unsent or ends a WebSocket. */
interface EngineSocket {
  readonly writeBuffer: readonly unknown[];
  readonly transport: {
    readonly name: string;
    discard(): void;
    /** Of a WebSocket; what is below it takes many frames at once. */
    socket?: { terminate?(): void; bufferedAmount?: number; _socket?: { cork(): void; uncork(): void } | null };
  };
  on(event: 'packetCreate', listener: (packet: EnginePacket) => void): unknown;
  on(event: 'packet' | 'flush' | 'drain', listener: () => void): unknown;
  on(event: 'close', listener: (reason: string) => void): unknown;
  /** With the frames of a WebSocket already made: as socket.io's own adapter has it for whom it tells the same. */
  write(data: string, options: { wsPreEncodedFrame: Buffer[] }): unknown;
  close(discard?: boolean): void;
}

interface EnginePacket {
  data?: string | Uint8Array;
  options?: { wsPreEncodedFrame?: readonly Buffer[] };
}

export interface GuardLimits {
  packetRate: Rate;
  maxUnsentPackets: number;
  maxUnsentBytes: number;
}

/**
 * engine.io's word for a frame that cannot be, or is larger than any packet. A WebSocket would wait half a minute for a goodbye and
 * read meanwhile what else comes, gigabytes of it where so many were announced.
 */
const BROKEN = 'transport error';

/** Less takes the last words from who has a slow line; more lets who was cut send on, which is read and looked at by nobody. */
const GOODBYE_MS = 2_000;

export class TransportGuard {
  readonly #engine: EngineSocket;
  readonly #clock: Pick<Clock, 'now' | 'after'>;
  readonly #limits: GuardLimits;
  readonly #packets: PacketCount;
  /** Of the packets that are not the line's yet. */
  #queuedBytes = 0;
  #handshakes = 0;
  #isShakingHands = false;
  #isCut = false;

  constructor(conn: Socket['conn'], clock: Pick<Clock, 'now' | 'after'>, limits: Partial<GuardLimits> = {}) {
    this.#engine = conn as unknown as EngineSocket;
    this.#clock = clock;
    const unsent = { maxUnsentPackets: MAX_UNSENT_PACKETS, maxUnsentBytes: MAX_UNSENT_BYTES };
    this.#limits = { packetRate: PACKETS_PER_CONNECTION, ...unsent, ...limits };
    this.#packets = new PacketCount(this.#limits.packetRate, clock);
    this.#engine.on('packet', () => this.#handlePacket());
    this.#engine.on('packetCreate', (packet) => (this.#queuedBytes += bytesOf(packet)));
    this.#engine.on('flush', () => {
      this.#queuedBytes = 0;
      // What goes out at once goes out in one write, not in one for each frame.
      this.#line?.cork();
    });
    this.#engine.on('drain', () => this.#line?.uncork());
    this.#engine.on('close', (reason) => {
      if (reason === BROKEN) this.#terminate();
    });
  }

  get #line() {
    return this.#engine.transport.socket?._socket;
  }

  /** Whether frames go out as they are: a WebSocket never becomes anything else. */
  get writesFrames(): boolean {
    return this.#engine.transport.name === 'websocket';
  }

  /** One packet, in order with all others. */
  writeFrames(frames: Buffer[]): void {
    this.#engine.write('', { wsPreEncodedFrame: frames });
  }

  #handlePacket(): void {
    if (this.#packets.isOver()) this.discard();
    else this.checkUnsent();
  }

  /** Whoever does not read would have the server's memory; what it misses is in the Peer's buffer, within bounds. */
  checkUnsent(): void {
    const { maxUnsentPackets, maxUnsentBytes } = this.#limits;
    const bytes = this.#queuedBytes + (this.#engine.transport.socket?.bufferedAmount ?? 0);
    if (this.#engine.writeBuffer.length > maxUnsentPackets || bytes > maxUnsentBytes) this.discard();
  }

  /** False, and the transport is gone, where one is under way (socket.io would open both) or there were too many. */
  beginHandshake(): boolean {
    this.#handshakes += 1;
    if (!this.#isShakingHands && this.#handshakes <= MAX_HANDSHAKES_PER_CONNECTION) {
      this.#isShakingHands = true;
      return true;
    }
    this.discard();
    return false;
  }

  endHandshake(): void {
    this.#isShakingHands = false;
  }

  /** Ends the transport once what is unsent is out, and waits for the other's goodbye, but not for long. */
  cut(): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.#engine.close();
    // Nothing happens to one that has closed by then.
    this.#clock.after(GOODBYE_MS, () => this.#terminate());
  }

  #terminate(): void {
    this.#engine.transport.socket?.terminate?.();
  }

  /** Ends the transport without waiting for what is unsent; what else came in with its last read is dropped. */
  discard(): void {
    // A polled transport would wait for the next poll.
    this.#engine.transport.discard();
    // The first call alone stops the packets that are being read, the second alone does not wait for those unsent.
    this.#engine.close();
    this.#engine.close(true);
    // A WebSocket would wait half a minute for a goodbye that such a client does not read either.
    this.#terminate();
  }
}

const bytesOf = ({ data, options }: EnginePacket): number =>
  (options?.wsPreEncodedFrame ?? []).reduce((sum, { length }) => sum + length, data?.length ?? 0);
