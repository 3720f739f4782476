// npm run bench:meeting: what a packet costs that a meeting's member is sent, with congestion control for each; prints a table, writes JSON.
import { measureFloor } from '../media/Sink.ts';
import { figureOf, type Figure } from './figures.ts';
import { Meeting } from './meeting/Meeting.ts';
import { read, type Windows } from './viewers/measure.ts';
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

async function run({ sink, bin, workerBin, isShort, say }: SinkBench): Promise<Figure[]> {
  const plan = isShort ? SHORT : FULL;
  const meeting = await Meeting.open(sink, workerBin, plan.speakers);
  try {
    await meeting.grow(plan.members);
    sink.poll(true);
    const values: number[] = [];
    const floors: number[] = [];
    for (let pair = 0; pair < plan.pairs; pair += 1) {
      const floorFirst = pair % 2 === 0 ? await measureFloor(bin) : null;
      const reading = await read({ sink, plan, say }, 'meeting', meeting);
      const floor = floorFirst ?? (await measureFloor(bin));
      say(`── pair ${pair + 1}: floor ${floor.toFixed(2)} µs`);
      // A sender or a sink without time had the estimates fall: that says nothing of the Worker.
      if (reading.unsent + reading.lost > 0 && !isShort) continue;
      values.push(reading.usPerPacket);
      floors.push(floor);
    }
    if (values.length === 0) throw new Error('packets were lost in every window: the machine is not its own');
    const sample = { name: 'cpu-per-packet-meeting', unit: 'µs', values, floors };
    return [figureOf(sample, { wanted: isShort ? 1 : STEADY_PAIRS, targetRatio: 4 })];
  } finally {
    await meeting.close();
  }
}

await withSink([], run);
