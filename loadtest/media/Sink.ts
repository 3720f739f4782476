// The native sink as Node holds it: starts it, tells it whom to connect to, feeds what is to be sent, reads what arrived.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import * as v from 'valibot';

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** What arrived at all endpoints since it was last asked; times in µs. */
const SinkWindow = v.object({
  event: v.literal('window'),
  /** Endpoints that are connected, and viewers that were sent anything. */
  ready: Count,
  flowing: Count,
  sent: Count,
  packets: Count,
  bytes: Count,
  lost: Count,
  /** Of those that were opened to be checked: `refused` were not right, `strange` were sent by nobody here. */
  opened: Count,
  refused: Count,
  strange: Count,
  timed: Count,
  p50Us: Count,
  p95Us: Count,
  p99Us: Count,
  maxUs: Count,
  /** The longest look at all sockets: how late the sink itself may have been. */
  longestPassUs: Count,
  /** Of what it was fed, for want of room. */
  dropped: Count,
});
export type SinkWindow = v.InferOutput<typeof SinkWindow>;

const Line = v.variant('event', [
  v.object({ event: v.literal('up'), fingerprint: v.string(), feedPort: Count }),
  v.object({ event: v.literal('added'), endpoint: Count }),
  v.object({ event: v.literal('refused') }),
  v.object({ event: v.literal('ready'), endpoint: Count }),
  v.object({ event: v.literal('failed'), endpoint: Count, why: v.string() }),
  SinkWindow,
]);
type Line = v.InferOutput<typeof Line>;

/** As mediasoup describes a WebRtcTransport. */
const TransportOffer = v.object({
  iceParameters: v.object({ usernameFragment: v.string(), password: v.string() }),
  iceCandidates: v.array(v.object({ protocol: v.string(), address: v.string(), port: v.number() })),
  dtlsParameters: v.object({ fingerprints: v.array(v.object({ algorithm: v.string(), value: v.string() })) }),
});

const START_TIMEOUT_MS = 10_000;
const AT_ONCE = 0x8000;

export interface SinkOptions {
  bin: string;
  /** One in so many packets is opened, checked and timed. */
  openOneIn: number;
  /** After which it ends by itself. */
  seconds: number;
}

export class Sink {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #udp: Socket = createSocket('udp4');
  readonly #adding: PromiseWithResolvers<number>[] = [];
  readonly #connecting = new Map<number, PromiseWithResolvers<void>>();
  readonly #windows: PromiseWithResolvers<SinkWindow>[] = [];
  readonly #listeners = new Map<number, (packet: Buffer) => void>();
  readonly #up = Promise.withResolvers<Extract<Line, { event: 'up' }>>();
  #feedPort = 0;
  #fingerprint = '';

  private constructor({ bin, openOneIn, seconds }: SinkOptions) {
    this.#child = spawn(bin, [String(openOneIn), String(seconds)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdin.on('error', () => undefined);
    this.#child.on('error', (error) => this.#gone(error));
    this.#child.on('exit', () => this.#gone(new Error('the sink ended')));
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#take(line));
    this.#udp.on('message', (framed) => {
      if (framed.length > 2) this.#listeners.get(framed.readUInt16BE(0))?.(framed.subarray(2));
    });
  }

  static async start(options: SinkOptions): Promise<Sink> {
    const sink = new Sink(options);
    const timer = setTimeout(() => sink.#up.reject(new Error('the sink does not start')), START_TIMEOUT_MS);
    try {
      const { fingerprint, feedPort } = await sink.#up.promise;
      sink.#fingerprint = fingerprint;
      sink.#feedPort = feedPort;
      // So that it knows where to hand on what it hears.
      sink.#udp.send(Buffer.alloc(2), feedPort, '127.0.0.1');
      return sink;
    } catch (error) {
      sink.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** All its endpoints are clients of the DTLS handshake, under one certificate. */
  get dtlsParameters() {
    return { role: 'client' as const, fingerprints: [{ algorithm: 'sha-256' as const, value: this.#fingerprint }] };
  }

  /**
   * @param kind a member says back when everything came, for the server's congestion control; a viewer does not
   * @param offered a WebRtcTransport of the server's. Resolves with the endpoint's number; its handshake follows.
   */
  async add(kind: 'viewer' | 'member' | 'source', offered: unknown): Promise<number> {
    const { iceParameters, iceCandidates, dtlsParameters } = v.parse(TransportOffer, offered);
    const candidate = iceCandidates.find(({ protocol }) => protocol === 'udp');
    const digest = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256')?.value;
    if (candidate === undefined || digest === undefined) throw new Error('the server offers no UDP, or no SHA-256');
    const added = Promise.withResolvers<number>();
    this.#adding.push(added);
    const { usernameFragment, password } = iceParameters;
    this.#say(
      `${kind} ${candidate.address} ${candidate.port} ${usernameFragment} ${password} ${digest.replaceAll(':', '')}`,
    );
    const endpoint = await added.promise;
    return endpoint;
  }

  /** Resolves once packets can flow; rejects where they never will. */
  connected(endpoint: number): Promise<void> {
    return this.#connection(endpoint).promise;
  }

  /** Sends a packet of RTP or RTCP; in its turn with the others', or at once. */
  feed(endpoint: number, packet: Buffer, when: 'paced' | 'atOnce'): void {
    const header = Buffer.alloc(2);
    header.writeUInt16BE(endpoint | (when === 'atOnce' ? AT_ONCE : 0), 0);
    this.#udp.send([header, packet], this.#feedPort, '127.0.0.1');
  }

  /** RTCP that a source hears; everything that a tapped viewer is sent. */
  onHeard(endpoint: number, listener: (packet: Buffer) => void): void {
    this.#listeners.set(endpoint, listener);
  }

  /** Of all sources together: what they send beyond it waits its turn. */
  pace(bitsPerSecond: number): void {
    this.#say(`rate ${Math.round(bitsPerSecond)}`);
  }

  tap(endpoint: number): void {
    this.#say(`tap ${endpoint}`);
  }

  drop(endpoint: number): void {
    this.#say(`close ${endpoint}`);
  }

  /** Looks at its sockets without a rest; else the sender's wakes would be the server's cost. */
  poll(on: boolean): void {
    this.#say(on ? 'poll' : 'rest');
  }

  /** What arrived since the last one. */
  window(): Promise<SinkWindow> {
    const window = Promise.withResolvers<SinkWindow>();
    this.#windows.push(window);
    this.#say('window');
    return window.promise;
  }

  close(): void {
    this.#child.stdin.end();
    this.#gone(new Error('the sink was closed'));
  }

  #say(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  #connection(endpoint: number): PromiseWithResolvers<void> {
    let connection = this.#connecting.get(endpoint);
    if (connection === undefined) {
      connection = Promise.withResolvers<void>();
      // Whoever asks hears of it.
      connection.promise.catch(() => undefined);
      this.#connecting.set(endpoint, connection);
    }
    return connection;
  }

  #take(text: string): void {
    const line: Line = v.parse(Line, JSON.parse(text));
    switch (line.event) {
      case 'up':
        return this.#up.resolve(line);
      case 'added':
        return this.#adding.shift()?.resolve(line.endpoint);
      case 'refused':
        return this.#adding.shift()?.reject(new Error('the sink takes no more endpoints, or not this one'));
      case 'ready':
        return this.#connection(line.endpoint).resolve();
      case 'failed':
        return this.#connection(line.endpoint).reject(new Error(`endpoint ${line.endpoint}: ${line.why}`));
      case 'window':
        return this.#windows.shift()?.resolve(line);
    }
  }

  #gone(error: Error): void {
    this.#up.reject(error);
    const waiting = [...this.#adding.splice(0), ...this.#windows.splice(0), ...this.#connecting.values()];
    for (const { promise, reject } of waiting) {
      promise.catch(() => undefined);
      reject(error);
    }
    try {
      this.#udp.close();
    } catch {
      // It was closed before.
    }
  }
}

const FLOOR_SECONDS = '1';

const Floor = v.object({ event: v.literal('floor'), packets: Count, nsPerPacket: v.pipe(v.number(), v.minValue(1)) });

/** What sealing and sending a packet of 1200 bytes costs on this machine just now, in µs of CPU. */
export async function measureFloor(bin: string): Promise<number> {
  const child = spawn(bin, ['floor', FLOOR_SECONDS], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  return v.parse(Floor, JSON.parse(text)).nsPerPacket / 1000;
}
