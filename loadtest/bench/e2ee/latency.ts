// How much later a frame is for being sealed and opened: from before the seal to after the open, keys in time or late.
import { attach, createEnd, encoded, GROUP, type End, type Lane } from './ends.ts';
import { pause, type Plan, type Sample } from './plan.ts';

const FRAME_MS = 20;
/** The key comes this long after the first frame that needs it; SPEC F-8 holds frames 750 ms. */
const LATE_MS = 400;
const SWITCH_MS = 1_200;

interface Ends {
  ana: End;
  ben: End;
  input: Lane;
  /** ms of each frame that came out, in order. */
  waits: number[];
}

async function join(): Promise<Ends> {
  const [ana, ben] = [createEnd(0), createEnd(1)];
  await Promise.all([ana.enter(0), ben.enter(0)]);
  ana.keyring.sendFrom(GROUP, 0);
  const input = attach(ana, 'send', 'audio');
  const output = attach(ben, 'receive', 'audio');
  const waits: number[] = [];
  input.onOut = (frame) => output.push(frame);
  output.onOut = (frame) => void waits.push(performance.now() - startOf(frame));
  return { ana, ben, input, waits };
}

const starts = new WeakMap<object, number>();
const startOf = (frame: object): number => starts.get(frame) ?? Number.NaN;

function speak(input: Lane): void {
  const frame = encoded('audio', 120);
  starts.set(frame, performance.now());
  input.push(frame);
}

/** The epoch changes again and again under 50 frames a second. */
async function run(switches: number, lateMs: number): Promise<number[]> {
  const { ana, ben, input, waits } = await join();
  let sent = 0;
  const timer = setInterval(() => void (sent++, speak(input)), FRAME_MS);
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
  if (waits.length !== sent) throw new Error(`${sent - waits.length} of ${sent} frames were lost`);
  return waits;
}

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((left, right) => left - right)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

export async function measureLatency(plan: Plan): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const [name, lateMs] of [
    ['added-latency', 0],
    ['added-latency-late-key', LATE_MS],
  ] as const) {
    const waits = await run(plan.switches, lateMs);
    samples.push({ name: `${name}-p50`, unit: 'ms', values: [percentile(waits, 0.5)] });
    samples.push({ name: `${name}-p99`, unit: 'ms', values: [percentile(waits, 0.99)] });
  }
  return samples;
}
