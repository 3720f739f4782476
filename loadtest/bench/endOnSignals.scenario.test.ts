// Ctrl-C in the middle of a bench: nothing that it started is left, neither processes nor folders.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const BENCH = path.join(import.meta.dirname, 'e2ee.ts');
const folder = mkdtempSync(path.join(tmpdir(), 'conclave-bench-signal-test-'));
const notes = path.join(folder, 'notes');
const browser = path.join(folder, 'browser.sh');

/** A browser that never answers, with a child in its own process group and one that left it; notes all pids and its profile. */
writeFileSync(
  browser,
  `#!/bin/sh
sleep 300 & one=$!
setsid sleep 300 & other=$!
echo "$$ $one $other $*" > '${notes}.part' && mv '${notes}.part' '${notes}'
wait
`,
);
chmodSync(browser, 0o755);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(runtime: string): ChildProcess {
  const env = { ...process.env, CHROMIUM_BIN: browser };
  return spawn(process.execPath, [BENCH, '--short', '--in', runtime], { env, stdio: ['ignore', 'pipe', 'ignore'] });
}

/** Whether it runs; whoever ended and was not asked about yet does not. */
function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
  } catch {
    return false;
  }
}

async function until(isDone: () => boolean): Promise<void> {
  for (const deadlineMs = performance.now() + 20_000; performance.now() < deadlineMs;) {
    if (isDone()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it did not happen in 20 s');
}

describe('a bench that is interrupted', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('while a browser measures ends it, all it started and its profile on %s', async (signal, code) => {
    rmSync(notes, { force: true });
    const bench = start('chromium');
    await until(() => existsSync(notes));
    const [, pids = '', profile = ''] =
      /^(\d+ \d+ \d+) .*--user-data-dir=(\S+)/.exec(readFileSync(notes, 'utf8')) ?? [];
    const started = pids.split(' ').map(Number);
    expect(started.map(isRunning)).toEqual([true, true, true]);
    expect(existsSync(profile)).toBe(true);
    bench.kill(signal);
    expect(await once(bench, 'exit')).toEqual([code, null]);
    await until(() => !started.some(isRunning));
    expect(existsSync(profile)).toBe(false);
  });

  it('while Node measures ends at once', async () => {
    const bench = start('node');
    await once(bench.stdout ?? bench, 'data');
    bench.kill('SIGINT');
    expect(await once(bench, 'exit')).toEqual([130, null]);
  });
});
