// A viewer that opens what it is sent: the SDK's own WatchClient with real keys, and every frame that arrived put through them.
import { createWatchClient, type Platform, type RoomLink, type WatchClient, type WatchState } from '#core';
import type { LaneFrame } from '../../client/platform/node/FrameLane.ts';
import { NodeLine } from '../../client/platform/node/NodeLine.ts';
import { createNodePlatform } from '../../client/platform/node/nodePlatform.ts';
import { opusDepacketizer, Vp8Depacketizer, type Depacketizer } from './depacketize.ts';
import { frameName } from './Presenter.ts';
import type { Sink } from './Sink.ts';
import { createSinkDevice, type SinkTrack } from './sinkDevice.ts';

export interface WatcherOptions {
  origin: string;
  link: RoomLink;
  sink: Sink;
  /** What was sealed of late, by `frameName`. */
  sealed: ReadonlySet<string>;
  /** How it reaches the server, where that is not by `origin` alone. */
  way?: Pick<Platform, 'fetch' | 'createSocket'>;
  /** Without this frames are counted by the sink alone, and none is opened. */
  opens?: boolean;
}

/** Frames of one kind: put together, opened, and of those the ones that are what was sealed. */
export interface Tally {
  arrived: number;
  opened: number;
  alike: number;
}

interface Receiving {
  track: SinkTrack;
  kind: 'audio' | 'video';
  depacketizer: Depacketizer;
}

export class Watcher {
  readonly #options: WatcherOptions;
  readonly #client: WatchClient;
  readonly #bySsrc = new Map<number, Receiving>();
  #endpoint = -1;
  #streams = 0;
  #shown = '';
  readonly tallies: Record<'audio' | 'video', Tally> = {
    audio: { arrived: 0, opened: 0, alike: 0 },
    video: { arrived: 0, opened: 0, alike: 0 },
  };

  constructor(options: WatcherOptions) {
    this.#options = options;
    const platform = {
      ...createNodePlatform(new NodeLine(options.origin)),
      ...options.way,
      createDevice: async () => createSinkDevice(options.sink, (track) => this.#take(track)),
    };
    this.#client = createWatchClient({ platform, link: options.link });
    this.#client.start();
  }

  get state(): WatchState {
    return this.#client.state.get();
  }

  /** Streams that it was given so far; who comes back is given new ones. */
  get streams(): number {
    return this.#streams;
  }

  /** Frames of which packets are missing. */
  get broken(): number {
    return [...this.#bySsrc.values()].reduce((sum, { depacketizer }) => sum + depacketizer.broken, 0);
  }

  /** Streams that play, each with what is known of who sent it. */
  get playing(): { peerId: string; stream: string; proof: string }[] {
    const state = this.state;
    if (state.phase !== 'watching') return [];
    return state.tracks.flatMap(({ peerId, stream, media }) =>
      media.state === 'playing' ? [{ peerId, stream, proof: media.proof }] : [],
    );
  }

  view(peerId: string, width: number, height: number): void {
    this.#client.view([{ peerId, stream: 'camera', visible: true, width, height }]);
  }

  /** From now on everybody on air, each picture so large, whoever comes. */
  viewAll(width: number, height: number): void {
    const look = (): void => {
      const { state } = this;
      const peers = state.phase === 'watching' ? state.tracks.flatMap(cameraOf) : [];
      if (peers.join() === this.#shown) return;
      this.#shown = peers.join();
      this.#client.view(peers.map((peerId) => ({ peerId, stream: 'camera', visible: true, width, height })));
    };
    this.#client.state.subscribe(look);
    look();
  }

  close(): void {
    this.#client.close();
  }

  #take(track: SinkTrack): void {
    const { sink, sealed, opens = true } = this.#options;
    // The place before is over for this one, though the server may not know it yet.
    if (this.#endpoint >= 0 && this.#endpoint !== track.endpoint) sink.drop(this.#endpoint);
    this.#endpoint = track.endpoint;
    this.#streams += 1;
    if (!opens) return;
    const { codecs, encodings = [] } = track.rtpParameters;
    const kind = codecs[0]?.mimeType.toLowerCase() === 'audio/opus' ? 'audio' : 'video';
    const depacketizer = kind === 'audio' ? opusDepacketizer() : new Vp8Depacketizer();
    track.lane.onOut = ({ data }) => {
      this.tallies[kind].opened += 1;
      if (sealed.has(frameName(new Uint8Array(data)))) this.tallies[kind].alike += 1;
    };
    this.#bySsrc.set(encodings[0]?.ssrc ?? 0, { track, kind, depacketizer });
    sink.onHeard(track.endpoint, (packet) => this.#heard(packet));
    sink.tap(track.endpoint);
  }

  #heard(packet: Buffer): void {
    const receiving = packet.length < 12 ? undefined : this.#bySsrc.get(packet.readUInt32BE(8));
    const data = receiving?.depacketizer.take(packet) ?? null;
    if (receiving === undefined || data === null) return;
    this.tallies[receiving.kind].arrived += 1;
    const mimeType = receiving.kind === 'audio' ? 'audio/opus' : 'video/VP8';
    const frame: LaneFrame = { data: data.buffer, getMetadata: () => ({ mimeType }) };
    receiving.track.lane.push(frame);
  }
}

const cameraOf = ({ peerId, stream }: { peerId: string; stream: string }): string[] =>
  stream === 'camera' ? [peerId] : [];
