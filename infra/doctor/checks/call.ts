// The loopback call: two headless peers meet through the public address with real keys, once by UDP and once by TCP; the leg that fails is named.
import { found, type Finding } from '../findings.ts';
import type { Patient } from '../Patient.ts';
import type { Way } from '../peer/answer.ts';
import { CallPeer, type Seen } from '../peer/CallPeer.ts';

/** Enough to know that it was not one packet that came through. */
const FRAMES = 25;
/** Until both are in the Room; a busy machine takes seconds for it. */
const JOIN_MS = 12_000;
/** From there until both are heard. */
const MEDIA_MS = 6_000;
/** After the first packet; a Worker that estimates tells within 200 ms. */
const FEEDBACK_MS = 2_000;
const LOOK_MS = 50;

export interface CallOptions {
  ways?: readonly Way[];
  numbersPackets?: boolean;
  mediaMs?: number;
}

export async function checkCall(patient: Patient, options: CallOptions = {}): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const way of options.ways ?? (['udp', 'tcp'] as const)) findings.push(...(await callBy(patient, way, options)));
  // The same Worker does the same by both ways.
  const estimation = findings.findLast(({ code }) => code.startsWith('estimation.'));
  return [...findings.filter(({ code }) => !code.startsWith('estimation.')), ...(estimation ? [estimation] : [])];
}

async function callBy({ origin }: Patient, way: Way, options: CallOptions): Promise<Finding[]> {
  const { numbersPackets = true, mediaMs = MEDIA_MS } = options;
  const spoken = new Set<string>();
  const startMs = performance.now();
  const until = startMs + JOIN_MS;
  const host = new CallPeer({ origin, way, spoken, numbersPackets });
  const guest = new CallPeer({ origin, way, spoken, numbersPackets });
  try {
    const opened = host.open();
    // Where time runs out first, nobody waits for it any more.
    opened.catch(() => undefined);
    const link = await before(until, opened);
    if (link === null) return [found('call.room', { protocol: way.toUpperCase() })];
    void guest.join(link).catch(() => undefined);
    await waitFor(() => [host, guest].every(({ state }) => state?.phase === 'in'), until);
    await waitFor(() => isHeard(host.seen) && isHeard(guest.seen), performance.now() + mediaMs);
    const values = { protocol: way.toUpperCase(), ms: Math.round(performance.now() - startMs) };
    const fault = faultOf([host, guest].map(({ state, seen }) => ({ phase: state?.phase, seen })));
    if (fault !== null) return [found(fault, values)];
    return [found('call.ok', values), await estimationOf(host.seen)];
  } finally {
    await host.end();
    host.close();
    guest.close();
  }
}

const isHeard = ({ alike }: Seen): boolean => alike >= FRAMES;

/** One side: where it stands, and what it saw. */
export interface Side {
  phase: string | undefined;
  seen: Seen;
}

/** The first leg that somebody is still at, in the order in which a call goes them; null where both are heard. */
export function faultOf(sides: readonly Side[]): Finding['code'] | null {
  if (sides.every(({ seen }) => isHeard(seen))) return null;
  if (sides.some(({ phase }) => phase !== 'in')) return 'call.place';
  const lines = sides.flatMap(({ seen }) => [seen.lines.send, seen.lines.receive]);
  if (lines.some((line) => line === 'new' || line === 'ice' || line === 'failed')) return 'call.ice';
  if (lines.some((line) => line === 'dtls')) return 'call.dtls';
  return sides.some(({ seen }) => seen.arrived < FRAMES) ? 'call.media' : 'call.sealed';
}

async function estimationOf(seen: Seen): Promise<Finding> {
  const firstSentAtMs = seen.firstSentAtMs ?? performance.now();
  await waitFor(() => seen.feedbackAtMs !== null, firstSentAtMs + FEEDBACK_MS);
  return seen.feedbackAtMs === null
    ? found('estimation.none', { seconds: FEEDBACK_MS / 1000 })
    : found('estimation.ok', { ms: Math.round(seen.feedbackAtMs - firstSentAtMs) });
}

async function waitFor(isSo: () => boolean, untilMs: number): Promise<void> {
  while (!isSo() && performance.now() < untilMs) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}

/** Null where it does not come in time, or does not come at all. */
async function before<Value>(untilMs: number, promise: Promise<Value>): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), Math.max(0, untilMs - performance.now()));
  });
  return Promise.race([promise.catch(() => null), late]).finally(() => clearTimeout(timer));
}
