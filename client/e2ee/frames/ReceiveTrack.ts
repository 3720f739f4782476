// One incoming track: a frame comes out opened, from the Member it must be from, once, or not at all.
import type { Feed } from '../feed/Feed.ts';
import type { Verdict } from '../feed/SoundProof.ts';
import type { FrameCodec, FrameFault, Proof, StreamName, TrackCounters } from '../messages.ts';
import { isKeyFrame, isOfCodec, isVideo, type EncodedFrame } from './encodedFrame.ts';
import type { FrameEpoch, ReceiveSlot } from './FrameEpoch.ts';
import type { FrameKeyring } from './FrameKeyring.ts';
import { FramePipe } from './FramePipe.ts';
import { HoldQueue } from './HoldQueue.ts';
import { KeyFrameAsk } from './KeyFrameAsk.ts';
import { streamNumber } from './kid.ts';
import { openFrame, parseSealedFrame, type SealedFrame } from './layout.ts';
import { OnAirProof } from './OnAirProof.ts';
import type { TrackStatus } from './TrackStatus.ts';

export interface ReceiveTrackOptions {
  stream: StreamName;
  codec: FrameCodec;
  /** The Member this Consumer belongs to, as the page was told; only their leaf's frames are opened. */
  peerId: string;
  keyring: FrameKeyring;
  /** Whose signatures count; without it nothing on air is opened. */
  feed: Feed | undefined;
  status: TrackStatus;
  nowMs: () => number;
  setTimer: (ms: number, callback: () => void) => () => void;
  requestKeyFrame: () => void;
}

type Refusal = Extract<Verdict, { outcome: 'drop' }>;
const UNPROVEN: Verdict = { outcome: 'drop', fault: 'unsigned', isForgery: false };

interface Arrival {
  frame: EncodedFrame;
  sealed: SealedFrame;
}

export class ReceiveTrack {
  readonly #options: ReceiveTrackOptions;
  readonly #pipe: FramePipe;
  readonly #held: HoldQueue<Arrival>;
  readonly #ask: KeyFrameAsk;
  readonly #proof: OnAirProof | null;
  /** No key frame was opened yet, or a frame was lost since: delta frames cannot be decoded. */
  #needsKeyFrame: boolean;

  constructor(readable: ReadableStream, writable: WritableStream, options: ReceiveTrackOptions) {
    this.#options = options;
    this.#needsKeyFrame = isVideo(options.codec);
    this.#ask = new KeyFrameAsk(options.requestKeyFrame, options.nowMs);
    this.#held = new HoldQueue({ ...options, onExpired: (arrivals) => this.#giveUp(arrivals) });
    const { codec, feed } = options;
    this.#proof = feed ? new OnAirProof({ ...options, isSound: !isVideo(codec), speakers: feed.speakers }) : null;
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
    if (kid.domain === 1) return this.#pipe.push(this.#openOnAir(arrival, epoch));
    const slot = epoch.receiveSlot(0, kidValue);
    if (!slot.window.isFresh(ctr)) return status.dropped('replayed');
    this.#pipe.push(this.#open(arrival, slot));
  }

  /** Whether the KID names the Member and the stream this track belongs to. A viewer knows no leaves: signatures tell it who. */
  #bindingFault(epoch: FrameEpoch, { kid }: SealedFrame): FrameFault | null {
    const { peerId, stream } = this.#options;
    if (epoch.memberOfLeaf !== null && epoch.memberOfLeaf.get(kid.leaf) !== peerId) return 'wrongLeaf';
    return epoch.holds(kid.domain) && kid.stream === streamNumber(stream) ? null : 'wrongStream';
  }

  /** Nothing is asked of the keys before it is known that the frame may be its speaker's. */
  async #openOnAir(arrival: Arrival, epoch: FrameEpoch): Promise<EncodedFrame | null> {
    const { status } = this.#options;
    const verdict = (await this.#proof?.judge(arrival.sealed, epoch)) ?? UNPROVEN;
    if (this.#pipe.closed) return null;
    if (verdict.outcome === 'drop') {
      await this.#refuse(arrival.sealed, epoch, verdict);
      return null;
    }
    const slot = epoch.receiveSlot(1, arrival.sealed.kidValue);
    if (!slot.window.isFresh(arrival.sealed.ctr)) {
      status.dropped('replayed');
      return null;
    }
    return this.#open(arrival, slot, epoch.memberOfLeaf === null ? verdict.proof : undefined);
  }

  /** Whoever sealed it with the stage's key meant to be taken for the speaker; what nobody sealed is rubbish, or of another epoch. */
  async #refuse(sealed: SealedFrame, epoch: FrameEpoch, { fault, isForgery }: Refusal): Promise<void> {
    const { status } = this.#options;
    const isSealed = isForgery && (await opensUnder(sealed, epoch));
    if (this.#pipe.closed) return;
    if (isSealed) status.forged(fault);
    else if (this.#proof?.isMuted) status.muted(fault);
    else status.dropped(isForgery ? 'authFailed' : fault);
    this.#lost();
  }

  async #open({ frame, sealed }: Arrival, slot: ReceiveSlot, proof?: Proof): Promise<EncodedFrame | null> {
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
    status.passed(proof);
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

/** By keys that are forgotten at once: of a KID that nobody vouches for no state is kept. */
async function opensUnder(sealed: SealedFrame, epoch: FrameEpoch): Promise<boolean> {
  try {
    await openFrame(sealed, await epoch.deriveOnce(1, sealed.kidValue));
    return true;
  } catch {
    return false;
  }
}
