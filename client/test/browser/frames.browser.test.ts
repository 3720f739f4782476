// Real encoders, decoders and packetisers around the frame path, from one end to the other without a server between.
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FramesPage, Received, Sent } from './frames/framesPage.ts';
import type { FramesCall, FramesView } from './frames/framesWorker.ts';
import { serveBundles } from './frames/serveBundles.ts';
import { startChromium, type Chromium } from './harness/chromium.ts';
import { until } from './harness/until.ts';

declare const framesPage: FramesPage;

const FOLDER = path.join(import.meta.dirname, 'frames');
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(['native', 'installed'] as const)('frames through Chromium, with the transforms %s', (way) => {
  let chromium: Chromium;
  let bundles: Awaited<ReturnType<typeof serveBundles>>;
  let page: Page;
  const ana = (call: FramesCall): Promise<FramesView> => page.evaluate((body) => framesPage.ana(body), call);
  const ben = (call: FramesCall): Promise<FramesView> => page.evaluate((body) => framesPage.ben(body), call);
  const received = (): Promise<Received> => page.evaluate(() => framesPage.received());

  beforeAll(async () => {
    [chromium, bundles] = await Promise.all([startChromium(), serveBundles(FOLDER, 'framesPage', 'framesWorker')]);
    page = await (await chromium.newContext()).newPage();
    if (way === 'installed') {
      await page.addInitScript(() => {
        delete (globalThis as { RTCRtpScriptTransform?: unknown }).RTCRtpScriptTransform;
      });
    }
    await page.goto(bundles.origin);
    await until(() => page.evaluate(() => 'framesPage' in globalThis), { what: 'the page' });
    await page.evaluate(() => framesPage.start());
  });
  afterAll(async () => {
    await chromium?.close();
    bundles?.close();
  });

  it('has the transforms that this run is about', async () => {
    expect(await page.evaluate(() => framesPage.way)).toBe(way);
  });

  it('F-6 sends nothing without a key', async () => {
    await until(async () => (await ana({ name: 'look' })).counters.every(({ faults }) => (faults.noKey ?? 0) > 10), {
      what: 'frames dropped for want of a key',
    });
    const { states } = await ana({ name: 'look' });
    expect(states).toEqual({ audio: ['waitingForKey'], video: ['waitingForKey'] });
    expect((await ben({ name: 'look' })).counters.map(({ opened }) => opened)).toEqual([0, 0]);
    expect((await received()).pictures).toBe(0);
  });

  it('F-7 shows and plays what was sealed, once both have the key', async () => {
    await ben({ name: 'addEpoch', epoch: 1, leaf: 1 });
    await ana({ name: 'addEpoch', epoch: 1, leaf: 0 });
    await ana({ name: 'sendFrom', epoch: 1 });
    await until(async () => (await received()).pictures > 20, { what: 'decoded pictures' });
    const { soundSamples, concealedSamples } = await received();
    expect(soundSamples - concealedSamples).toBeGreaterThan(24_000);
    expect((await ana({ name: 'look' })).states['video']?.at(-1)).toBe('flowing');
    expect((await ben({ name: 'look' })).states['video']?.at(-1)).toBe('flowing');
  });

  it('F-8 loses no frame over four epoch switches with keys 400 ms late', async () => {
    for (let epoch = 2; epoch <= 5; epoch++) {
      await ana({ name: 'addEpoch', epoch, leaf: 0 });
      await ana({ name: 'sendFrom', epoch });
      await pause(400);
      await ben({ name: 'addEpoch', epoch, leaf: 1 });
      await pause(400);
    }
    const { counters, states } = await ben({ name: 'look' });
    const lost = counters.map(({ faults }) => [faults.unknownEpoch, faults.authFailed, faults.wrongLeaf]);
    expect(lost).toEqual(counters.map(() => [undefined, undefined, undefined]));
    expect(states['audio']?.filter((state) => state !== 'flowing')).toEqual([]);
    const before = (await received()).pictures;
    await until(async () => (await received()).pictures > before + 10, { what: 'pictures after the last switch' });
  });

  it('F-8 shows nothing of an epoch whose key never comes', async () => {
    await ana({ name: 'addEpoch', epoch: 6, leaf: 0 });
    await ana({ name: 'sendFrom', epoch: 6 });
    await until(
      async () => (await ben({ name: 'look' })).counters.every(({ faults }) => (faults.unknownEpoch ?? 0) > 5),
      {
        what: 'frames given up',
      },
    );
    const { pictures } = await received();
    const opened = (await ben({ name: 'look' })).counters.map((counters) => counters.opened);
    await pause(1_000);
    expect((await received()).pictures).toBe(pictures);
    expect((await ben({ name: 'look' })).counters.map((counters) => counters.opened)).toEqual(opened);
  });

  it('E-74 plays and shows nothing once the worker of the receiver died', async () => {
    await ben({ name: 'addEpoch', epoch: 6, leaf: 1 });
    const { pictures: before } = await received();
    await until(async () => (await received()).pictures > before + 10, { what: 'pictures before the crash' });
    await page.evaluate(() => framesPage.kill('ben'));
    await pause(1_500);
    const heard = ({ soundSamples, concealedSamples }: Received): number => soundSamples - concealedSamples;
    const first = await received();
    await pause(2_000);
    const second = await received();
    expect(second.pictures).toBe(first.pictures);
    expect(heard(second) - heard(first)).toBeLessThan(480);
  });

  it('E-74 sends nothing once the worker of the sender died', async () => {
    const sent = (): Promise<Sent> => page.evaluate(() => framesPage.sent());
    const before = await sent();
    const grows = async (): Promise<boolean> => {
      const now = await sent();
      return now.video > before.video && now.audio > before.audio;
    };
    await until(grows, { what: 'bytes before the crash' });
    await page.evaluate(() => framesPage.kill('ana'));
    await pause(1_500);
    const first = await sent();
    await pause(2_000);
    expect(await sent()).toEqual(first);
  });
});
