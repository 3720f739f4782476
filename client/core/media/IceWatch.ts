// Watches one Transport's way through the network and opens a new one when it breaks or its relay's time is up: same Peer, same media.
import type { IceServer } from '#protocol/media';
import type { ConnectionState, IceParameters, Transport } from 'mediasoup-client/types';
import { after } from '../util/timers.ts';
import { rtcIceServers } from './clientTransport.ts';
import type { Ask } from './Publishing.ts';
import { isRelayed } from './isRelayed.ts';

/** A Wi-Fi hiccup mends itself within this; longer is felt as a freeze. */
const PATIENCE_MS = 2_000;
/** Between two restarts while the network stays away: ICE needs about this long to fail. */
const AGAIN_MS = 6_000;

export class IceWatch {
  readonly #transport: Transport;
  readonly #ask: Ask;
  readonly #onChange: () => void;
  readonly #nowMs: () => number;
  /** What the way leads over was gathered no earlier than this, with the ICE servers of then. */
  #gatheredAtMs: number;
  #impaired = false;
  /** A restart was asked for and did not reach the server. */
  #owed = false;
  #stopTimer: () => void = () => undefined;
  #closed = false;

  constructor(transport: Transport, ask: Ask, onChange: () => void, nowMs: () => number) {
    this.#transport = transport;
    this.#ask = ask;
    this.#onChange = onChange;
    this.#nowMs = nowMs;
    this.#gatheredAtMs = nowMs();
    transport.on('connectionstatechange', (state) => this.#changed(state));
  }

  /** Media has not come through for long enough to say so. */
  get impaired(): boolean {
    return this.#impaired;
  }

  /** At once, whatever the state: the network is another. A Transport that was never used has nothing to restart. */
  async restart(): Promise<void> {
    if (this.#closed || this.#transport.closed || this.#transport.connectionState === 'new') return;
    try {
      const { iceParameters } = await this.#ask('transport:restartIce', { transportId: this.#transport.id });
      if (this.#transport.closed) return;
      this.#owed = false;
      const nowMs = this.#nowMs();
      await this.#transport.restartIce({ iceParameters: iceParameters as unknown as IceParameters });
      this.#gatheredAtMs = nowMs;
    } catch {
      this.#owed = true; // A resume, the next change of the network or the timer below tries again.
    }
  }

  /**
   * From now on candidates are gathered with these. A way that leads over a relay by a credential whose time is half over is opened anew
   * at once: the next ones may come too late for it.
   */
  async renew(iceServers: readonly IceServer[]): Promise<void> {
    if (this.#closed || this.#transport.closed) return;
    try {
      await this.#transport.updateIceServers({ iceServers: rtcIceServers(iceServers) });
      const ttlMs = Math.min(...iceServers.map((each) => each.ttlMs ?? Infinity));
      if (this.#nowMs() - this.#gatheredAtMs < ttlMs / 2) return;
      if (isRelayed((await this.#transport.getStats()).values())) await this.restart();
    } catch {
      // It was closed meanwhile.
    }
  }

  /** The way to the server is back. */
  resumed(): void {
    if (this.#owed || this.#impaired) void this.restart();
  }

  close(): void {
    this.#closed = true;
    this.#stopTimer();
  }

  #changed(state: ConnectionState): void {
    if (this.#closed) return;
    if (state === 'connected') this.#recovered();
    else if (state === 'disconnected' || state === 'failed') this.#watch(PATIENCE_MS);
  }

  #recovered(): void {
    this.#stopTimer();
    this.#stopTimer = () => undefined;
    if (!this.#impaired) return;
    this.#impaired = false;
    this.#onChange();
  }

  #watch(ms: number): void {
    this.#stopTimer();
    this.#stopTimer = after(ms, () => {
      if (this.#transport.connectionState === 'connected' || this.#transport.closed) return;
      if (!this.#impaired) {
        this.#impaired = true;
        this.#onChange();
      }
      void this.restart();
      this.#watch(AGAIN_MS);
    });
  }
}
