// npm run bench:viewers: how many viewers one core holds, beside bare mediasoup, and what each costs; prints a table, writes JSON.
import type { Figure } from './figures.ts';
import { checkFrames } from './viewers/check.ts';
import { compareGrowth, comparePairs, comparePipe, SMALL, type Bench, type Plan } from './viewers/rounds.ts';
import { Audience, Bare } from './viewers/sides.ts';
import { withSink } from './withSink.ts';

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
const PARTS = ['pairs', 'pipe', 'growth'];
const CHECK_MS = 2_000;

async function run(bench: Bench, parts: readonly string[]): Promise<Figure[]> {
  const { sink, workerBin, say } = bench;
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

/** `--viewers`: of the pairs so many, instead of as many as keep a bare Worker busy. */
await withSink(['parts', 'viewers'], async ({ isShort, options, ...bench }) => {
  const parts = (options['parts'] ?? PARTS.join()).split(',');
  if (parts.some((part) => !PARTS.includes(part))) throw new Error(`the parts are ${PARTS.join()}`);
  if (parts.includes('pipe') && !parts.includes('pairs'))
    throw new Error('the pipe is measured with the viewers of the pairs');
  const given: Partial<Plan> = options['viewers'] === undefined ? {} : { viewers: Number(options['viewers']) };
  const plan: Plan = { ...(isShort ? SHORT : FULL), ...given };
  if (plan.viewers !== null && !(Number.isInteger(plan.viewers) && plan.viewers > 0))
    throw new Error('how many viewers?');
  return run({ ...bench, plan }, parts);
});
