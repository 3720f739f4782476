// One incoming track: a frame comes out opened, from the Member it must be from, once, or not at all.
import type { FrameCodec, FrameFault, StreamName, TrackCounters } from '../messages.ts';
import { isKeyFrame, isOfCodec, isVideo, type EncodedFrame } from './encodedFrame.ts';
import type { FrameEpoch, ReceiveSlot } from './FrameEpoch.ts';
import type { FrameKeyring } from './FrameKeyring.ts';
import { FramePipe } from './FramePipe.ts';
import { HoldQueue } from './HoldQueue.ts';
import { KeyFrameAsk } from './KeyFrameAsk.ts';
import { streamNumber } from './kid.ts';
import { openFrame, parseSealedFrame, type SealedFrame } from './layout.ts';
import type { TrackStatus } from './TrackStatus.ts';

export interface ReceiveTrackOptions {
  stream: StreamName;
  codec: FrameCodec;
  /** The Member this Consumer belongs to, as the page was told; only their leaf's frames are opened. */
  peerId: string;
  keyring: FrameKeyring;
  status: TrackStatus;
  nowMs: () => number;
  setTimer: (ms: number, callback: () => void) => () => void;
  requestKeyFrame: () => void;
}

interface Arrival {
  frame: EncodedFrame;
  sealed: SealedFrame;
}

export class ReceiveTrack {
  readonly #options: ReceiveTrackOptions;
  readonly #pipe: FramePipe;
  readonly #held: HoldQueue<Arrival>;
  readonly #ask: KeyFrameAsk;
  /** No key frame was opened yet, or a frame was lost since: delta frames cannot be decoded. */
  #needsKeyFrame: boolean;

  constructor(readable: ReadableStream, writable: WritableStream, options: ReceiveTrackOptions) {
    this.#options = options;
    this.#needsKeyFrame = isVideo(options.codec);
    this.#ask = new KeyFrameAsk(options.requestKeyFrame, options.nowMs);
    this.#held = new HoldQueue({ ...options, onExpired: (arrivals) => this.#giveUp(arrivals) });
    this.#pipe = new FramePipe(readable, writable, (frame) => this.#accept(frame));
  }

  counters(): TrackCounters {
    return this.#options.status.counters();
  }

  /** Lets go on, in their order, the held frames whose epoch is known by now. */
  epochArrived(): void {
    if (this.#held.isEmpty || this.#pipe.closed) return;
    const { keyring } = this.#options;
    const isReady = ({ sealed }: Arrival) => keyring.resolveEpoch(sealed.kid.epochBits) !== undefined;
    for (const arrival of this.#held.takeReady(isReady)) this.#admit(arrival);
  }

  close(): void {
    this.#held.close();
    this.#pipe.close();
  }

  #accept(frame: EncodedFrame): void {
    const { codec, status } = this.#options;
    try {
      if (!isOfCodec(frame, codec)) return status.dropped('wrongCodec');
      const sealed = parseSealedFrame(codec, new Uint8Array(frame.data));
      if (typeof sealed === 'string') return status.dropped(sealed);
      this.epochArrived();
      this.#admit({ frame, sealed });
    } catch {
      status.dropped('malformed');
    }
  }

  #admit(arrival: Arrival): void {
    const { keyring, status } = this.#options;
    const { kid, kidValue, ctr } = arrival.sealed;
    const epoch = keyring.resolveEpoch(kid.epochBits);
    if (epoch === undefined) return this.#hold(arrival);
    const fault = this.#bindingFault(epoch, arrival.sealed);
    if (fault !== null) return status.dropped(fault);
    const slot = epoch.receiveSlot(0, kidValue);
    if (!slot.window.isFresh(ctr)) return status.dropped('replayed');
    this.#pipe.push(this.#open(arrival, slot));
  }

  /** Whether the KID names the Member and the stream this track belongs to. */
  #bindingFault(epoch: FrameEpoch, { kid }: SealedFrame): FrameFault | null {
    const { peerId, stream } = this.#options;
    if (epoch.memberOfLeaf?.get(kid.leaf) !== peerId) return 'wrongLeaf';
    return kid.domain === 0 && kid.stream === streamNumber(stream) ? null : 'wrongStream';
  }

  async #open({ frame, sealed }: Arrival, slot: ReceiveSlot): Promise<EncodedFrame | null> {
    const { status } = this.#options;
    let opened: ArrayBuffer;
    try {
      const keys = slot.keys instanceof Promise ? await slot.keys : slot.keys;
      opened = await openFrame(sealed, keys);
    } catch {
      status.dropped('authFailed');
      this.#lost();
      return null;
    }
    if (this.#pipe.closed) return null;
    if (!slot.window.accept(sealed.ctr)) {
      status.dropped('replayed');
      return null;
    }
    frame.data = opened;
    status.passed();
    this.#followKeyFrames(sealed.isKeyFrame ?? isKeyFrame(frame));
    return frame;
  }

  #hold(arrival: Arrival): void {
    if (!this.#held.add(arrival)) return this.#giveUp([arrival]);
    this.#options.status.holding();
  }

  #giveUp(arrivals: Arrival[]): void {
    const { keyring, status } = this.#options;
    for (let count = 0; count < arrivals.length; count++) status.dropped(keyring.isEmpty ? 'noKey' : 'unknownEpoch');
    this.#lost();
  }

  #lost(): void {
    if (!isVideo(this.#options.codec)) return;
    this.#needsKeyFrame = true;
    this.#ask.ask();
  }

  #followKeyFrames(wholeAgain: boolean): void {
    if (wholeAgain) this.#needsKeyFrame = false;
    else if (this.#needsKeyFrame) this.#ask.ask();
  }
}
