// npm run bench:join: how long it takes from the click on Join to the first picture of somebody else, and what of that is waiting for the server; prints a table, writes JSON.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { endOnSignals } from './endOnSignals.ts';
import { percentileFigure, tableOf, type Figure, type Report } from './figures.ts';
import { JOIN_PARTS, openMeeting, type Coming, type Line, type Meeting } from './join/click.ts';
import { connectDirectly } from './join/direct.ts';
import { addedFigure, roundTripsFigure } from './join/joinFigures.ts';
import { currentCommit, describeMachine } from './machine.ts';

interface Plan {
  /** Blocks of pairs: each has a floor of its own, so that it is seen whether the machine was the same throughout. */
  blocks: number;
  pairs: number;
  slowRuns: number;
  farRuns: number;
  isJudged: boolean;
}

const FULL: Plan = { blocks: 5, pairs: 5, slowRuns: 5, farRuns: 9, isJudged: true };
const SHORT: Plan = { blocks: 1, pairs: 1, slowRuns: 1, farRuns: 1, isJudged: false };

const AT_ONCE: Line = { delayMs: 0, sparesMedia: false };
/** One way: 50 ms there and back for all, signalling and media, of whoever comes and of whoever is there. */
const FAR: Line = { delayMs: 25, sparesMedia: false };
/**
 * One way, of signalling alone, so that a picture is late by a number of these: long beside what times differ by. Longer, and what is
 * seen is how seldom DTLS repeats a first word that came before the server could hear it.
 */
const SLOW: Line = { delayMs: 150, sparesMedia: true };
const FAR_MS = 600;
const MORE_MS = 200;
const MOST_ROUND_TRIPS = 2;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function comeIn(meeting: Meeting, name: string, line: Line): Promise<Coming> {
  const coming = await meeting.comeIn(line);
  const parts = JOIN_PARTS.flatMap((part) => (coming[part] === undefined ? [] : `${part} ${Math.round(coming[part])}`));
  say(`── ${name}: ${parts.join(' · ')} ms`);
  return coming;
}

async function inMeeting<Value>(where: 'near' | 'far', measure: (meeting: Meeting) => Promise<Value>): Promise<Value> {
  const meeting = await openMeeting(where);
  try {
    return await measure(meeting);
  } finally {
    await meeting.close();
  }
}

async function nearFigures(meeting: Meeting, plan: Plan): Promise<Figure[]> {
  // The first of each warms the server and the browser.
  if (plan.isJudged) {
    await connectDirectly(meeting.chromium);
    await comeIn(meeting, 'first', AT_ONCE);
  }
  const blocks: { ours: number[]; direct: number[] }[] = [];
  for (let block = 0; block < plan.blocks; block += 1) {
    const times = { ours: [] as number[], direct: [] as number[] };
    for (let pair = 0; pair < plan.pairs; pair += 1) {
      const steps = [
        async () => void times.direct.push(await connectDirectly(meeting.chromium)),
        async () => void times.ours.push((await comeIn(meeting, 'near', AT_ONCE)).picture),
      ];
      for (const step of pair % 2 === 0 ? steps : steps.toReversed()) await step();
    }
    say(`── browser to browser: ${times.direct.map((value) => Math.round(value)).join(' · ')} ms`);
    blocks.push(times);
  }
  const slow: number[] = [];
  for (let run = 0; run < plan.slowRuns; run += 1) slow.push((await comeIn(meeting, 'slow', SLOW)).picture);
  const near = blocks.flatMap(({ ours }) => ours);
  return [
    addedFigure('join-to-first-frame-p95', blocks, { moreMs: MORE_MS, isJudged: plan.isJudged }),
    percentileFigure({ name: 'join-to-first-frame-p50', unit: 'ms', values: near }, { share: 0.5 }),
    roundTripsFigure({ near, slow, roundTripMs: 2 * SLOW.delayMs }, plan.isJudged ? MOST_ROUND_TRIPS : null),
  ];
}

async function farFigures(meeting: Meeting, plan: Plan): Promise<Figure[]> {
  if (plan.isJudged) await comeIn(meeting, 'first', FAR);
  const values: number[] = [];
  for (let run = 0; run < plan.farRuns; run += 1) values.push((await comeIn(meeting, 'far', FAR)).picture);
  const target = plan.isJudged ? { target: FAR_MS } : {};
  return [percentileFigure({ name: 'join-at-50ms-rtt', unit: 'ms', values }, { share: 0.5, ...target })];
}

/** The short form is about whether it runs: one meeting is enough for that. */
async function figuresOf(plan: Plan): Promise<Figure[]> {
  if (!plan.isJudged) {
    return inMeeting('far', async (meeting) => [
      ...(await nearFigures(meeting, plan)),
      ...(await farFigures(meeting, plan)),
    ]);
  }
  const near = await inMeeting('near', (meeting) => nearFigures(meeting, plan));
  return [...near, ...(await inMeeting('far', (meeting) => farFigures(meeting, plan)))];
}

const { values: options } = parseArgs({
  options: { short: { type: 'boolean', default: false }, json: { type: 'string' } },
});
endOnSignals();
const plan = options.short ? SHORT : FULL;
const begun = { machine: describeMachine(), commit: currentCommit(), date: new Date().toISOString() };
const report: Report = { figures: await figuresOf(plan), ...begun };
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
say(`\n${tableOf(report)}`);
