// At the door of a Room before anybody goes in: a token in hand and a Connection that asked for no place, so that going in is one request.
import * as v from 'valibot';
import { RtpCapabilities } from '#protocol/media';
import { PROTOCOL_VERSION } from '#protocol/version';
import type { Device, RtpCapabilities as DeviceCapabilities } from 'mediasoup-client/types';
import { admit, type Admission, type Probe } from '../admission.ts';
import { endReasonOf } from '../endReasons.ts';
import type { Platform, RoomLink, SocketLike } from '../types.ts';
import { parseReply } from './answers.ts';
import type { Authorize, ReadyDoorstep, ReadyWorker, Taken } from './doorTypes.ts';
import { codeOf } from './SignallingError.ts';

/** A token that ends sooner is not begun with. */
const SHORTEST_LIFE_MS = 60_000;

const Looked = v.object({ routerRtpCapabilities: v.nullable(RtpCapabilities) });

/** idle → connecting → open; a Connection that is lost leads back to idle; any → taken or closed, for good. */
type State = 'idle' | 'connecting' | 'open' | 'taken' | 'closed';

export interface DoorstepOptions {
  platform: Platform;
  link: RoomLink;
  hostToken?: string;
}

export class Doorstep implements ReadyDoorstep {
  readonly #options: DoorstepOptions;
  readonly #socket: SocketLike;
  #state: State = 'idle';
  #admission: { admission: Admission; atMs: number } | null = null;
  #device: Device | null = null;
  /** With its script loaded; it is given no key before somebody goes in. */
  #worker: { worker: ReadyWorker; onError: () => void } | null = null;
  #authorize: Authorize = async () => ({ version: PROTOCOL_VERSION, token: this.#admission?.admission.token ?? '' });

  constructor(options: DoorstepOptions) {
    const { platform } = options;
    this.#options = options;
    this.#socket = platform.createSocket(() => this.#authorize());
    this.#socket.on('connect', () => this.#connected());
    this.#socket.on('connect_error', () => this.#refused());
    this.#socket.on('disconnect', () => this.#lost());
  }

  /** Is there such a Room, does this link open it, and how many are inside? Never rejects. */
  async probe(): Promise<Probe> {
    const { platform, link, hostToken } = this.#options;
    try {
      const admission = await admit(platform, link, { hostToken });
      this.#admission = { admission, atMs: platform.nowMs() };
      const { peersInRoom, mode } = admission;
      return { ok: true, peersInRoom, mode };
    } catch (error) {
      return { ok: false, reason: endReasonOf(codeOf(error)) ?? 'unreachable' };
    }
  }

  /** Connects, or once more where the Connection went; nothing without a token. What fails here is told after the click, if it fails again. */
  warm(): void {
    if (this.#state !== 'idle' || this.#freshAdmission() === null) return;
    this.#state = 'connecting';
    this.#options.platform.prepareDevice();
    void this.#options.platform.checkSealing();
    if (this.#worker === null) this.#startWorker();
    this.#socket.connect();
  }

  /** One that broke meanwhile is not handed on. */
  #startWorker(): void {
    const broke = () => {
      if (this.#worker === started) this.#endWorker();
    };
    const worker = this.#options.platform.createE2eeWorker(() => started.onError());
    const started = { worker, onError: broke };
    this.#worker = started;
  }

  #endWorker(): void {
    this.#worker?.worker.terminate();
    this.#worker = null;
  }

  takeWorker(onError: () => void): ReadyWorker | null {
    const started = this.#worker;
    this.#worker = null;
    if (started === null) return null;
    started.onError = onError;
    return started.worker;
  }

  takeAdmission(): Admission | null {
    const fresh = this.#freshAdmission();
    this.#admission = null;
    return fresh;
  }

  take(authorize: Authorize): Taken {
    let isUnderWay = this.#state === 'connecting';
    this.#state = 'taken';
    this.#authorize = authorize;
    const settled = () => (isUnderWay = false);
    for (const name of ['connect', 'connect_error', 'disconnect']) this.#socket.on(name, settled);
    const isConnecting = () => {
      const was = isUnderWay;
      settled();
      return was;
    };
    return { socket: this.#socket, isConnecting, device: () => this.#device };
  }

  close(): void {
    this.#endWorker();
    if (this.#state === 'taken' || this.#state === 'closed') return;
    this.#state = 'closed';
    this.#admission = null;
    this.#socket.disconnect();
  }

  /** As if it were from now: its life is counted from when it is held. */
  #freshAdmission(): Admission | null {
    if (this.#admission === null) return null;
    const { admission, atMs } = this.#admission;
    const serverTimeMs = admission.serverTimeMs + this.#options.platform.nowMs() - atMs;
    return admission.expiresAtMs - serverTimeMs > SHORTEST_LIFE_MS ? { ...admission, serverTimeMs } : null;
  }

  #connected(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'open';
    this.#socket.emit('room:look', {}, (reply) => void this.#looked(reply).catch(() => undefined));
  }

  /** A Device that knows what it can receive here, before anything is asked for. Without one the client asks after it has joined. */
  async #looked(reply: unknown): Promise<void> {
    const { routerRtpCapabilities } = parseReply(Looked, reply);
    if (routerRtpCapabilities === null) return;
    const device = await this.#options.platform.createDevice();
    await device.load({ routerRtpCapabilities: routerRtpCapabilities as unknown as DeviceCapabilities });
    this.#device = device;
  }

  /** It may be the token's fault: the next attempt brings its own. */
  #refused(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'idle';
    this.#admission = null;
    this.#socket.disconnect();
  }

  #lost(): void {
    if (this.#state === 'open' || this.#state === 'connecting') this.#state = 'idle';
  }
}
