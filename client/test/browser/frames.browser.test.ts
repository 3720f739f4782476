// Real encoders, decoders and packetisers around the frame path, from one end to the other without a server between.
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOLD_MS } from '../../e2ee/frames/HoldQueue.ts';
import type { FramesPage, Received, Sent } from './frames/framesPage.ts';
import type { FramesCall, FramesView } from './frames/framesWorker.ts';
import { startChromium, type Chromium } from './harness/chromium.ts';
import { serveBundles } from './harness/serveBundles.ts';
import { until } from './harness/until.ts';

declare const framesPage: FramesPage;

const ENTRIES = ['framesPage.ts', 'framesWorker.ts'].map((name) => path.join(import.meta.dirname, 'frames', name));

const LATE_MS = 400;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Reads every `overMs` until nothing changed from one time to the next. What was on its way as it was stopped, in a pacer, a jitter buffer
 * or a decoder, still comes, for some seconds on a busy machine; what was not stopped never stands.
 */
async function untilStill<Value>(
  read: () => Promise<Value>,
  options: { overMs: number; what: string; isSame?: (before: Value, now: Value) => boolean },
): Promise<void> {
  const { overMs, what, isSame = (before, now) => JSON.stringify(before) === JSON.stringify(now) } = options;
  let before = await read();
  const isStill = async (): Promise<boolean> => {
    await pause(overMs);
    const now = await read();
    const stands = isSame(before, now);
    before = now;
    return stands;
  };
  await until(isStill, { what });
}

/** Frames that were lost, by why, of each track. */
const lostOf = ({ counters }: FramesView) =>
  counters.map(({ faults }) => [faults.unknownEpoch, faults.authFailed, faults.wrongLeaf]);
/** Sound that was decoded, and not made up for want of it. */
const heardOf = ({ soundSamples, concealedSamples }: Received): number => soundSamples - concealedSamples;

describe.each(['native', 'installed'] as const)('frames through Chromium, with the transforms %s', (way) => {
  let chromium: Chromium;
  let bundles: Awaited<ReturnType<typeof serveBundles>>;
  let page: Page;
  const ana = (call: FramesCall): Promise<FramesView> => page.evaluate((body) => framesPage.ana(body), call);
  const ben = (call: FramesCall): Promise<FramesView> => page.evaluate((body) => framesPage.ben(body), call);
  const received = (): Promise<Received> => page.evaluate(() => framesPage.received());
  /** The one that Ana seals under. */
  let epoch = 0;
  const openNext = async (): Promise<void> => {
    epoch += 1;
    await ana({ name: 'addEpoch', epoch, leaf: 0 });
  };
  /** How long after Ana's first frame of it Ben has the key at the most: on a busy machine later than he is told to. */
  const switchLate = async (): Promise<number> => {
    await openNext();
    const sinceMs = performance.now();
    await ana({ name: 'sendFrom', epoch });
    await pause(LATE_MS);
    await ben({ name: 'addEpoch', epoch, leaf: 1 });
    return performance.now() - sinceMs;
  };

  beforeAll(async () => {
    [chromium, bundles] = await Promise.all([startChromium(), serveBundles(ENTRIES)]);
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
    const haveNoKey = async (): Promise<boolean> => {
      const { counters } = await ana({ name: 'look' });
      return counters.length === 2 && counters.every(({ faults }) => (faults.noKey ?? 0) > 10);
    };
    await until(haveNoKey, { what: 'frames dropped for want of a key' });
    const { states } = await ana({ name: 'look' });
    expect(states).toEqual({ audio: ['waitingForKey'], video: ['waitingForKey'] });
    expect((await ben({ name: 'look' })).counters.map(({ opened }) => opened)).toEqual([0, 0]);
    expect((await received()).pictures).toBe(0);
  });

  it('F-7 shows and plays what was sealed, once both have the key', async () => {
    await openNext();
    await ben({ name: 'addEpoch', epoch, leaf: 1 });
    await ana({ name: 'sendFrom', epoch });
    await until(async () => (await received()).pictures > 20, { what: 'decoded pictures' });
    // Chromium opens its output for sound with the first picture: on a busy machine twenty pictures are shown before it runs.
    await until(async () => heardOf(await received()) > 24_000, { what: 'half a second of sound' });
    expect((await ana({ name: 'look' })).states['video']?.at(-1)).toBe('flowing');
    expect((await ben({ name: 'look' })).states['video']?.at(-1)).toBe('flowing');
  });

  it('F-8 loses no frame over four epoch switches with keys 400 ms late', async () => {
    const none = [undefined, undefined, undefined];
    expect(lostOf(await ben({ name: 'look' }))).toEqual([none, none]);
    for (let [inTime, tries] = [0, 0]; inTime < 4; tries += 1) {
      if (tries === 60) expect.fail('no key came in time');
      const before = await ben({ name: 'look' });
      const lateMs = await switchLate();
      await pause(LATE_MS);
      // A key that the machine brought later than frames are held promises nothing; that switch is made once more.
      if (lateMs >= HOLD_MS) continue;
      inTime += 1;
      const now = await ben({ name: 'look' });
      expect(lostOf(now)).toEqual(lostOf(before));
      const states = now.states['audio']?.slice(before.states['audio']?.length);
      expect(states?.filter((state) => state !== 'flowing')).toEqual([]);
    }
    const before = (await received()).pictures;
    await until(async () => (await received()).pictures > before + 10, { what: 'pictures after the last switch' });
  });

  it('F-8 shows nothing of an epoch whose key never comes', async () => {
    const givenUp = async (): Promise<number[]> =>
      (await ben({ name: 'look' })).counters.map(({ faults }) => faults.unknownEpoch ?? 0);
    const before = await givenUp();
    await openNext();
    await ana({ name: 'sendFrom', epoch });
    await until(async () => (await givenUp()).every((count, index) => count > (before[index] ?? 0) + 5), {
      what: 'frames given up',
    });
    const shown = async () => [
      (await received()).pictures,
      (await ben({ name: 'look' })).counters.map(({ opened }) => opened),
    ];
    await untilStill(shown, { overMs: 1_000, what: 'nothing more to be shown' });
  });

  it('E-74 plays and shows nothing once the worker of the receiver died', async () => {
    await ben({ name: 'addEpoch', epoch, leaf: 1 });
    const { pictures: before } = await received();
    await until(async () => (await received()).pictures > before + 10, { what: 'pictures before the crash' });
    await page.evaluate(() => framesPage.kill('ben'));
    await untilStill(received, {
      overMs: 2_000,
      what: 'nothing more to be shown and played',
      isSame: (first, second) => second.pictures === first.pictures && heardOf(second) - heardOf(first) < 480,
    });
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
    await untilStill(sent, { overMs: 2_000, what: 'nothing more to be sent' });
  });
});
