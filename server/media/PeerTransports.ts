// One Peer's two WebRTC Transports: what it sends on and what it receives on.
import { ProtocolError } from '#protocol/errors';
import type { TransportId } from '#protocol/ids';
import type { TransportPair } from '#protocol/media';
import type { WebRtcTransport } from 'mediasoup/types';
import type { ClientTransport } from './ClientTransport.ts';
import type { MediaPlace } from './MediaPlace.ts';

/**
 * bit/s that a client is told (by REMB) it may send in all: three camera layers (2.4 Mbps), a screen (2.5 Mbps) and
 * voice, with room for retransmission. More lets one client fill the server's uplink times the size of the Room.
 */
const MAX_INCOMING_BITRATE = 6_000_000;

export class PeerTransports {
  readonly #send: ClientTransport;
  readonly #recv: ClientTransport;
  #limited: Promise<void> | null = null;

  private constructor(send: ClientTransport, recv: ClientTransport) {
    this.#send = send;
    this.#recv = recv;
  }

  /** Both or neither. Rejects with mediasoup's own errors. */
  static async open(place: MediaPlace): Promise<PeerTransports> {
    const [send, recv] = await Promise.allSettled([place.createTransport(), place.createTransport()]);
    if (send.status === 'rejected' || recv.status === 'rejected') {
      if (send.status === 'fulfilled') send.value.close();
      if (recv.status === 'fulfilled') recv.value.close();
      throw send.status === 'rejected' ? send.reason : (recv as PromiseRejectedResult).reason;
    }
    return new PeerTransports(send.value, recv.value);
  }

  /** Once, with the first that is sent: who only listens costs the Worker no word more. Rejects with mediasoup's own errors. */
  limitSending(): Promise<void> {
    this.#limited ??= this.send.setMaxIncomingBitrate(MAX_INCOMING_BITRATE);
    return this.#limited;
  }

  get send(): WebRtcTransport {
    return this.#send.transport;
  }

  get recv(): WebRtcTransport {
    return this.#recv.transport;
  }

  describe(): TransportPair {
    return { send: this.#send.describe(), recv: this.#recv.describe() };
  }

  /** Rejects with `not_found`, `bad_request`, or `wrong_state` when the Transport has its DTLS parameters already. */
  async connect(transportId: TransportId, dtlsParameters: Record<string, unknown>): Promise<void> {
    await this.#find(transportId).connect(dtlsParameters);
  }

  async restartIce(transportId: TransportId): Promise<Record<string, unknown>> {
    return await this.#find(transportId).restartIce();
  }

  /** Producers and Consumers on them end with them. */
  close(): void {
    this.#send.close();
    this.#recv.close();
  }

  #find(transportId: TransportId): ClientTransport {
    const found = [this.#send, this.#recv].find((transport) => transport.is(transportId));
    if (found === undefined) throw new ProtocolError('not_found', 'no such Transport');
    return found;
  }
}
