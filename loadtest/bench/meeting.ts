// npm run bench:meeting: what a packet costs that a meeting's member is sent, with congestion control for each; prints a table, writes JSON.
import { measureFloor } from '../media/Sink.ts';
import { figureOf, type Figure } from './figures.ts';
import { Meeting } from './meeting/Meeting.ts';
import { median } from './steady.ts';
import { isWhole, MOST_APART, readRow, type Reading, type Windows } from './viewers/measure.ts';
import { withSink, type SinkBench } from './withSink.ts';

interface Plan extends Windows {
  pairs: number;
  /** In a row, of each pair. */
  windows: number;
  speakers: number;
  members: number;
}

/**
 * Longer before each than an audience's: a line's estimate grows for some seconds until it carries every picture. Windows of the time from
 * one key frame to the next: of six seconds in which all arrives a busy machine has few.
 */
const FULL: Plan = {
  pairs: 6,
  windows: 5,
  windowMs: 2_000,
  settleMs: 6_000,
  speakers: 4,
  members: 80,
  again: false,
};
const SHORT: Plan = { pairs: 1, windows: 1, windowMs: 1_000, settleMs: 1_000, speakers: 2, members: 8, again: false };
const STEADY_PAIRS = 3;

interface Pair {
  readings: Reading[];
  floor: number;
}

async function run({ sink, bin, workerBin, isShort, say }: SinkBench): Promise<Figure[]> {
  const plan = isShort ? SHORT : FULL;
  const meeting = await Meeting.open(sink, workerBin, plan.speakers);
  try {
    await meeting.grow(plan.members);
    sink.poll(true);
    const pairs: Pair[] = [];
    let before = await measureFloor(bin);
    for (let pair = 0; pair < plan.pairs; pair += 1) {
      const readings = await readRow({ sink, plan, say }, 'meeting', meeting, plan.windows);
      const after = await measureFloor(bin);
      const floor = (before + after) / 2;
      say(`── pair ${pair + 1}: floor ${before.toFixed(2)} µs before and ${after.toFixed(2)} µs after`);
      pairs.push({ readings, floor });
      before = after;
    }
    return [figureOfPairs(pairs, isShort)];
  } finally {
    await meeting.close();
  }
}

/**
 * Of the windows in which all that was sent arrived, since estimates fall with what is lost, and in which the members were sent as much as
 * in the best; of all, and judged by nobody, where too few pairs have any.
 */
function figureOfPairs(pairs: readonly Pair[], isShort: boolean): Figure {
  const whole = pairs.map(({ readings, floor }) => ({ readings: readings.filter(isWhole), floor }));
  const most = Math.max(...whole.flatMap(({ readings }) => readings.map(({ packetsPerSecond }) => packetsPerSecond)));
  const hasAsMuch = ({ packetsPerSecond }: Reading): boolean => packetsPerSecond >= most * (1 - MOST_APART);
  const fair = whole
    .map(({ readings, floor }) => ({ readings: readings.filter(hasAsMuch), floor }))
    .filter(({ readings }) => readings.length > 0);
  const isJudged = !isShort && fair.length >= STEADY_PAIRS;
  const used = isJudged ? fair : pairs;
  const values = used.map(({ readings }) => median(readings.map(({ usPerPacket }) => usPerPacket)));
  const floors = used.map(({ floor }) => floor);
  // More than there are: nothing is judged.
  const wanted = isJudged ? STEADY_PAIRS : pairs.length + 1;
  return figureOf({ name: 'cpu-per-packet-meeting', unit: 'µs', values, floors }, { wanted, targetRatio: 4 });
}

await withSink([], run);
