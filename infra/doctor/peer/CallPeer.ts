// One side of the loopback call: the SDK with real keys over a real line, which speaks numbered frames and counts those it opens.
import { createRoom, createRoomClient, type RoomClient, type RoomLink, type RoomState, type SocketLike } from '#core';
import { NodeLine } from '../../../client/platform/node/NodeLine.ts';
import { createNodePlatform } from '../../../client/platform/node/nodePlatform.ts';
import type { FrameLane, LaneFrame } from '../../../client/platform/node/FrameLane.ts';
import { endRoom } from '../Door.ts';
import type { Way } from './answer.ts';
import { frameIn, hasTransportFeedback, isRtcp, Voice, type VoiceIds } from './opusRtp.ts';
import { createPeerDevice, type Direction } from './peerDevice.ts';
import type { LineState, PeerLine } from './PeerLine.ts';
import { QuietTrack } from './QuietTrack.ts';

const FRAME_MS = 20;
const TICKS_PER_FRAME = 960;
const FRAME_BYTES = 80;
/** As loud as somebody who speaks. */
const SPEECH_DBOV = 25;
const METADATA = { mimeType: 'audio/opus' } as const;

/** What came of the call so far, as this side saw it. */
export interface Seen {
  lines: Record<Direction, LineState>;
  sealed: number;
  arrived: number;
  opened: number;
  /** Of those opened, the ones that are what the other side sealed, byte for byte. */
  alike: number;
  /** When the first feedback for the bandwidth estimator came, and the first packet went out. */
  feedbackAtMs: number | null;
  firstSentAtMs: number | null;
}

export interface CallPeerOptions {
  origin: string;
  way: Way;
  numbersPackets?: boolean;
  /** What both sides have sealed, by its bytes in base64. */
  spoken: Set<string>;
}

export class CallPeer {
  readonly seen: Seen = {
    lines: { send: 'new', receive: 'new' },
    sealed: 0,
    arrived: 0,
    opened: 0,
    alike: 0,
    feedbackAtMs: null,
    firstSentAtMs: null,
  };
  readonly #options: CallPeerOptions;
  readonly #lines: PeerLine[] = [];
  #client: RoomClient | null = null;
  #receiving: FrameLane | null = null;
  #socket: SocketLike | null = null;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: CallPeerOptions) {
    this.#options = options;
  }

  get state(): RoomState | null {
    return this.#client?.state.get() ?? null;
  }

  /** Makes a Room and joins it. Rejects where the Room cannot be made. */
  async open(): Promise<RoomLink> {
    const { link, hostToken } = await createRoom(this.#platform());
    await this.#join(link, hostToken);
    return link;
  }

  /** The Room that it made, for everybody. Never rejects. */
  async end(): Promise<void> {
    if (this.#socket !== null && !this.#closed) await endRoom(this.#socket);
  }

  join(link: RoomLink): Promise<void> {
    return this.#join(link, null);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#client?.close();
    for (const line of this.#lines) line.close();
  }

  async #join(link: RoomLink, hostToken: string | null): Promise<void> {
    if (this.#closed) return;
    this.#client = createRoomClient({
      platform: this.#platform(),
      link,
      displayName: 'doctor',
      mic: new QuietTrack().asTrack(),
      ...(hostToken !== null && { hostToken }),
    });
    await this.#client.join();
  }

  #platform() {
    const line = new NodeLine(this.#options.origin);
    const platform = { ...createNodePlatform(line), createDevice: async () => this.#device() };
    return { ...platform, createSocket: (auth: () => Promise<object>) => (this.#socket = line.createSocket(auth)) };
  }

  #device() {
    return createPeerDevice({
      way: this.#options.way,
      numbersPackets: this.#options.numbersPackets ?? true,
      onLine: (direction, state) => (this.seen.lines[direction] = state),
      onPacket: (direction, packet) => this.#hear(direction, packet),
      onSending: (lane, line, ids) => this.#speak(lane, line, ids),
      onReceiving: (lane) => this.#listen(lane),
      onOpened: (line) => (this.#closed ? line.close() : this.#lines.push(line)),
    });
  }

  #hear(direction: Direction, packet: Buffer): void {
    if (isRtcp(packet)) {
      if (direction === 'send' && hasTransportFeedback(packet)) this.seen.feedbackAtMs ??= performance.now();
      return;
    }
    const data = frameIn(packet);
    if (data === null) return;
    this.seen.arrived += 1;
    this.#receiving?.push({ data: data.buffer, getMetadata: () => METADATA });
  }

  #listen(lane: FrameLane): void {
    lane.onOut = ({ data }) => {
      this.seen.opened += 1;
      if (this.#options.spoken.has(nameOf(data))) this.seen.alike += 1;
    };
    this.#receiving = lane;
  }

  #speak(lane: FrameLane, line: PeerLine, ids: VoiceIds): void {
    const voice = new Voice(ids);
    const startMs = performance.now();
    let spoken = 0;
    const timestamps = new WeakMap<LaneFrame, number>();
    lane.onOut = (frame) => {
      if (line.state !== 'connected') return;
      this.seen.sealed += 1;
      this.seen.firstSentAtMs ??= performance.now();
      line.send(voice.packet(new Uint8Array(frame.data), timestamps.get(frame) ?? 0, SPEECH_DBOV));
    };
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      for (; spoken * FRAME_MS <= performance.now() - startMs; spoken += 1) {
        const data = crypto.getRandomValues(new Uint8Array(FRAME_BYTES)).buffer;
        this.#options.spoken.add(nameOf(data));
        const frame: LaneFrame = { data, getMetadata: () => METADATA };
        timestamps.set(frame, spoken * TICKS_PER_FRAME);
        lane.push(frame);
      }
    }, FRAME_MS);
  }
}

const nameOf = (data: ArrayBuffer): string => Buffer.from(data).toString('base64');
