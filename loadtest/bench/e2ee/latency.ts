// How much later a frame is for being sealed and opened: from before the seal to after the open, keys in time or late.
import { attach, createEnd, encoded, GROUP, Lane, type End } from './ends.ts';
import { pause, type Plan, type Sample } from './plan.ts';

const FRAME_MS = 20;
/** The key comes this long after the first frame that needs it; SPEC F-8 holds frames 750 ms. */
const LATE_MS = 400;
const SWITCH_MS = 1_200;

/** Two lanes one behind the other, as a sender's and a receiver's transform are, and how long each frame took through both. */
interface Route {
  readonly input: Lane;
  /** ms of each frame that came out, in order. */
  readonly waits: number[];
}

const starts = new WeakMap<object, number>();

function routeOf(input: Lane, output: Lane): Route {
  const waits: number[] = [];
  input.onOut = (frame) => output.push(frame);
  output.onOut = (frame) => void waits.push(performance.now() - (starts.get(frame) ?? Number.NaN));
  return { input, waits };
}

function speak({ input }: Route): void {
  const frame = encoded('audio', 120);
  starts.set(frame, performance.now());
  input.push(frame);
}

/** What the same two pairs of streams take by themselves, on a machine as busy. */
function untouchedRoute(): Route {
  const [input, output] = [new Lane(), new Lane()];
  for (const lane of [input, output]) lane.passThrough();
  return routeOf(input, output);
}

async function sealedRoute(): Promise<Route & { ana: End; ben: End }> {
  const [ana, ben] = [createEnd(0), createEnd(1)];
  await Promise.all([ana.enter(0), ben.enter(0)]);
  ana.keyring.sendFrom(GROUP, 0);
  const route = routeOf(attach(ana, 'send', 'audio'), attach(ben, 'receive', 'audio'));
  return { ...route, ana, ben };
}

interface Waits {
  sealed: number[];
  untouched: number[];
}

/** The epoch changes again and again under 50 frames a second; each frame goes both routes, either one first in turns. */
async function run(switches: number, lateMs: number): Promise<Waits> {
  const sealed = await sealedRoute();
  const untouched = untouchedRoute();
  const { ana, ben } = sealed;
  let sent = 0;
  const timer = setInterval(() => {
    for (const route of sent++ % 2 === 0 ? [sealed, untouched] : [untouched, sealed]) speak(route);
  }, FRAME_MS);
  for (let epoch = 1; epoch <= switches; epoch++) {
    await ana.enter(epoch);
    if (lateMs === 0) await ben.enter(epoch);
    ana.keyring.sendFrom(GROUP, epoch);
    await pause(lateMs);
    if (lateMs > 0) await ben.enter(epoch);
    await pause(SWITCH_MS - lateMs);
  }
  clearInterval(timer);
  await pause(50);
  ana.engine.close();
  ben.engine.close();
  for (const { waits } of [sealed, untouched]) {
    if (waits.length !== sent) throw new Error(`${sent - waits.length} of ${sent} frames were lost`);
  }
  return { sealed: sealed.waits, untouched: untouched.waits };
}

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((left, right) => left - right)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

/** `added-latency-p50`, `added-latency-late-key-p99`, …: beside what the streams take without us. */
export async function measureLatency(plan: Plan): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const [name, lateMs] of [
    ['added-latency', 0],
    ['added-latency-late-key', LATE_MS],
  ] as const) {
    const runs: Waits[] = [];
    for (let count = 0; count < plan.latencyRuns; count++) runs.push(await run(plan.switches, lateMs));
    for (const percent of [50, 99]) {
      const of = (route: keyof Waits): number[] => runs.map((waits) => percentile(waits[route], percent / 100));
      samples.push({ name: `${name}-p${percent}`, unit: 'ms', values: of('sealed'), floors: of('untouched') });
    }
  }
  return samples;
}
