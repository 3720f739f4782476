// What the server could see of a Room: every RTP packet that its Router forwards, after SRTP and before any frame is opened.
import type { RoomId, ProducerId } from '#protocol/ids';
import type { DirectTransport, Router } from 'mediasoup/types';
import type { SfuMediaPlane } from '../SfuMediaPlane.ts';

export interface TappedPacket {
  producerId: ProducerId;
  /** The whole RTP packet, header included. */
  packet: Buffer;
}

/** Listens to Producers of a Room until closed. */
export class RouterTap {
  readonly #transport: DirectTransport;
  readonly #router: Router;
  readonly #onPacket: (tapped: TappedPacket) => void;
  #heard = new Set<string>();

  private constructor(transport: DirectTransport, router: Router, onPacket: (tapped: TappedPacket) => void) {
    this.#transport = transport;
    this.#router = router;
    this.#onPacket = onPacket;
  }

  /** Rejects when the Room has no Router now. */
  static async open(
    plane: SfuMediaPlane,
    roomId: RoomId,
    onPacket: (tapped: TappedPacket) => void,
  ): Promise<RouterTap> {
    const router = plane.routerOf(roomId);
    if (router === null) throw new Error('this Room has no Router');
    return new RouterTap(await router.createDirectTransport(), router, onPacket);
  }

  /** Listens to whatever is being produced now and was not before; resolves to all that it listens to. */
  async listenToAll(): Promise<ProducerId[]> {
    const { mapProducerIdConsumerIds } = await this.#router.dump();
    await Promise.all(mapProducerIdConsumerIds.map(({ key }) => this.listen(key as ProducerId)));
    return [...this.#heard] as ProducerId[];
  }

  /** All its layers, as a pipe to another server would get them. */
  async listen(producerId: ProducerId): Promise<void> {
    if (this.#heard.has(producerId)) return;
    this.#heard.add(producerId);
    const consumer = await this.#transport.consume({
      producerId,
      rtpCapabilities: this.#router.rtpCapabilities,
      pipe: true,
    });
    consumer.on('rtp', (packet) => this.#onPacket({ producerId, packet }));
  }

  close(): void {
    this.#transport.close();
  }
}
