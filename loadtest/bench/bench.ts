// npm run bench: every bench, one after the other, or those that --parts names; the other options are handed on to each.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { endOnSignals } from './endOnSignals.ts';
import type { Report } from './figures.ts';

/** Each is `loadtest/bench/<part>.ts`, and a command of its own: `npm run bench:<part>`. */
const PARTS = ['e2ee', 'files', 'cost', 'waits', 'viewers'];
/** These run in the browsers that --in names; the others in Chromium only. */
const IN_SEVERAL = ['e2ee', 'files'];

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    json: { type: 'string' },
    in: { type: 'string' },
    parts: { type: 'string', default: PARTS.join() },
  },
});
endOnSignals();
const parts = options.parts.split(',');
const unknown = parts.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) throw new Error(`the parts are ${PARTS.join()}`);

const folder = mkdtempSync(path.join(tmpdir(), 'conclave-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const reports = parts.map((part): Report => {
  const json = path.join(folder, `${part}.json`);
  const args = [path.join(import.meta.dirname, `${part}.ts`), '--json', json, ...(options.short ? ['--short'] : [])];
  if (options.in !== undefined && IN_SEVERAL.includes(part)) args.push('--in', options.in);
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`the bench ${part} failed`);
  return JSON.parse(readFileSync(json, 'utf8')) as Report;
});
const [first] = reports;
if (options.json !== undefined && first !== undefined) {
  const all: Report = { ...first, figures: reports.flatMap(({ figures }) => figures) };
  writeFileSync(options.json, `${JSON.stringify(all, null, 2)}\n`);
}
