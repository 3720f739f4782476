// Whoever watches on a phone’s line: it breaks off and comes back, loses packets, falls behind; full screen and the small window.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromPlaywright, type BrowserPage } from './harness/BrowserPage.ts';
import { FULL_PACE } from './harness/chromium.ts';
import { openPhoneLine, PHONE_LINE_ADDRESS, type PhoneLine } from './harness/phoneLine.ts';
import { lookAt, waitForMovingPicture } from './harness/pictures.ts';
import { byId } from './harness/selectors.ts';
import { openStage, putOnAir, stagePanel } from './harness/showing.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';
import { keepConnections } from './harness/videoUse.ts';

interface Kept {
  keptConnections: Set<RTCPeerConnection>;
}

/** What plays is so far behind what came, ms, in the last second; and the width of the picture that comes. */
async function reception(page: Page): Promise<{ waitsMs: number; width: number }> {
  const read = () =>
    page.evaluate(async () => {
      const sum = { delayS: 0, emitted: 0, width: 0 };
      for (const connection of (globalThis as unknown as Kept).keptConnections) {
        if (connection.connectionState === 'closed') continue;
        for (const report of (await connection.getStats()).values()) {
          if (report.type !== 'inbound-rtp' || report.kind !== 'video') continue;
          sum.delayS += Number(report.jitterBufferDelay ?? 0);
          sum.emitted += Number(report.jitterBufferEmittedCount ?? 0);
          sum.width = Number(report.frameWidth ?? 0);
        }
      }
      return sum;
    });
  const before = await read();
  await page.waitForTimeout(1_000);
  const now = await read();
  const emitted = now.emitted - before.emitted;
  return { waitsMs: emitted > 0 ? ((now.delayS - before.delayS) / emitted) * 1_000 : Number.NaN, width: now.width };
}

describe('a viewer on a phone’s line', () => {
  let stage: Stage;
  let line: PhoneLine;
  let viewer: Page;
  let seen: BrowserPage;

  const moves = (): Promise<void> => waitForMovingPicture(seen, 'Ana', { where: 'sceneTile', timeoutMs: 60_000 });
  const isShown = (id: Parameters<typeof byId>[0]): Promise<boolean> => viewer.locator(byId(id)).isVisible();
  /** Widths that were asked for of Ana's picture, of all that is shown. */
  const asked: number[] = [];
  const noteAsked = (frame: string | Buffer): void => {
    const [, width] = /"consumer:view".*"visible":true,"width":(\d+)/.exec(frame.toString()) ?? [];
    if (width !== undefined) asked.push(Number(width));
  };
  /** Of Ana's picture, in the screen's own pixels. */
  const shownWidth = (): Promise<number> =>
    viewer.evaluate(
      (css) => Math.round((document.querySelector(css)?.clientWidth ?? 0) * devicePixelRatio),
      byId('sceneTile'),
    );
  const untilRead = (id: Parameters<typeof byId>[0], words: string): Promise<boolean> =>
    until(async () => (await viewer.locator(byId(id)).allInnerTexts()).join().includes(words), { what: `“${words}”` });
  const untilShown = (id: Parameters<typeof byId>[0], shown = true): Promise<boolean> =>
    until(async () => (await isShown(id)) === shown, {
      what: `${id} to be ${shown ? 'there' : 'gone'}`,
      timeoutMs: 60_000,
    });

  beforeAll(async () => {
    stage = await setStage({ announce: PHONE_LINE_ADDRESS, pace: FULL_PACE });
    line = await openPhoneLine({
      port: Number(new URL(stage.server.origin).port),
      mediaPort: stage.server.mediaPort,
    });
    stage.defer(() => line.close());
    let anaPage: Page | undefined;
    const ana = await stage.person('Ana', (context) => context.on('page', (page) => (anaPage = page)));
    await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ana.closePanels();
    if (anaPage === undefined) throw new Error('no page');
    const link = await openStage(anaPage);
    await stagePanel(anaPage).getByRole('radio', { name: 'Live' }).click();
    await putOnAir(anaPage, 'Ana');
    await until(async () => (await ana.texts(byId('airBar'))).join().includes('You are on air'), {
      what: 'Ana to be on air',
    });
    line.spareWhoIsThere();
    const context = await stage.chromium.newContext({ width: 390, height: 844, phone: true });
    await context.addInitScript(keepConnections, []);
    viewer = await context.newPage();
    seen = fromPlaywright(viewer);
    viewer.on('websocket', (socket) => socket.on('framesent', ({ payload }) => noteAsked(payload)));
    await viewer.goto(link.replace(stage.server.origin, line.origin));
    await moves();
  });
  afterAll(() => stage?.close());

  it('W-56 keeps the last picture when the line breaks, covers it after a while, and goes on without a reload', async () => {
    await viewer.evaluate(() => Object.assign(globalThis, { isTheSame: true }));
    line.become({ isCut: true });
    await untilRead('watchConnection', 'The connection is lost. Trying again…');
    expect(await lookAt(seen, 'Ana', 'camera', 'sceneTile')).not.toBeNull();
    expect(await isShown('sceneSlate')).toBe(false);
    await untilShown('sceneSlate');
    line.become({ isCut: false });
    const tryNow = viewer.getByRole('button', { name: 'Try now' });
    // The page may be faster than the press, and its button gone.
    await until(async () => (await tryNow.count()) === 0 || tryNow.click({ timeout: 2_000 }).then(() => true), {
      what: 'a press, or none that is needed',
    });
    await untilShown('sceneSlate', false);
    await moves();
    await until(() => viewer.getByRole('button', { name: /^verified: Ana, / }).isVisible(), {
      what: 'Ana to be verified again',
    });
    expect(await viewer.evaluate(() => 'isTheSame' in globalThis)).toBe(true);
  });

  it('W-30 W-31 asks for smaller pictures while the line loses packets, and for as large ones again after it', async () => {
    // On a busy machine the picture may stand still, and smaller ones be asked for, before the line loses anything.
    const largest = await shownWidth();
    await until(() => asked.at(-1) === largest, { timeoutMs: 60_000, what: 'the whole size to be asked for' });
    line.become({ lossDown: 0.3 });
    await until(() => (asked.at(-1) ?? largest) <= largest / 2, {
      timeoutMs: 60_000,
      what: 'a smaller size to be asked for',
    });
    await until(async () => (await reception(viewer)).width <= 640, { timeoutMs: 60_000, what: 'smaller pictures' });
    line.become({ lossDown: 0 });
    await until(() => asked.at(-1) === largest, { timeoutMs: 90_000, what: 'the whole size to be asked for again' });
    await moves();
  });

  it('W-33 W-34 says that it is behind where buffers are long, and is near live after one press', async () => {
    // As a line that stalls again and again leaves them; there they take half a minute to grow.
    await viewer.evaluate((heldMs) => {
      for (const connection of (globalThis as unknown as Kept).keptConnections)
        for (const receiver of connection.getReceivers()) Object.assign(receiver, { jitterBufferTarget: heldMs });
    }, 2_500);
    const goLive = viewer.getByRole('button', { name: 'You are behind – go live' });
    await until(() => goLive.isVisible(), { timeoutMs: 60_000, what: 'the page to be behind' });
    // In a second in which a busy machine shows no frame at all there is nothing to be read.
    await until(async () => (await reception(viewer)).waitsMs > 1_500, { what: 'long buffers' });
    await goLive.click();
    await until(async () => !(await goLive.isVisible()), { what: 'the page not to be behind' });
    await until(async () => (await reception(viewer)).waitsMs < 800, { timeoutMs: 60_000, what: 'short buffers' });
    await moves();
  });

  it('W-73 fills the screen, draws the scene in a small window over others, and tells the lock screen who is on air', async () => {
    const isFull = (): Promise<boolean> => viewer.evaluate(() => document.fullscreenElement !== null);
    await viewer.keyboard.press('f');
    await until(isFull, { what: 'the page to fill the screen' });
    await viewer.getByRole('button', { name: 'Full screen' }).click();
    await until(async () => !(await isFull()), { what: 'the page to be as before' });
    await viewer.getByRole('button', { name: 'Small window' }).click();
    const small = (): Promise<{ width: number; height: number } | null> =>
      viewer.evaluate(
        (css) => {
          const opened = (window as { documentPictureInPicture?: { window?: Window | null } }).documentPictureInPicture;
          const video = opened?.window?.document.querySelector<HTMLVideoElement>(css);
          return video ? { width: video.videoWidth, height: video.clientHeight } : null;
        },
        `${byId('pip')} video`,
      );
    await until(async () => ((await small())?.width ?? 0) > 0, { what: 'a picture in the small window' });
    await viewer.keyboard.press('i');
    await until(async () => (await small()) === null, { what: 'the small window to close' });
    await moves();
    const told = await viewer.evaluate(() => ({
      artist: navigator.mediaSession.metadata?.artist,
      state: navigator.mediaSession.playbackState,
    }));
    expect(told).toEqual({ artist: 'On air: Ana', state: 'playing' });
  });
});
