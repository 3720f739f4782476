// One Peer's two WebRTC Transports: what it sends on and what it receives on.
import { ProtocolError } from '#protocol/errors';
import type { TransportId } from '#protocol/ids';
import type { TransportOptions, TransportPair } from '#protocol/media';
import type { WebRtcTransport } from 'mediasoup/types';
import { asked } from './mediaErrors.ts';
import type { RoomRouter } from './RoomRouter.ts';
import { parseDtlsParameters } from './rtpInput.ts';

/**
 * bit/s that a client is told (by REMB) it may send in all: three camera layers (2.4 Mbps), a screen (2.5 Mbps) and
 * voice, with room for retransmission. More lets one client fill the server's uplink times the size of the Room.
 */
const MAX_INCOMING_BITRATE = 6_000_000;

export class PeerTransports {
  readonly send: WebRtcTransport;
  readonly recv: WebRtcTransport;
  #connected = new Set<WebRtcTransport>();

  private constructor(send: WebRtcTransport, recv: WebRtcTransport) {
    this.send = send;
    this.recv = recv;
  }

  /** Both or neither. Rejects with mediasoup's own errors. */
  static async open(router: RoomRouter): Promise<PeerTransports> {
    const [send, recv] = await Promise.allSettled([router.createTransport(), router.createTransport()]);
    if (send.status === 'rejected' || recv.status === 'rejected') {
      if (send.status === 'fulfilled') send.value.close();
      if (recv.status === 'fulfilled') recv.value.close();
      throw send.status === 'rejected' ? send.reason : (recv as PromiseRejectedResult).reason;
    }
    const transports = new PeerTransports(send.value, recv.value);
    try {
      await send.value.setMaxIncomingBitrate(MAX_INCOMING_BITRATE);
      return transports;
    } catch (error) {
      transports.close();
      throw error;
    }
  }

  /** What mediasoup-client builds its Transports from; ICE parameters are those of the last restart. */
  describe(): TransportPair {
    return { send: describe(this.send), recv: describe(this.recv) };
  }

  /** Rejects with `not_found`, `bad_request`, or `wrong_state` when the Transport has its DTLS parameters already. */
  async connect(transportId: TransportId, dtlsParameters: Record<string, unknown>): Promise<void> {
    const transport = this.#find(transportId);
    const parsed = parseDtlsParameters(dtlsParameters);
    if (this.#connected.has(transport)) throw new ProtocolError('wrong_state', 'this Transport is connected already');
    this.#connected.add(transport);
    try {
      await asked('client', () => transport.connect({ dtlsParameters: parsed }));
    } catch (error) {
      this.#connected.delete(transport);
      throw error;
    }
  }

  async restartIce(transportId: TransportId): Promise<Record<string, unknown>> {
    const transport = this.#find(transportId);
    return await asked('server', () => transport.restartIce());
  }

  /** Producers and Consumers on them end with them. */
  close(): void {
    this.send.close();
    this.recv.close();
  }

  #find(transportId: TransportId): WebRtcTransport {
    const found = [this.send, this.recv].find(({ id, closed }) => id === transportId && !closed);
    if (found === undefined) throw new ProtocolError('not_found', 'no such Transport');
    return found;
  }
}

function describe(transport: WebRtcTransport): TransportOptions {
  return {
    id: transport.id as TransportId,
    iceParameters: transport.iceParameters,
    iceCandidates: transport.iceCandidates,
    dtlsParameters: transport.dtlsParameters,
  };
}
