// A member without a browser that sends: on air in a Room of its own, or one of several in a meeting; seals frames with its group's
// keys and sends them through the sink.
import { hash } from 'node:crypto';
import { createRoom, createRoomClient, type RoomClient, type RoomLink, type RoomView } from '#core';
import type { RtpParameters } from 'mediasoup-client/types';
import { FakeTrack } from '../../client/core/test/FakeTrack.ts';
import type { FrameLane, LaneFrame } from '../../client/platform/node/FrameLane.ts';
import { NodeLine } from '../../client/platform/node/NodeLine.ts';
import { createNodePlatform } from '../../client/platform/node/nodePlatform.ts';
import { FPS, KEY_FRAME_EVERY, LAYERS, OPUS_MS, opusFrame, vp8Frame } from './frames.ts';
import { keyFramesAsked, RtpStream } from './rtp.ts';
import type { Sink } from './Sink.ts';
import { createSinkDevice, type SinkTrack } from './sinkDevice.ts';

/**
 * Of what its pictures are on average with headers and signatures (1.08 of their bitrate): a Worker at 80 % can keep up with so much
 * and no more. At a browser's 2.5 each picture is a burst, and delay is the burst's: see loadtest/bench/README.md.
 */
const PACE = 1.12 * 1.08;
const TICK_MS = 10;
/** A timer that came late is made up for, but not half a second of it. */
const MOST_LATE_MS = 200;
const REPORT_EVERY_MS = 500;
/** Between two key frames that are asked for, as the server has it. */
const KEY_FRAME_PAUSE_MS = 500;
const SPEECH_DBOV = 25;
const OPUS_TICKS = 960;
const VP8_TICKS_PER_MS = 90;
const LEVEL_URI = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';
/** Twenty seconds of every layer and the voice. */
const REMEMBERED_FRAMES = 3_000;
const ON_AIR_TIMEOUT_MS = 60_000;

interface Sending {
  layer: (typeof LAYERS)[number];
  stream: RtpStream;
  sinceKey: number;
  lastKeyMs: number;
}

export class Presenter {
  readonly #sink: Sink;
  readonly #sent = new Map<'audio' | 'video', SinkTrack>();
  readonly #targets = new WeakMap<LaneFrame, (sealed: Uint8Array) => void>();
  #client: RoomClient | null = null;
  #voice: RtpStream | null = null;
  /** Of the header extension that the server reads who speaks by. */
  #levelId = 1;
  #layers: Sending[] = [];
  #timer: NodeJS.Timeout | undefined;
  #startMs = 0;
  #sounds = 0;
  #pictures = 0;
  #lastReportMs = 0;
  /** Where packets go now: its own transport, another one that the bench made, or nowhere. */
  target: number | null = null;
  sealed = 0;
  /** What the last frames were before they were sealed, by `frameName`. */
  readonly recent = new Set<string>();
  /** Notifications that it got, by name. */
  readonly heard = new Map<string, number>();

  /** @param together how many of them send through this sink */
  constructor(sink: Sink, together = 1) {
    this.#sink = sink;
    sink.pace(PACE * together * LAYERS.reduce((sum, { bitrate }) => sum + bitrate, 0));
  }

  /** Leads a Room of its own. Resolves once it is on air. */
  async open(origin: string): Promise<void> {
    const { client } = await this.#enter(origin, null);
    await this.#until('the stage', () => client.stage.open().ok);
    client.stage.change({ phase: 'live' });
    await this.#until('its key', ({ self }) => client.stage.putOnAir(self.peerId).ok);
    await this.#until('on air', ({ show }) => show?.mine.state === 'onAir');
  }

  /** @param link of the meeting that it comes to; a new one where null. Resolves with the link once it sends. */
  async meet(origin: string, link: RoomLink | null): Promise<RoomLink> {
    return (await this.#enter(origin, link)).link;
  }

  /** Resolves once both tracks are sent. */
  async #enter(origin: string, to: RoomLink | null): Promise<{ client: RoomClient; link: RoomLink }> {
    const { hostKey, hostKeyHash } = await makeHostKey();
    const line = new NodeLine(origin);
    const createSocket = line.createSocket.bind(line);
    line.createSocket = (auth) => {
      const socket = createSocket(auth);
      socket.onAny((name) => void this.heard.set(name, (this.heard.get(name) ?? 0) + 1));
      return socket;
    };
    const own = { createHostKey: async () => hostKeyHash, hostKey: async () => hostKey };
    const platform = {
      ...createNodePlatform(line),
      createDevice: async () => createSinkDevice(this.#sink, (track) => this.#take(track), 'member'),
      // Of another's Room it has no such key: two who lead take the group apart.
      ...(to === null && own),
    };
    const { link, ...host } = to === null ? await createRoom(platform) : { link: to };
    const mic = new FakeTrack('audio').asTrack();
    const camera = new FakeTrack('video').asTrack();
    const hostToken = 'hostToken' in host ? { hostToken: host.hostToken } : {};
    const client = createRoomClient({ platform, link, ...hostToken, displayName: 'Presenter', mic, camera });
    this.#client = client;
    await client.join();
    this.#startMs = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    await this.#until('both tracks', () => this.#sent.size === 2);
    return { client, link };
  }

  async #until(what: string, is: (view: RoomView) => boolean): Promise<void> {
    const deadline = Date.now() + ON_AIR_TIMEOUT_MS;
    for (;;) {
      const state = this.#client?.state.get();
      if (state?.phase === 'ended') throw new Error(`the presenter's place ended: ${state.reason}`);
      if (state?.phase === 'in' && is(state)) return;
      if (Date.now() > deadline) throw new Error(`the presenter does not get there in time: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  get view(): RoomView {
    const state = this.#client?.state.get();
    if (state?.phase !== 'in') throw new Error('the presenter is not in the Room');
    return state;
  }

  async epoch(): Promise<number | null> {
    return (await this.#client?.diagnostics())?.epoch ?? null;
  }

  /** It holds the group's keys, and what it sends is sealed with them. */
  get isSealed(): boolean {
    return this.view.security.state === 'sealed';
  }

  watchLink(): Promise<RoomLink> {
    if (this.#client === null) throw new Error('the presenter is not in a Room');
    return this.#client.stage.watchLink();
  }

  /** What its Producers were made with. */
  rtpParameters(kind: 'audio' | 'video'): RtpParameters {
    const track = this.#sent.get(kind);
    if (track === undefined) throw new Error('the presenter sends nothing yet');
    return track.rtpParameters;
  }

  /** The endpoint of its own transport. */
  get endpoint(): number {
    return this.#sent.get('video')?.endpoint ?? -1;
  }

  /** Key frames that the server asks for of this endpoint are sent. */
  listen(endpoint: number): void {
    this.#sink.onHeard(endpoint, (packet) => {
      for (const ssrc of keyFramesAsked(packet)) this.#restart(ssrc);
    });
  }

  close(): void {
    clearInterval(this.#timer);
    this.#client?.close();
  }

  #take(track: SinkTrack): void {
    if (track.direction === 'receive') return;
    const { codecs, encodings = [], headerExtensions = [] } = track.rtpParameters;
    const payloadType = codecs[0]?.payloadType ?? 0;
    const kind = codecs[0]?.mimeType.toLowerCase() === 'audio/opus' ? 'audio' : 'video';
    this.#sent.set(kind, track);
    track.lane.onOut = (frame) => this.#targets.get(frame)?.(new Uint8Array(frame.data));
    const ssrcs = encodings.map(({ ssrc = 0 }) => ssrc);
    if (kind === 'audio') {
      this.#voice = new RtpStream(ssrcs[0] ?? 0, payloadType);
      this.#levelId = headerExtensions.find(({ uri }) => String(uri) === LEVEL_URI)?.id ?? 1;
      return;
    }
    if (ssrcs.length !== LAYERS.length) throw new Error(`the camera has ${ssrcs.length} layers`);
    this.#layers = LAYERS.map((layer, index) => ({
      layer,
      stream: new RtpStream(ssrcs[index] ?? 0, payloadType),
      // Not all layers' key frames at once.
      sinceKey: (index * KEY_FRAME_EVERY) / LAYERS.length,
      lastKeyMs: 0,
    }));
    this.target ??= track.endpoint;
    this.listen(track.endpoint);
  }

  #restart(ssrc: number): void {
    const sending = this.#layers.find(({ stream }) => stream.ssrc === ssrc);
    if (sending === undefined || performance.now() - sending.lastKeyMs < KEY_FRAME_PAUSE_MS) return;
    sending.sinceKey = KEY_FRAME_EVERY;
  }

  #tick(): void {
    const nowMs = performance.now();
    const behindMs = nowMs - this.#startMs - this.#sounds * OPUS_MS;
    if (behindMs > MOST_LATE_MS) this.#startMs = nowMs - this.#sounds * OPUS_MS;
    while (this.#sounds * OPUS_MS <= nowMs - this.#startMs) {
      this.#sendSound();
      if ((this.#pictures * 1000) / FPS <= this.#sounds * OPUS_MS) this.#sendPictures(nowMs);
    }
    if (nowMs - this.#lastReportMs >= REPORT_EVERY_MS) this.#report(nowMs);
  }

  #sendSound(): void {
    const timestamp = this.#sounds * OPUS_TICKS;
    this.#sounds += 1;
    const voice = this.#voice;
    if (voice === null) return;
    this.#seal(this.#sent.get('audio')?.lane, opusFrame(), 'audio/opus', (sealed) => {
      this.#transmit(voice.opus(sealed, timestamp, SPEECH_DBOV, this.#levelId), 'atOnce');
    });
  }

  #sendPictures(nowMs: number): void {
    const timestamp = Math.floor((this.#pictures * 1000 * VP8_TICKS_PER_MS) / FPS);
    this.#pictures += 1;
    for (const sending of this.#layers) {
      const isKey = sending.sinceKey >= KEY_FRAME_EVERY;
      sending.sinceKey = isKey ? 1 : sending.sinceKey + 1;
      if (isKey) sending.lastKeyMs = nowMs;
      this.#seal(this.#sent.get('video')?.lane, vp8Frame(sending.layer, isKey), 'video/VP8', (sealed) => {
        for (const packet of sending.stream.vp8(sealed, timestamp)) this.#transmit(packet, 'paced');
      });
    }
  }

  /** Without these the SFU switches no layers. */
  #report(nowMs: number): void {
    this.#lastReportMs = nowMs;
    const wallMs = Date.now();
    if (this.#voice !== null) this.#transmit(this.#voice.report(this.#sounds * OPUS_TICKS, wallMs), 'atOnce');
    const timestamp = Math.floor((this.#pictures * 1000 * VP8_TICKS_PER_MS) / FPS);
    for (const { stream } of this.#layers) this.#transmit(stream.report(timestamp, wallMs), 'atOnce');
  }

  #seal(
    lane: FrameLane | undefined,
    data: Uint8Array<ArrayBuffer>,
    mimeType: string,
    then: (sealed: Uint8Array) => void,
  ): void {
    this.#remember(frameName(data));
    const frame: LaneFrame = { data: data.buffer, getMetadata: () => ({ mimeType }) };
    this.#targets.set(frame, (sealed) => {
      this.sealed += 1;
      then(sealed);
    });
    lane?.push(frame);
  }

  #remember(name: string): void {
    this.recent.add(name);
    const [oldest] = this.recent;
    if (this.recent.size > REMEMBERED_FRAMES && oldest !== undefined) this.recent.delete(oldest);
  }

  #transmit(packet: Buffer, when: 'paced' | 'atOnce'): void {
    if (this.target !== null) this.#sink.feed(this.target, packet, when);
  }
}

/** By all its bytes. */
export const frameName = (data: Uint8Array): string => hash('sha256', data, 'base64');

/** As browsers make the host's key of a Room: what stands in the link is the head of its digest. */
async function makeHostKey(): Promise<{ hostKey: CryptoKeyPair; hostKeyHash: string }> {
  const hostKey = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
  const digest = await crypto.subtle.digest('SHA-256', await crypto.subtle.exportKey('raw', hostKey.publicKey));
  return { hostKey, hostKeyHash: Buffer.from(digest, 0, 16).toString('base64url') };
}
