// The place that the SDK runs in: sockets, devices, the worker with the keys, and the clock.
import type { E2eePort, TransformOptions } from '#e2ee';
import type { HandshakeInput } from '#protocol/requests';
import type { Device } from 'mediasoup-client/types';
import type { FilePort } from './files/fileTypes.ts';

export interface SocketLike {
  readonly connected: boolean;
  emit(name: string, payload: unknown, ack: (reply: unknown) => void): void;
  on(name: string, listener: (...values: unknown[]) => void): void;
  onAny(listener: (name: string, ...values: unknown[]) => void): void;
  connect(): void;
  disconnect(): void;
}

export type SealSupport = 'standard' | 'polyfill' | 'none';

/** What a shared screen is sent for: `detail` keeps text sharp at a low frame rate, `motion` keeps a film smooth. */
export type ScreenPurpose = 'detail' | 'motion';

export interface Platform {
  /** Origin of the server, without a trailing slash. */
  readonly origin: string;
  fetch(path: string, init: { method: string; body?: unknown }): Promise<{ status: number; body: unknown }>;
  /** Not connected yet; `auth` is asked anew at each attempt. */
  createSocket(auth: () => Promise<HandshakeInput>): SocketLike;
  /** Does ahead of time what `createDevice` takes long for. */
  prepareDevice(): void;
  createDevice(): Promise<Device>;
  /** What both Transports of this Device will show of their end of DTLS; null where that is known only once they are used. */
  dtlsParametersOf(device: Device): Record<string, unknown> | null;
  /** For one client; null where files cannot be moved. */
  createFilePort(): FilePort | null;
  /** What every RTCPeerConnection needs here beyond the standard (legacy sealing asks for a flag). */
  transportSettings(): Record<string, unknown>;
  /** The one dedicated worker with all keys. `onError`: its script could not run, or something in it threw. */
  createE2eeWorker(onError: () => void): { port: E2eePort; terminate(): void };
  /** What the browser's transforms allow, told at once; `checkSealing` also tries the algorithms, and is what counts. */
  sealSupport(): SealSupport;
  /** `none` as well where an algorithm is missing. Tried once a page; never rejects. */
  checkSealing(): Promise<SealSupport>;
  /** Must be called inside onRtpSender/onRtpReceiver, before the offer is made. Throws where sealing is impossible. */
  attachTransform(rtp: RTCRtpSender | RTCRtpReceiver, worker: { port: E2eePort }, options: TransformOptions): void;
  /** Makes the host's Ed25519 key of a Room and keeps it; first 16 bytes of SHA-256 of the public key, base64url. */
  createHostKey(roomId: string): Promise<string>;
  /** That key, or null where this browser did not make the Room or keeps nothing; never rejects. */
  hostKey(roomId: string): Promise<CryptoKeyPair | null>;
  getMicrophone(deviceId?: string): Promise<MediaStreamTrack>;
  getCamera(deviceId?: string): Promise<MediaStreamTrack>;
  getScreen(): Promise<{ video: MediaStreamTrack; audio?: MediaStreamTrack }>;
  /** Has the browser take and send it that way from now on; never throws or waits. */
  tuneScreen(track: MediaStreamTrack, purpose: ScreenPurpose): void;
  nowMs(): number;
  /** Calls back on `online` and on network changes; returns the way to stop it. */
  onNetworkChange(callback: () => void): () => void;
  randomBytes(count: number): Uint8Array;
}
