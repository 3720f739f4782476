// One outgoing track: every frame leaves sealed or not at all.
import type { StreamName, FrameCodec, TrackCounters } from '../messages.ts';
import { isKeyFrame, isOfCodec, isVideo, type EncodedFrame } from './encodedFrame.ts';
import type { FrameKeyring, SealTicket } from './FrameKeyring.ts';
import { FramePipe } from './FramePipe.ts';
import { KeyFrameAsk } from './KeyFrameAsk.ts';
import { FRAME_BYTES_LIMIT, sealFrame } from './layout.ts';
import { splitFrame, type SplitFrame } from './splitFrame.ts';
import type { TrackStatus } from './TrackStatus.ts';

export interface SendTrackOptions {
  stream: StreamName;
  codec: FrameCodec;
  keyring: FrameKeyring;
  status: TrackStatus;
  nowMs: () => number;
  /** Has the encoder make a key frame, where the platform can. */
  generateKeyFrame: () => void;
}

export class SendTrack {
  readonly #options: SendTrackOptions;
  readonly #pipe: FramePipe;
  readonly #ask: KeyFrameAsk;
  /** Frames were dropped for want of a key, so what follows cannot be decoded before a key frame. */
  #needsKeyFrame = false;

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

  close(): void {
    this.#pipe.close();
  }

  #accept(frame: EncodedFrame): void {
    const { codec, keyring, status, stream } = this.#options;
    try {
      if (!isOfCodec(frame, codec)) return status.dropped('wrongCodec');
      const data = new Uint8Array(frame.data);
      if (data.length > FRAME_BYTES_LIMIT) return status.dropped('tooLarge');
      const split = splitFrame(codec, data);
      if (typeof split === 'string') return status.dropped(split);
      const ticket = keyring.takeTicket(stream);
      if (typeof ticket === 'string') {
        this.#needsKeyFrame = isVideo(codec);
        return status.dropped(ticket);
      }
      this.#followKeyFrames(split.isKeyFrame ?? isKeyFrame(frame));
      this.#pipe.push(this.#seal(frame, split, ticket));
    } catch {
      status.dropped('malformed');
    }
  }

  async #seal(frame: EncodedFrame, split: SplitFrame, ticket: SealTicket): Promise<EncodedFrame | null> {
    const { codec, keyring, status } = this.#options;
    try {
      const sealed = await sealFrame(ticket, codec, split);
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

  #followKeyFrames(wholeAgain: boolean): void {
    if (wholeAgain) this.#needsKeyFrame = false;
    else if (this.#needsKeyFrame) this.#ask.ask();
  }
}
