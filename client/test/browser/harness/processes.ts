// Owns the child processes of a test: their output is kept, and each is ended by its own pid.
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { until } from './until.ts';

/** Ends politely, then for good; a server that drains within this time is left to it. */
const TERM_GRACE_MS = 8_000;

export interface Child {
  readonly pid: number;
  /** Everything it has said on stdout and stderr so far. */
  output(): string;
  exited(): boolean;
  /** Null while it is there, and where a signal ended it. */
  exitCode(): number | null;
  /** SIGTERM, and SIGKILL if it is still there after the grace; resolves once it is gone. */
  stop(graceMs?: number): Promise<void>;
}

/** Starts `command`; resolves at once, the caller waits for whatever shows that it is up. */
export function startChild(command: readonly string[], options: { env?: NodeJS.ProcessEnv; cwd?: string } = {}): Child {
  const [file = '', ...args] = command;
  const child: ChildProcess = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let gone = false;
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.once('error', (error) => {
    text += String(error);
    gone = true;
  });
  child.once('exit', () => (gone = true));
  const isGone = (): boolean => gone;
  // A run that is cut short leaves nobody behind.
  process.once('exit', () => gone || child.kill('SIGKILL'));
  return {
    pid: child.pid ?? -1,
    output: () => text,
    exited: isGone,
    exitCode: () => child.exitCode,
    async stop(graceMs = TERM_GRACE_MS) {
      if (gone) return;
      child.kill('SIGTERM');
      const left = await until(isGone, { timeoutMs: graceMs, what: 'end' }).catch(() => false);
      if (!left) child.kill('SIGKILL');
      await until(isGone, { timeoutMs: TERM_GRACE_MS, what: `the end of ${file}` });
    },
  };
}

function parentOf(pid: string): number | undefined {
  try {
    // The name in brackets may hold spaces; state and parent follow the last bracket.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Pids of the descendants of `pid` whose command line holds `name`. */
export function descendants(pid: number, name: string): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    const parent = /^\d+$/.test(entry) ? parentOf(entry) : undefined;
    if (parent !== undefined) parents.set(Number(entry), parent);
  }
  const isBelow = (candidate: number): boolean => {
    for (let at = parents.get(candidate); at !== undefined && at > 1; at = parents.get(at)) if (at === pid) return true;
    return false;
  };
  return [...parents.keys()].filter((candidate) => isBelow(candidate) && commandOf(candidate).includes(name));
}
