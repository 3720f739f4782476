// The stage of a room, in Chromium and its main path in Firefox: pages, one large, screens, the small window; and that nothing arrives that nobody sees.
import type { BrowserContext, CDPSession } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RoomClient } from '#core';
import { axeViolations, prepareAudit, refusedByCsp, sidewaysPx } from './harness/audit.ts';
import { waitForUsable } from './harness/BrowserPage.ts';
import { startFirefox } from './harness/firefox.ts';
import { canMakeNetworks, createNetwork } from './harness/NetworkNamespace.ts';
import { Participant } from './harness/Participant.ts';
import { lookAt } from './harness/pictures.ts';
import { quietMember } from './harness/quietMember.ts';
import { byId } from './harness/selectors.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { tileOf, tilesSeen, untilLarge, untilPicturesArrive, untilTiles } from './harness/stageView.ts';
import { until } from './harness/until.ts';
import { keepConnections } from './harness/videoUse.ts';

/** With a page of nine tiles. */
const DESK = { width: 1100, height: 720 };
const QUIET = ['Ada', 'Bea', 'Cid', 'Dov', 'Eli', 'Fay', 'Gus', 'Hal', 'Ivo', 'Jan'];

/** Runs in the page: whether such an element stands in its small window. */
const hasSmallWindow = (css: string): boolean => {
  const pip = (window as { documentPictureInPicture?: { window?: Window | null } }).documentPictureInPicture;
  return (pip?.window?.document.querySelector<HTMLElement>(css)?.innerText ?? '') !== '';
};
const wordsOfSmallWindow = (): string => {
  const pip = (window as { documentPictureInPicture?: { window?: Window | null } }).documentPictureInPicture;
  return pip?.window?.document.body.innerText ?? 'nothing';
};

describe('the stage', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  let cora: Participant;
  let anaContext: BrowserContext;
  let touch: CDPSession;
  let link = '';
  const quiet: RoomClient[] = [];

  const prepare = async (context: BrowserContext): Promise<void> => {
    await prepareAudit(context);
    await context.addInitScript(keepConnections, []);
  };
  const spoken = async ({ page }: Participant): Promise<string> =>
    page.evaluate((css) => document.querySelector(css)?.textContent ?? '', byId('liveRegion'));
  const heard = (person: Participant, words: string): Promise<unknown> =>
    until(async () => (await spoken(person)).includes(words), { what: `${person.name} to be told “${words}”` });
  const pageNow = async (): Promise<string> => (await ana.texts(byId('pageNow')))[0] ?? '';
  const untilPage = (wanted: string): Promise<unknown> =>
    until(async () => (await pageNow()) === wanted, { what: `page ${wanted}` });
  /** As a browser says of a tab that another one covers. */
  const cover = (person: Participant, covered: boolean): Promise<void> =>
    person.page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event('visibilitychange'));
    }, covered);
  /** As somebody who uses no mouse. */
  const pressOn = async (css: string): Promise<void> => {
    await waitForUsable(ana.page, css);
    await ana.page.evaluate((selector) => document.querySelector<HTMLElement>(selector)?.focus(), css);
    await ana.page.press('Enter');
  };
  const swipe = async (fromX: number, toX: number): Promise<void> => {
    const y = 300;
    const at = (x: number) => [{ x, y }];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(fromX) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at((fromX + toX) / 2) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(toX) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  };

  beforeAll(async () => {
    stage = await setStage();
    ana = await stage.person(
      'Ana',
      async (context) => {
        anaContext = context;
        await prepare(context);
      },
      DESK,
    );
    ben = await stage.person('Ben', prepare, DESK);
    cora = await stage.person('Cora', prepare, DESK);
    link = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ben.joinByLink(link);
    const [page] = anaContext.pages();
    if (!page) throw new Error('Ana has no page');
    touch = await anaContext.newCDPSession(page);
  });
  afterAll(async () => {
    for (const one of quiet) one.close();
    await stage?.close();
  });

  it('of two shows the other large and oneself in a corner, which moves by a press and by a drag', async () => {
    await ana.sees(ben);
    const corner = async () => (await tilesSeen(ana)).find(({ role }) => role === 'corner');
    const [large] = await untilTiles(ana, 'Ben large', ([first]) => first?.name === 'Ben' && first.role === 'focus');
    const first = await corner();
    expect([first?.name, first && first.x > 600, first && first.y > 300]).toEqual(['You', true, true]);
    await pressOn(byId('moveCorner'));
    const [page] = anaContext.pages();
    const own = page?.locator(byId('tile', { self: 'true' }));
    // Where it is seen, not where it goes: it glides.
    const box = await until(
      async () => {
        const at = await own?.boundingBox();
        return at && at.x < 30 ? at : undefined;
      },
      { what: 'the picture in the left corner' },
    );
    await page?.mouse.move(box.x + 40, box.y + 40);
    await page?.mouse.down();
    await page?.mouse.move(1000, 140, { steps: 4 });
    await page?.mouse.up();
    await until(async () => ((await corner())?.y ?? 999) < 100 && ((await corner())?.x ?? 0) > 600, {
      what: 'the picture in the upper right corner',
    });
    expect(large?.width).toBeGreaterThan(1_000);
  });

  it('turns pages by buttons, keys and fingers; one’s own tile is the last of the first, and the seats stay', async () => {
    for (const name of QUIET) quiet.push(await quietMember(link, name));
    // Whoever came later would be announced over what is listened for here.
    await waitForUsable(ana.page, byId('participantCount', { count: '12' }));
    const first = await untilTiles(ana, 'nine tiles', (tiles) => tiles.length === 9);
    expect(first.map(({ name }) => name)).toEqual(['Ben', ...QUIET.slice(0, 7), 'Ana (you)']);
    await pressOn(byId('pageNext'));
    await untilPage('2 / 2');
    await heard(ana, 'Page 2 of 2');
    await ana.page.press('ArrowLeft');
    await untilPage('1 / 2');
    await ana.page.click(byId('pageNext'));
    await untilPage('2 / 2');
    await ana.page.click(byId('pagePrevious'));
    await untilPage('1 / 2');
    await ana.page.press('PageDown');
    await untilPage('2 / 2');
    await ana.page.press('PageUp');
    await untilPage('1 / 2');
    await swipe(700, 300);
    await untilPage('2 / 2');
    await swipe(300, 700);
    await untilPage('1 / 2');
    expect((await tilesSeen(ana)).map(({ name }) => name)).toEqual(first.map(({ name }) => name));
    await ana.screenshot('layouts-pages');
    expect(await axeViolations(ana.page)).toEqual([]);
  });

  it('is sent no picture of another page, and none but sound in a tab that nobody sees', async () => {
    await ana.page.press('PageDown');
    await untilPage('2 / 2');
    await untilPicturesArrive(ana, 0);
    await ana.page.press('PageUp');
    await untilPicturesArrive(ana, 1);
    await cover(ana, true);
    await untilPicturesArrive(ana, 0);
    await cover(ana, false);
    await untilPicturesArrive(ana, 1);
    expect(await ana.texts('.tile-words')).toEqual([]);
  });

  it('shows whoever is pinned large, with the same picture all along, and glides unless motion is unwelcome', async () => {
    const bens = await tileOf(ana, 'Ben');
    const video = (): Promise<boolean> =>
      ana.page.evaluate((css) => {
        const kept = globalThis as { keptPicture?: Element | null };
        const now = document.querySelector(`${css} video`);
        kept.keptPicture ??= now;
        return now !== null && kept.keptPicture === now;
      }, bens);
    expect(await video()).toBe(true);
    await ana.page.press('w');
    await untilLarge(ana, 'Ben');
    await heard(ana, 'One large');
    await pressOn(`${await tileOf(ana, 'Ada')} ${byId('pin')}`);
    await untilLarge(ana, 'Ada');
    const bensWidth = async (): Promise<number> => (await lookAt(ana.page, 'Ben'))?.width ?? 0;
    await until(async () => (await bensWidth()) > 0 && (await bensWidth()) <= 320, {
      what: 'a small picture in the strip',
    });
    await ana.page.click(byId('more'));
    await ana.page.click(byId('layoutGrid'));
    await untilTiles(ana, 'the grid again', (tiles) => tiles.every(({ role }) => role === 'grid'));
    expect(await video()).toBe(true);
    const motion = (): Promise<string> =>
      ana.page.evaluate(
        (css) => getComputedStyle(document.querySelector(css) ?? document.body).transitionDuration,
        bens,
      );
    expect(await motion()).toContain('0.15s');
    const [page] = anaContext.pages();
    await page?.emulateMedia({ reducedMotion: 'reduce' });
    expect(await motion()).toBe('0s');
    await page?.emulateMedia({ reducedMotion: null });
  });

  it('gives the stage to a screen that begins, shows two of them one press apart, and goes back when they end', async () => {
    for (const one of quiet.splice(0)) one.leave();
    await cora.joinByLink(link);
    await untilTiles(ana, 'three people', (tiles) => tiles.length === 3);
    await ben.toggle('screenToggle', 'on');
    await untilLarge(ana, 'Ben’s screen');
    await heard(ana, 'Ben shares the screen');
    await ana.sees(ben, { stream: 'screen' });
    await cora.toggle('screenToggle', 'on');
    await untilLarge(ana, 'Cora’s screen');
    await ana.page.click(await tileOf(ana, 'Ben’s screen'));
    await untilLarge(ana, 'Ben’s screen');
    await ana.sees(cora, { stream: 'screen' });
    // Two voices and the sound of two screens.
    await untilPicturesArrive(ana, 4, 4);
    await ana.screenshot('layouts-two-screens');
    expect(await ben.texts(byId('sharingBar'))).toEqual([expect.stringContaining('and its sound')]);
    expect(await axeViolations(ana.page)).toEqual([]);
    await cora.page.click(byId('stopSharing'));
    await heard(ana, 'Cora no longer shares the screen');
    await untilTiles(ana, 'one screen', (tiles) => tiles.filter(({ stream }) => stream === 'screen').length === 1);
  });

  it('sends a screen for text until it is told that it is a film, and says whether it is sent', async () => {
    const sent = () =>
      ben.page.evaluate(() => {
        const connections = [...(globalThis as unknown as { keptConnections: Set<RTCPeerConnection> }).keptConnections];
        const senders = connections.flatMap((connection) => connection.getSenders());
        const screen = senders.find(
          ({ track }) => /text|motion/.test(track?.contentHint ?? '') && track?.getSettings().displaySurface,
        );
        const parameters = screen?.getParameters();
        return [
          screen?.track?.contentHint,
          screen?.track?.getSettings().frameRate,
          parameters?.encodings[0]?.maxFramerate,
          parameters?.degradationPreference,
        ].join();
      }, null);
    const isSent = (wanted: string) =>
      until(async () => (await sent()) === wanted, { what: wanted }).catch(async (error) => {
        throw new Error(`${String(error)} ${await sent()}`);
      });
    await until(async () => (await ben.texts(byId('sharingBar', { state: 'sent' }))).length === 1, {
      what: 'Ben to read that he is sharing',
    });
    await isSent('text,15,15,maintain-resolution');
    await ben.page.click(byId('shareForFilms'));
    await isSent('motion,30,30,maintain-framerate');
    await ben.page.click(byId('shareForFilms'));
    await isSent('text,15,15,maintain-resolution');
    expect(await axeViolations(ben.page)).toEqual([]);
  });

  it('shows a screen in full size to be scrolled by keys, and alone in full screen', async () => {
    const screen = await tileOf(ana, 'Ben’s screen');
    await pressOn(byId('actualSize'));
    const scrolled = (): Promise<number> =>
      ana.page.evaluate((css) => document.querySelector(`${css} .pictures`)?.scrollTop ?? 0, screen);
    await ana.page.evaluate((css) => document.querySelector<HTMLElement>(`${css} .pictures`)?.focus(), screen);
    await until(async () => (await ana.page.press('ArrowDown'), (await scrolled()) > 0), {
      what: 'the screen to scroll',
    });
    await pressOn(`${screen} ${byId('solo')}`);
    await untilTiles(ana, 'the screen alone', (tiles) => tiles.length === 1 && tiles[0]?.name === 'Ben’s screen');
    expect(await ana.texts(byId('lock'))).toHaveLength(1);
    await untilPicturesArrive(ana, 1);
    await ana.page.press('Enter');
    await untilTiles(ana, 'everyone again', (tiles) => tiles.length === 4);
    await ben.page.click(byId('stopSharing'));
    await untilTiles(ana, 'the grid again', (tiles) => tiles.every(({ role }) => role === 'grid'));
  });

  it('goes on in a small window over others, with the controls, and with nobody’s picture but the one in it', async () => {
    // One voice: whoever speaks takes the small window over.
    await cora.toggle('micToggle', 'muted');
    await ana.page.press('i');
    const small = (): Promise<boolean> => ana.page.evaluate(hasSmallWindow, byId('tile'));
    await until(small, { what: 'a tile in the small window' });
    await cover(ana, true);
    await untilPicturesArrive(ana, 1).catch(async (error: Error) => {
      throw new Error(
        `${error.message}; the small window reads “${await ana.page.evaluate(wordsOfSmallWindow, null)}”`,
      );
    });
    await ana.page.evaluate((css) => {
      const pip = (window as { documentPictureInPicture?: { window?: Window | null } }).documentPictureInPicture;
      pip?.window?.document.querySelector<HTMLElement>(css)?.click();
    }, byId('pipMic'));
    await ben.seesMuted(ana, true);
    await cover(ana, false);
    await untilPicturesArrive(ana, 2);
    await ana.page.press('i');
    await until(async () => !(await small()), { what: 'the small window to be gone' });
    expect(await refusedByCsp(ana.page)).toEqual([]);
  });

  it('fits a phone without scrolling sideways, upright and on its side', async () => {
    for (const [width, height] of [
      [320, 640],
      [740, 340],
    ] as const) {
      await ana.page.resize(width, height);
      await untilTiles(ana, 'all three', (tiles) => tiles.length === 3);
      expect(await sidewaysPx(ana.page)).toBe(0);
      const tiles = await untilTiles(ana, 'all within', (seen) => seen.every((tile) => tile.x + tile.width <= width));
      expect(tiles).toHaveLength(3);
      await ana.screenshot(`layouts-phone-${width}`);
    }
  });
});

const isRoot = canMakeNetworks();
if (!isRoot) process.stdout.write('skipped: Firefox needs a network of its own, and only root can make one\n');

describe.skipIf(!isRoot)('the stage in Firefox', () => {
  let stage: Stage | undefined;
  let clear: () => Promise<void> = async () => undefined;
  let fern: Participant;
  let carl: Participant;
  let quiet: RoomClient | undefined;

  beforeAll(async () => {
    const network = createNetwork();
    clear = async () => {
      quiet?.close();
      await stage?.close();
      network.close();
    };
    stage = await setStage({ network });
    const firefox = await startFirefox(network);
    stage.defer(() => firefox.close());
    fern = new Participant(await firefox.newPage(), 'Fern');
    carl = await stage.person('Carl');
    const link = await carl.makeMeeting(stage.server.origin);
    await carl.enter();
    await fern.joinByLink(link);
    const { port } = new URL(stage.server.origin);
    quiet = await quietMember(link, 'Quinn', `http://${network.address}:${port}`);
  });
  afterAll(() => clear());

  it('goes from the grid to one large and back, and gives the stage to a screen while there is one', async () => {
    await untilTiles(
      fern,
      'a grid of three',
      (tiles) => tiles.length === 3 && tiles.every(({ role }) => role === 'grid'),
    );
    await fern.page.press('w');
    await untilLarge(fern, 'Carl');
    await fern.sees(carl);
    await fern.page.press('w');
    await untilTiles(fern, 'the grid', (tiles) => tiles.every(({ role }) => role === 'grid'));
    await carl.toggle('screenToggle', 'on');
    await untilLarge(fern, 'Carl’s screen');
    await fern.sees(carl, { stream: 'screen' });
    await carl.page.click(byId('stopSharing'));
    await untilTiles(
      fern,
      'the grid again',
      (tiles) => tiles.length === 3 && tiles.every(({ role }) => role === 'grid'),
    );
    const small = (): Promise<boolean> => fern.page.evaluate(hasSmallWindow, byId('tile'));
    await fern.page.press('i');
    await until(small, { what: 'a small window over others' });
    await fern.page.press('i');
    await until(async () => !(await small()), { what: 'it to be gone' });
  });
});
