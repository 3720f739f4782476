// The built page in real browsers: what its document vouches for runs, and one byte more is refused.
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** An event's, without the end that its link has. */
const WATCH_PATH = `/w/${'A'.repeat(22)}`;
const FEED_PATH = `/f/${'A'.repeat(22)}`;

interface Opened {
  page: BrowserPage;
  /** What the browser said about the page. */
  said: string[];
}

interface Browser {
  open(): Promise<Opened>;
  close(): Promise<void>;
}

async function chromium(): Promise<Browser> {
  const browser = await startChromium();
  const open = async () => {
    const page = await (await browser.newContext()).newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    return { page: fromPlaywright(page), said };
  };
  return { open, close: () => browser.close() };
}

async function firefox(): Promise<Browser> {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: firefoxBin(), headless: true });
  const open = async () => {
    const page = await (await browser.createBrowserContext()).newPage();
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

/** Serves the build, with one byte more in the files that `changed` names. */
async function serve(changed?: RegExp): Promise<{ url: string; stop(): Promise<void> }> {
  const page = mkdtempSync(path.join(folder, 'page-'));
  cpSync(built, page, { recursive: true });
  const assets = path.join(page, 'assets');
  const names = readdirSync(assets).filter((name) => changed?.test(name));
  if (changed !== undefined && names.length === 0) throw new Error('nothing to change');
  for (const name of names) change(path.join(assets, name));
  const bed = await startTestServer({ env: { CLIENT_DIR: page } });
  return { url: bed.server.url, stop: () => bed.stop() };
}

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
    expect(await lookAt(opened)).toEqual({ isDrawn: true, isStyled: true });
    expect(opened.said).toEqual([]);
    await opened.page.close();
    await stop();
  });

  it('runs the audience’s page as it was built, with nothing to complain about', async () => {
    const { url, stop } = await serve();
    const opened = await browser.open();
    await opened.page.goto(`${url}${WATCH_PATH}`);
    await waitForUsable(opened.page, byId('brokenLink'));
    expect(await lookAt(opened)).toEqual({ isDrawn: true, isStyled: true });
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
    const opened = await browser.open();
    await opened.page.goto(`${url}${screen}`);
    expect(await lookAt(opened)).toEqual({ isDrawn: false, isStyled: true });
    await opened.page.close();
    await stop();
  });

  it('refuses a style with one byte more', async () => {
    const { url, stop } = await serve(/\.css$/);
    const opened = await browser.open();
    await opened.page.goto(url);
    await waitForUsable(opened.page, byId('newMeeting'));
    expect(await lookAt(opened)).toEqual({ isDrawn: true, isStyled: false });
    await opened.page.close();
    await stop();
  });
});
