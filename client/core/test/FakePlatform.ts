// A Platform for Node: a real Device that moves no packets, tracks that are only objects, and a port of the test's choice.
import type { E2eePort, TransformOptions } from '#e2ee';
import type { HandshakeInput } from '#protocol/requests';
import type { FilePort } from '../files/fileTypes.ts';
import type { DeviceFault, Platform, ScreenPurpose, SealSupport, SocketLike } from '../types.ts';
import { createPacketlessDevice } from '../../platform/node/packetlessDevice.ts';
import { FakeTrack } from './FakeTrack.ts';

export interface FakePlatformOptions {
  origin?: string;
  fetch: Platform['fetch'];
  createSocket: (auth: () => Promise<HandshakeInput>) => SocketLike;
  createE2eeWorker: Platform['createE2eeWorker'];
}

export class FakePlatform implements Platform {
  readonly origin: string;
  readonly fetch: Platform['fetch'];
  readonly createSocket: Platform['createSocket'];
  readonly createE2eeWorker: Platform['createE2eeWorker'];
  support: SealSupport = 'standard';
  /** False for a browser that has the transforms, but not what the keys are made with. */
  hasAlgorithms = true;
  hostKeyHash = 'H'.repeat(22);
  /** What this browser kept of the Room's making. */
  keptHostKey: CryptoKeyPair | null = null;
  /** Set to have transforms refused. */
  attachError: Error | null = null;
  /** Set to have the next devices refused. */
  fault: DeviceFault | null = null;
  readonly attached: TransformOptions[] = [];
  readonly tracks: FakeTrack[] = [];
  /** Null for a browser that does not tell ahead which certificate it will show. */
  dtlsParameters: Record<string, unknown> | null = null;
  devices = 0;
  prepared = 0;
  #networkChanged: (() => void) | null = null;

  constructor({ origin = 'https://meet.example', fetch, createSocket, createE2eeWorker }: FakePlatformOptions) {
    this.origin = origin;
    this.fetch = fetch;
    this.createSocket = createSocket;
    this.createE2eeWorker = createE2eeWorker;
  }

  prepareDevice(): void {
    this.prepared += 1;
  }

  async createDevice() {
    this.devices += 1;
    return createPacketlessDevice();
  }

  dtlsParametersOf(): Record<string, unknown> | null {
    return this.dtlsParameters;
  }

  createFilePort(): FilePort | null {
    return null;
  }

  transportSettings(): Record<string, unknown> {
    return {};
  }

  sealSupport(): SealSupport {
    return this.support;
  }

  async checkSealing(): Promise<SealSupport> {
    return this.hasAlgorithms ? this.support : 'none';
  }

  attachTransform(_rtp: RTCRtpSender | RTCRtpReceiver, _worker: { port: E2eePort }, options: TransformOptions): void {
    if (this.attachError) throw this.attachError;
    this.attached.push(options);
  }

  async createHostKey(): Promise<string> {
    return this.hostKeyHash;
  }

  async hostKey(): Promise<CryptoKeyPair | null> {
    return this.keptHostKey;
  }

  getMicrophone(): Promise<MediaStreamTrack> {
    return this.#open('audio');
  }

  getCamera(): Promise<MediaStreamTrack> {
    return this.#open('video');
  }

  async getScreen(): Promise<{ video: MediaStreamTrack; audio?: MediaStreamTrack }> {
    return { video: await this.#open('video'), audio: await this.#open('audio') };
  }

  tuneScreen(track: MediaStreamTrack, purpose: ScreenPurpose): void {
    track.contentHint = purpose;
  }

  nowMs(): number {
    return Date.now();
  }

  onNetworkChange(callback: () => void): () => void {
    this.#networkChanged = callback;
    return () => (this.#networkChanged = null);
  }

  changeNetwork(): void {
    this.#networkChanged?.();
  }

  randomBytes(count: number): Uint8Array {
    return crypto.getRandomValues(new Uint8Array(count));
  }

  async #open(kind: 'audio' | 'video'): Promise<MediaStreamTrack> {
    if (this.fault) throw Object.assign(new Error(this.fault), { fault: this.fault });
    const track = new FakeTrack(kind);
    this.tracks.push(track);
    return track.asTrack();
  }
}
