// How the times of joins are judged.
import { describe, expect, it } from 'vitest';
import { addedFigure, roundTripsFigure } from './joinFigures.ts';

const judged = { moreMs: 200, isJudged: true };
const block = (direct: number, ours: number) => ({ direct: [direct, direct], ours: [ours, ours] });

describe('what is added to browser to browser', () => {
  it('is met where p95 of ours is no more above that of the floor than it may be', () => {
    const blocks = [block(400, 590), block(410, 600), block(420, 610)];
    expect(addedFigure('name', blocks, judged)).toMatchObject({ value: 610, against: 420, target: 620, met: true });
    expect(addedFigure('name', [...blocks, block(410, 700)], judged)).toMatchObject({ value: 700, met: false });
  });

  it('leaves out blocks whose floor moved, and judges nothing where less than three are alike', () => {
    const steady = [block(400, 590), block(400, 590), block(400, 590)];
    expect(addedFigure('name', [...steady, block(900, 5_000)], judged)).toMatchObject({
      value: 590,
      met: true,
      pairs: 3,
    });
    const moved = [block(400, 590), block(500, 590), block(600, 590)];
    expect(addedFigure('name', moved, judged)).toMatchObject({ met: null, pairs: 3, spread: 0.5 });
  });

  it('judges no short run', () => {
    expect(addedFigure('name', [block(400, 590)], { ...judged, isJudged: false }).met).toBeNull();
  });
});

describe('round trips', () => {
  it('are told by how much later a picture is, to the nearest half', () => {
    const trips = (slow: number[]) => roundTripsFigure({ near: [400, 410, 1_000], slow, roundTripMs: 600 }, 2);
    expect(trips([1_600, 1_620, 1_900])).toMatchObject({ value: 2, met: true });
    expect(trips([1_900, 1_920, 3_000])).toMatchObject({ value: 2.5, met: false });
  });
});
