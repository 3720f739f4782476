// Owns the starting of other programs: quiet ones whose output is kept for a failure, and one in the foreground.
import { spawn, spawnSync } from 'node:child_process';
import os from 'node:os';
import { settings } from './environment.mjs';
import { SetupError } from './SetupError.mjs';

/** Lines of a failed program's output that are shown: some tools say what is wrong first, others last. */
const headLines = 10;
const tailLines = 20;
/** Two signals of one kind within this time are one: npm and the terminal both send them. */
const sameSignalMs = 500;
/** How soon an end of npm is noticed that npm could not pass on. */
const parentPollMs = 500;

/** Keeps the beginning and the end of what it is fed; empty lines tell nothing. */
export const createExcerpt = () => {
  const head = [];
  const tail = [];
  let dropped = 0;
  return {
    add: (text) => {
      if (text.trim() === '') return;
      if (head.length < headLines) head.push(text);
      else if (tail.push(text) > tailLines) {
        tail.shift();
        dropped += 1;
      }
    },
    lines: () => (dropped > 0 ? [...head, `… (${dropped} lines)`, ...tail] : [...head, ...tail]),
  };
};

const splitLines = (onLine) => {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const text of lines) onLine(text);
  };
};

/** Kills a whole process group; it may be gone already. */
const killGroup = (pid) => {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone: nothing to do.
  }
};

/**
 * Runs a program quietly. Resolves to its exit code (null when it was killed or could not start) and an excerpt of its output.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, onLine?: (line: string) => void }} [options]
 * @returns {Promise<{ code: number | null, excerpt: string[], timedOut: boolean }>}
 */
export const runQuietly = (command, args, { cwd, env, timeoutMs, onLine } = {}) =>
  new Promise((resolve) => {
    const output = createExcerpt();
    let timedOut = false;
    // A group of its own, so that a time limit or Ctrl-C reaches what the program itself started.
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const stop = (signal) => {
      if (child.pid) killGroup(child.pid);
      process.exit(128 + os.constants.signals[signal]);
    };
    process.once('SIGINT', stop).once('SIGTERM', stop);
    const timer =
      timeoutMs &&
      setTimeout(() => {
        timedOut = true;
        if (child.pid) killGroup(child.pid);
      }, timeoutMs);
    const settle = (code) => {
      clearTimeout(timer);
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve({ code, excerpt: output.lines(), timedOut });
    };
    const take = (text) => {
      output.add(text);
      onLine?.(text);
    };
    child.stdout.setEncoding('utf8').on('data', splitLines(take));
    child.stderr.setEncoding('utf8').on('data', splitLines(take));
    child.on('error', (error) => {
      take(error.message);
      settle(null);
    });
    child.on('close', settle);
  });

/** As `runQuietly`, but a failure is a SetupError that says `what` failed and shows an excerpt of the output. */
export const runOrFail = async (what, command, args, options) => {
  const result = await runQuietly(command, args, options);
  if (result.code !== 0) {
    throw new SetupError(`${what} failed (${command} ended with ${result.code ?? 'a signal'})`, result.excerpt);
  }
  return result;
};

/** The standard output of a short program, or undefined where it is missing or fails. */
export const capture = (command, args) => {
  const result = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return result.status === 0 ? result.stdout.trim() : undefined;
};

const forwardedSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Tells whether a signal is to be passed on: one kind within a moment counts once.
 * @param {() => number} now milliseconds
 */
export const createSignalFilter = (now = () => performance.now()) => {
  const lastAtMs = new Map();
  return (signal) => {
    const sinceMs = now() - (lastAtMs.get(signal) ?? -Infinity);
    lastAtMs.set(signal, now());
    return sinceMs >= sameSignalMs;
  };
};

/**
 * Calls `onOrphaned` once when the process that started us is gone. Only under npm: its shell dies of a signal without passing it on,
 * whereas whoever starts us by hand may well leave us running.
 */
const watchNpm = (onOrphaned) => {
  if (!settings().underNpm) return undefined;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    onOrphaned();
  }, parentPollMs);
  return watch;
};

/**
 * Runs a program with our input and output, passes signals on, and resolves to its exit code (128 + the signal's number
 * where a signal ended it, as shells do). The program gets a group of its own: Ctrl-C at a terminal would else reach it twice or
 * three times, by the terminal, by npm and by us, and a server takes the second for "do not drain".
 */
export const runInForeground = (command, args, { cwd, env } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit', detached: true });
    const isNew = createSignalFilter();
    const forward = (signal) => {
      if (isNew(signal)) child.kill(signal);
    };
    const watch = watchNpm(() => forward('SIGTERM'));
    const settle = () => {
      clearInterval(watch);
      for (const signal of forwardedSignals) process.off(signal, forward);
    };
    for (const signal of forwardedSignals) process.on(signal, forward);
    child.on('error', (error) => {
      settle();
      reject(new SetupError(`${command} does not start: ${error.message}`));
    });
    child.on('exit', (code, signal) => {
      settle();
      resolve(code ?? 128 + os.constants.signals[signal]);
    });
  });
