// All tracks of the e2eeWorker: one pipe each, one keyring for all.
import type { Feed } from '../feed/Feed.ts';
import type { TrackCounters, TrackState, TransformOptions } from '../messages.ts';
import { isVideo } from './encodedFrame.ts';
import type { FrameKeyring } from './FrameKeyring.ts';
import { KeyDoubt } from './KeyDoubt.ts';
import { ReceiveTrack } from './ReceiveTrack.ts';
import { SendTrack } from './SendTrack.ts';
import { TrackStatus } from './TrackStatus.ts';

export interface FrameEngineOptions {
  keyring: FrameKeyring;
  /** Where something may be on air; without it nothing is sealed or opened under the stage's keys. */
  feed?: Feed;
  report: {
    track(trackId: string, state: TrackState): void;
    keyFrameNeeded(trackId: string): void;
    /** Nothing that comes in opens under the keys we hold. */
    keysDoubted(): void;
  };
  nowMs: () => number;
  /** Returns the way to cancel. */
  setTimer: (ms: number, callback: () => void) => () => void;
}

/** What the platform can do about key frames; neither may throw. */
export interface KeyFrameControl {
  generate?(): void;
  request?(): void;
}

export class FrameEngine {
  readonly #options: FrameEngineOptions;
  readonly #tracks = new Map<string, SendTrack | ReceiveTrack>();
  readonly #doubt: KeyDoubt;
  #cancelPurge: (() => void) | null = null;
  #closed = false;

  constructor(options: FrameEngineOptions) {
    this.#options = options;
    this.#doubt = new KeyDoubt(() => options.report.keysDoubted());
    options.keyring.watchRetirement(() => this.#schedulePurge());
    options.keyring.watchNewcomers(() => {
      for (const track of this.#tracks.values()) if (track instanceof SendTrack) track.newcomersArrived();
    });
  }

  /**
   * Puts a track's frames through this engine, from `readable` to `writable`. A track that was attached before under this id
   * ends. Throws TypeError where a stream is locked already; then nothing of it flows.
   */
  attach(
    readable: ReadableStream,
    writable: WritableStream,
    options: TransformOptions,
    keyFrames?: KeyFrameControl,
  ): void {
    if (this.#closed) return;
    const { trackId, side, stream, codec } = options;
    const { feed, keyring, nowMs, setTimer } = this.#options;
    this.dropTrack(trackId);
    const status = new TrackStatus({
      trackId,
      side,
      nowMs,
      report: (id, state) => this.#report(id, side, state),
    });
    const common = { stream, codec, keyring, feed, status, nowMs };
    if (options.side === 'send') {
      const generateKeyFrame = () => keyFrames?.generate?.();
      this.#tracks.set(trackId, new SendTrack(readable, writable, { ...common, generateKeyFrame }));
      return;
    }
    const requestKeyFrame = () => {
      if (isVideo(codec)) keyFrames?.request?.();
      this.#options.report.keyFrameNeeded(trackId);
    };
    const { peerId } = options;
    this.#tracks.set(trackId, new ReceiveTrack(readable, writable, { ...common, peerId, setTimer, requestKeyFrame }));
  }

  #report(trackId: string, side: 'send' | 'receive', state: TrackState): void {
    this.#options.report.track(trackId, state);
    if (side === 'receive') this.#doubt.note(trackId, state);
  }

  /** Ends a track and forgets its counters. Replay windows belong to the keyring and stay. */
  dropTrack(trackId: string): void {
    this.#tracks.get(trackId)?.close();
    this.#tracks.delete(trackId);
    this.#doubt.forget(trackId);
  }

  counters(): TrackCounters[] {
    return [...this.#tracks.values()].map((track) => track.counters());
  }

  /** To be called after each FrameKeyring.addEpoch: releases the frames that were held for it. */
  noteEpochArrived(): void {
    for (const track of this.#tracks.values()) track.epochArrived();
  }

  /** Ends every track. The keyring is its owner's to clear. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const track of this.#tracks.values()) track.close();
    this.#tracks.clear();
    this.#cancelPurge?.();
    this.#cancelPurge = null;
  }

  /** Old keys are forgotten on time even where no frame flows. */
  #schedulePurge(): void {
    this.#cancelPurge?.();
    this.#cancelPurge = null;
    const { keyring, nowMs, setTimer } = this.#options;
    const waitMs = keyring.nextRetirementMs - nowMs();
    if (this.#closed || waitMs === Infinity) return;
    this.#cancelPurge = setTimer(Math.max(0, waitMs), () => {
      keyring.purge();
      this.#schedulePurge();
    });
  }
}
