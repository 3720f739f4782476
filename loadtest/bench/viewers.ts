// npm run bench:viewers: how many viewers one core holds, beside bare mediasoup, and what each costs; prints a table, writes JSON.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Sink } from '../media/Sink.ts';
import { endOnSignals } from './endOnSignals.ts';
import { tableOf, type Figure, type Report } from './figures.ts';
import { currentCommit, describeMachine } from './machine.ts';
import { checkFrames } from './viewers/check.ts';
import { compareGrowth, comparePairs, comparePipe, SMALL, type Bench, type Plan } from './viewers/rounds.ts';
import { Audience, Bare } from './viewers/sides.ts';

const FULL: Plan = {
  pairs: 5,
  windowMs: 6_000,
  settleMs: 2_500,
  growth: [100, 800],
  viewers: null,
  again: false,
  isJudged: true,
};
const SHORT: Plan = {
  pairs: 1,
  windowMs: 1_000,
  settleMs: 1_000,
  growth: [6, 12],
  viewers: 10,
  again: true,
  isJudged: false,
};
/** One in so many packets is checked and timed: all of them, and the sink would take the core that it measures beside. */
const OPEN_ONE_IN = { full: 8, short: 1 };
/** After which the sink ends whatever happens. */
const MOST_SECONDS = { full: 900, short: 180 };
const PARTS = ['pairs', 'pipe', 'growth'];
const CHECK_MS = 2_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function run(bench: Bench, parts: readonly string[]): Promise<Figure[]> {
  const { sink, workerBin } = bench;
  const ours = await Audience.open(sink, { workerBin, workers: 1, shown: SMALL });
  let bare: Bare | null = null;
  try {
    const { pictures, sounds } = await checkFrames(sink, ours, CHECK_MS);
    say(
      `── a viewer with keys opened every frame that came: ${pictures} pictures, ${sounds} of sound, as they were sealed`,
    );
    bare = await Bare.open(sink, ours.presenter, workerBin);
    const against = bare;
    sink.poll(true);
    const middle = async (): Promise<Figure[]> => [
      ...(parts.includes('pairs') ? await comparePairs(bench, ours, against) : []),
      ...(parts.includes('pipe') ? await comparePipe(bench, ours) : []),
    ];
    return parts.includes('growth') ? await compareGrowth(bench, ours, middle) : await middle();
  } finally {
    await bare?.close();
    await ours.close();
  }
}

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    json: { type: 'string' },
    parts: { type: 'string', default: PARTS.join() },
    /** Of the pairs: so many, instead of as many as keep a bare Worker busy. */
    viewers: { type: 'string' },
  },
});
const parts = options.parts.split(',');
if (parts.some((part) => !PARTS.includes(part))) throw new Error(`the parts are ${PARTS.join()}`);
if (parts.includes('pipe') && !parts.includes('pairs'))
  throw new Error('the pipe is measured with the viewers of the pairs');

endOnSignals();
// oxlint-disable-next-line node/no-process-env -- set-up tells the Worker's and the sink's places this way, as it tells the tests
const { MEDIASOUP_WORKER_BIN: workerBin, MEDIA_SINK_BIN: bin } = process.env;
const form = options.short ? 'short' : 'full';
const given: Partial<Plan> = options.viewers === undefined ? {} : { viewers: Number(options.viewers) };
const plan: Plan = { ...(options.short ? SHORT : FULL), ...given };
if (plan.viewers !== null && !(Number.isInteger(plan.viewers) && plan.viewers > 0))
  throw new Error('how many viewers?');
const begun: Omit<Report, 'figures'> = {
  machine: describeMachine(),
  commit: currentCommit(),
  date: new Date().toISOString(),
};
let figures: Figure[] = [];
if (bin === undefined)
  say('The sink of the media load could not be built here (set-up says why): no viewers are measured.');
else {
  const sink = await Sink.start({ bin, openOneIn: OPEN_ONE_IN[form], seconds: MOST_SECONDS[form] });
  try {
    figures = await run({ sink, bin, workerBin, plan, say }, parts);
  } finally {
    sink.close();
  }
}
const report: Report = { figures, ...begun };
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
say(`\n${tableOf(report)}`);
// mediasoup's own handles would keep the process.
process.exit(0);
