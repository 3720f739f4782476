// The bench of signalling still runs and hands on whole figures; how large they are is never a test's business.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { requireWorkerBin } from '../../server/media/test/mediaTestBed.ts';
import type { Report } from './figures.ts';

it(
  'the short bench of signalling has members join and hear each other on both sides, and judges no figure from one pair',
  // Says that it hangs, not that it is slow.
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'conclave-bench-test-'));
    try {
      const json = path.join(folder, 'figures.json');
      const args = [path.join(import.meta.dirname, 'bench.ts'), '--parts', 'signalling', '--short', '--json', json];
      // oxlint-disable-next-line node/no-process-env -- set-up tells the Worker's place this way, as it tells the tests
      const env = { ...process.env, MEDIASOUP_WORKER_BIN: requireWorkerBin() };
      const { stdout } = await promisify(execFile)(process.execPath, args, { env });
      // For whoever reads what CI said.
      process.stdout.write(stdout);
      expect(stdout).toMatch(/── ours: 20 joins/);
      expect(stdout).toMatch(/── bare with Transports: 20 joins/);
      expect(stdout).toMatch(/── ours: 900 deliveries/);
      const { figures } = JSON.parse(readFileSync(json, 'utf8')) as Report;
      const names = figures.map(({ name }) => name);
      expect(names).toEqual([
        ...['memory-per-member', 'memory-per-member-server', 'memory-per-member-worker'],
        ...['joins-per-second', 'joins-per-second-least', 'joins-per-second-mediasoup', 'join-ack-p95'],
        ...['fan-out', 'fan-out-ratio'],
      ]);
      for (const { name, value, met } of figures) expect([name, value > 0, met]).toEqual([name, true, null]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
