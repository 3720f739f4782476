// One scenario against a server of its own: a fresh process on the loopback, as it is run behind a proxy.
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { percentileFigure, type Figure } from '../bench/figures.ts';
import { cpuSecondsFrom } from '../bench/machine.ts';
import { openHouse } from '../media/house.ts';
import { Book } from './Book.ts';
import type { Claim, Ground, Scenario } from './Scenario.ts';

/**
 * Users sit at many addresses, which the server is told as by a proxy of the operator's. Nobody is refused for the media that is
 * expected of who comes, since next to nobody here sends any (README.md says what the default does to a storm).
 */
const SETTINGS = { TRUST_PROXY: '1', WORKER_FULL_PERCENT: '100' };
/** As set-up built it; the server itself runs in a folder of its own. */
const CLIENT_DIR = path.join(import.meta.dirname, '..', '..', 'dist', 'client');
/** After which a scenario hangs and is given up. */
const MOST_MS = 180_000;
const NS_PER_MS = 1e6;
const P95_OF_100 = 95;
const LAG_RESOLUTION_MS = 10;
/** Kinds of faults. */
const MOST_SHOWN = 10;

export interface RunOptions {
  workerBin: string | undefined;
  isShort: boolean;
  say(text: string): void;
}

export interface Ran {
  name: string;
  figures: Figure[];
  claims: Claim[];
}

export async function run(scenario: Scenario, { workerBin, isShort, say }: RunOptions): Promise<Ran> {
  const house = await openHouse(workerBin, 1, { ...SETTINGS, CLIENT_DIR });
  const book = new Book();
  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  let users = 0;
  const ground: Ground = {
    origin: house.url,
    book,
    isShort,
    say,
    signal: AbortSignal.timeout(MOST_MS),
    nextUser: () => users++,
    cpuSeconds: () => cpuSecondsFrom(house.pid),
  };
  try {
    const cpuBefore = ground.cpuSeconds();
    const startMs = performance.now();
    lag.enable();
    const { claims, figures = [] } = await scenario.run(ground);
    lag.disable();
    const seconds = (performance.now() - startMs) / 1000;
    const cpu = (ground.cpuSeconds() - cpuBefore) / seconds;
    const costs = { 'server-cpu': ['cores', cpu], 'own-lag-p95': ['ms', lagOf(lag)] } as const;
    return {
      name: scenario.name,
      claims: [...claims, cleanClaim(book)],
      figures: [
        ...scenario.thresholds.flatMap((threshold) => book.figures(scenario.name, threshold, !isShort)),
        ...figures,
        ...Object.entries(costs).map(([name, [unit, value]]) =>
          percentileFigure({ name: `crowd-${scenario.name}-${name}`, unit, values: [value] }, { share: 1 }),
        ),
      ],
    };
  } finally {
    await house.close();
  }
}

function cleanClaim({ faults }: Book): Claim {
  const shown = faults.length === 0 ? '' : `: ${faults.slice(0, MOST_SHOWN).join(' · ')}`;
  return { says: `nobody honest was refused, cut or left without an answer${shown}`, holds: faults.length === 0 };
}

/** How late this process was itself, which every time of the scenario has in it. */
const lagOf = (lag: ReturnType<typeof monitorEventLoopDelay>): number =>
  Math.max(0, lag.percentile(P95_OF_100) / NS_PER_MS - LAG_RESOLUTION_MS);
