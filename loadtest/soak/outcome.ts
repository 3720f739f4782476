// What a soak has shown: the claims with their evidence, and the figures.
import type { Figure } from '../bench/figures.ts';
import { MOST_LOST } from './plan.ts';
import type { Seen } from './Soak.ts';

export interface Claim {
  holds: boolean;
  /** What is claimed, and what it rests on. */
  says: string;
}

const sumOf = (counts: Iterable<number>): number => [...counts].reduce((sum, count) => sum + count, 0);

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** `a 3, b 2`, the most first. */
function listed(counts: Iterable<readonly [string, number]>): string {
  const all = [...counts].toSorted(([, left], [, right]) => right - left);
  return all.map(([name, count]) => `${name} ${count}`).join(', ') || 'none';
}

function tally(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

export function lostShare({ frames }: Seen): number {
  const { counted, lost } = frames.totals;
  return counted === 0 ? 1 : sumOf(lost.values()) / counted;
}

const longestOut = ({ standings }: Seen): number => Math.max(0, ...standings.spells.map(({ ms }) => ms));

export function claimsOf(seen: Seen): Claim[] {
  return [agreement(seen), outsideClaim(seen), nobodyStuck(seen), fewLost(seen)];
}

function agreement({ epochs }: Seen): Claim {
  const { compared, disagreements, reports, transcripts, shown } = epochs.summary;
  const faults = disagreements === 0 ? '' : `: ${disagreements} times, ${shown.join('; ')}`;
  return {
    holds: disagreements === 0 && compared > 0 && transcripts > 0,
    says: `no two members disagree on an epoch${faults} (${reports} members' words on ${compared} epochs, ${transcripts} signed transcripts)`,
  };
}

function outsideClaim({ frames, outsiders }: Seen): Claim {
  const { wrongOpens, opensBeforeRemoval } = frames;
  const { listened, followed, frames: held, strangersFrames } = outsiders;
  const faults = wrongOpens.length === 0 ? '' : `: ${wrongOpens.length} times, ${wrongOpens.slice(0, 5).join('; ')}`;
  return {
    // Who opened nothing even while they were members would show nothing by opening nothing later.
    holds: wrongOpens.length === 0 && strangersFrames > 0 && followed > 0 && opensBeforeRemoval > 0,
    says:
      `nobody outside opens anything${faults} (${listened} who left went on listening to ${held} frames, ${followed} of them up to ` +
      `their removal, opened ${opensBeforeRemoval} of before it; one without the link was held ${strangersFrames})`,
  };
}

function nobodyStuck(seen: Seen): Claim {
  const { standings, settledMs, unsettled, plan } = seen;
  const longest = longestOut(seen);
  const faults = [...standings.ended, ...(unsettled === null ? [] : [`in the end ${unsettled}`])];
  return {
    holds: faults.length === 0 && settledMs !== null && longest <= plan.boundMs,
    says:
      `nobody gets stuck${faults.length === 0 ? '' : `: ${faults.join('; ')}`} (out of the group for ${longest} ms at most, ` +
      `${plan.boundMs} allowed; settled ${settledMs ?? '–'} ms after the last act)`,
  };
}

function fewLost(seen: Seen): Claim {
  const { counted, lost, excused } = seen.frames.totals;
  const share = lostShare(seen);
  return {
    holds: counted > 0 && share <= MOST_LOST,
    says:
      `epoch changes lose next to nothing: ${sumOf(lost.values())} of ${counted} frames, ${(share * 100).toFixed(4)} %, ` +
      `${MOST_LOST * 100} % allowed (${listed(lost)}; not counted: ${listed(excused)})`,
  };
}

/** What happened, in words. */
export function accountOf(seen: Seen): string[] {
  const { acts, standings, epochs, lag, cores, complaints, plan, frames } = seen;
  const { resyncs } = standings;
  const unforced = resyncs.filter(({ after }) => after === 'nothing').map(({ cause }) => cause);
  const forced = resyncs
    .filter(({ after }) => after !== 'nothing')
    .map(({ cause, after }) => `${cause} after ${after}`);
  return [
    `seed ${plan.seed}: ${plan.members} members for ${plan.seconds} s${plan.slow === 1 ? '' : `, each of which took ${plan.slow} of the machine`}, an act every ${plan.paceMs} ms on average; acts: ${listed(Object.entries(acts))}`,
    `${epochs.summary.epochs} epochs of ${epochs.summary.groups} group(s); resyncs of themselves: ${listed(tally(unforced))}; of what was done to them: ${listed(tally(forced))}`,
    `each frame of 120 B went to ${plan.receivers} members drawn anew, ${plan.framesPerSecond} a second from each; ` +
      `p99 waited ${percentile(frames.totals.waitsMs, 0.99)} ms for being opened, the longest ${percentile(frames.totals.waitsMs, 1)} ms`,
    `${standings.linesLost} lines lost though nobody cut them`,
    `${cores.toFixed(2)} cores; timers late by ${lag.lagP99Ms} ms (worst p99 of 10 s), ${lag.lagMaxMs} ms at most`,
    `out of the group, by what was done before (ms, p50/p95/longest): ${spellsOf(seen)}`,
    `${complaints.length} warnings of the server`,
  ];
}

function spellsOf({ standings }: Seen): string {
  const kinds = Map.groupBy(standings.spells, ({ after }) => after);
  const told = [...kinds].map(([after, spells]) => {
    const all = spells.map(({ ms }) => ms);
    return `${after} ${percentile(all, 0.5)}/${percentile(all, 0.95)}/${Math.max(...all)} of ${all.length}`;
  });
  return told.join(', ');
}

export function figuresOf(seen: Seen): Figure[] {
  const { joinsMs, firstJoinsMs, frames, epochs, standings, cores, plan, settledMs, lag } = seen;
  const figure = (name: string, value: number, unit: string, samples: number, target: number | null = null): Figure => {
    const met = target === null ? null : value <= target;
    return { name, value: Number(value.toPrecision(4)), unit, against: null, target, met, pairs: samples, spread: 0 };
  };
  const { counted, lost } = frames.totals;
  const unforced = standings.resyncs.filter(({ after }) => after === 'nothing').length;
  return [
    figure('frames-lost-to-epochs', lostShare(seen) * 100, '%', counted, MOST_LOST * 100),
    ...[...lost].map(([cause, count]) => figure(`frames-lost-${kebab(cause)}`, count, 'frames', counted)),
    figure('frame-wait-p99', percentile(frames.totals.waitsMs, 0.99), 'ms', frames.totals.waitsMs.length),
    figure('soak-join-p50', percentile(joinsMs, 0.5), 'ms', joinsMs.length),
    figure('soak-join-p95', percentile(joinsMs, 0.95), 'ms', joinsMs.length),
    figure('soak-first-crowd-join-p95', percentile(firstJoinsMs, 0.95), 'ms', firstJoinsMs.length),
    figure('soak-longest-out', longestOut(seen), 'ms', standings.spells.length, plan.boundMs),
    figure('soak-settled', settledMs ?? Number.NaN, 'ms', 1),
    figure('soak-epochs', epochs.summary.epochs, 'epochs', 1),
    figure('soak-disagreements', epochs.summary.disagreements, 'epochs', epochs.summary.reports, 0),
    figure('soak-opened-outside', frames.wrongOpens.length, 'frames', seen.outsiders.frames, 0),
    figure('soak-resyncs', standings.resyncs.length, 'resyncs', 1),
    figure('soak-resyncs-of-themselves', unforced, 'resyncs', 1),
    figure('soak-lines-lost', standings.linesLost, 'connections', 1),
    figure('soak-cores', cores, 'cores', 1),
    figure('soak-timers-late-p99', lag.lagP99Ms, 'ms', 1),
  ];
}

function kebab(text: string): string {
  return text
    .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
