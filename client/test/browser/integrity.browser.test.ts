// The built page in real browsers: what its document vouches for runs, and one byte more is refused.
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import puppeteer from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer } from '../../../server/test/testServer.ts';
import { fromPlaywright, fromPuppeteer, waitForUsable, type BrowserPage } from './harness/BrowserPage.ts';
import { startChromium } from './harness/chromium.ts';
import { firefoxBin, REPO_ROOT } from './harness/environment.ts';
import { byId } from './harness/selectors.ts';
import { until } from './harness/until.ts';

/** An event's, without the end that its link has. */
const WATCH_PATH = `/w/${'A'.repeat(22)}`;
const FEED_PATH = `/f/${'A'.repeat(22)}`;

interface Opened {
  page: BrowserPage;
  /** What the browser said about the page. */
  said: string[];
}

interface Browser {
  /** @param isSpent the page was loaded again by itself as often as it may be */
  open(isSpent?: boolean): Promise<Opened>;
  close(): Promise<void>;
}

const spendLoads = (): void => sessionStorage.setItem('conclave.loads', `3 ${Date.now()}`);

async function chromium(): Promise<Browser> {
  const browser = await startChromium();
  const open = async (isSpent = false) => {
    const page = await (await browser.newContext()).newPage();
    if (isSpent) await page.addInitScript(spendLoads);
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    return { page: fromPlaywright(page), said };
  };
  return { open, close: () => browser.close() };
}

async function firefox(): Promise<Browser> {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: firefoxBin(), headless: true });
  const open = async (isSpent = false) => {
    const page = await (await browser.createBrowserContext()).newPage();
    if (isSpent) await page.evaluateOnNewDocument(spendLoads);
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    return { page: fromPuppeteer(page), said };
  };
  return { open, close: () => browser.close() };
}

const folder = mkdtempSync(path.join(tmpdir(), 'conclave-integrity-'));
const built = path.join(folder, 'built');

beforeAll(() => {
  const vite = path.join(REPO_ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--config', 'client/vite.config.ts', '--outDir', built];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: REPO_ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One byte more, in the compressed copies too, since these are what browsers are sent. */
function change(file: string): void {
  appendFileSync(file, '\n');
  const bytes = readFileSync(file);
  writeFileSync(`${file}.br`, brotliCompressSync(bytes));
  writeFileSync(`${file}.gz`, gzipSync(bytes));
}

/** A file that the server cannot read, so that it answers with an error. */
function breakDown(file: string): void {
  for (const copy of [file, `${file}.br`, `${file}.gz`]) {
    rmSync(copy, { force: true });
    symlinkSync(path.basename(copy), copy);
  }
}

interface Served {
  url: string;
  /** From here on every file is as it was built. */
  mend(): void;
  stop(): Promise<void>;
}

/** Serves the build, with one byte more in the files that `changed` names, or with what else `spoil` does to them. */
async function serve(changed?: RegExp, spoil = change): Promise<Served> {
  const page = mkdtempSync(path.join(folder, 'page-'));
  cpSync(built, page, { recursive: true });
  const assets = path.join(page, 'assets');
  const names = readdirSync(assets).filter((name) => changed?.test(name));
  if (changed !== undefined && names.length === 0) throw new Error('nothing to change');
  for (const name of names) spoil(path.join(assets, name));
  const bed = await startTestServer({ env: { CLIENT_DIR: page } });
  const mend = () => {
    for (const name of names.flatMap((one) => [one, `${one}.br`, `${one}.gz`])) {
      const whole = path.join(page, name);
      cpSync(path.join(built, 'assets', name), whole);
      renameSync(whole, path.join(assets, name));
    }
  };
  return { url: bed.server.url, mend, stop: () => bed.stop() };
}

/** Waits for the words of a page that did not come completely. */
const untilTold = ({ page }: Opened): Promise<unknown> =>
  until(() => page.evaluate(() => document.querySelector('#unloaded')?.getAttribute('role') === 'alert', null), {
    what: 'the page to say that it did not load',
  });
/** Of those words, what is seen. */
const wordsSeen = ({ page }: Opened): Promise<string> =>
  page.evaluate(() => document.querySelector<HTMLElement>('#unloaded')?.innerText ?? '', null);

/** What is there once everything that will load has loaded. */
const lookAt = ({ page }: Opened) =>
  page.evaluate(async () => {
    if (document.readyState !== 'complete') {
      await new Promise((resolve) => window.addEventListener('load', resolve, { once: true }));
    }
    return {
      isDrawn: document.querySelector('#app')?.firstElementChild !== null,
      // Browsers differ in whether they list a style sheet that they refused; none applies it.
      isStyled: getComputedStyle(document.documentElement).getPropertyValue('--ground') !== '',
      isTold: document.querySelector('#unloaded')?.getAttribute('role') === 'alert',
    };
  }, null);

describe.each([
  { name: 'Chromium', start: chromium },
  { name: 'Firefox', start: firefox },
])('P-09 $name', ({ start }) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await start();
  });
  afterAll(() => browser?.close());

  it('runs the page as it was built, with nothing to complain about', async () => {
    const { url, stop } = await serve();
    const opened = await browser.open();
    await opened.page.goto(url);
    await waitForUsable(opened.page, byId('newMeeting'));
    expect(await lookAt(opened)).toEqual({ isDrawn: true, isStyled: true, isTold: false });
    expect(opened.said).toEqual([]);
    await opened.page.close();
    await stop();
  });

  it('runs the audience’s page as it was built, with nothing to complain about', async () => {
    const { url, stop } = await serve();
    const opened = await browser.open();
    await opened.page.goto(`${url}${WATCH_PATH}`);
    await waitForUsable(opened.page, byId('brokenLink'));
    expect(await lookAt(opened)).toEqual({ isDrawn: true, isStyled: true, isTold: false });
    expect(opened.said).toEqual([]);
    await opened.page.close();
    await stop();
  });

  it.each([
    ['/', /^index-.*\.js$/],
    [WATCH_PATH, /^watch-.*\.js$/],
    [FEED_PATH, /^feed-.*\.js$/],
  ])('refuses at %s a script with one byte more', async (screen, script) => {
    const { url, stop } = await serve(script);
    const opened = await browser.open(true);
    await opened.page.goto(`${url}${screen}`);
    await untilTold(opened);
    expect(await lookAt(opened)).toEqual({ isDrawn: false, isStyled: true, isTold: true });
    await opened.page.close();
    await stop();
  });

  it('refuses a style with one byte more', async () => {
    const { url, stop } = await serve(/\.css$/);
    const opened = await browser.open(true);
    await opened.page.goto(url);
    await waitForUsable(opened.page, byId('newMeeting'));
    await untilTold(opened);
    expect(await lookAt(opened)).toEqual({ isDrawn: true, isStyled: false, isTold: true });
    await opened.page.close();
    await stop();
  });

  it.each([
    ['/', /^index-.*\.js$/, 'newMeeting'],
    [WATCH_PATH, /^watchPage-.*\.js$/, 'brokenLink'],
  ] as const)(
    'says at %s that a script did not come, and has the page as soon as it does',
    async (screen, script, id) => {
      const { url, mend, stop } = await serve(script, breakDown);
      const opened = await browser.open();
      await opened.page.goto(`${url}${screen}`);
      await untilTold(opened);
      mend();
      await waitForUsable(opened.page, byId(id));
      await until(async () => (await lookAt(opened)).isTold === false, { what: 'the page without those words' });
      await opened.page.close();
      await stop();
    },
  );

  it('stops loading the page again by itself, and does it at a press', async () => {
    const { url, mend, stop } = await serve(/^index-.*\.js$/);
    const opened = await browser.open(true);
    await opened.page.goto(url);
    await untilTold(opened);
    const words = await wordsSeen(opened);
    expect(words).toContain('did not load completely');
    expect(words).not.toContain('by itself');
    mend();
    await opened.page.click('#unloaded [lang="en"] button');
    await waitForUsable(opened.page, byId('newMeeting'));
    await opened.page.close();
    await stop();
  });
});
