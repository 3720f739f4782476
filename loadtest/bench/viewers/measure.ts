// One reading of one side: what its Workers spent while its audience was sent something, and what arrived of it.
import type { Sink } from '../../media/Sink.ts';
import { cpuNs } from '../machine.ts';
import type { Side } from './sides.ts';

/** How a side is read. */
export interface Windows {
  windowMs: number;
  /** Before each: key frames are asked for, layers are chosen, caches fill. */
  settleMs: number;
  /** Whether a window in which packets were lost is taken anew: short runs show that nothing is lost, and share their machine. */
  again: boolean;
}

/** What of a side is looked at. */
export type Read = Pick<Side, 'viewers' | 'workerPids' | 'play' | 'pause'>;

const MOST_WINDOWS_AGAIN = 5;
/** Between the packets of two readings that are compared. */
export const MOST_APART = 0.05;
const SETTLE_STEP_MS = 500;
const MOST_SETTLE_MS = 30_000;

export interface Reading {
  viewers: number;
  /** Of one core. */
  share: number;
  packetsPerSecond: number;
  /** To the server, by those who are on air. */
  sentPerSecond: number;
  usPerPacket: number;
  p50Ms: number;
  p95Ms: number;
  lost: number;
  /** Packets that the sink had no time to send. */
  unsent: number;
  /** The sink's longest look at all sockets. */
  longestPassMs: number;
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Resolves once everybody of it is sent something; rejects where that does not come. */
async function settle(sink: Sink, side: Read, leastMs: number): Promise<void> {
  const startMs = performance.now();
  await sink.window();
  for (;;) {
    await wait(SETTLE_STEP_MS);
    const { flowing } = await sink.window();
    const tookMs = performance.now() - startMs;
    if (flowing === side.viewers && tookMs >= leastMs) return;
    if (tookMs > MOST_SETTLE_MS) throw new Error(`${flowing} of ${side.viewers} viewers are sent anything`);
  }
}

/** A reading, printed. Rejects where what arrived is not what was sent. */
export async function read(
  { sink, plan, say }: { sink: Sink; plan: Windows; say(text: string): void },
  name: string,
  side: Read,
): Promise<Reading> {
  for (let window = 1; ; window += 1) {
    const [reading] = await measure(sink, side, plan, 1);
    if (reading === undefined) throw new Error('nothing was read');
    say(told(name, reading));
    if (!plan.again || isWhole(reading)) return reading;
    if (window === MOST_WINDOWS_AGAIN) throw new Error(`packets were lost in each of ${window} windows`);
  }
}

/** So many readings of windows that follow each other, each printed: one in which something went wrong takes no more than itself along. */
export async function readRow(
  { sink, plan, say }: { sink: Sink; plan: Windows; say(text: string): void },
  name: string,
  side: Read,
  count: number,
): Promise<Reading[]> {
  const readings = await measure(sink, side, plan, count);
  for (const reading of readings) say(told(name, reading));
  return readings;
}

/** All that was to be sent was sent, and arrived. */
export const isWhole = ({ lost, unsent }: Reading): boolean => lost + unsent === 0;

/** Where the sender or the sink was starved, one side had less to do: such a pair says nothing of the Workers. */
export const hadAsMuch = (ours: Reading, other: Reading): boolean =>
  ours.unsent + other.unsent === 0 && Math.abs(ours.packetsPerSecond / other.packetsPerSecond - 1) <= MOST_APART;

async function measure(sink: Sink, side: Read, { windowMs, settleMs }: Windows, count: number): Promise<Reading[]> {
  const readings: Reading[] = [];
  side.play();
  try {
    await settle(sink, side, settleMs);
    await sink.window();
    while (readings.length < count) readings.push(await oneWindow(sink, side, windowMs));
    return readings;
  } finally {
    side.pause();
  }
}

/** Begins where the sink was asked last. */
async function oneWindow(sink: Sink, side: Read, windowMs: number): Promise<Reading> {
  const spent = (): number => side.workerPids.reduce((sum, pid) => sum + cpuNs(pid), 0);
  const [viewers, beforeNs, startMs] = [side.viewers, spent(), performance.now()];
  await wait(windowMs);
  const [window, afterNs, endMs] = [await sink.window(), spent(), performance.now()];
  const { sent, packets, refused, strange, opened, timed, dropped } = window;
  if (refused > 0 || strange > 0) throw new Error(`${refused} packets were not right, ${strange} were never sent`);
  if (opened === 0 || timed === 0) throw new Error('nothing that arrived could be checked');
  return {
    // On the mean, where somebody came meanwhile.
    viewers: (viewers + side.viewers) / 2,
    share: (afterNs - beforeNs) / 1e6 / (endMs - startMs),
    packetsPerSecond: (packets * 1000) / (endMs - startMs),
    sentPerSecond: (sent * 1000) / (endMs - startMs),
    usPerPacket: (afterNs - beforeNs) / 1000 / packets,
    p50Ms: window.p50Us / 1000,
    p95Ms: window.p95Us / 1000,
    lost: window.lost,
    unsent: dropped,
    longestPassMs: window.longestPassUs / 1000,
  };
}

const told = (name: string, reading: Reading): string =>
  `   ${name.padEnd(14)} ${Math.round(reading.viewers)} viewers, ${(reading.share * 100).toFixed(1)} % of a core, ` +
  `${Math.round(reading.packetsPerSecond)} packets/s at ${reading.usPerPacket.toFixed(2)} µs, ` +
  `transit p50 ${reading.p50Ms.toFixed(2)} ms, p95 ${reading.p95Ms.toFixed(2)} ms, lost ${reading.lost}, ` +
  `sink ${reading.longestPassMs.toFixed(1)} ms`;
