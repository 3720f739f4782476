// npm run bench:overload: what those inside a full server are still sent while a fifth more knock, and how soon these are refused; prints a
// table, writes JSON.
import { figureOf, percentileFigure, type Figure } from './figures.ts';
import { Crowd, fill } from './overload/Crowd.ts';
import { MOST_APART, read, type Read, type Reading, type Windows } from './viewers/measure.ts';
import { LARGE } from './viewers/rounds.ts';
import { Audience } from './viewers/sides.ts';
import { withSink, type SinkBench } from './withSink.ts';

interface Plan extends Windows {
  pairs: number;
  fullForMs: number;
  /** As the server has it by itself; less in the short form, which has no core for it. */
  fullPercent: number;
}

const FULL: Plan = { pairs: 5, windowMs: 6_000, settleMs: 1_500, fullForMs: 5_000, fullPercent: 80, again: false };
const SHORT: Plan = { pairs: 1, windowMs: 1_000, settleMs: 500, fullForMs: 2_000, fullPercent: 10, again: false };
/** Of those who are inside at the knee: so many more want to come in. */
const BEYOND = 0.2;
const STEADY_PAIRS = 3;
const LEAST_GOODPUT = 0.98;
const MOST_REFUSAL_MS = 200;

/** Its stream never pauses: a server that is sent nothing is not full. */
const playing = (audience: Audience): Read => ({
  get viewers() {
    return audience.viewers;
  },
  workerPids: audience.workerPids,
  play: () => audience.play(),
  pause: () => undefined,
});

interface Pair {
  atKnee: Reading;
  beyond: Reading;
  refusals: number[];
}

async function runPair(bench: SinkBench & { plan: Plan }, audience: Audience, kneeFirst: boolean): Promise<Pair> {
  const side = playing(audience);
  const knee = (): Promise<Reading> => read(bench, 'at the knee', side);
  const first = kneeFirst ? await knee() : null;
  const crowd = new Crowd(audience, Math.max(1, Math.round(audience.viewers * BEYOND)));
  const beyond = await read(bench, 'beyond it', side).finally(() => crowd.end());
  const { refusals, admitted } = await crowd.end();
  bench.say(`   ${refusals.length} refused, ${admitted} let in`);
  return { atKnee: first ?? (await knee()), beyond, refusals };
}

async function run(bench: SinkBench): Promise<Figure[]> {
  const plan = bench.isShort ? SHORT : FULL;
  const { sink, workerBin } = bench;
  const { fullPercent } = plan;
  const audience = await Audience.open(sink, { workerBin, workers: 1, shown: LARGE, fullPercent });
  try {
    sink.poll(true);
    audience.play();
    const refusals = await fill(audience, plan.fullForMs);
    bench.say(`── full with ${audience.viewers} viewers`);
    const pairs: Pair[] = [];
    for (let pair = 0; pair < plan.pairs; pair += 1)
      pairs.push(await runPair({ ...bench, plan }, audience, pair % 2 === 0));
    return figuresOf(pairs, refusals, bench.isShort);
  } finally {
    await audience.close();
  }
}

/** What of all that was sent reached each of those inside: a rate would say how many those are, and how much time the sender had. */
const goodputOf = ({ packetsPerSecond, sentPerSecond, viewers }: Reading): number =>
  packetsPerSecond / sentPerSecond / viewers;

/** Where the sender had less time for one side than for the other, so had the server. */
const wereSentAsMuch = ({ atKnee, beyond }: Pair): boolean =>
  Math.abs(beyond.sentPerSecond / atKnee.sentPerSecond - 1) <= MOST_APART;

function figuresOf(pairs: readonly Pair[], filling: readonly number[], isShort: boolean): Figure[] {
  const fair = pairs.filter(wereSentAsMuch);
  const isJudged = !isShort && fair.length >= STEADY_PAIRS;
  const used = isJudged ? fair : pairs;
  const goodput = figureOf(
    {
      name: 'overload-goodput',
      unit: 'of those sent',
      values: used.map(({ beyond }) => goodputOf(beyond)),
      floors: used.map(({ atKnee }) => goodputOf(atKnee)),
    },
    // More than there are: nothing is judged.
    { wanted: isJudged ? STEADY_PAIRS : pairs.length + 1, targetRatio: LEAST_GOODPUT, atLeast: true },
  );
  const refusals = [...filling, ...pairs.flatMap((pair) => pair.refusals)];
  const refusal = percentileFigure(
    { name: 'overload-refusal-ms', unit: 'ms', values: refusals },
    { share: 0.95, target: isShort ? null : MOST_REFUSAL_MS },
  );
  return [goodput, refusal];
}

await withSink([], run);
