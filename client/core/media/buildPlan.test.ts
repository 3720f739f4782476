// Rules of what a client builds of what it was told of.
import { describe, expect, it } from 'vitest';
import { buildPlan, SPARE_CONSUMERS, type Candidate } from './buildPlan.ts';

const camera = (number: number, more: Partial<Candidate> = {}): Candidate => ({
  id: `camera-${number}`,
  stream: 'camera',
  wanted: false,
  likely: false,
  lastWanted: 0,
  built: false,
  ...more,
});
const mic = (number: number, more: Partial<Candidate> = {}): Candidate => ({
  ...camera(number, more),
  id: `mic-${number}`,
  stream: 'mic',
});
const many = <T>(count: number, of: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => of(index));

describe('buildPlan', () => {
  it('builds everything in a room that is no larger than the spare, seen or not', () => {
    const all = [...many(SPARE_CONSUMERS.video, (n) => camera(n)), ...many(SPARE_CONSUMERS.audio, (n) => mic(n))];
    expect(buildPlan(all)).toEqual({ build: all.map(({ id }) => id), release: [] });
  });

  it('builds as much of a room of a hundred as of one that fills the spare, the seen and the heard first', () => {
    const all = [
      ...many(100, (n) => camera(n, { wanted: n >= 90, lastWanted: n >= 90 ? 1 : 0 })),
      ...many(100, (n) => mic(n, { wanted: n >= 95, lastWanted: n >= 95 ? 1 : 0 })),
    ];
    const { build } = buildPlan(all);
    expect(build).toHaveLength(SPARE_CONSUMERS.video + SPARE_CONSUMERS.audio);
    expect(build).toEqual(expect.arrayContaining(many(10, (n) => `camera-${90 + n}`)));
    expect(build).toEqual(expect.arrayContaining(many(5, (n) => `mic-${95 + n}`)));
  });

  it('builds all that is seen, even where it is more than the spare', () => {
    const all = many(40, (n) => camera(n, { wanted: true, lastWanted: 1 }));
    expect(buildPlan(all).build).toHaveLength(40);
  });

  it('lets go of what was not seen for longest, and only as much as is needed', () => {
    const built = many(SPARE_CONSUMERS.video, (n) => camera(n, { built: true, lastWanted: n + 1 }));
    const turnedTo = camera(77, { wanted: true, lastWanted: 99 });
    expect(buildPlan([...built, turnedTo])).toEqual({ build: ['camera-77'], release: ['camera-0'] });
  });

  it('builds a microphone that is on, for when it is forwarded, in place of one that is muted', () => {
    const muted = many(SPARE_CONSUMERS.audio, (n) => mic(n, { built: true, lastWanted: n + 1 }));
    expect(buildPlan([...muted, mic(77, { likely: true })])).toEqual({ build: ['mic-77'], release: ['mic-0'] });
    const on = muted.map((one) => ({ ...one, likely: true }));
    expect(buildPlan([...on, mic(77, { likely: true })])).toEqual({ build: [], release: [] });
  });

  it('exchanges nothing that is built for what nobody asks for', () => {
    const fresh = many(5, (n) => camera(n));
    const built = many(SPARE_CONSUMERS.video, (n) => camera(50 + n, { built: true }));
    expect(buildPlan([...fresh, ...built])).toEqual({ build: [], release: [] });
  });
});
