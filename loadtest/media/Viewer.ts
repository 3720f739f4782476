// One who only receives: a viewer of an audience, or a member of a meeting who says and shows nothing; comes in by the link and the
// server's own protocol, and has the sink receive what it is sent.
import type { RoomLink } from '#core';
import { RtpCapabilities, TransportPair, type ConsumerOptions } from '#protocol/media';
import { Watching } from '#protocol/stage';
import type { Socket } from 'socket.io-client';
import * as v from 'valibot';
import { parseNotification } from '../../client/core/signalling/notifications.ts';
import type { Sink } from './Sink.ts';
import { addressOf, ask, askForToken, connect, within } from './wire.ts';

/** A member's answer, as far as it matters to one who only receives. */
const Joined = v.object({
  outcome: v.literal('joined'),
  routerRtpCapabilities: RtpCapabilities,
  transports: TransportPair,
});

export interface ViewerOptions {
  origin: string;
  /** A watch link makes a viewer, any other a member. */
  link: RoomLink;
  sink: Sink;
  /** Counted over all who come: decides the address it comes from. */
  number: number;
  /** What a Device can receive, of what the server can send. */
  capabilities(routerRtpCapabilities: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Streams that there are, which it waits for. */
  streams: number;
}

export interface Shown {
  width: number;
  height: number;
}

export class Viewer {
  readonly endpoint: number;
  readonly #socket: Socket;
  readonly #consumers: ConsumerOptions[];
  #lost = false;

  private constructor(endpoint: number, socket: Socket, consumers: ConsumerOptions[]) {
    this.endpoint = endpoint;
    this.#socket = socket;
    this.#consumers = consumers;
    socket.once('disconnect', () => (this.#lost = true));
  }

  /** Resolves once all streams are on their way to it. */
  static async join({ origin, link, sink, number, capabilities, streams }: ViewerOptions): Promise<Viewer> {
    const localAddress = addressOf(number);
    const token = await askForToken(origin, link, localAddress);
    const socket = await connect(origin, token, localAddress);
    try {
      const consumers: ConsumerOptions[] = [];
      const all = Promise.withResolvers<void>();
      socket.onAny((name: string, payload: unknown) => {
        const notification = parseNotification(name, payload);
        if (notification?.name !== 'consumer:new') return;
        consumers.push(...notification.payload.consumers);
        if (consumers.length >= streams) all.resolve();
      });
      const answer = await ask(socket, 'room:join', {}, v.variant('outcome', [Watching, Joined]));
      const isViewer = answer.outcome === 'watching';
      const transport = isViewer ? answer.transport : answer.transports.recv;
      const endpoint = await sink.add(isViewer ? 'viewer' : 'member', transport);
      await ask(socket, 'transport:connect', { transportId: transport.id, dtlsParameters: sink.dtlsParameters });
      await sink.connected(endpoint);
      await ask(socket, 'media:start', { rtpCapabilities: await capabilities(answer.routerRtpCapabilities) });
      await within(all.promise, 'its streams');
      const viewer = new Viewer(endpoint, socket, consumers);
      await ask(socket, 'consumer:ready', { consumerIds: consumers.map(({ id }) => id) });
      return viewer;
    } catch (error) {
      socket.disconnect();
      throw error;
    }
  }

  get isLost(): boolean {
    return this.#lost;
  }

  /** How large it shows the first picture, and all others. */
  async view(first: Shown, others: Shown = first): Promise<void> {
    const pictures = this.#consumers.filter(({ kind }) => kind === 'video');
    const views = pictures.map(({ id }, index) => ({
      consumerId: id,
      visible: true,
      ...(index === 0 ? first : others),
    }));
    await ask(this.#socket, 'consumer:view', { views });
  }

  leave(sink: Sink): void {
    sink.drop(this.endpoint);
    this.#socket.disconnect();
  }
}
