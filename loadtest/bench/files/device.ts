// One browser with a disk of its own and the bench's page open: takes steps, and says what came of them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { fromPlaywright, type BrowserPage } from '../../../client/test/browser/harness/BrowserPage.ts';
import { chromiumBin } from '../../../client/test/browser/harness/environment.ts';
import { startFirefox } from '../../../client/test/browser/harness/firefox.ts';
import type { NetworkNamespace } from '../../../client/test/browser/harness/NetworkNamespace.ts';
import { until } from '../../../client/test/browser/harness/until.ts';
import { BENCH_PAGE } from './buildPage.ts';
import type { Bench, Outcome, Step } from './filesPage.ts';

/** Says that it hangs, not that it is slow: 2 GiB take two minutes on a busy machine. */
const STEP_TIMEOUT_MS = 8 * 60_000;

export interface Device {
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

export async function openDevice(origin: string, network: NetworkNamespace | undefined): Promise<Device> {
  const { page, close } = await (network === undefined ? openChromium() : openFirefox(network));
  await page.goto(origin + BENCH_PAGE);
  const outcome = (): Promise<Outcome | null> =>
    page.evaluate(() => (globalThis as unknown as { bench?: Bench }).bench?.outcome ?? null, null);
  await until(outcome, { what: 'the page of the bench' });
  return {
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
