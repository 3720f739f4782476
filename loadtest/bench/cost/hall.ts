// The real server with a real media Worker, in this process, and a side entrance for the packets of members without a browser.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRoom, type RoomLink } from '#core';
import type { PeerId, ProducerId } from '#protocol/ids';
import type { PlainTransport, Router, RtpParameters } from 'mediasoup/types';
import { createNodePlatform } from '../../../client/platform/node/nodePlatform.ts';
import { NodeLine } from '../../../client/platform/node/NodeLine.ts';
import { startServer } from '../../../server/app.ts';
import { loadConfig } from '../../../server/config/env.ts';
import { createSfuMediaPlane } from '../../../server/media/SfuMediaPlane.ts';
import type { Published } from '../../../server/media/published.ts';
import { SfuRoomMedia } from '../../../server/media/SfuRoomMedia.ts';
import { createLog } from '../../../server/observability/log.ts';
import type { MediaPlane, RoomMedia } from '../../../server/rooms/ports.ts';
import type { Publication, SenderSsrcs } from './messages.ts';
import { AUDIO_LEVEL_ID, PAYLOAD_TYPES } from '../../media/rtp.ts';

/** As the server has it for its own. */
const KEY_FRAME_REQUEST_DELAY_MS = 500;
const LAYERS = 3;

export interface Hall {
  url: string;
  link: RoomLink;
  /** Publishes a microphone and a camera of this member, as if its own Transport had. */
  publish(peerId: string): Promise<Publication>;
  /** Whose microphones are forwarded now; null where all are. */
  heard(): readonly string[] | null;
  /** It has left. */
  unpublish(peerId: string): void;
  close(): Promise<void>;
}

export async function openHall(workerBin: string | undefined): Promise<Hall> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'conclave-cost-'));
  const workers = { MEDIA_PORT: '0', WORKERS: '1', WORKER_FULL_PERCENT: '100', MEDIASOUP_WORKER_BIN: workerBin };
  const settings = { PORT: '0', DATA_DIR: dataDir, ...workers };
  const { config, secrets } = loadConfig(settings, () => '{}');
  const log = createLog({ level: 'error', destination: { write: (line: string) => void process.stderr.write(line) } });
  const plane = await createSfuMediaPlane({ ...config.media, log });
  const entrance = new SideEntrance();
  const media: MediaPlane = {
    admit: () => plane.admit(),
    status: () => plane.status(),
    close: () => plane.close(),
    openRoom: async (roomId, events) => entrance.belongsTo(await plane.openRoom(roomId, events)),
  };
  const server = await startServer({ config, secrets, log, media });
  const { link } = await createRoom(createNodePlatform(new NodeLine(server.url)));
  return {
    url: server.url,
    link,
    publish: (peerId) => entrance.publish(peerId as PeerId),
    heard: () => entrance.heard(),
    unpublish: (peerId) => entrance.unpublish(peerId),
    async close() {
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** One PlainTransport on the Room's Router that all packets of the crowd come in by. */
class SideEntrance {
  readonly #published = new Map<string, Published[]>();
  #room: SfuRoomMedia | null = null;
  #transport: Promise<PlainTransport> | null = null;
  #nextSsrc = 1_000;

  belongsTo(room: RoomMedia): RoomMedia {
    if (room instanceof SfuRoomMedia) this.#room = room;
    return room;
  }

  async publish(peerId: PeerId): Promise<Publication> {
    const room = this.#room;
    const transport = await this.#open();
    const ssrcs: SenderSsrcs = {
      mic: this.#nextSsrc++,
      camera: Array.from({ length: LAYERS }, () => this.#nextSsrc++),
    };
    const mic = await transport.produce({ kind: 'audio', rtpParameters: opusParameters(ssrcs.mic) });
    const camera = await transport.produce({
      kind: 'video',
      rtpParameters: vp8Parameters(ssrcs.camera),
      keyFrameRequestDelay: KEY_FRAME_REQUEST_DELAY_MS,
    });
    const router = this.#requireRouter();
    const streams: Published[] = [
      { peerId, id: mic.id as ProducerId, stream: 'mic', producer: mic, router },
      { peerId, id: camera.id as ProducerId, stream: 'camera', producer: camera, router },
    ];
    this.#published.set(peerId, streams);
    for (const stream of streams) room?.publish(stream);
    return { ssrcs, port: transport.tuple.localPort };
  }

  heard(): readonly string[] | null {
    return this.#room?.heard?.peerIds ?? null;
  }

  unpublish(peerId: string): void {
    for (const stream of this.#published.get(peerId) ?? []) {
      stream.producer.close();
      this.#room?.unpublish(stream);
    }
    this.#published.delete(peerId);
  }

  #requireRouter(): Router {
    const router = this.#room?.liveRouter;
    if (!router) throw new Error('nobody is in the Room yet');
    return router;
  }

  #open(): Promise<PlainTransport> {
    return (this.#transport ??= this.#requireRouter().createPlainTransport({
      listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
      rtcpMux: true,
      comedia: true,
    }));
  }
}

function opusParameters(ssrc: number): RtpParameters {
  return {
    codecs: [
      {
        mimeType: 'audio/opus',
        payloadType: PAYLOAD_TYPES.opus,
        clockRate: 48_000,
        channels: 2,
        rtcpFeedback: [{ type: 'nack' }],
      },
    ],
    headerExtensions: [{ uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: AUDIO_LEVEL_ID }],
    encodings: [{ ssrc }],
    rtcp: { cname: `bench-${ssrc}`, reducedSize: true },
  };
}

function vp8Parameters(ssrcs: readonly number[]): RtpParameters {
  return {
    codecs: [
      {
        mimeType: 'video/VP8',
        payloadType: PAYLOAD_TYPES.vp8,
        clockRate: 90_000,
        rtcpFeedback: [
          { type: 'nack', parameter: 'pli' },
          { type: 'ccm', parameter: 'fir' },
        ],
      },
    ],
    headerExtensions: [],
    encodings: ssrcs.map((ssrc, index) => ({ ssrc, maxBitrate: 100_000 * 3 ** index })),
    rtcp: { cname: `bench-${ssrcs[0]}`, reducedSize: true },
  };
}
