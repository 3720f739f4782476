// npm run bench:e2ee: what sealing, opening and the group cost, in Node, Chromium and Firefox; prints a table, writes JSON.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureInBrowser } from './e2ee/browsers.ts';
import { measure } from './e2ee/measure.ts';
import { FULL, PARTS, SHORT, type Part, type Plan, type Sample } from './e2ee/plan.ts';
import { endOnSignals } from './endOnSignals.ts';
import { figureOf, tableOf, type Figure, type Report } from './figures.ts';
import { currentCommit, describeMachine } from './machine.ts';
import { findBrowser, type BrowserName } from './startBrowser.ts';

/**
 * Targets stand for Chromium: 3× raw WebCrypto for 200 B, where the streams weigh more than the cipher, else 1.5×; 2× raw Ed25519
 * for signing a picture and checking it.
 */
const targetRatio = (name: string): number | undefined => {
  if (/^(?:sign|verify)-frame-chromium$/.test(name)) return 2;
  const size = /^(?:seal|open)-(\d+)-chromium$/.exec(name)?.[1];
  if (size === undefined) return undefined;
  return Number(size) < 1_200 ? 3 : 1.5;
};

function figuresOf(samples: readonly Sample[], runtime: string, plan: Plan): Figure[] {
  return samples.map((sample) => {
    const name = `${sample.name}-${runtime}`;
    // The load runs are few and long; pairs of them need no steady floor to be shown, only to be judged.
    const wanted = Math.min(plan.pairs, sample.values.length);
    const ratio = targetRatio(name);
    return figureOf({ ...sample, name }, { wanted, ...(ratio === undefined ? {} : { targetRatio: ratio }) });
  });
}

const nodeCpuSeconds = (): Promise<number> => {
  const { user, system } = process.cpuUsage();
  return Promise.resolve((user + system) / 1e6);
};

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function run(plan: Plan, runtimes: readonly string[], parts: readonly Part[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const runtime of runtimes) {
    say(`── ${runtime}`);
    figures.push(...figuresOf(await measureIn(runtime, plan, parts), runtime, plan));
  }
  return figures;
}

function measureIn(runtime: string, plan: Plan, parts: readonly Part[]): Promise<Sample[]> {
  if (runtime === 'node') return measure(plan, parts, nodeCpuSeconds);
  if (runtime !== 'chromium' && runtime !== 'firefox') throw new Error(`no runtime ${runtime}`);
  const name: BrowserName = runtime;
  // oxlint-disable-next-line node/no-process-env -- set-up tells the browsers' places this way, as it tells the tests
  const bin = findBrowser(name, process.env[name === 'chromium' ? 'CHROMIUM_BIN' : 'FIREFOX_BIN']);
  if (bin === undefined) throw new Error(`no ${name}; npm run bench:e2ee installs it`);
  return measureInBrowser(name, bin, plan, parts);
}

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    json: { type: 'string' },
    parts: { type: 'string', default: PARTS.join() },
    in: { type: 'string', default: 'node,chromium,firefox' },
  },
});
endOnSignals();
const asked = options.parts.split(',');
const parts = PARTS.filter((part) => asked.includes(part));
if (parts.length < asked.length) throw new Error(`the parts are ${PARTS.join()}, each once`);
const place = { machine: describeMachine(), commit: currentCommit(), date: new Date().toISOString() };
const figures = await run(options.short ? SHORT : FULL, options.in.split(','), parts);
const report: Report = { figures, ...place };
say(tableOf(report));
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
