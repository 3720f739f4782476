// Frames, streams and time for tests of the frame path, without a browser.
import type { Feed } from '../feed/Feed.ts';
import type { EncodedFrame } from '../frames/encodedFrame.ts';
import { FrameEngine, type KeyFrameControl } from '../frames/FrameEngine.ts';
import { FrameKeyring, type EpochKeys } from '../frames/FrameKeyring.ts';
import type { FrameFault, StreamName, TrackState } from '../messages.ts';

export function fakeFrame(bytes: Uint8Array, mimeType?: string): EncodedFrame {
  const metadata = mimeType === undefined ? {} : { mimeType };
  return { data: new Uint8Array(bytes).buffer, getMetadata: () => metadata };
}

function body(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + seed) & 0xff);
}

/** A frame whose first bytes are those of a VP8 key frame (RFC 6386, section 9.1). */
export function vp8Key(seed = 0, length = 200): EncodedFrame {
  const bytes = body(length, seed);
  bytes.set([0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01]);
  return fakeFrame(bytes, 'video/VP8');
}

export function vp8Delta(seed = 0, length = 100): EncodedFrame {
  const bytes = body(length, seed);
  bytes[0] = 0x31;
  return fakeFrame(bytes, 'video/VP8');
}

export function opus(seed = 0, length = 60): EncodedFrame {
  return fakeFrame(body(length, seed), 'audio/opus');
}

export function bytesOf(frame: EncodedFrame | undefined): Uint8Array<ArrayBuffer> {
  if (frame === undefined) throw new Error('no such frame');
  return new Uint8Array(frame.data.slice(0));
}

/** A copy that shares nothing, as frames have after the network. */
export function copyOf(frame: EncodedFrame | undefined): EncodedFrame {
  if (frame === undefined) throw new Error('no such frame');
  return { data: frame.data.slice(0), getMetadata: () => frame.getMetadata() };
}

export class ManualClock {
  #nowMs = 1_000;
  #timers: { atMs: number; callback: () => void }[] = [];

  readonly nowMs = (): number => this.#nowMs;

  readonly setTimer = (ms: number, callback: () => void): (() => void) => {
    const timer = { atMs: this.#nowMs + ms, callback };
    this.#timers.push(timer);
    return () => (this.#timers = this.#timers.filter((other) => other !== timer));
  };

  get pendingTimers(): number {
    return this.#timers.length;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    const due = this.#timers.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#timers = this.#timers.filter((timer) => !due.includes(timer));
    for (const { callback } of due) callback();
  }
}

/** Both ends of what a platform gives to one transform. */
export class FakeTrack {
  readonly readable: ReadableStream<EncodedFrame>;
  readonly writable: WritableStream<EncodedFrame>;
  readonly out: EncodedFrame[] = [];
  cancelled = false;
  #source!: ReadableStreamDefaultController<EncodedFrame>;
  #sink!: WritableStreamDefaultController;
  #sunk: () => Promise<void> | void;

  constructor(sunk: () => Promise<void> | void = () => {}) {
    this.#sunk = sunk;
    this.readable = new ReadableStream<EncodedFrame>({
      start: (controller) => void (this.#source = controller),
      cancel: () => void (this.cancelled = true),
    });
    this.writable = new WritableStream<EncodedFrame>({
      start: (controller) => void (this.#sink = controller),
      write: (frame) => {
        this.out.push(frame);
        return this.#sunk();
      },
    });
  }

  push(...frames: EncodedFrame[]): void {
    for (const frame of frames) this.#source.enqueue(frame);
  }

  end(): void {
    this.#source.close();
  }

  failReadable(): void {
    this.#source.error(new Error('the track ended'));
  }

  failWritable(): void {
    this.#sink.error(new Error('the track ended'));
  }
}

export const GROUP = new Uint8Array([7, 7, 7, 7]);

/** The same base key for the same epoch at every member, as the MLS exporter gives it. */
export function epochKeys(
  epoch: number,
  selfLeaf: number,
  members: Record<number, string>,
  groupId = GROUP,
): EpochKeys {
  const baseKey = Uint8Array.from({ length: 16 }, (_, index) => (epoch * 17 + index + (groupId[0] ?? 0)) & 0xff);
  const memberOfLeaf = new Map(Object.entries(members).map(([leaf, peerId]) => [Number(leaf), peerId]));
  return { groupId: new Uint8Array(groupId), epoch, baseKey, selfLeaf, memberOfLeaf };
}

export const MEMBERS = { 0: 'ana', 1: 'ben', 2: 'cleo' };

/** One member's worker: keyring and engine on a manual clock, with everything it reported. */
export class FakeEnd {
  readonly clock: ManualClock;
  readonly keyring: FrameKeyring;
  readonly engine: FrameEngine;
  readonly states: TrackState[] = [];
  readonly keyFramesAsked: string[] = [];
  doubts = 0;
  readonly #leaf: number;

  constructor(
    leaf: number,
    options: { incarnation?: number; clock?: ManualClock; counterLimit?: number; feed?: Feed } = {},
  ) {
    this.#leaf = leaf;
    this.clock = options.clock ?? new ManualClock();
    const { counterLimit } = options;
    this.keyring = new FrameKeyring({
      incarnation: options.incarnation ?? 0,
      nowMs: this.clock.nowMs,
      ...(counterLimit === undefined ? {} : { counterLimit }),
    });
    this.engine = new FrameEngine({
      keyring: this.keyring,
      ...(options.feed && { feed: options.feed }),
      report: {
        track: (_, state) => this.states.push(state),
        keyFrameNeeded: (trackId) => this.keyFramesAsked.push(trackId),
        keysDoubted: () => (this.doubts += 1),
      },
      nowMs: this.clock.nowMs,
      setTimer: this.clock.setTimer,
    });
  }

  async enter(epoch: number, groupId = GROUP): Promise<void> {
    await this.keyring.addEpoch(epochKeys(epoch, this.#leaf, MEMBERS, groupId));
    this.keyring.sendFrom(groupId, epoch);
    this.engine.noteEpochArrived();
  }

  send(trackId: string, stream: StreamName, keyFrames?: KeyFrameControl, track = new FakeTrack()): FakeTrack {
    this.engine.attach(
      track.readable,
      track.writable,
      { side: 'send', trackId, stream, codec: codecOf(stream) },
      keyFrames,
    );
    return track;
  }

  receive(trackId: string, stream: StreamName, peerId: string, keyFrames?: KeyFrameControl): FakeTrack {
    const track = new FakeTrack();
    const options = { side: 'receive', trackId, stream, codec: codecOf(stream), peerId } as const;
    this.engine.attach(track.readable, track.writable, options, keyFrames);
    return track;
  }

  faults(trackId: string): Partial<Record<FrameFault, number>> {
    return this.engine.counters().find((counters) => counters.trackId === trackId)?.faults ?? {};
  }

  /** Seals frames of one stream through the engine, as the server would get them. */
  async seal(stream: StreamName, frames: EncodedFrame[]): Promise<EncodedFrame[]> {
    const track = this.send(`sealing ${stream}`, stream);
    track.push(...frames);
    await until(() => track.out.length === frames.length);
    return track.out.map(copyOf);
  }
}

function codecOf(stream: StreamName): 'opus' | 'vp8' {
  return stream === 'mic' || stream === 'screenAudio' ? 'opus' : 'vp8';
}

/** Waits for work that WebCrypto does off the thread. */
export async function until(isDone: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 4_000;
  while (performance.now() < deadlineMs) {
    if (isDone()) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error('it did not happen in 4 s');
}

/** Long enough for every frame pushed before to have come out, so that absence can be asserted. */
export async function quiet(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setTimeout(resolve, 1));
}
