// Runs a bench in its short form, for the tests; how large its figures are is never a test's business.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Report } from './figures.ts';

export interface ShortBench extends Report {
  stdout: string;
}

/**
 * Prints what it printed, for whoever reads what CI said. Rejects where it ends with anything but 0.
 * @param name of `NAME.ts` beside this file
 */
export async function runShortBench(name: string, ...args: readonly string[]): Promise<ShortBench> {
  const folder = mkdtempSync(path.join(tmpdir(), 'conclave-bench-test-'));
  try {
    const json = path.join(folder, 'figures.json');
    const command = [path.join(import.meta.dirname, `${name}.ts`), '--short', '--json', json, ...args];
    const { stdout } = await promisify(execFile)(process.execPath, command);
    process.stdout.write(stdout);
    return { stdout, ...(JSON.parse(readFileSync(json, 'utf8')) as Report) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
