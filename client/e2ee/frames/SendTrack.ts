// One outgoing track: every frame leaves sealed or not at all.
import type { Feed } from '../feed/Feed.ts';
import type { StreamName, FrameCodec, FrameFault, TrackCounters } from '../messages.ts';
import { isKeyFrame, isOfCodec, isVideo, type EncodedFrame } from './encodedFrame.ts';
import type { FrameKeyring, SealTicket } from './FrameKeyring.ts';
import { FramePipe } from './FramePipe.ts';
import { KeyFrameAsk } from './KeyFrameAsk.ts';
import { FRAME_BYTES_LIMIT, sealFrame } from './layout.ts';
import { isForStage, isSignatureDue, sealOnAir } from './sealOnAir.ts';
import { splitFrame, type SplitFrame } from './splitFrame.ts';
import type { TrackStatus } from './TrackStatus.ts';

export interface SendTrackOptions {
  stream: StreamName;
  codec: FrameCodec;
  keyring: FrameKeyring;
  /** By whose key what is on air is signed; without it nothing goes on air. */
  feed: Feed | undefined;
  status: TrackStatus;
  nowMs: () => number;
  /** Has the encoder make a key frame, where the platform can. */
  generateKeyFrame: () => void;
}

export class SendTrack {
  readonly #options: SendTrackOptions;
  readonly #pipe: FramePipe;
  readonly #ask: KeyFrameAsk;
  /** Frames were dropped for want of a key, or somebody has none that came before: what follows cannot be decoded before a key frame. */
  #needsKeyFrame = false;
  /** The last frame was sealed for the stage. */
  #isOnAir = false;

  constructor(readable: ReadableStream, writable: WritableStream, options: SendTrackOptions) {
    this.#options = options;
    this.#ask = new KeyFrameAsk(options.generateKeyFrame, options.nowMs);
    this.#pipe = new FramePipe(readable, writable, (frame) => this.#accept(frame));
  }

  counters(): TrackCounters {
    return this.#options.status.counters();
  }

  epochArrived(): void {
    // Sending switches by FrameKeyring.sendFrom; there is nothing to release here.
  }

  /** Theirs is the first picture that they can open, and no request from afar comes as soon as it is due. */
  newcomersArrived(): void {
    if (!isVideo(this.#options.codec)) return;
    this.#needsKeyFrame = true;
    this.#ask.ask();
  }

  close(): void {
    this.#pipe.close();
  }

  #accept(frame: EncodedFrame): void {
    const { codec, feed, keyring, status, stream } = this.#options;
    try {
      if (!isOfCodec(frame, codec)) return status.dropped('wrongCodec');
      const data = new Uint8Array(frame.data);
      if (data.length > FRAME_BYTES_LIMIT) return status.dropped('tooLarge');
      const split = splitFrame(codec, data);
      if (typeof split === 'string') return status.dropped(split);
      if (keyring.isOnAir(stream) && !feed?.key) return this.#dropForKey('noKey');
      const ticket = keyring.takeTicket(stream);
      if (typeof ticket === 'string') return this.#dropForKey(ticket);
      this.#followKeyFrames(split.isKeyFrame ?? isKeyFrame(frame));
      this.#pipe.push(this.#seal(frame, this.#sealed(split, ticket)));
    } catch {
      status.dropped('malformed');
    }
  }

  #sealed(split: SplitFrame, ticket: SealTicket): Promise<ArrayBuffer> {
    const { codec, feed, stream } = this.#options;
    const wasOnAir = this.#isOnAir;
    this.#isOnAir = isForStage(ticket);
    if (!isForStage(ticket)) return sealFrame(ticket, codec, split);
    if (!feed?.key) throw new Error('nothing to sign with');
    // Also the first of what is on air, so that nobody who tunes in waits for the batch.
    const isSigned = !wasOnAir || isSignatureDue(codec, Number(ticket.ctr));
    return sealOnAir(ticket, codec, split, { key: feed.key, timeMs: feed.timeMs(), stream }, isSigned);
  }

  async #seal(frame: EncodedFrame, work: Promise<ArrayBuffer>): Promise<EncodedFrame | null> {
    const { keyring, status } = this.#options;
    try {
      const sealed = await work;
      if (this.#pipe.closed) return null;
      if (!keyring.isSending) {
        status.dropped('noKey');
        return null;
      }
      frame.data = sealed;
      status.passed();
      return frame;
    } catch {
      status.dropped('malformed');
      return null;
    }
  }

  #dropForKey(fault: FrameFault): void {
    this.#needsKeyFrame = isVideo(this.#options.codec);
    this.#options.status.dropped(fault);
  }

  #followKeyFrames(wholeAgain: boolean): void {
    if (wholeAgain) this.#needsKeyFrame = false;
    else if (this.#needsKeyFrame) this.#ask.ask();
  }
}
