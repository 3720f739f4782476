// Sound that is played at once and proven a moment later: what losses do, and what a forger achieves.
import { describe, expect, it } from 'vitest';
import { SoundProof, type Verdict } from './SoundProof.ts';

const EPOCH = {};
const KID = 7;

/** Frames as a sender signs them: the first, and every fifth with the nine before. */
class Line {
  nowMs = 0;
  /** By the speaker's clock. */
  signedAtMs = 0;
  readonly proof = new SoundProof(() => this.nowMs);
  readonly played: number[] = [];
  readonly #place: object;
  readonly #kid: number;

  constructor(place: object = EPOCH, kid = KID) {
    this.#place = place;
    this.#kid = kid;
  }

  isSigned(ctr: number): boolean {
    return ctr === 0 || ctr % 5 === 4;
  }

  leaf = (ctr: number): string => `leaf ${ctr}`;

  hear(ctr: number, { place = this.#place, kid = this.#kid, leaf = this.leaf(ctr) } = {}): Verdict {
    const frame = { place, kid, ctr };
    const first = Math.max(0, ctr - 9);
    const leaves = Array.from({ length: ctr - first + 1 }, (_, index) => this.leaf(first + index));
    const signed = this.isSigned(ctr);
    const verdict = signed ? this.proof.hearSigned(frame, this.signedAtMs, leaves) : this.proof.hear(frame, leaf);
    if (verdict.outcome === 'play') this.played.push(ctr);
    return verdict;
  }

  hearAll(from: number, to: number, isLost: (ctr: number) => boolean = () => false): Verdict[] {
    const verdicts: Verdict[] = [];
    for (let ctr = from; ctr <= to; ctr++) if (!isLost(ctr)) verdicts.push(this.hear(ctr));
    return verdicts;
  }

  /** Frames that nobody signed, `from` up to but without `end`. @returns how many of them were played */
  hearForged(from: number, end: number): number {
    const counters = Array.from({ length: end - from }, (_, index) => from + index);
    return counters.filter((ctr) => isPlayed(this.proof.hear({ place: EPOCH, kid: KID, ctr }, 'forged'))).length;
  }
}

const isPlayed = ({ outcome }: Verdict) => outcome === 'play';
const isVerified = (verdict: Verdict) => verdict.outcome === 'play' && verdict.proof === 'verified';

describe('SoundProof', () => {
  it('F-25 plays everything as verified while nothing is lost', () => {
    expect(new Line().hearAll(0, 60).every(isVerified)).toBe(true);
  });

  it('F-25 one lost packet, whichever, mutes nothing', () => {
    for (let lost = 0; lost < 30; lost++) {
      const line = new Line();
      const verdicts = line.hearAll(lost === 0 ? 5 : 0, 60, (ctr) => ctr === lost);
      // Where the first of an epoch is lost nothing is known to be theirs before the next block.
      expect(verdicts.filter((verdict) => !isPlayed(verdict)).length).toBe(lost === 0 ? 4 : 0);
      expect(isVerified(verdicts.at(-1)!)).toBe(true);
    }
  });

  it('F-25 says unproven while a block is missing, and mutes when a second one is', () => {
    const line = new Line();
    line.hearAll(0, 8);
    const gap = line.hearAll(10, 18, (ctr) => line.isSigned(ctr));
    const proofs = gap.map((verdict) => (verdict.outcome === 'play' ? verdict.proof : verdict.fault));
    expect(proofs).toEqual([
      'verified',
      'verified',
      'unproven',
      'unproven',
      'unproven',
      'unproven',
      'unsigned',
      'unsigned',
    ]);
    expect(line.proof.isMuted).toBe(true);
  });

  it('F-25 a good batch ends it', () => {
    const line = new Line();
    line.hearAll(0, 18, (ctr) => ctr > 4 && line.isSigned(ctr));
    expect(line.proof.isMuted).toBe(true);
    // Its block covers what was played since 10; what was before never will be proven, and costs one batch.
    line.hearAll(19, 23);
    expect(isVerified(line.hear(24))).toBe(true);
    expect(line.hearAll(25, 40).every(isVerified)).toBe(true);
  });

  it('F-25 two blocks that are not theirs mute, one does not', () => {
    const line = new Line();
    line.hearAll(0, 8);
    expect(line.proof.hearForged()).toEqual({ outcome: 'drop', fault: 'badSignature', isForgery: true });
    expect(isPlayed(line.hear(10))).toBe(true);
    line.proof.hearForged();
    expect(line.hear(11)).toEqual({ outcome: 'drop', fault: 'badSignature', isForgery: false });
  });

  it('F-25 a frame in the place of a signed one mutes, whether it comes before the block or after it', () => {
    const before = new Line();
    before.hearAll(0, 5);
    before.hear(6, { leaf: 'forged' });
    before.hearAll(7, 8);
    expect(before.hear(9)).toMatchObject({ outcome: 'drop', fault: 'badSignature', isForgery: true });
    const after = new Line();
    after.hearAll(0, 9, (ctr) => ctr === 6);
    expect(after.hear(6, { leaf: 'forged' })).toMatchObject({
      outcome: 'drop',
      fault: 'badSignature',
      isForgery: true,
    });
    expect(after.proof.isMuted).toBe(true);
  });

  it('F-25 at most ten frames are played that nobody signed, and who goes on so is heard less each time', () => {
    const line = new Line();
    line.hearAll(0, 4);
    let forged = 0;
    let next = 5;
    // Somebody with the stage's key, who lets a real batch through whenever we are muted.
    for (let round = 0; round < 200; round++) {
      forged += line.hearForged(next, next + 20);
      next += 20;
      line.nowMs += 500;
      line.hear(next + 4);
      next += 5;
    }
    expect(forged).toBeLessThanOrEqual(10 * 9);
  });

  it('F-25 two batches that were played and are missing mute, also where one block tells of both', () => {
    const line = new Line();
    line.hearAll(0, 4);
    let forged = 0;
    let next = 5;
    // Never an eleventh frame, and two real batches after each ten that nobody signed.
    for (let round = 0; round < 200; round++) {
      forged += line.hearForged(next, next + 10);
      line.hear(next + 19);
      line.hear(next + 24);
      line.nowMs += 500;
      next += 25;
    }
    expect(forged).toBeLessThanOrEqual(10 * 9);
  });

  it('F-25 a block that comes again proves nothing more, and shortens no mute', () => {
    const line = new Line();
    line.hearAll(0, 4);
    let forged = 0;
    let next = 5;
    // The same, but with the one real batch of each round played again as often as the mute asks for.
    for (let round = 0; round < 200; round++) {
      forged += line.hearForged(next, next + 20);
      next += 20;
      line.nowMs += 500;
      for (let copy = 0; copy < 70; copy++) line.hear(next + 4);
      next += 5;
    }
    expect(forged).toBeLessThanOrEqual(10 * 9);
  });

  it('F-25 what comes after its block is played, and what comes long after is not', () => {
    const line = new Line();
    line.hearAll(0, 14, (ctr) => ctr === 12);
    expect(isVerified(line.hear(12))).toBe(true);
    line.hearAll(15, 200, (ctr) => ctr === 102);
    expect(line.hear(102)).toMatchObject({ outcome: 'drop', fault: 'stale' });
  });

  it('F-25 nothing of a KID is played before a block of theirs under it, nor of another KID after that', () => {
    const line = new Line();
    expect(line.hear(1)).toMatchObject({ outcome: 'drop', fault: 'unsigned' });
    line.hear(4);
    expect(line.hear(5, { kid: 8 })).toMatchObject({ outcome: 'drop', fault: 'unsigned' });
    expect(line.hear(9, { kid: 8 })).toMatchObject({ outcome: 'drop', fault: 'wrongLeaf' });
  });

  it('F-25 a new epoch plays from its first frame on, and the unsigned tail of the one before mutes nothing', () => {
    const line = new Line();
    line.hearAll(0, 8);
    const next = { place: {}, kid: 9 };
    expect(isVerified(line.hear(0, next))).toBe(true);
    for (let ctr = 1; ctr < 30; ctr++) expect(isVerified(line.hear(ctr, next))).toBe(true);
  });

  it('F-25 a batch of the epoch before that was kept back is played, and nobody goes on behind it', () => {
    const line = new Line();
    line.hearAll(0, 4);
    const next = { place: {}, kid: 9 };
    line.signedAtMs = 1_000;
    line.hear(0, next);
    line.signedAtMs = 500;
    expect(isPlayed(line.hear(24))).toBe(true);
    expect(isVerified(line.hear(23))).toBe(true);
    for (const ctr of [25, 26]) expect(line.hear(ctr)).toMatchObject({ outcome: 'drop', fault: 'stale' });
    line.signedAtMs = 1_000;
    for (let ctr = 1; ctr < 30; ctr++) expect(isVerified(line.hear(ctr, next))).toBe(true);
  });

  it('F-25 a speaker that returns to an epoch is heard in it', () => {
    const line = new Line();
    line.hearAll(0, 9);
    const undone = { place: {}, kid: 9 };
    line.signedAtMs = 1_000;
    for (let ctr = 0; ctr < 8; ctr++) line.hear(ctr, undone);
    line.signedAtMs = 2_000;
    line.hear(14);
    expect(line.hearAll(15, 60).every(isVerified)).toBe(true);
  });

  it('F-25 what was played of an epoch beyond its tail is a batch that is missing', () => {
    const line = new Line();
    line.hearAll(0, 4);
    line.hearForged(5, 15);
    line.signedAtMs = 1_000;
    line.hear(0, { place: {}, kid: 9 });
    expect(line.proof.isMuted).toBe(true);
  });

  it('F-25 a frame that comes twice is not played twice', () => {
    const line = new Line();
    line.hearAll(0, 5);
    expect(line.hear(5)).toMatchObject({ outcome: 'drop', fault: 'replayed' });
  });
});
