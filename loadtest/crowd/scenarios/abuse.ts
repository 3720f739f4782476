// Meetings that talk while others at other addresses try whatever is not allowed: in turns with and without them, in one run.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { figureOf, percentile, type Figure } from '../../bench/figures.ts';
import { ATTACK_NAMES, RIGHT_ENDS } from '../attacks.ts';
import type { AttackSettings, FromAttackers, ToAttackers } from '../attackThread.ts';
import { P95 } from '../Book.ts';
import { movedFigure } from '../moved.ts';
import { eventually } from '../pace.ts';
import { closeAll, openMeeting, type Claim, type Ground, type Meeting, type Scenario } from '../Scenario.ts';
import { fillRooms, talk } from './rooms.ts';

const FULL = {
  rooms: 20,
  inEach: 10,
  comeOverMs: 5_000,
  everyMs: 1_000,
  talkMs: 1_000,
  pairs: 60,
  attackEveryMs: 100,
};
const SHORT = {
  rooms: 2,
  inEach: 3,
  comeOverMs: 500,
  everyMs: 250,
  talkMs: 1_000,
  pairs: 1,
  attackEveryMs: 100,
};

/** Issue 6: the 95th of a hundred of honest users must not move by more. */
const MOST_MOVED = 1.2;

export const abuse: Scenario = {
  name: 'abuse',
  about: 'meetings that talk, in turns with and without others who try what is not allowed, ten times a second',
  thresholds: [],
  async run(ground) {
    const plan = ground.isShort ? SHORT : FULL;
    const meetings = await fillRooms(ground, plan);
    const target = await openMeeting(ground);
    const attackers = new Attackers({
      origin: ground.origin,
      hall: target.hall,
      firstUser: 100_000,
      everyMs: plan.attackEveryMs,
    });
    try {
      const seen = await takeTurns(ground, meetings, attackers, plan);
      const figures = [...movedFigures(seen, ground.isShort), attemptFigure(seen, attackers.attempts)];
      return { claims: [...attackers.claims(), heardAll(seen)], figures };
    } finally {
      await attackers.end();
      closeAll([...meetings, target]);
    }
  },
};

/** What honest people measured while they were let alone, or were not. */
interface Window {
  /** ms, of all that were answered and of all that were delivered. */
  ack: readonly number[];
  deliver: readonly number[];
  due: number;
  /** That the server and its Workers used, and in which time, s. */
  cpuSeconds: number;
  seconds: number;
}

type Kind = 'calm' | 'attacked';
/** Of each pair one window. */
type Seen = Record<Kind, Window[]>;

/** Each pair is a turn of both kinds, one after the other: what else the machine does for longer falls on both. */
async function takeTurns(
  ground: Ground,
  meetings: readonly Meeting[],
  attackers: Attackers,
  plan: typeof FULL,
): Promise<Seen> {
  const seen: Seen = { calm: [], attacked: [] };
  for (let pair = 0; pair < plan.pairs && !ground.signal.aborted; pair += 1) {
    // Whatever comes first does not always.
    const kinds: readonly Kind[] = pair % 2 === 0 ? ['calm', 'attacked'] : ['attacked', 'calm'];
    for (const kind of kinds) {
      if (kind === 'attacked') attackers.begin();
      seen[kind].push(await windowOf(ground, meetings, plan));
      if (kind === 'attacked') await attackers.rest();
    }
  }
  return seen;
}

async function windowOf(ground: Ground, meetings: readonly Meeting[], plan: typeof FULL): Promise<Window> {
  const { book } = ground;
  const [acks, delivers] = [book.times('ack').length, book.times('deliver').length];
  const [cpuBefore, startMs] = [ground.cpuSeconds(), performance.now()];
  const due = await talk(ground, meetings, plan);
  await eventually(() => book.times('deliver').length - delivers >= due);
  return {
    ack: book.times('ack').slice(acks),
    deliver: book.times('deliver').slice(delivers),
    due,
    cpuSeconds: ground.cpuSeconds() - cpuBefore,
    seconds: (performance.now() - startMs) / 1000,
  };
}

function together(windows: readonly Window[]): Window {
  const sum = (of: (window: Window) => number): number => windows.reduce((total, window) => total + of(window), 0);
  return {
    ack: windows.flatMap(({ ack }) => ack),
    deliver: windows.flatMap(({ deliver }) => deliver),
    due: sum(({ due }) => due),
    cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
    seconds: sum(({ seconds }) => seconds),
  };
}

function movedFigures({ calm, attacked }: Seen, isShort: boolean): Figure[] {
  const p95s = (windows: readonly Window[], what: 'ack' | 'deliver'): number[] =>
    windows.map((window) => percentile(window[what], P95));
  const of = (what: 'ack' | 'deliver'): Figure[] => {
    const [values, floors] = [p95s(attacked, what), p95s(calm, what)];
    const pairs = values.map((value, pair) => ({ attacked: value, calm: floors[pair] ?? Number.NaN }));
    const name = `crowd-abuse-${what}`;
    return [
      figureOf({ name: `${name}-p95`, unit: 'ms', values, floors }, { wanted: Infinity }),
      movedFigure(`${name}-moved`, pairs, MOST_MOVED, !isShort),
    ];
  };
  const cores = (windows: readonly Window[]): number[] =>
    windows.map(({ cpuSeconds, seconds }) => cpuSeconds / seconds);
  const cpu = { name: 'crowd-abuse-cpu', unit: 'cores', values: cores(attacked), floors: cores(calm) };
  return [...of('ack'), ...of('deliver'), figureOf(cpu, { wanted: Infinity })];
}

/** Of the server and its Workers, beyond what those who talk cost them in the same time; a few attempts end after their turn. */
function attemptFigure({ calm, attacked }: Seen, attempts: number): Figure {
  const cores = (windows: readonly Window[]): number => {
    const { cpuSeconds, seconds } = together(windows);
    return cpuSeconds / seconds;
  };
  const { seconds } = together(attacked);
  const value = ((cores(attacked) - cores(calm)) * seconds * 1000) / Math.max(1, attempts);
  return figureOf({ name: 'crowd-abuse-attempt-cpu', unit: 'ms', values: [Math.max(0, value)] }, { wanted: 1 });
}

function heardAll(seen: Seen): Claim {
  const all = [...seen.calm, ...seen.attacked];
  return {
    says: 'every honest word reached who was to hear it, attacked or not',
    holds: all.length > 0 && all.every(({ due, deliver }) => due > 0 && due === deliver.length),
  };
}

class Attackers {
  readonly #thread: Worker;
  readonly #ends = new Map<string, number>();
  #rested: () => void = () => undefined;
  #failed: Error | null = null;

  constructor(settings: AttackSettings) {
    this.#thread = new Worker(new URL('../attackThread.ts', import.meta.url), { workerData: settings });
    this.#thread.on('message', (message: FromAttackers) => this.#heard(message));
    this.#thread.on('error', (error) => {
      this.#failed = error instanceof Error ? error : new Error(String(error));
      this.#rested();
    });
  }

  /** That have ended. */
  get attempts(): number {
    return [...this.#ends.values()].reduce((sum, times) => sum + times, 0);
  }

  begin(): void {
    this.#say('begin');
  }

  /** Resolves once every attempt has ended. */
  async rest(): Promise<void> {
    const rested = Promise.withResolvers<void>();
    this.#rested = rested.resolve;
    if (this.#failed === null) this.#say('rest');
    else rested.resolve();
    await rested.promise;
    if (this.#failed !== null) throw this.#failed;
  }

  async end(): Promise<void> {
    if (this.#failed !== null) return;
    const gone = once(this.#thread, 'exit');
    this.#say('end');
    await gone;
  }

  /** That each kind was tried, and each attempt ended as it should. */
  claims(): Claim[] {
    return ATTACK_NAMES.map((name) => {
      const ends = [...this.#ends].filter(([end]) => end.startsWith(`${name}:`));
      const told = ends.map(([end, times]) => `${end.slice(name.length + 1)} ×${times}`).join(', ');
      const holds = ends.length > 0 && ends.every(([end]) => RIGHT_ENDS[name].includes(end.slice(name.length + 1)));
      return { says: `${name}: ${told || 'not tried'}`, holds };
    });
  }

  #heard(message: FromAttackers): void {
    if (message.what === 'rests') return this.#rested();
    const end = `${message.attack}:${message.how}`;
    this.#ends.set(end, (this.#ends.get(end) ?? 0) + 1);
  }

  #say(message: ToAttackers): void {
    this.#thread.postMessage(message);
  }
}
