// npm run bench:signalling: what a join and a line of chat cost the server's own process, beside bare socket.io and raw ws; prints a table, writes JSON.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { endOnSignals } from './endOnSignals.ts';
import { figureOf, percentileFigure, ratioFigure, tableOf, type Figure, type Report } from './figures.ts';
import { cpuNs, currentCommit, describeMachine } from './machine.ts';
import { Load, openBare, openOurs, type Side } from './signalling/sides.ts';
import { memoryKib } from './viewers/memory.ts';

interface Plan {
  pairs: number;
  /** Windows of joins that nobody measures: what a join runs once is compiled to the end only after some ten thousand of them. */
  warmUps: number;
  /** Joins of one window: so many Rooms of so many. */
  rooms: number;
  each: number;
  atOnce: number;
  /** Members of the Room with the chat, and what is said in one window. */
  members: number;
  lines: number;
  /** Members whose memory is counted. */
  kept: number;
  settleMs: number;
  isJudged: boolean;
}

const FULL: Plan = {
  pairs: 7,
  warmUps: 9,
  rooms: 120,
  each: 10,
  atOnce: 24,
  members: 50,
  lines: 1_500,
  kept: 400,
  settleMs: 1_000,
  isJudged: true,
};
const SHORT: Plan = {
  pairs: 1,
  warmUps: 0,
  rooms: 4,
  each: 5,
  atOnce: 4,
  members: 10,
  lines: 100,
  kept: 20,
  settleMs: 200,
  isJudged: false,
};
const PARTS = ['joins', 'fan-out', 'memory'];

/** A line of chat, sealed. */
const LINE_BYTES = 300;
/** Lines under way: enough to keep a core busy, few enough that nothing piles up. */
const AHEAD = 8;
/** Least of bare socket.io, and of raw ws. */
const JOINS_TARGET = 0.8;
const FAN_OUT_TARGET = 0.6;
const JOINS_A_SECOND = 500;
const ACK_P95_MS = 250;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
/** Garbage is swept, and what has left is let go of. */
const settle = ({ settleMs }: Plan) => new Promise((resolve) => setTimeout(resolve, settleMs));

/** Runs `window` and tells how many seconds of a processor that cost the process. */
async function costOf<Value>(pid: number, window: () => Promise<Value>): Promise<{ value: Value; seconds: number }> {
  const before = cpuNs(pid);
  const value = await window();
  return { value, seconds: (cpuNs(pid) - before) / 1e9 };
}

interface Joined {
  perCore: number;
  ackMs: number[];
}

async function joinOnce(side: Side, plan: Plan): Promise<Joined> {
  const rooms = await side.seats(plan.rooms, plan.each);
  const load = new Load();
  try {
    await settle(plan);
    const { value, seconds } = await costOf(side.pid, () => load.obey({ do: 'join', rooms, atOnce: plan.atOnce }));
    await load.obey({ do: 'leave' });
    const { ackMs, tookMs } = value;
    const perCore = ackMs.length / seconds;
    const cores = (seconds * 1_000) / tookMs;
    say(`── ${side.name}: ${ackMs.length} joins, ${perCore.toFixed(0)} a second of a core (${cores.toFixed(2)} busy)`);
    return { perCore, ackMs };
  } finally {
    load.close();
  }
}

async function sayOnce(side: Side, plan: Plan): Promise<number> {
  const load = new Load();
  try {
    await side.gather(load, plan.members);
    const order = { do: 'say', bytes: LINE_BYTES, ahead: AHEAD } as const;
    // What runs often is compiled only after a while, and the load process is a new one each time.
    await load.obey({ ...order, times: plan.lines });
    await settle(plan);
    const { value, seconds } = await costOf(side.pid, () => load.obey({ ...order, times: plan.lines }));
    const perCore = value.deliveries / seconds;
    say(`── ${side.name}: ${value.deliveries} deliveries, ${perCore.toFixed(0)} a second of a core`);
    return perCore;
  } finally {
    load.close();
  }
}

/** In turns, and who goes first in turns too. */
async function takeTurns<Value>(pairs: number, sides: readonly Side[], once: (side: Side) => Promise<Value>) {
  const values = new Map(sides.map((side) => [side, [] as Value[]]));
  for (let pair = 0; pair < pairs; pair += 1) {
    for (const side of pair % 2 === 0 ? sides.toReversed() : sides) values.get(side)?.push(await once(side));
  }
  return (side: Side): Value[] => values.get(side) ?? [];
}

async function joinFigures([ours, bare, withTransports]: [Side, Side, Side], plan: Plan): Promise<Figure[]> {
  const sides = [ours, bare, withTransports];
  await takeTurns(plan.warmUps, sides, (side) => joinOnce(side, plan));
  const joined = await takeTurns(plan.pairs, sides, (side) => joinOnce(side, plan));
  const perCore = (side: Side): number[] => joined(side).map((one) => one.perCore);
  const measured = { unit: 'a second of a core', floors: perCore(bare) };
  const least = { wanted: Math.min(3, plan.pairs), targetRatio: JOINS_TARGET, atLeast: true } as const;
  const figure = figureOf({ name: 'joins-per-second', ...measured, values: perCore(ours) }, least);
  const ackMs = joined(ours).flatMap((one) => one.ackMs);
  const judged = plan.isJudged ? { target: ACK_P95_MS } : {};
  return [
    figure,
    leastFigure({ ...figure, name: 'joins-per-second-least' }, JOINS_A_SECOND, plan),
    figureOf(
      { name: 'joins-per-second-mediasoup', ...measured, values: perCore(withTransports) },
      { wanted: least.wanted },
    ),
    percentileFigure({ name: 'join-ack-p95', unit: 'ms', values: ackMs }, { share: 0.95, ...judged }),
  ];
}

/** The same value against a number and not against a floor. */
const leastFigure = (figure: Figure, target: number, { isJudged }: Plan): Figure => ({
  ...figure,
  against: null,
  target,
  atLeast: true,
  met: isJudged ? figure.value >= target : null,
});

async function fanOutFigures(sides: [Side, Side], plan: Plan): Promise<Figure[]> {
  if (plan.isJudged) for (const side of sides) await sayOnce(side, plan);
  const said = await takeTurns(plan.pairs, sides, (side) => sayOnce(side, plan));
  const [ours, bare] = sides;
  const measured = { name: 'fan-out', unit: 'a second of a core', values: said(ours), floors: said(bare) };
  return [
    figureOf(measured, { wanted: Math.min(3, plan.pairs), targetRatio: FAN_OUT_TARGET, atLeast: true }),
    ...ratioFigure({ ...measured, name: 'fan-out-ratio', rateName: '' }, {}).slice(1),
  ];
}

/** Of the server and its media Worker together, for each of those who are in and do nothing. */
async function memoryFigures(ours: Awaited<ReturnType<typeof openOurs>>, plan: Plan): Promise<Figure[]> {
  const load = new Load();
  try {
    const rooms = await ours.seats(Math.ceil(plan.kept / plan.each), plan.each);
    const pids = { server: [ours.house.pid], worker: ours.house.workerPids };
    await settle(plan);
    const before = { server: memoryKib(pids.server), worker: memoryKib(pids.worker) };
    const { ackMs } = await load.obey({ do: 'join', rooms, atOnce: plan.atOnce });
    await settle(plan);
    const each = (which: 'server' | 'worker'): number => (memoryKib(pids[which]) - before[which]) / ackMs.length;
    const [server, worker] = [each('server'), each('worker')];
    await load.obey({ do: 'leave' });
    const figures = { '': server + worker, '-server': server, '-worker': worker };
    return Object.entries(figures).map(([part, value]) =>
      figureOf({ name: `memory-per-member${part}`, unit: 'KiB', values: [value] }, { wanted: 1 }),
    );
  } finally {
    load.close();
  }
}

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    json: { type: 'string' },
    parts: { type: 'string', default: PARTS.join() },
  },
});
endOnSignals();
const parts = options.parts.split(',');
if (parts.some((part) => !PARTS.includes(part))) throw new Error(`the parts are ${PARTS.join()}`);
const plan = options.short ? SHORT : FULL;
const begun = { machine: describeMachine(), commit: currentCommit(), date: new Date().toISOString() };
// oxlint-disable-next-line node/no-process-env -- set-up tells the media Worker's place this way, as it tells the tests
const ours = await openOurs(process.env['MEDIASOUP_WORKER_BIN']);
const [bare, withTransports] = await openBare();
const figures: Figure[] = [];
try {
  // Memory first: what others have left behind would be used again.
  if (parts.includes('memory')) figures.push(...(await memoryFigures(ours, plan)));
  if (parts.includes('joins')) figures.push(...(await joinFigures([ours, bare, withTransports], plan)));
  if (parts.includes('fan-out')) figures.push(...(await fanOutFigures([ours, bare], plan)));
} finally {
  await bare.close();
  await ours.close();
}
const report: Report = { figures, ...begun };
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
say(`\n${tableOf(report)}`);
