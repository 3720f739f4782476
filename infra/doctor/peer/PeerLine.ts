// One transport of the headless peer: real ICE, DTLS and SRTP by libdatachannel, over UDP alone or over TCP alone.
import { Audio, PeerConnection, type Track } from 'node-datachannel';
import { answerOf, targetOf, type Offered, type Stream, type Way } from './answer.ts';
import { TcpBridge } from './TcpBridge.ts';

export type LineState = 'new' | 'ice' | 'dtls' | 'connected' | 'failed';

export interface PeerLineOptions {
  offered: Offered;
  way: Way;
  stream: Stream;
  onState(state: LineState): void;
  onPacket(packet: Buffer): void;
}

export class PeerLine {
  readonly #connection: PeerConnection;
  readonly #track: Track;
  readonly #options: PeerLineOptions;
  #bridge: TcpBridge | null = null;
  #state: LineState = 'new';
  #closed = false;

  constructor(options: PeerLineOptions) {
    const { stream, onPacket } = options;
    this.#options = options;
    this.#connection = new PeerConnection('doctor', { iceServers: [], disableAutoNegotiation: true });
    this.#connection.onStateChange((state) => this.#follow(state));
    this.#connection.onIceStateChange((state) => {
      if (state === 'checking') this.#enter('ice');
      if (state === 'connected' || state === 'completed') this.#enter('dtls');
    });
    const audio = new Audio('0', stream.direction === 'send' ? 'SendOnly' : 'RecvOnly');
    audio.addOpusCodec(stream.payloadType);
    if (stream.direction === 'send') audio.addSSRC(stream.ssrc, 'conclave');
    this.#track = this.#connection.addTrack(audio);
    this.#track.onMessage(onPacket);
    this.#connection.setLocalDescription('offer');
  }

  /** Of its certificate, as the server is to know it. */
  get fingerprint(): string {
    const sdp = this.#connection.localDescription()?.sdp ?? '';
    const digest = /^a=fingerprint:sha-256 (\S+)/im.exec(sdp)?.[1];
    if (digest === undefined) throw new Error('the headless peer has no certificate');
    return digest;
  }

  get state(): LineState {
    return this.#state;
  }

  /** The server knows our certificate: the checks and the handshake begin. */
  async connect(): Promise<void> {
    const { offered, way, stream } = this.#options;
    const server = targetOf(offered, way);
    if (server === null) return this.#enter('failed');
    let target = server;
    if (way === 'tcp') {
      const bridge = await TcpBridge.open(server.address, server.port);
      if (this.#closed) return bridge.close();
      this.#bridge = bridge;
      target = { address: '127.0.0.1', port: bridge.port };
    }
    this.#connection.setRemoteDescription(answerOf(offered, target, stream), 'answer');
  }

  send(packet: Buffer): void {
    if (!this.#closed && this.#track.isOpen()) this.#track.sendMessageBinary(packet);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#bridge?.close();
    try {
      this.#connection.close();
    } catch {
      // It was over before.
    }
  }

  #follow(state: string): void {
    if (state === 'connected') this.#enter('connected');
    if (state === 'failed' || state === 'disconnected') this.#enter('failed');
  }

  /** Where it stopped is what is asked for: who failed stays where they were. */
  #enter(state: LineState): void {
    if (this.#closed || this.#state === 'connected') return;
    if (state !== 'failed') this.#state = state;
    this.#options.onState(state);
  }
}
