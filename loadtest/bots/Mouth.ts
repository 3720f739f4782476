// What a Bot says aloud: a voice that was encoded beforehand, sealed frame by frame with its keys, over a line of its own to the SFU.
import type { Device } from 'mediasoup-client/types';
import { generateNativeRtpCapabilities } from 'mediasoup-client/fakeParameters';
import type { FrameLane, LaneFrame } from '../../client/platform/node/FrameLane.ts';
import { Voice, type VoiceIds } from '../../infra/doctor/peer/opusRtp.ts';
import { createPeerDevice } from '../../infra/doctor/peer/peerDevice.ts';
import type { PeerLine } from '../../infra/doctor/peer/PeerLine.ts';
import { FRAME_MS, TICKS_PER_FRAME, VOICE } from './voice.ts';

/** As loud as somebody who speaks. */
const SPEECH_DBOV = 25;
/** A timer that came late is made up for, but not more of it than a listener keeps back. */
const MOST_LATE_FRAMES = 10;
const METADATA = { mimeType: 'audio/opus' } as const;

export class Mouth {
  readonly #timestamps = new WeakMap<LaneFrame, number>();
  #lane: FrameLane | null = null;
  #line: PeerLine | null = null;
  #timer: NodeJS.Timeout | undefined;
  #startMs = 0;
  /** Frames of its time, spoken or silent. */
  #at = 0;
  #closed = false;
  /** Frames that left. */
  sounds = 0;

  /** One for each life of the media. It receives nothing: a hundred who listen would be a hundred who decrypt what nobody hears. */
  createDevice(): Device {
    return createPeerDevice({
      way: 'udp',
      numbersPackets: true,
      capabilities: generateNativeRtpCapabilities(),
      onLine: () => undefined,
      onPacket: () => undefined,
      onSending: (lane, line, ids) => this.#speakBy(lane, line, ids),
      onReceiving: null,
      onOpened: (line) => this.#opened(line),
    });
  }

  /** Frames are sealed from now on; they leave once there is a line. */
  open(): void {
    if (this.#closed || this.#timer !== undefined) return;
    if (this.#startMs === 0) this.#startMs = performance.now();
    this.#at = this.#dueFrames;
    this.#timer = setInterval(() => this.#tick(), FRAME_MS);
  }

  shut(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.shut();
    this.#line?.close();
  }

  #opened(line: PeerLine): void {
    // That of the life before ended with it.
    this.#line?.close();
    this.#line = line;
    if (this.#closed) line.close();
  }

  #speakBy(lane: FrameLane, line: PeerLine, ids: VoiceIds): void {
    const voice = new Voice(ids);
    lane.onOut = (frame) => {
      if (line.state !== 'connected') return;
      this.sounds += 1;
      line.send(voice.packet(new Uint8Array(frame.data), this.#timestamps.get(frame) ?? 0, SPEECH_DBOV));
    };
    this.#lane = lane;
  }

  get #dueFrames(): number {
    return Math.floor((performance.now() - this.#startMs) / FRAME_MS);
  }

  #tick(): void {
    this.#at = Math.max(this.#at, this.#dueFrames - MOST_LATE_FRAMES);
    for (; this.#at < this.#dueFrames; this.#at += 1) {
      // A copy: what is sealed is taken from whoever gave it.
      const data = new Uint8Array(VOICE[this.#at % VOICE.length] ?? []).buffer;
      const frame: LaneFrame = { data, getMetadata: () => METADATA };
      this.#timestamps.set(frame, this.#at * TICKS_PER_FRAME);
      this.#lane?.push(frame);
    }
  }
}
