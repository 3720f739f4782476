// The polyfill in a page that knows nothing of Conclave: one import in the page, one in the worker, the standard's words otherwise.
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveBundles } from './harness/serveBundles.ts';
import { startChromium, type Chromium } from './harness/chromium.ts';
import { until } from './harness/until.ts';
import type { BarePage } from './polyfill/barePage.ts';

declare const barePage: BarePage;

const ENTRIES = ['barePage.ts', 'bareWorker.ts'].map((name) => path.join(import.meta.dirname, 'polyfill', name));

describe.each(['native', 'installed'] as const)('a page of anybody’s in Chromium, with the transforms %s', (way) => {
  let chromium: Chromium;
  let bundles: Awaited<ReturnType<typeof serveBundles>>;
  let page: Page;
  const look = () => page.evaluate(() => barePage.look());
  const ask = (what: 'generateKeyFrame' | 'wish' | 'sendKeyFrameRequest', name: string): Promise<string> =>
    page.evaluate(([wish, whom]) => barePage.ask(wish, whom), [what, name] as const);

  beforeAll(async () => {
    [chromium, bundles] = await Promise.all([startChromium(), serveBundles(ENTRIES)]);
    page = await (await chromium.newContext()).newPage();
    if (way === 'installed') {
      await page.addInitScript(() => {
        delete (globalThis as { RTCRtpScriptTransform?: unknown }).RTCRtpScriptTransform;
      });
    }
    await page.goto(bundles.origin);
    await until(() => page.evaluate(() => 'barePage' in globalThis), { what: 'the page' });
    await page.evaluate(() => barePage.call());
  });
  afterAll(async () => {
    await chromium?.close();
    bundles?.close();
  });

  it('sends and receives both kinds through its worker, and shows what was turned back', async () => {
    expect(await page.evaluate(() => barePage.way)).toBe(way);
    await until(async () => (await page.evaluate(() => barePage.pictures())) > 20, { what: 'decoded pictures' });
    const { frames, handled } = await look();
    expect(Object.keys(frames).toSorted()).toEqual(['receive audio', 'receive video', 'send audio', 'send video']);
    // Whether by a listener or by the attribute.
    expect(handled).toBe(4);
  });

  it('hands options over and moves what the transfer list names', async () => {
    expect([(await look()).extra, await page.evaluate(() => barePage.moved())]).toEqual([16, true]);
  });

  it('makes a key frame when a sender’s worker wishes for one, if the platform knows the method', async () => {
    const { keyFrames, makesKeyFrames } = await look();
    process.stdout.write(`  ${way}: ${makesKeyFrames ? 'has' : 'lacks'} generateKeyFrame\n`);
    if (!makesKeyFrames) {
      expect(way).toBe('native');
      return;
    }
    const before = keyFrames['send video'] ?? 0;
    expect(await ask('generateKeyFrame', 'send video')).toBe('done');
    await until(async () => ((await look()).keyFrames['send video'] ?? 0) > before, { what: 'another key frame' });
  });

  it('makes a key frame where the wish comes by a port in the options, whatever the platform knows', async () => {
    const before = (await look()).keyFrames['send video'] ?? 0;
    expect(await ask('wish', 'send video')).toBe('done');
    await until(async () => ((await look()).keyFrames['send video'] ?? 0) > before, { what: 'another key frame' });
    expect(await ask('wish', 'send audio')).toBe('InvalidStateError');
  });

  it('asks for key frames as a receiver where the platform can, and says so where it cannot', async () => {
    expect(await ask('sendKeyFrameRequest', 'receive video')).toBe(way === 'native' ? 'done' : 'NotSupportedError');
  });

  it('takes a transform away where the platform can, and says so where it cannot', async () => {
    expect(await page.evaluate(() => barePage.unset())).toBe(way === 'native' ? 'gone' : 'NotSupportedError');
  });
});
