// The bench of joining still runs: a page comes in by a line that is late, and its picture is timed; how long it takes is never a test's business.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { REPO_ROOT } from './harness/environment.ts';

interface Report {
  figures: { name: string; value: number; met: boolean | null }[];
}

it('the short bench of joining has a picture come on each line, and judges none of them', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'conclave-join-test-'));
  try {
    const json = path.join(folder, 'figures.json');
    const args = [path.join(REPO_ROOT, 'loadtest', 'bench', 'join.ts'), '--short', '--json', json];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: REPO_ROOT });
    // For whoever reads what CI said.
    process.stdout.write(stdout);
    for (const line of ['near', 'slow', 'far']) expect(stdout).toMatch(new RegExp(`── ${line}: .*picture \\d+ ms`));
    const { figures } = JSON.parse(readFileSync(json, 'utf8')) as Report;
    const names = ['join-to-first-frame-p95', 'join-to-first-frame-p50', 'join-round-trips', 'join-at-50ms-rtt'];
    expect(figures.map(({ name }) => name)).toEqual(names);
    expect(figures.map(({ met }) => met)).toEqual([null, null, null, null]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
