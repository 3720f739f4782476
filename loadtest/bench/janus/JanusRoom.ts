// The same audience at Janus: the presenter's own packets go to a video room, and its subscribers are the sink's viewers.
import type { Presenter } from '../../media/Presenter.ts';
import type { Sink } from '../../media/Sink.ts';
import { goFirst } from '../../../server/media/goFirst.ts';
import { threadsOf } from '../machine.ts';
import { manyAtOnce, type Side } from '../viewers/sides.ts';
import { JanusServer, type Jsep } from './JanusServer.ts';
import { receivingAnswer, sendingOffer, transportOf } from './sdp.ts';

const ROOM = 1;
/** bit/s that a publisher is told it may send: more than it does. */
const BITRATE = 10_000_000;
/** A layer from which nothing came for so long is left for a lower one: each side is silent while the other is measured. */
const FALLBACK_US = 600_000_000;

const sdpOf = (jsep: Jsep | undefined): string => {
  if (jsep === undefined) throw new Error('Janus describes no transport');
  return jsep.sdp;
};

export class JanusRoom implements Side {
  readonly #sink: Sink;
  readonly #presenter: Presenter;
  readonly #server: JanusServer;
  #feed: unknown = null;
  #source = -1;
  #viewers = 0;

  private constructor(sink: Sink, presenter: Presenter, server: JanusServer) {
    this.#sink = sink;
    this.#presenter = presenter;
    this.#server = server;
  }

  /** @param presenter whose frames are sent here instead, while this side plays */
  static async open(sink: Sink, presenter: Presenter, bin: string): Promise<JanusRoom> {
    const server = await JanusServer.start(bin);
    // As our Workers do.
    threadsOf(server.pid).forEach(goFirst);
    const room = new JanusRoom(sink, presenter, server);
    try {
      await room.#publish();
      return room;
    } catch (error) {
      await room.close();
      throw error;
    }
  }

  get viewers(): number {
    return this.#viewers;
  }

  get workerPids(): readonly number[] {
    return [this.#server.pid];
  }

  async grow(count: number): Promise<void> {
    await manyAtOnce(Math.max(0, count - this.viewers), async () => {
      const handle = await this.#server.attach();
      const streams = [{ feed: this.#feed, fallback: FALLBACK_US }];
      const body = { request: 'join', ptype: 'subscriber', room: ROOM, streams };
      const offer = sdpOf((await this.#server.request(handle, body)).jsep);
      const endpoint = await this.#sink.add('viewer', transportOf(offer));
      const answer = { type: 'answer', sdp: receivingAnswer(offer, this.#fingerprint) };
      await this.#server.request(handle, { request: 'start' }, answer);
      await this.#sink.connected(endpoint);
      this.#viewers += 1;
    });
  }

  /** Subscribers are sent the largest picture. */
  async show(): Promise<void> {}

  play(): void {
    this.#presenter.target = this.#source;
  }

  pause(): void {
    this.#presenter.target = null;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  get #fingerprint(): string {
    return this.#sink.dtlsParameters.fingerprints[0]?.value ?? '';
  }

  async #publish(): Promise<void> {
    const handle = await this.#server.attach();
    const limits = { publishers: 1, bitrate: BITRATE, audiocodec: 'opus', videocodec: 'vp8' };
    await this.#server.order(handle, { request: 'create', room: ROOM, ...limits });
    const join = { request: 'join', ptype: 'publisher', room: ROOM };
    this.#feed = (await this.#server.request(handle, join)).data['id'];
    const streams = [this.#presenter.rtpParameters('audio'), this.#presenter.rtpParameters('video')];
    const offer = { type: 'offer', sdp: sendingOffer(streams, this.#fingerprint) };
    const answer = sdpOf((await this.#server.request(handle, { request: 'publish' }, offer)).jsep);
    this.#source = await this.#sink.add('source', transportOf(answer));
    await this.#sink.connected(this.#source);
    this.#presenter.listen(this.#source);
  }
}
