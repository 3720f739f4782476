// One WebRTC Transport of one client: connected once, restarted as often as its network changes.
import { ProtocolError } from '#protocol/errors';
import type { TransportId } from '#protocol/ids';
import type { TransportOptions } from '#protocol/media';
import type { Router, WebRtcServer, WebRtcTransport } from 'mediasoup/types';
import { asked } from './mediaErrors.ts';
import { parseDtlsParameters } from './rtpInput.ts';

/**
 * What the bandwidth estimate of a receiver starts with, in bit/s: one sharp picture or a dozen thumbnails at once.
 * More floods slow downlinks for the first second, less shows everybody blurred.
 */
const INITIAL_OUTGOING_BITRATE = 1_000_000;

/** Rejects with mediasoup's own errors; `isWorkerGone` tells whether to ask the next Router. */
export async function openClientTransport(router: Router, webRtcServer: WebRtcServer): Promise<ClientTransport> {
  const transport = await router.createWebRtcTransport({
    webRtcServer,
    enableUdp: true,
    enableTcp: true,
    preferUdp: true,
    enableSctp: false,
    initialAvailableOutgoingBitrate: INITIAL_OUTGOING_BITRATE,
  });
  return new ClientTransport(transport, webRtcServer);
}

/** What all Transports at one WebRtcServer are reached by: its addresses, and the certificate of its Worker. */
type Reached = Pick<TransportOptions, 'iceCandidates' | 'dtlsParameters'>;

/** Each look at a Transport's own is a deep copy, and dearer than all else that is said of it. */
const reachedBy = new WeakMap<WebRtcServer, Reached>();

/** @param transport one that has not been connected: by then its DTLS role is its own */
function reach(webRtcServer: WebRtcServer, { iceCandidates, dtlsParameters }: WebRtcTransport): Reached {
  const reached = { iceCandidates, dtlsParameters };
  reachedBy.set(webRtcServer, reached);
  return reached;
}

export class ClientTransport {
  readonly transport: WebRtcTransport;
  readonly #reached: Reached;
  #isConnected = false;

  constructor(transport: WebRtcTransport, webRtcServer: WebRtcServer) {
    this.transport = transport;
    this.#reached = reachedBy.get(webRtcServer) ?? reach(webRtcServer, transport);
  }

  /** What mediasoup-client builds its Transport from; ICE parameters are those of the last restart. */
  describe(): TransportOptions {
    const { id, iceParameters } = this.transport;
    return { id: id as TransportId, iceParameters, ...this.#reached };
  }

  /** @throws ProtocolError `not_found` */
  require(transportId: TransportId): this {
    if (!this.is(transportId)) throw new ProtocolError('not_found', 'no such Transport');
    return this;
  }

  is(transportId: TransportId): boolean {
    return this.transport.id === transportId && !this.transport.closed;
  }

  /** Rejects with `bad_request`, or `wrong_state` when it has its DTLS parameters already. */
  async connect(dtlsParameters: Record<string, unknown>): Promise<void> {
    const parsed = parseDtlsParameters(dtlsParameters);
    if (this.#isConnected) throw new ProtocolError('wrong_state', 'this Transport is connected already');
    this.#isConnected = true;
    try {
      await asked('client', () => this.transport.connect({ dtlsParameters: parsed }));
    } catch (error) {
      this.#isConnected = false;
      throw error;
    }
  }

  async restartIce(): Promise<Record<string, unknown>> {
    return await asked('server', () => this.transport.restartIce());
  }

  /** Producers and Consumers on it end with it. */
  close(): void {
    this.transport.close();
  }
}
