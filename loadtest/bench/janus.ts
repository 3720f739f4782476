// npm run bench:janus: what a packet to an audience costs here and at Debian's Janus, in turns; prints a table, writes JSON.
import { figureOf, type Figure } from './figures.ts';
import { JanusRoom } from './janus/JanusRoom.ts';
import { hadAsMuch, read, type Reading, type Windows } from './viewers/measure.ts';
import { LARGE } from './viewers/rounds.ts';
import { Audience } from './viewers/sides.ts';
import { withSink, type SinkBench } from './withSink.ts';

interface Plan extends Windows {
  pairs: number;
  viewers: number;
}

const FULL: Plan = { pairs: 5, windowMs: 6_000, settleMs: 2_500, viewers: 200, again: false };
const SHORT: Plan = { pairs: 1, windowMs: 1_000, settleMs: 1_000, viewers: 10, again: false };
const STEADY_PAIRS = 3;
const TARGET = 0.77;

interface Pair {
  ours: Reading;
  janus: Reading;
}

async function compare(bench: SinkBench, janusBin: string): Promise<Pair[]> {
  const { sink, workerBin, isShort } = bench;
  const plan = isShort ? SHORT : FULL;
  const ours = await Audience.open(sink, { workerBin, workers: 1, shown: LARGE });
  let janus: JanusRoom | null = null;
  try {
    ours.pause();
    janus = await JanusRoom.open(sink, ours.presenter, janusBin);
    await ours.grow(plan.viewers);
    await janus.grow(plan.viewers);
    sink.poll(true);
    const pairs: Pair[] = [];
    for (let pair = 0; pair < plan.pairs; pair += 1) {
      const first = pair % 2 === 0 ? await read({ ...bench, plan }, 'ours', ours) : null;
      const against = await read({ ...bench, plan }, 'Janus', janus);
      pairs.push({ janus: against, ours: first ?? (await read({ ...bench, plan }, 'ours', ours)) });
    }
    return pairs;
  } finally {
    await janus?.close();
    await ours.close();
  }
}

function figuresOf(pairs: readonly Pair[], isShort: boolean): Figure[] {
  const fair = pairs.filter(({ ours, janus }) => hadAsMuch(ours, janus));
  const isJudged = !isShort && fair.length >= STEADY_PAIRS;
  const used = isJudged ? fair : pairs;
  const values = used.map(({ ours }) => ours.usPerPacket);
  const floors = used.map(({ janus }) => janus.usPerPacket);
  // More than there are: nothing is judged.
  const wanted = isJudged ? STEADY_PAIRS : pairs.length + 1;
  return [figureOf({ name: 'janus', unit: 'µs', values, floors }, { wanted, targetRatio: TARGET })];
}

await withSink([], async (bench) => {
  // oxlint-disable-next-line node/no-process-env -- set-up tells Janus's place this way
  const { JANUS_BIN: janusBin } = process.env;
  if (janusBin !== undefined) return figuresOf(await compare(bench, janusBin), bench.isShort);
  bench.say('Debian’s Janus is not here (set-up says why): nothing is measured beside it.');
  return [];
});
