// The rounds of the bench: pairs in turns, an audience before and after it grew, one Worker and two; each with its figures.
import { measureFloor, type Sink } from '../../media/Sink.ts';
import { figureOf, type Figure } from '../figures.ts';
import { median } from '../steady.ts';
import { memoryKib } from './memory.ts';
import { hadAsMuch, read, type Reading, type Windows } from './measure.ts';
import { Audience, type Bare } from './sides.ts';

export interface Plan extends Windows {
  pairs: number;
  /** The audience before and after it grew. */
  growth: [small: number, large: number];
  /** Viewers of the pairs; null: as many as keep a bare Worker at FULL_SHARE. */
  viewers: number | null;
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
/** Of the way to FULL_SHARE at a time, until a Worker is as busy as this. */
const FIND_STEP = 0.7;
const NEARLY_FULL = 0.76;
/** Whose limits say something of FULL_SHARE: a machine that changes its speed in a window makes a Worker busier, or less, than it was to be. */
const ABOUT_FULL = { least: 0.72, most: 0.82 };
/** Until there are enough of those. */
const MOST_PAIRS = 12;
const GROWTH_WINDOWS = 3;
const PIPE_PAIRS = 3;
const FIRST_GUESS = 100;
const MOST_VIEWERS = 1_500;

const roundUp = (viewers: number): number => Math.min(MOST_VIEWERS, Math.ceil(viewers / 10) * 10);

const judged = ({ plan }: Bench, wanted: number): number => (plan.isJudged ? wanted : 1);

/** How many viewers a Worker has at FULL_SHARE, by what so many cost. */
const viewersAtFull = ({ viewers, share }: Reading): number => (viewers * FULL_SHARE) / share;

interface Pair {
  floor: number;
  ours: Reading;
  bare: Reading;
}

async function findViewers(bench: Bench, bare: Bare): Promise<number> {
  for (;;) {
    const reading = await read(bench, 'bare', bare);
    if (reading.share >= NEARLY_FULL || reading.viewers >= MOST_VIEWERS) return reading.viewers;
    // What a packet costs is another thing on a busier Worker, and nobody can be sent away again: from below, in steps.
    await bare.grow(roundUp(reading.viewers + (viewersAtFull(reading) - reading.viewers) * FIND_STEP));
  }
}

/** In turns, who goes first too. */
export async function comparePairs(bench: Bench, ours: Audience, bare: Bare): Promise<Figure[]> {
  const { plan, say } = bench;
  await ours.show(LARGE);
  const few = plan.viewers === null ? FIRST_GUESS : Math.ceil(plan.viewers / 2);
  await bare.grow(few);
  const withFewKib = await bareKib(bench, bare);
  const viewers = Math.max(ours.viewers, plan.viewers ?? (await findViewers(bench, bare)));
  await bare.grow(viewers);
  await ours.grow(viewers);
  const pairs: Pair[] = [];
  const isEnough = (): boolean =>
    pairs.length >= plan.pairs &&
    (!plan.isJudged || pairs.length >= MOST_PAIRS || aboutFull(pairs).length >= STEADY_PAIRS);
  for (let pair = 0; !isEnough(); pair += 1) {
    const floor = await measureFloor(bench.bin);
    say(`── pair ${pair + 1}: floor ${floor.toFixed(2)} µs`);
    const first = pair % 2 === 0 ? await read(bench, 'ours', ours) : null;
    const against = await read(bench, 'bare', bare);
    pairs.push({ floor, bare: against, ours: first ?? (await read(bench, 'ours', ours)) });
  }
  const moreKib = (await bareKib(bench, bare)) - withFewKib;
  return [...figuresOfPairs(bench, pairs), bareMemory(moreKib / (bare.viewers - few))];
}

/** Those in which both Workers were about as busy as they may be. */
function aboutFull(pairs: readonly Pair[]): Pair[] {
  const isAbout = ({ share }: Reading): boolean => share >= ABOUT_FULL.least && share <= ABOUT_FULL.most;
  return pairs.filter(({ ours, bare }) => hadAsMuch(ours, bare) && isAbout(ours) && isAbout(bare));
}

/** Of the fair pairs; of all, and judged by nobody, where those are too few. */
function figuresOfPairs(bench: Bench, pairs: readonly Pair[]): Figure[] {
  const fair = pairs.filter(({ ours, bare }) => hadAsMuch(ours, bare));
  const isJudged = bench.plan.isJudged && fair.length >= STEADY_PAIRS;
  const used = isJudged ? fair : pairs;
  // More than there are: nothing is judged.
  const wanted = isJudged ? STEADY_PAIRS : pairs.length + 1;
  const perCore = figureOf(
    {
      name: 'viewers-per-core',
      unit: 'viewers',
      values: used.map((pair) => viewersAtFull(pair.ours)),
      floors: used.map((pair) => viewersAtFull(pair.bare)),
    },
    { wanted, targetRatio: 0.95, atLeast: true },
  );
  const perPacket = figureOf(
    {
      name: 'cpu-per-packet-feed',
      unit: 'µs',
      values: used.map((pair) => pair.ours.usPerPacket),
      floors: used.map((pair) => pair.floor),
    },
    { wanted, targetRatio: 3 },
  );
  const full = aboutFull(pairs);
  const isLimited = bench.plan.isJudged && full.length >= STEADY_PAIRS;
  const limited = isLimited ? full : pairs;
  const limits = { pairs: limited.length, isJudged: isLimited };
  const transits = (side: 'ours' | 'bare') => limited.map((pair) => pair[side].p95Ms);
  const lost = (side: 'ours' | 'bare') => limited.reduce((sum, pair) => sum + pair[side].lost, 0);
  return [
    perCore,
    limitFigure(
      'viewers-per-core-transit-p95',
      'ms',
      { ours: median(transits('ours')), bare: median(transits('bare')), most: MOST_TRANSIT_MS },
      limits,
    ),
    limitFigure('viewers-per-core-lost', 'packets', { ours: lost('ours'), bare: lost('bare'), most: 0 }, limits),
    perPacket,
  ];
}

/** What has to hold for the number of viewers to count. */
function limitFigure(
  name: string,
  unit: string,
  { ours, bare, most }: { ours: number; bare: number; most: number },
  { pairs, isJudged }: { pairs: number; isJudged: boolean },
): Figure {
  return {
    name,
    value: ours,
    unit,
    against: bare,
    target: most,
    met: isJudged ? ours <= most : null,
    pairs,
    spread: 0,
  };
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

/** Garbage is collected meanwhile, which a short run does not wait for. */
const MEMORY_SETTLE_MS = { judged: 3_000, short: 300 };
const MOST_MEMORY_KIB = 110;

interface Memory {
  server: number;
  worker: number;
}

const settleMemory = (isJudged: boolean) =>
  new Promise((resolve) => setTimeout(resolve, MEMORY_SETTLE_MS[isJudged ? 'judged' : 'short']));

async function bareKib({ plan }: Bench, { workerPids }: Bare): Promise<number> {
  await settleMemory(plan.isJudged);
  return memoryKib(workerPids);
}

/** What the same transports hold of a Worker in which there is nothing of ours. */
const bareMemory = (kib: number): Figure => ({
  name: 'memory-per-viewer-bare',
  value: Number(kib.toPrecision(4)),
  unit: 'KiB',
  against: null,
  target: null,
  met: null,
  pairs: 1,
  spread: 0,
});

async function memoryOf({ house }: Audience, isJudged: boolean): Promise<Memory> {
  await settleMemory(isJudged);
  return { server: memoryKib([house.pid]), worker: memoryKib(house.workerPids) };
}

function memoryFigures(before: Memory, after: Memory, more: number, isJudged: boolean): Figure[] {
  const each = (now: number, then: number): number => Number(((now - then) / more).toPrecision(4));
  const [server, worker] = [each(after.server, before.server), each(after.worker, before.worker)];
  const value = Number((server + worker).toPrecision(4));
  const plain = { unit: 'KiB', against: null, target: null, met: null, pairs: 1, spread: 0 };
  return [
    {
      ...plain,
      name: 'memory-per-viewer',
      value,
      target: MOST_MEMORY_KIB,
      met: isJudged ? value <= MOST_MEMORY_KIB : null,
    },
    { ...plain, name: 'memory-per-viewer-server', value: server },
    { ...plain, name: 'memory-per-viewer-worker', value: worker },
  ];
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
  const before = await memoryOf(ours, plan.isJudged);
  const floors = await windowsOf(bench, `ours, ${small}`, ours);
  const others = await between();
  await ours.show(SMALL);
  await ours.grow(large);
  const values = await windowsOf(bench, `ours, ${large}`, ours);
  const after = await memoryOf(ours, plan.isJudged);
  return [
    ...others,
    figureOf(
      { name: 'growth', unit: 'µs', values, floors },
      { wanted: judged(bench, STEADY_PAIRS), targetRatio: 1.15 },
    ),
    ...memoryFigures(before, after, ours.viewers - small, plan.isJudged),
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
