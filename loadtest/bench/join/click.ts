// From the click on Join until the first opened picture of somebody else is on the screen, on a line of the bench's choice.
import type { Page } from 'playwright-core';
import { fromPlaywright } from '../../../client/test/browser/harness/BrowserPage.ts';
import { BENCH_PACE, type Chromium } from '../../../client/test/browser/harness/chromium.ts';
import { untilPeople } from '../../../client/test/browser/harness/hosting.ts';
import { Participant } from '../../../client/test/browser/harness/Participant.ts';
import { openPhoneLine, PHONE_LINE_ADDRESS, type PhoneLine } from '../../../client/test/browser/harness/phoneLine.ts';
import { byId } from '../../../client/test/browser/harness/selectors.ts';
import { setStage, type Stage } from '../../../client/test/browser/harness/stage.ts';
import { until } from '../../../client/test/browser/harness/until.ts';

/** Since the click, ms, in the order in which they mostly come; what did not happen any more, since it had before the click, is absent. */
export const JOIN_PARTS = ['token', 'socket', 'join', 'consumer', 'transport', 'packet', 'picture'] as const;
export type JoinPart = (typeof JOIN_PARTS)[number];
export type Coming = Partial<Record<JoinPart, number>> & { picture: number };

/** What a page may take before the bench gives up on it. */
const PATIENCE_MS = 60_000;
/** On the pre-join screen, as long as nobody takes less to look at themselves and press the button. */
const LOOK_MS = 1_500;

export interface Line {
  /** One way, ms. */
  delayMs: number;
  /** Only signalling is late. */
  sparesMedia: boolean;
}

const AT_ONCE: Line = { delayMs: 0, sparesMedia: false };

export interface Meeting {
  readonly chromium: Chromium;
  /** Somebody comes with camera and microphone, and leaves again. */
  comeIn(line: Line): Promise<Coming>;
  close(): Promise<void>;
}

/**
 * Ana sits in a meeting with camera and microphone; everybody who comes is a fresh browser profile.
 * @param where `far` where what she says and hears takes as long as it does for whoever comes
 */
export async function openMeeting(where: 'near' | 'far'): Promise<Meeting> {
  const stage = await setStage({ announce: PHONE_LINE_ADDRESS, pace: BENCH_PACE });
  try {
    const { server } = stage;
    const line = await openPhoneLine({ port: Number(new URL(server.origin).port), mediaPort: server.mediaPort });
    stage.defer(() => line.close());
    const ana = await stage.person('Ana');
    const text = await ana.makeMeeting(where === 'far' ? line.origin : server.origin);
    const link = text.replace(server.origin, line.origin);
    await ana.enter();
    await untilPeople(ana, 1);
    await ana.closePanels();
    if (where === 'near') line.spareWhoIsThere();
    return {
      chromium: stage.chromium,
      comeIn: (slow) => comeIn(stage, line, link, slow),
      close: () => stage.close(),
    };
  } catch (error) {
    await stage.close();
    throw error;
  }
}

async function comeIn({ chromium }: Stage, line: PhoneLine, link: string, slow: Line): Promise<Coming> {
  const context = await chromium.newContext();
  try {
    await context.addInitScript(note, { tiles: byId('tile', { stream: 'camera' }), button: byId('join') });
    const page = await context.newPage();
    const ben = new Participant(fromPlaywright(page), 'Ben');
    await ben.openLink(link);
    await ben.page.fill(byId('nameInput'), ben.name);
    await untilPreviewed(page);
    await page.waitForTimeout(LOOK_MS);
    line.become(slow);
    await page.click(byId('join'));
    const coming = await until(() => page.evaluate(readNotes), {
      timeoutMs: PATIENCE_MS,
      everyMs: 50,
      what: 'a picture of who is there',
    });
    line.become(AT_ONCE);
    // With a goodbye, so that the next one finds as many as this one did.
    await ben.leave();
    return coming;
  } finally {
    line.become(AT_ONCE);
    await context.close();
  }
}

/** The picture of oneself, as it is sent from the first moment on. */
async function untilPreviewed(page: Page): Promise<void> {
  const isSeen = (): Promise<boolean> =>
    page.evaluate(() => [...document.querySelectorAll('video')].some(({ videoWidth }) => videoWidth > 0));
  await until(isSeen, { what: 'the picture of oneself' });
}

// What runs in the page, and so holds all that it needs.

interface Noted {
  noted: Partial<Record<JoinPart, number>>;
}

/** Before the page's own code: notes when each part is there, since the click. */
function note({ tiles, button }: { tiles: string; button: string }): void {
  const noted: Partial<Record<JoinPart, number>> = {};
  Object.assign(globalThis, { noted });
  let clickedMs: number | null = null;
  const once = (part: JoinPart, atMs = performance.now()): void => {
    if (clickedMs !== null) noted[part] ??= atMs - clickedMs;
  };
  document.addEventListener(
    'click',
    ({ target, timeStamp }) => {
      if (target instanceof Element && target.closest(button) !== null) clickedMs ??= timeStamp;
    },
    true,
  );
  const { WebSocket: OwnSocket, RTCPeerConnection: OwnConnection } = globalThis;
  globalThis.WebSocket = class extends OwnSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('open', () => once('socket'));
      this.addEventListener('message', ({ data }) => {
        if (typeof data !== 'string') return;
        if (data.includes('resumeToken')) once('join');
        if (data.includes('"consumer:new"')) once('consumer');
      });
    }
  };
  globalThis.RTCPeerConnection = class extends OwnConnection {
    constructor(settings?: RTCConfiguration) {
      super(settings);
      this.addEventListener('track', ({ track }) => {
        // The one that pictures come by; what is sent goes by another.
        if (track.kind === 'video') track.addEventListener('unmute', () => once('packet'));
        if (this.connectionState === 'connected') once('transport');
        this.addEventListener('connectionstatechange', () => {
          if (this.connectionState === 'connected') once('transport');
        });
      });
    }
  };
  new PerformanceObserver((list) => {
    for (const { name, responseEnd } of list.getEntriesByType('resource') as PerformanceResourceTiming[])
      if (name.endsWith('/tokens') && clickedMs !== null && responseEnd > clickedMs) once('token', responseEnd);
  }).observe({ type: 'resource', buffered: true });
  const watched = new WeakSet<HTMLVideoElement>();
  new MutationObserver(() => {
    for (const tile of document.querySelectorAll<HTMLElement>(tiles)) {
      const video = tile.dataset['self'] === 'true' ? null : tile.querySelector('video');
      if (video === null || watched.has(video)) continue;
      watched.add(video);
      // When the frame is on the screen, not when the page hears of it.
      video.requestVideoFrameCallback((_now, { expectedDisplayTime }) => once('picture', expectedDisplayTime));
    }
  }).observe(document, { subtree: true, childList: true });
}

/** Null until the picture is there. */
function readNotes(): Coming | null {
  const { noted } = globalThis as unknown as Noted;
  const { picture } = noted;
  return picture === undefined ? null : { ...noted, picture };
}
