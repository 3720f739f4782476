// Who makes captions, as the group hears it: newcomers too, and no oftener than viewers could bear.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTalkBed, type Talker } from '../test/talkBed.ts';
import { Captions } from './Captions.ts';

const makersOf = ({ part }: Talker<Captions>): string[] => part.view.makers.toSorted();

describe('who makes captions', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => void vi.useRealTimers());
  const createBed = () =>
    createTalkBed(
      (context) => new Captions(context, { ...context, place: () => null, cue: () => null, onMakers: () => undefined }),
    );

  it('E-194 is known to all, to who comes later, and no more once they stop or leave', async () => {
    const bed = createBed();
    const [ana, ben] = [bed.come('ana'), bed.come('ben')];
    ana.part.make(true);
    await bed.pass(100);
    expect([makersOf(ana), makersOf(ben)]).toEqual([['ana'], ['ana']]);
    const cem = bed.come('cem');
    await bed.pass(1_000);
    expect(makersOf(cem)).toEqual(['ana']);
    ben.part.make(true);
    await bed.pass(100);
    expect(makersOf(cem)).toEqual(['ana', 'ben']);
    ben.leave();
    ana.part.make(false);
    await bed.pass(4_000);
    expect(makersOf(cem)).toEqual([]);
  });

  it('E-194 counts of one member at most every 3 s, and their last word always', async () => {
    const bed = createBed();
    const [ana, ben] = [bed.come('ana'), bed.come('ben')];
    await bed.pass(1_000);
    const seen: number[] = [];
    for (let round = 0; round < 60; round += 1) {
      ben.part.handle({ t: 'captioning', on: round % 2 === 0 }, { from: 'ana', displayName: 'ana', epoch: 1 });
      const count = makersOf(ben).length;
      if (count !== seen.at(-1)) seen.push(count);
      await bed.pass(100);
    }
    expect(seen.length).toBeLessThanOrEqual(3);
    await bed.pass(3_000);
    expect(makersOf(ben)).toEqual([]);
    ana.part.make(true);
    await bed.pass(4_000);
    expect(makersOf(ben)).toEqual(['ana']);
    // Who is not in the group is nobody.
    ben.part.handle({ t: 'captioning', on: true }, { from: 'dan', displayName: 'dan', epoch: 1 });
    expect(makersOf(ben)).toEqual(['ana']);
  });
});
