// npm run bench:publisher: what Chromium publishes through the server after five seconds, and browser to browser; prints a table, writes
// JSON, and fails where it is short: what is forwarded then is not what people send.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { BrowserContext } from 'playwright-core';
import { BENCH_PACE } from '../../client/test/browser/harness/chromium.ts';
import { openBrowserToBrowser, publishedRate } from '../../client/test/browser/harness/publishing.ts';
import { setStage, type Stage } from '../../client/test/browser/harness/stage.ts';
import { keepConnections } from '../../client/test/browser/harness/videoUse.ts';
import { endOnSignals } from './endOnSignals.ts';
import { figureOf, tableOf, type Figure, type Report } from './figures.ts';
import { currentCommit, describeMachine } from './machine.ts';

const PAIRS = { full: 4, short: 1 };
const STEADY_PAIRS = 3;
/** Below it the server does not tell senders what their line carries. */
const LEAST = 0.7;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** kbit/s through the server: one person with a camera in a meeting of their own. */
async function throughServer(stage: Stage): Promise<number> {
  const contexts: BrowserContext[] = [];
  const person = await stage.person('The publisher', async (context) => {
    contexts.push(context);
    await context.addInitScript(keepConnections, []);
  });
  try {
    await person.makeMeeting(stage.server.origin);
    await person.enter();
    return (await publishedRate(person.page)) / 1000;
  } finally {
    for (const context of contexts) await context.close();
  }
}

async function browserToBrowser(stage: Stage): Promise<number> {
  const context = await stage.chromium.newContext();
  try {
    await context.addInitScript(keepConnections, []);
    return (await publishedRate(await openBrowserToBrowser(context, stage.server.origin))) / 1000;
  } finally {
    await context.close();
  }
}

async function run(pairs: number): Promise<Figure> {
  const stage = await setStage({ pace: BENCH_PACE });
  try {
    const [values, floors]: [number[], number[]] = [[], []];
    for (let pair = 0; pair < pairs; pair += 1) {
      const first = pair % 2 === 0 ? await throughServer(stage) : null;
      const floor = await browserToBrowser(stage);
      const value = first ?? (await throughServer(stage));
      say(`── pair ${pair + 1}: ${Math.round(value)} kbit/s, browser to browser ${Math.round(floor)}`);
      values.push(value);
      floors.push(floor);
    }
    const sample = { name: 'publisher-bitrate', unit: 'kbit/s', values, floors };
    return figureOf(sample, { wanted: STEADY_PAIRS, targetRatio: LEAST, atLeast: true });
  } finally {
    await stage.close();
  }
}

const { values: options } = parseArgs({
  options: { short: { type: 'boolean', default: false }, json: { type: 'string' } },
});
endOnSignals();
const place = { machine: describeMachine(), commit: currentCommit(), date: new Date().toISOString() };
const figure = await run(PAIRS[options.short ? 'short' : 'full']);
const report: Report = { figures: [figure], ...place };
say(`\n${tableOf(report)}`);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
if (figure.met === false) {
  say(
    'Chromium publishes too little through the server: its media Worker gives no estimate of a line (infra/setup builds one that does).',
  );
  process.exitCode = 1;
}
