// What is on air through real encoders, packetisers and decoders: a viewer's page shows what is signed, and nothing else.
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FramesPage, Received } from './frames/framesPage.ts';
import type { FramesCall, FramesView } from './frames/framesWorker.ts';
import { fromPlaywright, type BrowserPage } from './harness/BrowserPage.ts';
import { startChromium } from './harness/chromium.ts';
import { startFirefox } from './harness/firefox.ts';
import { canMakeNetworks, createNetwork } from './harness/NetworkNamespace.ts';
import { serveBundles } from './harness/serveBundles.ts';
import { until } from './harness/until.ts';

declare const framesPage: FramesPage;

const ENTRIES = ['framesPage.ts', 'framesWorker.ts'].map((name) => path.join(import.meta.dirname, 'frames', name));

const isRoot = canMakeNetworks();
if (!isRoot) process.stdout.write('skipped: Firefox needs a network of its own, and only root can make one\n');

type Fault = 'wrongStream' | 'badSignature';

interface Open {
  page: BrowserPage;
  origin: string;
  close(): Promise<void>;
}

async function openChromium(): Promise<Open> {
  const [chromium, bundles] = await Promise.all([startChromium(), serveBundles(ENTRIES)]);
  const page = fromPlaywright(await (await chromium.newContext()).newPage());
  const close = async () => {
    await chromium.close();
    bundles.close();
  };
  return { page, origin: bundles.origin, close };
}

async function openFirefox(): Promise<Open> {
  const network = createNetwork();
  const [firefox, bundles] = await Promise.all([startFirefox(network), serveBundles(ENTRIES, network)]);
  const close = async () => {
    await firefox.close();
    bundles.close();
    network.close();
  };
  return { page: await firefox.newPage(), origin: bundles.origin, close };
}

describe.each([
  ['Chromium', openChromium],
  ['Firefox', openFirefox],
] as const)('on air through %s', (name, open) => {
  const isSkipped = name === 'Firefox' && !isRoot;
  let opened: Open;
  const ana = (call: FramesCall): Promise<FramesView> => opened.page.evaluate((body) => framesPage.ana(body), call);
  /** The viewer: the receiving end has no key of the room. */
  const viewer = (call: FramesCall): Promise<FramesView> => opened.page.evaluate((body) => framesPage.ben(body), call);
  const received = (): Promise<Received> => opened.page.evaluate(() => framesPage.received(), null);
  const faultsOf = async (track: string) =>
    (await viewer({ name: 'look' })).counters.find(({ trackId }) => trackId === track)?.faults ?? {};
  const openedOf = async (track: string) =>
    (await viewer({ name: 'look' })).counters.find(({ trackId }) => trackId === track)?.opened ?? 0;
  const untilShown = async (more: number) => {
    const { pictures } = await received();
    const sounds = await openedOf('audio');
    await until(async () => (await received()).pictures > pictures + more, { what: 'decoded pictures' });
    await until(async () => (await openedOf('audio')) > sounds + more, { what: 'opened sound' });
  };
  const openedOfBoth = () => Promise.all(['video', 'audio'].map(openedOf));
  /** So many more of both kinds. */
  const untilRefused = async (fault: Fault, count: number) => {
    const counted = () => Promise.all(['video', 'audio'].map(async (track) => (await faultsOf(track))[fault] ?? 0));
    const before = await counted();
    const isMore = async () => (await counted()).every((now, index) => now >= (before[index] ?? 0) + count);
    await until(isMore, { what: `frames refused as ${fault}` });
  };
  /**
   * Whatever was on its way is opened; from here on nothing may be, and nothing more be shown. What was opened before may wait in
   * buffers and for a busy decoder longer than the next frames take to be refused.
   */
  const expectNothingShown = async (fault: Fault, count: number) => {
    const still = await until(
      async () => {
        const before = await openedOfBoth();
        await untilRefused(fault, 5);
        const now = await openedOfBoth();
        return now.join() === before.join() && now;
      },
      { what: 'nothing more to be opened' },
    );
    const isStill = async () => {
      const { pictures } = await received();
      await untilRefused(fault, count);
      return (await received()).pictures === pictures;
    };
    await until(isStill, { what: 'nothing more to be shown' });
    expect(await openedOfBoth()).toEqual(still);
  };
  const untilVerified = () =>
    until(
      async () => {
        const { video, audio } = (await viewer({ name: 'look' })).last;
        return [video, audio].every((track) => track?.state === 'flowing' && track.proof === 'verified');
      },
      { what: 'both tracks to be verified' },
    );

  beforeAll(async () => {
    if (isSkipped) return;
    opened = await open();
    await opened.page.goto(opened.origin);
    await until(() => opened.page.evaluate(() => 'framesPage' in globalThis, null), { what: 'the page' });
    await opened.page.evaluate(() => framesPage.start(), null);
  });
  afterAll(() => opened?.close());

  it.skipIf(isSkipped)('F-23 shows and plays what is signed, and says that it is verified', async () => {
    const { feedKey } = await ana({ name: 'makeFeedKey' });
    await viewer({ name: 'follow', count: 1, feedKey });
    await viewer({ name: 'watchEpoch', epoch: 1 });
    await ana({ name: 'addEpoch', epoch: 1, leaf: 0 });
    await ana({ name: 'setOnAir', streams: ['mic', 'camera'] });
    await ana({ name: 'sendFrom', epoch: 1 });
    await untilShown(20);
    await untilVerified();
    // Of pictures no lost packet takes it away again.
    expect((await viewer({ name: 'look' })).last['video']).toEqual({ state: 'flowing', proof: 'verified' });
    // Without a sound card Firefox asks nothing of its decoder.
    if (name === 'Chromium') {
      const played = async () => (await received()).soundSamples - (await received()).concealedSamples;
      await until(async () => (await played()) > 12_000, { what: 'sound that was decoded' });
    }
  });

  it.skipIf(isSkipped)('F-28 goes on over an epoch whose key comes to the viewer after its first frames', async () => {
    await ana({ name: 'addEpoch', epoch: 2, leaf: 0 });
    await ana({ name: 'sendFrom', epoch: 2 });
    const sealedOf = async () => (await ana({ name: 'look' })).counters.map(({ sealed }) => sealed);
    const before = await sealedOf();
    await until(async () => (await sealedOf()).every((sealed, track) => sealed > (before[track] ?? 0) + 2), {
      everyMs: 10,
      what: 'frames of the new epoch',
    });
    await viewer({ name: 'watchEpoch', epoch: 2 });
    await untilShown(10);
    await untilVerified();
    expect((await viewer({ name: 'look' })).states['video']).not.toContain('failing');
  });

  it.skipIf(isSkipped)('F-23 shows nothing of what is backstage, and goes on when it is on air again', async () => {
    await ana({ name: 'setOnAir', streams: [] });
    await expectNothingShown('wrongStream', 20);
    await ana({ name: 'setOnAir', streams: ['mic', 'camera'] });
    await untilShown(10);
  });

  it.skipIf(isSkipped)('F-24 refuses and tells what is signed by another key, until the roster names it', async () => {
    const { feedKey } = await ana({ name: 'makeFeedKey' });
    const isTold = async () => {
      const { video, audio } = (await viewer({ name: 'look' })).last;
      return [video, audio].every((track) => track?.state === 'failing' && track.cause === 'badSignature');
    };
    await until(isTold, { what: 'both tracks to be failing' });
    await expectNothingShown('badSignature', 10);
    await viewer({ name: 'follow', count: 2, feedKey });
    await untilShown(10);
    await untilVerified();
  });
});
