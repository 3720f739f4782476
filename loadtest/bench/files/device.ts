// One browser with a disk of its own and the bench's page open: takes steps, and says what came of them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { fromPlaywright, type BrowserPage } from '../../../client/test/browser/harness/BrowserPage.ts';
import { chromiumBin } from '../../../client/test/browser/harness/environment.ts';
import { startFirefox } from '../../../client/test/browser/harness/firefox.ts';
import type { NetworkNamespace } from '../../../client/test/browser/harness/NetworkNamespace.ts';
import { descendants } from '../../../client/test/browser/harness/processes.ts';
import { until } from '../../../client/test/browser/harness/until.ts';
import { BENCH_PAGE } from './buildPage.ts';
import type { Bench } from './filesPage.ts';
import type { Outcome, Step } from './orders.ts';

/** Says that it hangs, not that it is slow: 2 GiB take two minutes on a busy machine. */
const STEP_TIMEOUT_MS = 8 * 60_000;

export interface Memory {
  /** Bytes in memory now, and the most that ever were, since the process began or `memory` was asked last. */
  now: number;
  peak: number;
}

export interface Device {
  /** Of the process that runs the page and its workers. */
  memory(): Memory;
  /** When it was done, ms since 1970, and what it said. */
  take(step: Step): Promise<{ atMs: number; text: string }>;
  close(): Promise<void>;
}

/** Playwright's usual contexts keep everything in memory; these have a folder. */
async function openChromium(): Promise<{ page: BrowserPage; close(): Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'conclave-bench-files-'));
  const options = { executablePath: chromiumBin(), args: ['--no-sandbox', '--disable-background-networking'] };
  const context = await chromium.launchPersistentContext(folder, options);
  const page = fromPlaywright(await context.newPage());
  const close = async (): Promise<void> => {
    await context.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  return { page, close };
}

async function openFirefox(network: NetworkNamespace): Promise<{ page: BrowserPage; close(): Promise<void> }> {
  const firefox = await startFirefox(network);
  return { page: await firefox.newPage(), close: () => firefox.close() };
}

/** proc(5): VmRSS and VmHWM, in KiB; 5 written to clear_refs sets the peak back. Of several processes the largest. */
function memoryOf(pids: readonly number[]): Memory {
  const all = pids.map((pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const of = (field: string): number =>
        Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) * 1024;
      writeFileSync(`/proc/${pid}/clear_refs`, '5');
      return { now: of('VmRSS'), peak: of('VmHWM') };
    } catch {
      return { now: 0, peak: 0 };
    }
  });
  return { now: Math.max(0, ...all.map(({ now }) => now)), peak: Math.max(0, ...all.map(({ peak }) => peak)) };
}

/** Processes that run pages: a new device has those that were not there before. */
const pageProcesses = (): number[] =>
  ['--type=renderer', '-contentproc'].flatMap((word) => descendants(process.pid, word));

export async function openDevice(origin: string, network: NetworkNamespace | undefined): Promise<Device> {
  const others = new Set(pageProcesses());
  const { page, close } = await (network === undefined ? openChromium() : openFirefox(network));
  await page.goto(origin + BENCH_PAGE);
  const outcome = (): Promise<Outcome | null> =>
    page.evaluate(() => (globalThis as unknown as { bench?: Bench }).bench?.outcome ?? null, null);
  await until(outcome, { what: 'the page of the bench' });
  return {
    memory: () => memoryOf(pageProcesses().filter((pid) => !others.has(pid))),
    async take(step) {
      await page.evaluate((wanted) => (globalThis as unknown as { bench: Bench }).bench.start(wanted), step);
      const ended = await until(
        async () => {
          const now = await outcome();
          return now?.state === 'done' || now?.state === 'failed' ? now : undefined;
        },
        { timeoutMs: STEP_TIMEOUT_MS, everyMs: 50, what: `the step “${step.act}”` },
      );
      if (ended.state !== 'done') throw new Error(`${step.act}: ${JSON.stringify(ended)}`);
      return ended;
    },
    close,
  };
}
