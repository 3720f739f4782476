// One member without a browser that sends: the SDK with real keys, and canned frames that it seals and puts on the wire.
import { HEARD_MICROPHONES } from '#protocol/limits';
import { createRoomClient, type RoomClient, type SocketLike } from '#core';
import { FrameLane, type LaneFrame } from '../../../client/platform/node/FrameLane.ts';
import { createNodeE2eeWorker } from '../../../client/platform/node/nodeE2eeWorker.ts';
import { NodeLine } from '../../../client/platform/node/NodeLine.ts';
import { createNodePlatform } from '../../../client/platform/node/nodePlatform.ts';
import type { CannedMedia, CrowdSettings, SenderSsrcs } from './messages.ts';
import { PAYLOAD_TYPES, RtpStream } from '../../media/rtp.ts';

const OPUS_MS = 20;
const OPUS_TICKS = 960;
const VP8_TICKS_PER_MS = 90;
const REPORT_EVERY_MS = 2_000;
/** Who speaks does so for this long, then others do. */
const TURN_MS = 3_000;
/** So many speak at a time, in a small Room as in a large one: as many as a client is sent at the most. */
const SPEAKERS = HEARD_MICROPHONES;
const SPEECH_DBOV = 25;
const SILENCE_DBOV = 127;
/** In silence every so many frames, as Opus sends with DTX, which our clients ask for. */
const DTX_FRAMES = 20;

export interface SenderOptions {
  settings: CrowdSettings;
  number: number;
  transmit(packet: Buffer): void;
  /** @param former the Peer that it was before, where it lost its place and took another: a machine too busy to answer */
  onIn(peerId: string, former: string | null): void;
  onEnded(reason: string): void;
  /** The first packet of what it says has left, at `Date.now()`. */
  onSpoke(peerId: string, atMs: number): void;
}

interface Sending {
  mic: RtpStream;
  layers: { stream: RtpStream; at: number }[];
}

export class Sender {
  readonly #options: SenderOptions;
  readonly #client: RoomClient;
  /** Of its present place: one that has to join twice, on a slow machine, has another worker then. */
  #lanes: { mic: FrameLane; camera: FrameLane } | null = null;
  /** What becomes of each frame that was sealed. */
  readonly #targets = new WeakMap<LaneFrame, (sealed: Uint8Array) => void>();
  #sending: Sending | null = null;
  #opusAt = 0;
  #lastPictureMs = 0;
  #lastReportMs = 0;
  #peerId = '';
  /** Null while members take turns. */
  #speaks: boolean | null = null;
  #isVoiceToldOf = false;

  constructor(options: SenderOptions) {
    const { settings, number } = options;
    this.#options = options;
    const platform = {
      ...createNodePlatform(withoutReceiving(new NodeLine(settings.origin))),
      createE2eeWorker: () => {
        const worker = createNodeE2eeWorker();
        const lanes = { mic: new FrameLane(), camera: new FrameLane() };
        worker.attach(lanes.mic, { side: 'send', trackId: 'bench-mic', stream: 'mic', codec: 'opus' });
        worker.attach(lanes.camera, { side: 'send', trackId: 'bench-camera', stream: 'camera', codec: 'vp8' });
        for (const lane of [lanes.mic, lanes.camera]) {
          lane.onOut = (frame) => this.#targets.get(frame)?.(new Uint8Array(frame.data));
        }
        this.#lanes = lanes;
        return worker;
      },
    };
    this.#client = createRoomClient({ platform, link: settings.link, displayName: `Member ${number}` });
    this.#client.state.subscribe(() => this.#follow());
  }

  join(): void {
    void this.#client.join();
  }

  start({ mic, camera }: SenderSsrcs): void {
    const layers = camera.map((ssrc) => ({ stream: new RtpStream(ssrc, PAYLOAD_TYPES.vp8), at: 0 }));
    this.#sending = { mic: new RtpStream(mic, PAYLOAD_TYPES.opus), layers };
  }

  /** Ends the turns that members take by themselves. */
  speak(speaks: boolean): void {
    if (this.#speaks !== speaks) this.#isVoiceToldOf = false;
    this.#speaks = speaks;
  }

  /** The next picture of that layer is a key frame. */
  restart(ssrc: number): void {
    const layer = this.#sending?.layers.find(({ stream }) => stream.ssrc === ssrc);
    if (layer !== undefined) layer.at = 0;
  }

  /**
   * To be called each 20 ms. Returns how many frames it sealed.
   * @param count of all senders, who take turns in speaking
   */
  tick(nowMs: number, count: number): number {
    const { media } = this.#options.settings;
    const sending = this.#sending;
    if (sending === null) return 0;
    const sounds = this.#sendSound(sending.mic, media, nowMs, count);
    const isPicture = nowMs - this.#lastPictureMs >= 1000 / media.fps;
    if (isPicture) this.#sendPictures(sending, media, nowMs);
    if (nowMs - this.#lastReportMs >= REPORT_EVERY_MS) this.#report(sending, nowMs);
    return sounds + (isPicture ? sending.layers.length : 0);
  }

  close(): void {
    this.#client.close();
  }

  #follow(): void {
    const state = this.#client.state.get();
    if (state.phase === 'ended') this.#options.onEnded(state.reason);
    if (state.phase !== 'in' || state.self.peerId === this.#peerId) return;
    const former = this.#peerId === '' ? null : this.#peerId;
    this.#peerId = state.self.peerId;
    this.#sending = null;
    this.#options.onIn(this.#peerId, former);
  }

  #sendSound(stream: RtpStream, media: CannedMedia, nowMs: number, count: number): number {
    const frame = media.opus[this.#opusAt % media.opus.length] ?? new Uint8Array();
    const timestamp = this.#opusAt * OPUS_TICKS;
    const speaks = this.#speaks ?? this.#hasTurn(nowMs, count);
    this.#opusAt += 1;
    if (!speaks && this.#opusAt % DTX_FRAMES !== 0) return 0;
    const level = speaks ? SPEECH_DBOV : SILENCE_DBOV;
    const isFirst = speaks && this.#speaks === true && !this.#isVoiceToldOf;
    if (isFirst) this.#isVoiceToldOf = true;
    this.#seal('mic', frame, 'audio/opus', (sealed) => {
      this.#options.transmit(stream.opus(sealed, timestamp, level));
      if (isFirst) this.#options.onSpoke(this.#peerId, Date.now());
    });
    return 1;
  }

  #hasTurn(nowMs: number, count: number): boolean {
    const turn = Math.floor(nowMs / TURN_MS);
    return (turn * SPEAKERS + this.#options.number) % Math.max(count, SPEAKERS) < SPEAKERS;
  }

  #sendPictures({ layers }: Sending, media: CannedMedia, nowMs: number): void {
    this.#lastPictureMs = nowMs;
    const timestamp = Math.floor(nowMs * VP8_TICKS_PER_MS);
    for (const [index, layer] of layers.entries()) {
      const loop = media.layers[index] ?? [];
      const frame = loop[layer.at % loop.length] ?? new Uint8Array();
      layer.at += 1;
      this.#seal('camera', frame, 'video/VP8', (sealed) => {
        for (const packet of layer.stream.vp8(sealed, timestamp)) this.#options.transmit(packet);
      });
    }
  }

  #report({ mic, layers }: Sending, nowMs: number): void {
    this.#lastReportMs = nowMs;
    this.#options.transmit(mic.report(this.#opusAt * OPUS_TICKS, nowMs));
    for (const { stream } of layers) {
      this.#options.transmit(stream.report(Math.floor(nowMs * VP8_TICKS_PER_MS), nowMs));
    }
  }

  /** A buffer of its own: sealing takes what it is given. */
  #seal(lane: 'mic' | 'camera', data: Uint8Array, mimeType: string, then: (sealed: Uint8Array) => void): void {
    const frame: LaneFrame = { data: new Uint8Array(data).buffer, getMetadata: () => ({ mimeType }) };
    this.#targets.set(frame, then);
    this.#lanes?.[lane].push(frame);
  }
}

export const TICK_MS = OPUS_MS;

/** What a hundred others receive of each other is not the cost of the client that is measured: these ask for no Consumers. */
function withoutReceiving(line: NodeLine): NodeLine {
  const create = line.createSocket.bind(line);
  line.createSocket = (auth): SocketLike => {
    const socket = create(auth);
    return {
      get connected() {
        return socket.connected;
      },
      emit: (name, payload, ack) =>
        name === 'media:start' ? ack({ ok: true, data: {} }) : socket.emit(name, payload, ack),
      on: (name, listener) => socket.on(name, listener),
      onAny: (listener) => socket.onAny(listener),
      connect: () => socket.connect(),
      disconnect: () => socket.disconnect(),
    };
  };
  return line;
}
