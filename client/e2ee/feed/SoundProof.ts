// Sound is played before it is proven: how much of it, what proves it, and when it is muted (SPEC F-25).
import type { FrameFault, Proof } from '../messages.ts';
import { SOUND_BATCH } from './signedBlock.ts';

/**
 * Frames that may be played without proof, 20 ms each: two batches. So much of what somebody forges is heard at the most; less
 * would mute a line that loses two blocks in a row.
 */
const UNPROVEN_LIMIT = 2 * SOUND_BATCH;
const BAD_BATCHES_TO_MUTE = 2;
/** Frames behind the last block of an epoch, which no other comes to sign. */
const TAIL = SOUND_BATCH - 1;
/** Counters looked back on for frames that come after their block. */
const PROVEN_KEPT = 64;
/** Who is muted again within this time has to prove twice as many batches before it is heard. */
const PENALTY_MS = 60_000;
const MAX_PENALTY = 64;

export type Verdict =
  | { outcome: 'play'; proof: Proof }
  /** `isForgery`: if it was sealed with the stage's key, no loss of packets explains it. */
  | { outcome: 'drop'; fault: FrameFault; isForgery: boolean };

/** One speaker's stream in one epoch. */
interface Line {
  /** The one KID that was proven to be theirs. */
  readonly kid: number;
  newest: number;
  /** Counters above are played only where a block proves them: it went on in another epoch. Infinity in the epoch that they sign in now. */
  end: number;
  readonly proven: Map<number, string>;
}

export interface SoundFrame {
  /** Stands for the epoch. */
  place: object;
  kid: number;
  ctr: number;
}

export class SoundProof {
  readonly #nowMs: () => number;
  readonly #lines = new WeakMap<object, Line>();
  /** What was signed last, and when by the speaker's clock. */
  #latest: Line | null = null;
  #latestMs = -Infinity;
  /** Played and not proven yet. */
  #pending: { line: Line; ctr: number; leaf: string }[] = [];
  #bad = 0;
  #muted: FrameFault | null = null;
  #mutedAtMs = -Infinity;
  /** Good batches in a row since it was muted, and how many end it. */
  #good = 0;
  #needed = 1;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Whether what comes is dropped until it is proven. */
  get isMuted(): boolean {
    return this.#muted !== null;
  }

  /** A frame without a block. */
  hear({ place, kid, ctr }: SoundFrame, leaf: string): Verdict {
    const line = this.#lines.get(place);
    // Nothing of this KID was signed by them yet: it could be anybody's.
    if (line?.kid !== kid) return drop('unsigned');
    const proven = line.proven.get(ctr);
    if (proven !== undefined) return proven === leaf ? this.#play() : this.#forged();
    if (ctr <= line.newest || ctr > line.end) return drop('stale');
    // The tail of the epoch before, which nobody signs any more.
    if (line !== this.#latest) return this.#play();
    if (this.#pending.some((played) => played.line === line && played.ctr === ctr)) return drop('replayed');
    this.#pending.push({ line, ctr, leaf });
    if (this.#pending.length > UNPROVEN_LIMIT) {
      this.#pending.shift();
      this.#mute('unsigned');
    }
    return this.#play();
  }

  /** A frame with a block that is theirs, signed at `timeMs` by their clock: `leaves` of the frames up to this one. */
  hearSigned({ place, kid, ctr }: SoundFrame, timeMs: number, leaves: readonly string[]): Verdict {
    const line = this.#lines.get(place) ?? { kid, newest: -1, end: -1, proven: new Map<number, string>() };
    this.#lines.set(place, line);
    if (line.kid !== kid) return drop('wrongLeaf');
    // A block that comes again proves what it proved before: it is no batch more, and shortens no mute.
    const isNew = ctr > line.newest;
    const first = ctr - leaves.length + 1;
    const left = isNew && timeMs >= this.#latestMs ? this.#goOnIn(line, timeMs) : 0;
    const { isForged, lost } = this.#settle(line, first, leaves);
    leaves.forEach((leaf, index) => line.proven.set(first + index, leaf));
    line.newest = Math.max(line.newest, ctr);
    for (const old of line.proven.keys()) if (old <= line.newest - PROVEN_KEPT) line.proven.delete(old);
    if (isForged) return this.#forged();
    const missing = Math.ceil(lost / SOUND_BATCH) + Math.ceil(left / SOUND_BATCH);
    if (missing > 0) this.#noteBad('unsigned', missing);
    else if (isNew) this.#noteGood();
    return this.#play();
  }

  /** A frame with a block that is not theirs. */
  hearForged(): Verdict {
    this.#noteBad('badSignature');
    return drop('badSignature', true);
  }

  /** The epoch that they sign in now. Of the one before the tail counts for nothing; what was played beyond it is returned. */
  #goOnIn(line: Line, timeMs: number): number {
    this.#latestMs = timeMs;
    const former = this.#latest;
    if (former === line) return 0;
    this.#latest = line;
    line.end = Infinity;
    if (former === null) return 0;
    const end = former.newest + TAIL;
    former.end = end;
    const left = this.#pending.filter((played) => played.ctr > end).length;
    this.#pending = [];
    return left;
  }

  /** What was played and stands in the signed leaves is proven; what is older than they are never will be. */
  #settle(line: Line, first: number, leaves: readonly string[]): { isForged: boolean; lost: number } {
    let isForged = false;
    let lost = 0;
    this.#pending = this.#pending.filter((played) => {
      if (played.line !== line) return true;
      const index = played.ctr - first;
      if (index >= leaves.length) return true;
      if (index < 0) lost += 1;
      else if (leaves[index] !== played.leaf) isForged = true;
      return false;
    });
    return { isForged, lost };
  }

  #forged(): Verdict {
    this.#mute('badSignature');
    return drop('badSignature', true);
  }

  #noteBad(fault: FrameFault, batches = 1): void {
    this.#bad += batches;
    this.#good = 0;
    if (this.#bad >= BAD_BATCHES_TO_MUTE) this.#mute(fault);
  }

  #noteGood(): void {
    this.#bad = 0;
    this.#good += 1;
    if (this.#good >= this.#needed) this.#muted = null;
  }

  #mute(fault: FrameFault): void {
    const nowMs = this.#nowMs();
    if (this.#muted === null) {
      this.#needed = nowMs - this.#mutedAtMs < PENALTY_MS ? Math.min(2 * this.#needed, MAX_PENALTY) : 1;
      this.#mutedAtMs = nowMs;
    }
    // The graver word stays: that blocks are missing too says nothing more.
    if (this.#muted !== 'badSignature') this.#muted = fault;
    this.#good = 0;
    this.#bad = 0;
  }

  #play(): Verdict {
    if (this.#muted !== null) return drop(this.#muted);
    const isLate = this.#bad > 0 || this.#pending.length > SOUND_BATCH + 1;
    return { outcome: 'play', proof: isLate ? 'unproven' : 'verified' };
  }
}

function drop(fault: FrameFault, isForgery = false): Verdict {
  return { outcome: 'drop', fault, isForgery };
}
