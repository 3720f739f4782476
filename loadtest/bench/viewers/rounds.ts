// The rounds of the bench: pairs in turns, an audience before and after it grew, one Worker and two; each with its figures.
import { measureFloor, type Sink } from '../../media/Sink.ts';
import { figureOf, percentileFigure, type Figure } from '../figures.ts';
import { memoryKib } from './memory.ts';
import { measure, told, type Reading } from './measure.ts';
import { Audience, type Bare, type Side } from './sides.ts';

export interface Plan {
  pairs: number;
  windowMs: number;
  /** Before each: key frames are asked for, layers are chosen, caches fill. */
  settleMs: number;
  /** The audience before and after it grew. */
  growth: [small: number, large: number];
  /** Viewers of the pairs; null: as many as keep a bare Worker at FULL_SHARE. */
  viewers: number | null;
  /** Whether a window in which packets were lost is taken anew: short runs show that nothing is lost, and share their machine. */
  again: boolean;
  isJudged: boolean;
}

export interface Bench {
  sink: Sink;
  bin: string;
  workerBin: string | undefined;
  plan: Plan;
  say(text: string): void;
}

/** Past it a Worker takes nobody in. */
export const FULL_SHARE = 0.8;
/** The picture of a viewer with a large window, and one with a small. */
export const LARGE = { width: 1280, height: 720 };
export const SMALL = { width: 640, height: 360 };

const MOST_TRANSIT_MS = 10;
const STEADY_PAIRS = 3;
const GROWTH_WINDOWS = 3;
const PIPE_PAIRS = 3;
const FIRST_GUESS = 100;
const MOST_VIEWERS = 1_500;
const MOST_WINDOWS_AGAIN = 5;
const FLOOR_SECONDS = 1;

const roundUp = (viewers: number): number => Math.min(MOST_VIEWERS, Math.ceil(viewers / 10) * 10);

/** A reading, printed. */
async function read(bench: Bench, name: string, side: Side): Promise<Reading> {
  const { sink, plan, say } = bench;
  for (let window = 1; ; window += 1) {
    const reading = await measure(sink, side, plan);
    say(told(name, reading));
    if (!plan.again || reading.lost === 0) return reading;
    if (window === MOST_WINDOWS_AGAIN) throw new Error(`packets were lost in each of ${window} windows`);
  }
}

const floorOf = ({ bin }: Bench): Promise<number> => measureFloor(bin, FLOOR_SECONDS);
const judged = ({ plan }: Bench, wanted: number): number => (plan.isJudged ? wanted : 1);

/** How many viewers a Worker has at FULL_SHARE, by what so many cost; none where they were not served well. */
const viewersAtFull = ({ viewers, share }: Reading): number => (viewers * FULL_SHARE) / share;

async function findViewers(bench: Bench, bare: Bare): Promise<number> {
  await bare.grow(FIRST_GUESS);
  const few = await read(bench, 'bare', bare);
  // A busy Worker takes several packets at a wake: the first guess is too few.
  await bare.grow(roundUp(viewersAtFull(few) * 0.8));
  return roundUp(viewersAtFull(await read(bench, 'bare', bare)));
}

/** In turns, who goes first too. */
export async function comparePairs(bench: Bench, ours: Audience, bare: Bare): Promise<Figure[]> {
  const { plan, say } = bench;
  await ours.show(LARGE);
  const viewers = plan.viewers ?? (await findViewers(bench, bare));
  await bare.grow(viewers);
  await ours.grow(viewers);
  const pairs: { floor: number; ours: Reading; bare: Reading }[] = [];
  for (let pair = 0; pair < plan.pairs; pair += 1) {
    const floor = await floorOf(bench);
    say(`── pair ${pair + 1}: floor ${floor.toFixed(2)} µs`);
    const first = pair % 2 === 0 ? await read(bench, 'ours', ours) : null;
    const against = await read(bench, 'bare', bare);
    pairs.push({ floor, bare: against, ours: first ?? (await read(bench, 'ours', ours)) });
  }
  const both = pairs.map((pair) => ({ ours: viewersAtFull(pair.ours), bare: viewersAtFull(pair.bare) }));
  const lost = pairs.reduce((sum, pair) => sum + pair.ours.lost, 0);
  const lostBare = pairs.reduce((sum, pair) => sum + pair.bare.lost, 0);
  const wanted = judged(bench, STEADY_PAIRS);
  const target = (most: number) => (plan.isJudged ? most : null);
  return [
    figureOf(
      {
        name: 'viewers-per-core',
        unit: 'viewers',
        values: both.map((one) => one.ours),
        floors: both.map((one) => one.bare),
      },
      { wanted, targetRatio: 0.95, atLeast: true },
    ),
    {
      ...percentileFigure(
        { name: 'viewers-per-core-transit-p95', unit: 'ms', values: pairs.map((pair) => pair.ours.p95Ms) },
        { share: 0.5, target: target(MOST_TRANSIT_MS) },
      ),
      against: Number(
        percentileFigure({ name: '', unit: '', values: pairs.map((pair) => pair.bare.p95Ms) }, { share: 0.5 }).value,
      ),
    },
    {
      name: 'viewers-per-core-lost',
      value: lost,
      unit: 'packets',
      against: lostBare,
      target: target(0),
      met: plan.isJudged ? lost === 0 : null,
      pairs: pairs.length,
      spread: 0,
    },
    figureOf(
      {
        name: 'cpu-per-packet-feed',
        unit: 'µs',
        values: pairs.map((pair) => pair.ours.usPerPacket),
        floors: pairs.map((pair) => pair.floor),
      },
      { wanted, targetRatio: 3 },
    ),
  ];
}

/** What came of the viewers' joins to the members: the count of who watches is said at most once in two seconds, whoever comes. */
const OF_THE_TIME: ReadonlySet<string> = new Set(['stage:audience', 'audio:levels', 'audio:activeSpeaker']);

async function costToMembers({ presenter }: Audience, isJudged: boolean, grow: () => Promise<void>): Promise<Figure[]> {
  const messages = (): number =>
    [...presenter.heard].reduce((sum, [name, count]) => sum + (OF_THE_TIME.has(name) ? 0 : count), 0);
  const before = { epoch: await presenter.epoch(), messages: messages() };
  await grow();
  const epochs = Number(await presenter.epoch()) - Number(before.epoch);
  const heard = messages() - before.messages;
  const plain = { against: null, target: 0, pairs: 1, spread: 0 };
  const judge = (value: number): boolean | null => (isJudged ? value === 0 : null);
  return [
    { ...plain, name: 'viewer-join-epochs', value: epochs, unit: 'epochs', met: judge(epochs) },
    { ...plain, name: 'viewer-join-messages', value: heard, unit: 'messages', met: judge(heard) },
  ];
}

const MEMORY_SETTLE_MS = 3_000;

async function memoryOf({ house }: Audience): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, MEMORY_SETTLE_MS));
  return memoryKib([house.pid, ...house.workerPids]);
}

async function windowsOf(bench: Bench, name: string, ours: Audience): Promise<number[]> {
  const costs: number[] = [];
  const windows = bench.plan.isJudged ? GROWTH_WINDOWS : 1;
  for (let window = 0; window < windows; window += 1) costs.push((await read(bench, name, ours)).usPerPacket);
  return costs;
}

/** An audience that grows: `between` is what is done meanwhile with the small one. */
export async function compareGrowth(bench: Bench, ours: Audience, between: () => Promise<Figure[]>): Promise<Figure[]> {
  const { plan } = bench;
  const [small, large] = plan.growth;
  await ours.show(SMALL);
  const joins = await costToMembers(ours, plan.isJudged, () => ours.grow(small));
  const before = await memoryOf(ours);
  const floors = await windowsOf(bench, `ours, ${small}`, ours);
  const others = await between();
  await ours.show(SMALL);
  await ours.grow(large);
  const values = await windowsOf(bench, `ours, ${large}`, ours);
  const perViewer = ((await memoryOf(ours)) - before) / (ours.viewers - small);
  return [
    ...others,
    figureOf(
      { name: 'growth', unit: 'µs', values, floors },
      { wanted: judged(bench, STEADY_PAIRS), targetRatio: 1.15 },
    ),
    {
      name: 'memory-per-viewer',
      value: Number(perViewer.toPrecision(4)),
      unit: 'KiB',
      against: null,
      target: plan.isJudged ? 110 : null,
      met: plan.isJudged ? perViewer <= 110 : null,
      pairs: 1,
      spread: 0,
    },
    ...joins,
  ];
}

/** The same audience on one Worker, and on two, one of which is fed by pipes. */
export async function comparePipe(bench: Bench, ours: Audience): Promise<Figure[]> {
  const { sink, workerBin, plan } = bench;
  const spread = await Audience.open(sink, { workerBin, workers: 2, shown: LARGE });
  spread.pause();
  try {
    await spread.grow(ours.viewers);
    const values: number[] = [];
    const floors: number[] = [];
    for (let pair = 0; pair < (plan.isJudged ? PIPE_PAIRS : 1); pair += 1) {
      values.push((await read(bench, 'two Workers', spread)).usPerPacket);
      floors.push((await read(bench, 'one Worker', ours)).usPerPacket);
    }
    return [
      figureOf(
        { name: 'pipe', unit: 'µs', values, floors },
        { wanted: judged(bench, STEADY_PAIRS), targetRatio: 1.08 },
      ),
    ];
  } finally {
    await spread.close();
  }
}
