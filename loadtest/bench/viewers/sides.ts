// What is measured and what it is measured against: an audience of the server's, and one on bare mediasoup with the same transports.
import { createWorker } from 'mediasoup';
import type { Router, RtpCapabilities, RtpParameters, WebRtcServer, WebRtcTransport, Worker } from 'mediasoup/types';
import type { RoomLink } from '#core';
import { openHouse, type House } from '../../media/house.ts';
import { Presenter } from '../../media/Presenter.ts';
import type { Sink } from '../../media/Sink.ts';
import { createSinkDevice } from '../../media/sinkDevice.ts';
import { Viewer, type Shown } from '../../media/Viewer.ts';
import { ROUTER_CODECS, viewerCapabilities } from '../../../server/media/codecs.ts';
import { goFirst } from '../../../server/media/goFirst.ts';

/** Voice and picture. */
const STREAMS = 2;
/** Who come at the same time. */
const JOINING_AT_ONCE = 8;
/** As the server has it for its own. */
const INITIAL_OUTGOING_BITRATE = 1_000_000;
const KEY_FRAME_REQUEST_DELAY_MS = 500;

export interface Side {
  readonly viewers: number;
  /** Whose CPU counts. */
  readonly workerPids: readonly number[];
  /** So many viewers are there and connected. */
  grow(count: number): Promise<void>;
  /** How large all of them show the picture. */
  show(shown: Shown): Promise<void>;
  /** Packets flow to this audience. */
  play(): void;
  pause(): void;
  close(): Promise<void>;
}

/** What the sink's Device can receive of a Router. */
export function receiver(sink: Sink): (routerRtpCapabilities: object) => Promise<RtpCapabilities> {
  const device = createSinkDevice(sink, () => undefined);
  let loaded: Promise<RtpCapabilities> | null = null;
  return (routerRtpCapabilities) =>
    (loaded ??= device
      .load({ routerRtpCapabilities: routerRtpCapabilities as never })
      .then(() => device.recvRtpCapabilities as unknown as RtpCapabilities));
}

/** So many times, some of them at the same time. */
export async function manyAtOnce(count: number, one: () => Promise<void>): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await one();
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, JOINING_AT_ONCE) }, lane));
}

/** A Room with a stage on the server as it is run, and viewers who came by its watch link. */
export class Audience implements Side {
  readonly house: House;
  readonly presenter: Presenter;
  readonly link: RoomLink;
  readonly #sink: Sink;
  readonly #capabilities: (routerRtpCapabilities: object) => Promise<RtpCapabilities>;
  readonly #viewers: Viewer[] = [];
  #shown: Shown;
  #came = 0;

  private constructor(
    sink: Sink,
    { house, presenter, link, shown }: Pick<Audience, 'house' | 'presenter' | 'link'> & { shown: Shown },
  ) {
    this.house = house;
    this.presenter = presenter;
    this.link = link;
    this.#sink = sink;
    this.#shown = shown;
    this.#capabilities = receiver(sink);
  }

  static async open(
    sink: Sink,
    options: {
      workerBin: string | undefined;
      workers: number;
      shown: Shown;
      /** Of a core, at which a Worker takes nobody new; at 100 nobody is refused. */
      fullPercent?: number;
    },
  ): Promise<Audience> {
    const { workerBin, workers, fullPercent = 100 } = options;
    const house = await openHouse(workerBin, workers, { WORKER_FULL_PERCENT: String(fullPercent) });
    const presenter = new Presenter(sink);
    try {
      await presenter.open(house.url);
      return new Audience(sink, { house, presenter, link: await presenter.watchLink(), shown: options.shown });
    } catch (error) {
      presenter.close();
      await house.close();
      throw error;
    }
  }

  get viewers(): number {
    return this.#viewers.length;
  }

  get workerPids(): readonly number[] {
    return this.house.workerPids;
  }

  async grow(count: number): Promise<void> {
    await manyAtOnce(Math.max(0, count - this.viewers), () => this.admit());
    this.#mustBeWhole();
  }

  /** One more. Rejects as the server refuses. */
  async admit(): Promise<void> {
    const viewer = await Viewer.join({
      origin: this.house.url,
      link: this.link,
      sink: this.#sink,
      number: this.#came++,
      capabilities: async (router) => ({ ...(await this.#capabilities(router)) }),
      streams: STREAMS,
    });
    this.#viewers.push(viewer);
    await viewer.view(this.#shown);
  }

  async show(shown: Shown): Promise<void> {
    this.#shown = shown;
    for (const viewer of this.#viewers) await viewer.view(shown);
  }

  play(): void {
    this.#mustBeWhole();
    this.presenter.target = this.presenter.endpoint;
  }

  pause(): void {
    this.presenter.target = null;
  }

  async close(): Promise<void> {
    this.presenter.close();
    for (const viewer of this.#viewers) viewer.leave(this.#sink);
    await this.house.close();
  }

  /** A figure of an audience that went away is none. */
  #mustBeWhole(): void {
    const lost = this.#viewers.filter(({ isLost }) => isLost).length;
    if (lost > 0) throw new Error(`${lost} of ${this.viewers} viewers lost their place`);
  }
}

/** mediasoup as its manual has it, made and asked by this process: the same Router, Transports, Producers and Consumers. */
export class Bare implements Side {
  readonly #sink: Sink;
  readonly #presenter: Presenter;
  readonly #worker: Worker;
  readonly #server: WebRtcServer;
  readonly #router: Router;
  readonly #capabilities: RtpCapabilities;
  #source = -1;
  #producerIds: string[] = [];
  #viewers = 0;

  private constructor(
    sink: Sink,
    presenter: Presenter,
    parts: { worker: Worker; server: WebRtcServer; router: Router; capabilities: RtpCapabilities },
  ) {
    this.#sink = sink;
    this.#presenter = presenter;
    this.#worker = parts.worker;
    this.#server = parts.server;
    this.#router = parts.router;
    this.#capabilities = parts.capabilities;
  }

  /** @param presenter whose frames are sent here instead, while this side plays */
  static async open(sink: Sink, presenter: Presenter, workerBin: string | undefined): Promise<Bare> {
    const worker = await createWorker({ logLevel: 'error', ...(workerBin !== undefined && { workerBin }) });
    goFirst(worker.pid);
    const listening = { ip: '127.0.0.1', port: 0 };
    const server = await worker.createWebRtcServer({
      listenInfos: [
        { protocol: 'udp', ...listening },
        { protocol: 'tcp', ...listening },
      ],
    });
    const router = await worker.createRouter({ mediaCodecs: structuredClone([...ROUTER_CODECS]) });
    const capabilities = viewerCapabilities(await receiver(sink)(router.rtpCapabilities));
    const bare = new Bare(sink, presenter, { worker, server, router, capabilities });
    await bare.#publish();
    return bare;
  }

  get viewers(): number {
    return this.#viewers;
  }

  get workerPids(): readonly number[] {
    return [this.#worker.pid];
  }

  async grow(count: number): Promise<void> {
    await manyAtOnce(Math.max(0, count - this.viewers), async () => {
      const transport = await this.#connect('viewer');
      for (const producerId of this.#producerIds) {
        const consumer = await transport.consume({ producerId, rtpCapabilities: this.#capabilities, paused: true });
        await consumer.resume();
      }
      this.#viewers += 1;
    });
  }

  /** Bare viewers are sent the largest picture. */
  async show(): Promise<void> {}

  play(): void {
    this.#presenter.target = this.#source;
  }

  pause(): void {
    this.#presenter.target = null;
  }

  async close(): Promise<void> {
    this.#worker.close();
  }

  async #publish(): Promise<void> {
    const transport = await this.#connect('source');
    this.#presenter.listen(this.#source);
    for (const kind of ['audio', 'video'] as const) {
      const rtpParameters = structuredClone(this.#presenter.rtpParameters(kind)) as unknown as RtpParameters;
      const producer = await transport.produce({
        kind,
        rtpParameters,
        keyFrameRequestDelay: KEY_FRAME_REQUEST_DELAY_MS,
      });
      this.#producerIds.push(producer.id);
    }
  }

  async #connect(kind: 'viewer' | 'source'): Promise<WebRtcTransport> {
    const transport = await this.#router.createWebRtcTransport({
      webRtcServer: this.#server,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      enableSctp: false,
      initialAvailableOutgoingBitrate: INITIAL_OUTGOING_BITRATE,
    });
    const { iceParameters, iceCandidates, dtlsParameters } = transport;
    const endpoint = await this.#sink.add(kind, { iceParameters, iceCandidates, dtlsParameters });
    await transport.connect({ dtlsParameters: this.#sink.dtlsParameters });
    await this.#sink.connected(endpoint);
    if (kind === 'source') this.#source = endpoint;
    return transport;
  }
}
