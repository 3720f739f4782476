// The bench still runs and hands on whole figures; how fast they are is never a test's business.
import { expect, it } from 'vitest';
import { requireWorkerBin } from '../../server/media/test/mediaTestBed.ts';
import { runShortBench } from './shortBench.ts';

// Says that it hangs, not that it is slow.
it(
  'the short bench of files, in Node, has the rate beside plain HTTP and the ratio, and judges neither from one pair',
  { timeout: 120_000 },
  async () => {
    requireWorkerBin();
    const { stdout, figures, machine } = await runShortBench('bench', '--parts', 'files', '--in', 'node');
    expect(machine).toMatch(/\d+ × /);
    expect(figures.map(({ name }) => name)).toEqual(['file-transfer-rate-node', 'file-transfer-ratio-node']);
    for (const { name, value, met, pairs } of figures) {
      expect([name, value > 0 && Number.isFinite(value), met, pairs]).toEqual([name, true, null, 1]);
      expect(stdout).toContain(name);
    }
    expect(figures[0]?.against).toBeGreaterThan(0);
  },
);
