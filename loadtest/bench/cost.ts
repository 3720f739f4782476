// npm run bench:cost: what a large Room costs one client, over what a small one costs it; prints a table, writes JSON.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { formatLink } from '#core';
import { canMedia } from './cost/can.ts';
import { Crowd } from './cost/Crowd.ts';
import { seatGuest, type Guest, type Reading, type Sight } from './cost/guest.ts';
import { openHall } from './cost/hall.ts';
import { endOnSignals } from './endOnSignals.ts';
import { figureOf, tableOf, type Figure, type Report } from './figures.ts';
import { currentCommit, describeMachine } from './machine.ts';

interface Plan {
  /** Peers in the Room, the measured client included: the smaller first. */
  rooms: [small: number, large: number];
  fps: number;
  windows: number;
  windowMs: number;
  /** Before the first: estimates of bandwidth climb, and caches fill. */
  settleMs: number;
}
const FULL: Plan = { rooms: [16, 100], fps: 5, windows: 7, windowMs: 5_000, settleMs: 10_000 };
const SHORT: Plan = { rooms: [4, 8], fps: 5, windows: 1, windowMs: 2_000, settleMs: 500 };

/** Tiles of one page of the grid in the guest's window; the last of the first page is the guest's own. */
const PAGE = 16;
/** Issue 4: a Room of 100 costs a client at most so many times what one of 16 does. */
const TARGET_RATIO = 1.2;

type Cost = Record<'bytes' | 'frames' | 'heap' | 'cpu', number>;
const UNITS: Readonly<Record<keyof Cost, string>> = { bytes: 'B/s', frames: 'frames/s', heap: 'B', cpu: 'cores' };

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function costBetween(before: Reading, after: Reading): Cost {
  const seconds = (after.atMs - before.atMs) / 1000;
  return {
    bytes: (after.receivedBytes - before.receivedBytes) / seconds,
    frames: (after.decodedFrames - before.decodedFrames) / seconds,
    heap: after.heapBytes,
    cpu: (after.cpuSeconds - before.cpuSeconds) / seconds,
  };
}

async function measure(guest: Guest, { windows, windowMs }: Plan): Promise<Cost[]> {
  const costs: Cost[] = [];
  let before = await guest.read();
  for (let window = 0; window < windows; window += 1) {
    await new Promise((resolve) => setTimeout(resolve, windowMs));
    const after = await guest.read();
    costs.push(costBetween(before, after));
    before = after;
  }
  return costs;
}

interface Measured {
  peers: number;
  sight: Sight;
  costs: Cost[];
}

async function measureRoom(crowd: Crowd, link: string, peers: number, plan: Plan): Promise<Measured> {
  await crowd.grow(peers - 1);
  const guest = await seatGuest(link);
  try {
    await guest.settle(Math.min(peers, PAGE) - 1, plan.settleMs);
    const costs = await measure(guest, plan);
    const sight = await guest.look();
    say(
      `── ${peers} peers: ${sight.playing} of ${sight.tiles} tiles play, ${sight.voices} voices, ${sight.mLines} m-lines, ` +
        `the others seal ${crowd.framesPerSecond} frames/s, ${crowd.moves} lost their place so far`,
    );
    return { peers, sight, costs };
  } finally {
    await guest.close();
  }
}

async function run(plan: Plan): Promise<Measured[]> {
  // oxlint-disable-next-line node/no-process-env -- set-up tells the media Worker's place this way, as it tells the tests
  const hall = await openHall(process.env['MEDIASOUP_WORKER_BIN']);
  try {
    const media = await canMedia(hall.url, plan.fps);
    const link = formatLink(hall.link, hall.url);
    const crowd = new Crowd(hall, { origin: hall.url, link: hall.link, media });
    try {
      const rooms: Measured[] = [];
      for (const peers of plan.rooms) rooms.push(await measureRoom(crowd, link, peers, plan));
      return rooms;
    } finally {
      crowd.close();
    }
  } finally {
    await hall.close();
  }
}

/** One for each cost, and the worst of those that have a target. */
function figuresOf([small, large]: readonly Measured[], plan: Plan): Figure[] {
  if (small === undefined || large === undefined) throw new Error('two Rooms are compared');
  const name = `client-cost-${large.peers}-over-${small.peers}`;
  const parts = (Object.keys(UNITS) as (keyof Cost)[]).map((what) =>
    figureOf(
      {
        name: `${name}-${what}`,
        unit: UNITS[what],
        values: large.costs.map((cost) => cost[what]),
        floors: small.costs.map((cost) => cost[what]),
      },
      // Processor's time is the machine's as much as ours, and has no target.
      { wanted: Math.ceil(plan.windows / 2), ...(what !== 'cpu' && plan.windows > 1 && { targetRatio: TARGET_RATIO }) },
    ),
  );
  const judged = parts.filter(({ unit }) => unit !== UNITS.cpu);
  const ratios = judged.map(({ value, against }) => value / (against ?? Number.NaN));
  const worst = Number(Math.max(...ratios).toPrecision(4));
  const isJudged = judged.every(({ met }) => met !== null);
  const total: Figure = {
    name,
    value: worst,
    unit: '×',
    against: null,
    target: plan.windows > 1 ? TARGET_RATIO : null,
    met: isJudged ? worst <= TARGET_RATIO : null,
    pairs: plan.windows,
    spread: Math.max(...judged.map(({ spread }) => spread)),
  };
  return [...parts, total];
}

const { values: options } = parseArgs({
  options: { short: { type: 'boolean', default: false }, json: { type: 'string' }, rooms: { type: 'string' } },
});
endOnSignals();
const place = { machine: describeMachine(), commit: currentCommit(), date: new Date().toISOString() };
const plan = { ...(options.short ? SHORT : FULL) };
if (options.rooms !== undefined) {
  const [small = Number.NaN, large = Number.NaN] = options.rooms.split(',').map(Number);
  if (!(small >= 2 && large > small)) throw new Error('--rooms wants two numbers of peers, the smaller first');
  plan.rooms = [small, large];
}
const report: Report = { figures: figuresOf(await run(plan), plan), ...place };
say(tableOf(report));
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
