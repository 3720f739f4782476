// npm run bench:meeting: what a packet costs that a meeting's member is sent, with congestion control for each; prints a table, writes JSON.
import { measureFloor } from '../media/Sink.ts';
import { figureOf, type Figure } from './figures.ts';
import { Meeting } from './meeting/Meeting.ts';
import { read, type Reading, type Windows } from './viewers/measure.ts';
import { withSink, type SinkBench } from './withSink.ts';

interface Plan extends Windows {
  pairs: number;
  speakers: number;
  members: number;
}

/** Longer before each than an audience's: a line's estimate grows for some seconds until it carries every picture. */
const FULL: Plan = { pairs: 5, windowMs: 6_000, settleMs: 6_000, speakers: 4, members: 80, again: false };
const SHORT: Plan = { pairs: 1, windowMs: 1_000, settleMs: 1_000, speakers: 2, members: 8, again: false };
const STEADY_PAIRS = 3;

interface Pair {
  reading: Reading;
  floor: number;
}

async function run({ sink, bin, workerBin, isShort, say }: SinkBench): Promise<Figure[]> {
  const plan = isShort ? SHORT : FULL;
  const meeting = await Meeting.open(sink, workerBin, plan.speakers);
  try {
    await meeting.grow(plan.members);
    sink.poll(true);
    const pairs: Pair[] = [];
    for (let pair = 0; pair < plan.pairs; pair += 1) {
      const floorFirst = pair % 2 === 0 ? await measureFloor(bin) : null;
      const reading = await read({ sink, plan, say }, 'meeting', meeting);
      const floor = floorFirst ?? (await measureFloor(bin));
      say(`── pair ${pair + 1}: floor ${floor.toFixed(2)} µs`);
      pairs.push({ reading, floor });
    }
    return [figureOfPairs(pairs, isShort)];
  } finally {
    await meeting.close();
  }
}

/** Of those in which all that was sent arrived, since estimates fall with what is lost; of all, and judged by nobody, where those are too few. */
function figureOfPairs(pairs: readonly Pair[], isShort: boolean): Figure {
  const whole = pairs.filter(({ reading }) => reading.unsent + reading.lost === 0);
  const isJudged = !isShort && whole.length >= STEADY_PAIRS;
  const used = isJudged ? whole : pairs;
  const values = used.map(({ reading }) => reading.usPerPacket);
  const floors = used.map(({ floor }) => floor);
  // More than there are: nothing is judged.
  const wanted = isJudged ? STEADY_PAIRS : pairs.length + 1;
  return figureOf({ name: 'cpu-per-packet-meeting', unit: 'µs', values, floors }, { wanted, targetRatio: 4 });
}

await withSink([], run);
