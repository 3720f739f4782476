// npm run loadtest: a crowd of people comes to the real server, scenario after scenario; prints tables, writes JSON, judges.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { endOnSignals } from '../bench/endOnSignals.ts';
import { tableOf, type Report } from '../bench/figures.ts';
import { currentCommit, describeMachine } from '../bench/machine.ts';
import { run, type Ran } from './run.ts';
import { SCENARIOS } from './scenarios/all.ts';

const EXIT_FAILED = 1;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    scenario: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
  },
});
const names = options.scenario.flatMap((text) => text.split(','));
const unknown = names.find((name) => !SCENARIOS.some((scenario) => scenario.name === name));
if (unknown !== undefined) throw new Error(`the scenarios are ${SCENARIOS.map(({ name }) => name).join()}`);
const chosen = SCENARIOS.filter(({ name }) => names.length === 0 || names.includes(name));

endOnSignals();
// oxlint-disable-next-line node/no-process-env -- set-up tells the Worker's place this way, as it tells the tests
const workerBin = process.env['MEDIASOUP_WORKER_BIN'];
const place = { machine: describeMachine(), commit: currentCommit(), date: new Date().toISOString() };
const all: Ran[] = [];
for (const scenario of chosen) {
  say(`── ${scenario.name}: ${options.short ? 'in short: ' : ''}${scenario.about}`);
  const ran = await run(scenario, { workerBin, isShort: options.short, say });
  for (const { holds, says } of ran.claims) say(`   ${holds ? 'holds' : 'FAILS'}  ${says}`);
  all.push(ran);
}
const report: Report = { figures: all.flatMap(({ figures }) => figures), ...place };
const claims = all.flatMap((ran) => ran.claims.map((claim) => ({ scenario: ran.name, ...claim })));
say(`\n${tableOf(report)}`);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ ...report, claims }, null, 2)}\n`);
const isGood = claims.every(({ holds }) => holds) && report.figures.every(({ met }) => met !== false);
// Kept-alive connections would keep the process.
process.exit(isGood ? 0 : EXIT_FAILED);
