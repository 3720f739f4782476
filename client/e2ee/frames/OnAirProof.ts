// Holds the frames of one incoming track on air to the feed key that the roster names for its Peer (SPEC F-23 … F-26).
import { isSignedBy, LEAF_BYTES, leafOf } from '../feed/signedBlock.ts';
import { SoundProof, type Verdict } from '../feed/SoundProof.ts';
import { STALE_MS, type Speaker, type Speakers } from '../feed/Speakers.ts';
import type { FrameFault, StreamName } from '../messages.ts';
import { concatBytes, toHex } from '../util/bytes.ts';
import type { FrameEpoch } from './FrameEpoch.ts';
import { streamNumber } from './kid.ts';
import type { SealedFrame } from './layout.ts';

export interface OnAirProofOptions {
  peerId: string;
  stream: StreamName;
  isSound: boolean;
  speakers: Speakers;
  nowMs: () => number;
}

export class OnAirProof {
  readonly #options: OnAirProofOptions;
  /** Of sound, one after the other: what proves a frame comes later than it. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: OnAirProofOptions) {
    this.#options = options;
  }

  get isMuted(): boolean {
    const { speakers, peerId, stream } = this.#options;
    return speakers.of(peerId)?.sounds.get(stream)?.isMuted ?? false;
  }

  /** Whether the frame may be opened; never rejects. */
  judge(frame: SealedFrame, epoch: FrameEpoch): Promise<Verdict> {
    if (!this.#options.isSound) return this.#judgePicture(frame, epoch).catch(() => drop('malformed'));
    const verdict = this.#tail.then(() => this.#judgeSound(frame, epoch)).catch(() => drop('malformed'));
    this.#tail = verdict;
    return verdict;
  }

  async #judgePicture(frame: SealedFrame, epoch: FrameEpoch): Promise<Verdict> {
    const speaker = this.#options.speakers.of(this.#options.peerId);
    if (speaker === undefined) return drop('unsigned');
    if (frame.block === null) return drop('unsigned', true);
    if (frame.block.count !== 1) return drop('badSignature', true);
    if (this.#isStale(speaker, frame.block.timeMs)) return drop('stale');
    const leaf = await leafOf(wholeOf(frame));
    if (!(await this.#isTheirs(speaker, frame, epoch, leaf))) return drop('badSignature', true);
    return { outcome: 'play', proof: 'verified' };
  }

  async #judgeSound(frame: SealedFrame, epoch: FrameEpoch): Promise<Verdict> {
    const speaker = this.#options.speakers.of(this.#options.peerId);
    if (speaker === undefined) return drop('unsigned');
    const { block, kidValue: kid, ctr } = frame;
    const leaf = await leafOf(wholeOf(frame));
    const place = { place: epoch, kid, ctr };
    const sound = this.#soundOf(speaker);
    if (block === null) return sound.hear(place, toHex(leaf));
    if (this.#isStale(speaker, block.timeMs)) return drop('stale');
    if (!(await this.#isTheirs(speaker, frame, epoch, leaf))) return sound.hearForged();
    return sound.hearSigned(place, block.timeMs, leavesOf(concatBytes(block.leaves, leaf)));
  }

  #soundOf({ sounds }: Speaker): SoundProof {
    const { stream, nowMs } = this.#options;
    const sound = sounds.get(stream) ?? new SoundProof(nowMs);
    sounds.set(stream, sound);
    return sound;
  }

  #isStale({ newestMs }: Speaker, timeMs: number): boolean {
    return timeMs < (newestMs.get(this.#options.stream) ?? 0) - STALE_MS;
  }

  async #isTheirs(speaker: Speaker, frame: SealedFrame, epoch: FrameEpoch, leaf: Uint8Array): Promise<boolean> {
    const { stream } = this.#options;
    const { block, ctr } = frame;
    if (block === null) return false;
    const place = { groupId: epoch.groupId, stream: streamNumber(stream), epoch: epoch.epoch };
    if (!(await isSignedBy(speaker.key, place, block, { ctr, leaf }))) return false;
    speaker.newestMs.set(stream, Math.max(block.timeMs, speaker.newestMs.get(stream) ?? 0));
    return true;
  }
}

/** As it was before its block was put in. */
function wholeOf({ clear, header, ciphertext, trailer }: SealedFrame): Uint8Array<ArrayBuffer> {
  return concatBytes(clear, header, ciphertext, Uint8Array.of(trailer));
}

function leavesOf(bytes: Uint8Array): string[] {
  const count = bytes.length / LEAF_BYTES;
  return Array.from({ length: count }, (_, at) => toHex(bytes.subarray(at * LEAF_BYTES, (at + 1) * LEAF_BYTES)));
}

function drop(fault: FrameFault, isForgery = false): Verdict {
  return { outcome: 'drop', fault, isForgery };
}
