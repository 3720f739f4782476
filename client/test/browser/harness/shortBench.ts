// Runs a bench in its short form as CI does; how large its figures are is never a test's business.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { REPO_ROOT } from './environment.ts';

export interface ShortBench {
  stdout: string;
  figures: { name: string; value: number; against: number | null; met: boolean | null }[];
}

/**
 * Prints what it printed, for whoever reads what CI said. Rejects where it ends with anything but 0.
 * @param name of `loadtest/bench/NAME.ts`
 */
export async function runShortBench(name: string, ...args: readonly string[]): Promise<ShortBench> {
  const folder = mkdtempSync(path.join(tmpdir(), `conclave-${name}-test-`));
  try {
    const json = path.join(folder, 'figures.json');
    const bench = path.join(REPO_ROOT, 'loadtest', 'bench', `${name}.ts`);
    const command = [bench, '--short', '--json', json, ...args];
    const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: REPO_ROOT });
    process.stdout.write(stdout);
    return { stdout, figures: (JSON.parse(readFileSync(json, 'utf8')) as Pick<ShortBench, 'figures'>).figures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
