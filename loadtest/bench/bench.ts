// npm run bench: every bench, one after the other, or those that --parts names; the other options are handed on to each. Makes the report of it, or of runs that are there.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { endOnSignals } from './endOnSignals.ts';
import { mergeReports } from '../report/report.ts';
import { writeReport, writeSizing } from '../report/write.ts';
import type { Report } from './figures.ts';
import { inTurn } from './inTurn.ts';

/**
 * Each is `loadtest/bench/<part>.ts`, and a command of its own: `npm run bench:<part>`. The publisher comes first: where it is short
 * it fails, and all that is said of forwarding after it would be of next to nothing.
 */
const PARTS = [
  'publisher',
  'e2ee',
  'files',
  'cost',
  'waits',
  'join',
  'signalling',
  'viewers',
  'meeting',
  'overload',
  'janus',
];
/** These run in the browsers that --in names; the others in Chromium only. */
const IN_SEVERAL = ['e2ee', 'files'];

const { values: options, positionals } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    json: { type: 'string' },
    in: { type: 'string' },
    parts: { type: 'string', default: PARTS.join() },
    /** Writes loadtest/report/latest.json and .html, and README's Sizing. */
    report: { type: 'boolean', default: false },
    /** README's Sizing alone, of the report that is there. */
    sizing: { type: 'boolean', default: false },
    /** Of these files, in place of a run; of figures that several have, the last one's count. */
    from: { type: 'string', multiple: true },
    /** Said at the top of the report: what has to be known of its machine or its run. */
    note: { type: 'string' },
  },
  allowPositionals: true,
});
endOnSignals();

const read = (file: string): Report => JSON.parse(readFileSync(file, 'utf8')) as Report;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function run(parts: readonly string[]): Report[] {
  const unknown = parts.filter((part) => !PARTS.includes(part));
  if (unknown.length > 0) throw new Error(`the parts are ${PARTS.join()}`);
  const folder = mkdtempSync(path.join(tmpdir(), 'conclave-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const once = (part: string): Report => runOne(part, path.join(folder, `${part}.json`));
  const { results, failed } = inTurn(parts, once, { gate: 'publisher', say });
  if (failed.length > 0) {
    process.exitCode = 1;
    options.note = [options.note, `Not in it, since they failed: ${failed.join()}.`].filter(Boolean).join(' ');
  }
  if (results.length === 0) throw new Error('nothing was measured');
  return results;
}

function runOne(part: string, json: string): Report {
  const args = [path.join(import.meta.dirname, `${part}.ts`), '--json', json, ...(options.short ? ['--short'] : [])];
  if (options.in !== undefined && IN_SEVERAL.includes(part)) args.push('--in', options.in);
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`it ended with ${status}`);
  return read(json);
}

if (options.sizing && !options.report) writeSizing();
else {
  const files = options.from === undefined ? null : [...options.from, ...positionals];
  const reports = files === null ? run(options.parts.split(',')) : files.map(read);
  const [first] = reports;
  if (options.json !== undefined && first !== undefined) {
    const all: Report = { ...first, figures: reports.flatMap(({ figures }) => figures) };
    writeFileSync(options.json, `${JSON.stringify(all, null, 2)}\n`);
  }
  if (options.report) {
    const short = options.short ? 'A short run, which judges nothing.' : undefined;
    const missed = writeReport(mergeReports(reports, options.note ?? short));
    say(`loadtest/report/latest.html: ${missed.length} targets missed${missed.map((name) => ` · ${name}`).join('')}`);
    writeSizing();
  }
}
