// The bench of what a Room costs a client still runs and hands on whole figures; how large they are is never a test's business.
import { beforeAll, describe, expect, it } from 'vitest';
import { runShortBench, type ShortBench } from './shortBench.ts';

describe('the short bench of what a Room costs a client, in Chromium', () => {
  let bench: ShortBench;
  beforeAll(async () => void (bench = await runShortBench('cost')));

  it('opens and plays what members without a browser seal and send, all of a small Room and a page of a larger one', () => {
    expect(bench.stdout).toMatch(/── 4 peers: 3 of 4 tiles play/);
    expect(bench.stdout).toMatch(/── 8 peers: 7 of 8 tiles play/);
  });

  it('has each figure for both Rooms, and judges none from one window', () => {
    const names = ['-bytes', '-frames', '-heap', '-cpu', ''].map((part) => `client-cost-8-over-4${part}`);
    expect(bench.figures.map(({ name }) => name)).toEqual(names);
    const broken = bench.figures.filter(
      ({ name, value, against, met }) =>
        !(value > 0) || met !== null || (name !== 'client-cost-8-over-4' && !((against ?? 0) > 0)),
    );
    expect(broken).toEqual([]);
    for (const name of names) expect(bench.stdout).toContain(name);
  });
});
