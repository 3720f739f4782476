// How long a watch page takes from its link to the first opened picture on the screen, and what of that each part takes.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { BENCH_PACE } from '../../../client/test/browser/harness/chromium.ts';
import { chromiumBin } from '../../../client/test/browser/harness/environment.ts';
import { untilPeople } from '../../../client/test/browser/harness/hosting.ts';
import { openPhoneLine, PHONE_LINE_ADDRESS, type PhoneLine } from '../../../client/test/browser/harness/phoneLine.ts';
import { openStage, putOnAir, stagePanel } from '../../../client/test/browser/harness/showing.ts';
import { setStage, type Stage } from '../../../client/test/browser/harness/stage.ts';
import { byId } from '../../../client/test/browser/harness/selectors.ts';
import { until } from '../../../client/test/browser/harness/until.ts';
import { startBareChromium, type BareChromium } from './bareChromium.ts';
import { becomePhone, PHONE_SCORES, scoreOf } from './phoneSpeed.ts';

/** Since the navigation began, ms; in the order in which they mostly come. */
export const OPENING_PARTS = [
  'html',
  'script',
  'worker',
  'token',
  'socket',
  'join',
  'transport',
  'packet',
  'picture',
] as const;
type Part = (typeof OPENING_PARTS)[number];

/**
 * `requests` and `bytes` of what the page loads until the picture is there, as its own list of resources says: headers as 300 bytes
 * each, bodies as they come over the line. `slower`: how many times slower than the machine its thread was; `counts`: whether it was as fast as that way's from the first to the last.
 */
export type Opening = Record<Part, number> & { requests: number; bytes: number; slower: number; counts: boolean };

interface Way {
  name: string;
  /** What the page's own thread has (`phoneSpeed.ts`), null for the machine's; the worker's is the machine's anyhow. */
  score: number | null;
  delayMs: number;
  bitsPerSecond: number | null;
}

/** What phones have on a good day, and the machine itself. */
const WAYS: readonly Way[] = [
  { name: 'phone', score: PHONE_SCORES.phone, delayMs: 20, bitsPerSecond: 10_000_000 },
  { name: 'slow-phone', score: PHONE_SCORES['slow-phone'], delayMs: 20, bitsPerSecond: 10_000_000 },
  { name: 'bare', score: null, delayMs: 0, bitsPerSecond: null },
];

/** The speaker's camera and microphone are light, and their browser gives way: whoever speaks is far from the phone, and here on the same two cores. */
const SPEAKER_PACE = { ...BENCH_PACE, asAsked: false, givesWay: true };
const SPEAKER_WINDOW = { width: 360, height: 300 };

/** What the page calls: to ask it again and again whether the picture is there made it a tenth slower. */
const DRAWN = 'pictureIsDrawn';
const WAIT_FOR_PICTURE = { everyMs: 20, what: 'a picture of who is on air' };

/** Until a new window has drawn its own bars and menus, which a phone that opens a link has long done. */
const SETTLE_MS = 3_000;
/** Until what a page was is gone, once it is left. */
const EMPTY_MS = 200;

/**
 * One speaker on air with the browser's own camera and microphone; everybody who watches is a fresh browser profile.
 *
 * @param tries a machine whose speed moves lets few openings count: after so many times as were asked for, that is how it is
 * @returns of each way all openings, those that do not count too: as many that do as asked for, where the machine lets it.
 */
export async function measureWatchOpen(runs: number, tries: number): Promise<Map<string, Opening[]>> {
  const stage = await setStage({ announce: PHONE_LINE_ADDRESS, pace: SPEAKER_PACE });
  try {
    const line = await openPhoneLine({
      port: Number(new URL(stage.server.origin).port),
      mediaPort: stage.server.mediaPort,
    });
    stage.defer(() => line.close());
    const link = await putAnaOnAir(stage);
    line.spareWhoIsThere();
    const viewers = await startBareChromium(chromiumBin());
    stage.defer(() => viewers.close());
    const found = new Map<string, Opening[]>(WAYS.map(({ name }) => [name, []]));
    // In turns, so that what else the machine does falls on both. The first of each warms the server and is not counted.
    for (let run = 0; run <= runs * tries; run += 1) {
      for (const way of WAYS) {
        if ((found.get(way.name) ?? []).filter(({ counts }) => counts).length >= runs) continue;
        const opening = await openOnce(viewers, line, way, link.replace(stage.server.origin, line.origin));
        if (run > 0) found.get(way.name)?.push(opening);
      }
    }
    return found;
  } finally {
    await stage.close();
  }
}

async function putAnaOnAir(stage: Stage): Promise<string> {
  let page: Page | undefined;
  const ana = await stage.person('Ana', (context) => context.on('page', (opened) => (page = opened)));
  await ana.makeMeeting(stage.server.origin);
  await ana.enter();
  await untilPeople(ana, 1);
  await ana.closePanels();
  if (page === undefined) throw new Error('no page');
  const link = await openStage(page);
  await stagePanel(page).getByRole('radio', { name: 'Live' }).click();
  await putOnAir(page, 'Ana');
  await until(async () => (await ana.texts(byId('airBar'))).join().includes('You are on air'), {
    what: 'Ana to be on air',
  });
  // What is drawn for the speaker is drawn by software here, for all of a window a fifth of a core.
  await page.setViewportSize(SPEAKER_WINDOW);
  return link;
}

async function openOnce(viewers: BareChromium, line: PhoneLine, way: Way, link: string): Promise<Opening> {
  const page = await viewers.newPage(
    `(${String(note)})(${JSON.stringify({ tiles: byId('sceneTile'), drawn: DRAWN })})`,
    DRAWN,
  );
  try {
    await sleep(SETTLE_MS);
    const phone = way.score === null ? null : await becomePhone(page, way.score);
    line.become({ delayMs: way.delayMs, bitsPerSecond: way.bitsPerSecond });
    await page.open(link);
    await Promise.race([until(page.hasCalled, WAIT_FOR_PICTURE), viewers.ended]);
    const took = await page.evaluate(readNotes);
    if (phone === null) return { ...took, slower: 1, counts: true };
    await page.open('about:blank');
    await sleep(EMPTY_MS);
    return { ...took, slower: phone.slower, counts: phone.isStill(await scoreOf(page)) };
  } finally {
    await page.close();
    line.become({ delayMs: 0, bitsPerSecond: null });
  }
}

// What runs in the page, and so holds all that it needs.

interface Noted {
  noted: Partial<Record<Part, number>>;
}

/** Before the page's own code: notes when each part is there. */
function note({ tiles, drawn }: { tiles: string; drawn: string }): void {
  const noted: Partial<Record<Part, number>> = {};
  Object.assign(globalThis, { noted });
  const once = (part: Part, atMs = performance.now()): void => void (noted[part] ??= atMs);
  const { Worker: OwnWorker, WebSocket: OwnSocket, RTCPeerConnection: OwnConnection } = globalThis;
  globalThis.Worker = class extends OwnWorker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      once('script');
      this.addEventListener('message', () => once('worker'));
    }
  };
  globalThis.WebSocket = class extends OwnSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('open', () => once('socket'));
      this.addEventListener('message', ({ data }) => {
        if (typeof data === 'string' && data.includes('routerRtpCapabilities')) once('join');
      });
    }
  };
  globalThis.RTCPeerConnection = class extends OwnConnection {
    constructor(settings?: RTCConfiguration) {
      super(settings);
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') once('transport');
      });
      this.addEventListener('track', ({ track }) => {
        if (track.kind === 'video') track.addEventListener('unmute', () => once('packet'));
      });
    }
  };
  new PerformanceObserver((list) => {
    for (const { name, responseEnd } of list.getEntriesByType('resource') as PerformanceResourceTiming[])
      if (name.endsWith('/tokens')) once('token', responseEnd);
  }).observe({ type: 'resource', buffered: true });
  const watched = new WeakSet<HTMLVideoElement>();
  new MutationObserver(() => {
    for (const video of document.querySelectorAll<HTMLVideoElement>(`${tiles} video`)) {
      if (watched.has(video)) continue;
      watched.add(video);
      // When the frame is on the screen, not when the page hears of it.
      video.requestVideoFrameCallback((_now, { expectedDisplayTime }) => {
        once('picture', expectedDisplayTime);
        (globalThis as unknown as Record<string, (text: string) => void>)[drawn]?.('');
      });
    }
  }).observe(document, { subtree: true, childList: true });
}

function readNotes(): Record<Part, number> & Pick<Opening, 'requests' | 'bytes'> {
  const { noted } = globalThis as unknown as Noted;
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
  const nothing = { html: Number.NaN, script: Number.NaN, worker: Number.NaN, token: Number.NaN, socket: Number.NaN };
  const later = { join: Number.NaN, transport: Number.NaN, packet: Number.NaN, picture: Number.NaN };
  const times = { ...nothing, ...later, ...noted, html: navigation?.responseEnd ?? Number.NaN };
  const loaded = [...(navigation === undefined ? [] : [navigation]), ...resources];
  const bytes = loaded.reduce((sum, { transferSize }) => sum + transferSize, 0);
  return { ...times, requests: loaded.length, bytes };
}
