// On what and of which source a bench ran, and what a process has used of it.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';

/** Kernel clock ticks a second, the unit of /proc/<pid>/stat; 100 on every Linux that Debian ships. */
const TICKS_PER_SECOND = 100;

/** Processor, cores, and how busy others kept them when the bench began. */
export function describeMachine(): string {
  const all = cpus();
  const [load = 0] = loadavg();
  return `${all.length} × ${all[0]?.model.trim() ?? 'unknown'}, Linux ${release()}, load ${load.toFixed(1)} at the start`;
}

/** The commit, with `+` where files differ from it; `unknown` outside a clone. */
export function currentCommit(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+');
  } catch {
    return 'unknown';
  }
}

interface ProcessStat {
  pid: number;
  parent: number;
  seconds: number;
}

function statOf(pid: string): ProcessStat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold spaces; the fields that follow it begin with the state (proc(5), field 3).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    return { pid: Number(pid), parent: Number(fields[1]), seconds };
  } catch {
    return undefined;
  }
}

/** CPU seconds of a process and all below it. */
export function cpuSecondsBelow(pid: number): number {
  const all = readdirSync('/proc').flatMap((entry) => (/^\d+$/.test(entry) ? (statOf(entry) ?? []) : []));
  const below = new Set([pid]);
  for (let size = 0; size !== below.size;) {
    size = below.size;
    for (const { pid: child, parent } of all) if (below.has(parent)) below.add(child);
  }
  return all.filter(({ pid: one }) => below.has(one)).reduce((sum, { seconds }) => sum + seconds, 0);
}
