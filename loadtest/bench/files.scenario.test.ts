// The bench still runs and hands on whole figures; how fast they are is never a test's business.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { requireWorkerBin } from '../../server/media/test/mediaTestBed.ts';
import type { Report } from './figures.ts';

// Says that it hangs, not that it is slow.
it(
  'the short bench of files, in Node, has the rate beside plain HTTP and the ratio, and judges neither from one pair',
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'conclave-bench-test-'));
    try {
      const json = path.join(folder, 'figures.json');
      const args = [
        path.join(import.meta.dirname, 'bench.ts'),
        '--parts',
        'files',
        '--short',
        '--in',
        'node',
        '--json',
        json,
      ];
      // oxlint-disable-next-line node/no-process-env -- set-up tells the worker's place this way
      const env = { ...process.env, MEDIASOUP_WORKER_BIN: requireWorkerBin() };
      const { stdout } = await promisify(execFile)(process.execPath, args, { env });
      // For whoever reads what CI said.
      process.stdout.write(stdout);
      const { figures, machine } = JSON.parse(readFileSync(json, 'utf8')) as Report;
      expect(machine).toMatch(/\d+ × /);
      expect(figures.map(({ name }) => name)).toEqual(['file-transfer-rate-node', 'file-transfer-ratio-node']);
      for (const { name, value, met, pairs } of figures) {
        expect([name, value > 0 && Number.isFinite(value), met, pairs]).toEqual([name, true, null, 1]);
        expect(stdout).toContain(name);
      }
      expect(figures[0]?.against).toBeGreaterThan(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
