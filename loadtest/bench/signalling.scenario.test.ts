// The bench of signalling still runs and hands on whole figures; how large they are is never a test's business.
import { expect, it } from 'vitest';
import { requireWorkerBin } from '../../server/media/test/mediaTestBed.ts';
import { runShortBench } from './shortBench.ts';

it(
  'the short bench of signalling has members join and hear each other on both sides, and judges no figure from one pair',
  // Says that it hangs, not that it is slow.
  { timeout: 120_000 },
  async () => {
    requireWorkerBin();
    const { stdout, figures } = await runShortBench('bench', '--parts', 'signalling');
    expect(stdout).toMatch(/── ours: 20 joins/);
    expect(stdout).toMatch(/── bare with Transports: 20 joins/);
    expect(stdout).toMatch(/── ours: 900 deliveries/);
    const names = figures.map(({ name }) => name);
    expect(names).toEqual([
      ...['memory-per-member', 'memory-per-member-server', 'memory-per-member-worker'],
      ...['joins-per-second', 'joins-per-second-least', 'joins-per-second-mediasoup', 'join-ack-p95'],
      ...['fan-out', 'fan-out-ratio'],
    ]);
    for (const { name, value, met } of figures) expect([name, value > 0, met]).toEqual([name, true, null]);
  },
);
