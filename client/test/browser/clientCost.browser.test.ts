// The bench of what a Room costs a client still runs and hands on whole figures; how large they are is never a test's business.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPO_ROOT } from './harness/environment.ts';

const BENCH = path.join(REPO_ROOT, 'loadtest', 'bench', 'cost.ts');

interface Report {
  figures: { name: string; value: number; against: number | null; met: boolean | null }[];
}

describe('the short bench of what a Room costs a client, in Chromium', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'conclave-cost-test-'));
  let report: Report;
  let table: string;

  beforeAll(async () => {
    const json = path.join(folder, 'figures.json');
    const { stdout } = await promisify(execFile)(process.execPath, [BENCH, '--short', '--json', json], {
      cwd: REPO_ROOT,
    });
    table = stdout;
    // For whoever reads what CI said.
    process.stdout.write(table);
    report = JSON.parse(readFileSync(json, 'utf8')) as Report;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('opens and plays what members without a browser seal and send, all of a small Room and a page of a larger one', () => {
    expect(table).toMatch(/── 4 peers: 3 of 4 tiles play/);
    expect(table).toMatch(/── 8 peers: 7 of 8 tiles play/);
  });

  it('has each figure for both Rooms, and judges none from one window', () => {
    const names = ['-bytes', '-frames', '-heap', '-cpu', ''].map((part) => `client-cost-8-over-4${part}`);
    expect(report.figures.map(({ name }) => name)).toEqual(names);
    const broken = report.figures.filter(
      ({ name, value, against, met }) =>
        !(value > 0) || met !== null || (name !== 'client-cost-8-over-4' && !((against ?? 0) > 0)),
    );
    expect(broken).toEqual([]);
    for (const name of names) expect(table).toContain(name);
  });
});
