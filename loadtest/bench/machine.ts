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

/** Ids of a process's threads, by which the kernel schedules them. */
export function threadsOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map(Number);
}

/** ns on a processor, of all threads; never asked of the process itself, which answers late when it is busy. */
export function cpuNs(pid: number): number {
  return threadsOf(pid)
    .map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]))
    .reduce((sum, ns) => sum + ns, 0);
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

function processesFrom(pid: number): ProcessStat[] {
  const all = readdirSync('/proc').flatMap((entry) => (/^\d+$/.test(entry) ? (statOf(entry) ?? []) : []));
  const family = new Set([pid]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const { pid: child, parent } of all) if (family.has(parent)) family.add(child);
  }
  return all.filter(({ pid: one }) => family.has(one));
}

/** A process and all that it started, and they; without those whose starter has ended. */
export function pidsFrom(pid: number): number[] {
  return processesFrom(pid).map((one) => one.pid);
}

/** CPU seconds of the same. */
export function cpuSecondsFrom(pid: number): number {
  return processesFrom(pid).reduce((sum, { seconds }) => sum + seconds, 0);
}
