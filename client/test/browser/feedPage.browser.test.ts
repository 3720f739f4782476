// The machines of a production, in Chromium: a feed page that shows what is on air and nothing else, the old way in, and the egress.
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, prepareAudit, refusedByCsp, sidewaysPx } from './harness/audit.ts';
import { fromPlaywright } from './harness/BrowserPage.ts';
import { factsOf, likenessDb, startEgress, startIngest, type Egress } from './harness/egress.ts';
import { makeNewLink, untilPeople } from './harness/hosting.ts';
import type { Participant } from './harness/Participant.ts';
import { byId } from './harness/selectors.ts';
import { makeFeedLink, openStage, putOnAir, showStage, stagePanel, takeOff } from './harness/showing.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

/** A picture and its copy by a codec; the same words in another language come to less than 25. */
const ALIKE_DB = 30;
const WHOLE = { x: 0, y: 0, width: 1280, height: 720 };
const LOGO = path.join(import.meta.dirname, '..', '..', '..', 'infra', 'docs', 'screenshot.png');

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** What a machine did that it should not: ask for a device. Runs in the page. */
const countAsked = (): void => {
  const counts = { asked: 0 };
  for (const name of ['getUserMedia', 'getDisplayMedia'] as const) {
    navigator.mediaDevices[name] = () => {
      counts.asked += 1;
      return Promise.reject(new DOMException('no', 'NotAllowedError'));
    };
  }
  Object.assign(globalThis, { feedCounts: counts });
};

/** Frames that the first picture of the scene has shown so far; -1 while there is none. */
const framesShown = (page: Page): Promise<number> =>
  page.evaluate((css) => {
    const video = document.querySelector(`${css} video`);
    return video instanceof HTMLVideoElement ? video.getVideoPlaybackQuality().totalVideoFrames : -1;
  }, byId('sceneTile'));

const untilPictureMoves = async (page: Page): Promise<void> => {
  const from = await until(async () => ((await framesShown(page)) >= 0 ? { at: await framesShown(page) } : undefined), {
    timeoutMs: 60_000,
    what: 'a picture in the feed',
  });
  await until(async () => (await framesShown(page)) > from.at + 5, { timeoutMs: 60_000, what: 'the picture to move' });
};

/** Keys of the voices that play. */
const voices = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('audio')]
      .filter(({ paused, muted }) => !paused && !muted)
      .map((element) => element.dataset['voice'] ?? ''),
  );

describe('a feed', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  let anaPage: Page;
  let feed: Page;
  let link = '';
  let oldLink = '';
  let egress: Egress;
  let folder = '';
  const inFolder = (name: string): string => path.join(folder, name);
  /** How the egress is started each time: as the same device. */
  const asDevice = (): string[] => ['--link-file', inFolder('link'), '--profile', inFolder('profile')];
  const panel = () => stagePanel(anaPage);
  const pages: Page[] = [];

  /** Each row as *name state*. */
  const rows = (): Promise<string[]> =>
    anaPage.evaluate(
      (css) =>
        [...document.querySelectorAll<HTMLElement>(css)].map(
          (row) => `${row.querySelector('strong')?.textContent} ${row.dataset['state']}`,
        ),
      byId('feedRow'),
    );

  const makeFeed = async (name: string): Promise<string> => {
    const made = await makeFeedLink(anaPage, name);
    await until(async () => (await rows()).includes(`${name} unused`), { what: `${name} in the list` });
    return made;
  };

  const open = async (
    url: string,
    prepare: (context: BrowserContext) => Promise<unknown>,
    locale = 'en-GB',
  ): Promise<Page> => {
    const context = await stage.chromium.newContext({ width: 1280, height: 720, locale });
    await prepare(context);
    const page = await context.newPage();
    pages.push(page);
    await page.goto(url);
    return page;
  };

  beforeAll(async () => {
    stage = await setStage();
    folder = mkdtempSync(path.join(tmpdir(), 'conclave-feed-'));
    stage.defer(() => rmSync(folder, { recursive: true, force: true }));
    ana = await stage.person('Ana', async (context) => {
      await prepareAudit(context);
      context.on('page', (page) => (anaPage = page));
    });
    ben = await stage.person('Ben');
    const invitation = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ben.joinByLink(invitation);
    for (const one of [ana, ben]) await untilPeople(one, 2);
    for (const one of [ana, ben]) await one.closePanels();
    await openStage(anaPage);
  });
  afterAll(() => stage?.close());

  it('is made in the panel of the producer, as a link of its own for each machine', async () => {
    const old = await makeFeed('Old recorder');
    link = await makeFeed('Hall, OBS');
    expect(link).toMatch(/\/f\/[A-Za-z0-9_-]{22}#1\..*&ticket=[A-Za-z0-9_-]{43}&name=Hall%2C\+OBS&size=720&/);
    expect(old).not.toBe(link);
    expect(await rows()).toEqual(['Old recorder unused', 'Hall, OBS unused']);
    expect(await axeViolations(ana.page)).toEqual([]);
    expect(await sidewaysPx(ana.page)).toBe(0);
    oldLink = old;
    writeFileSync(inFolder('link'), await makeFeed('Egress'));
  });

  it('comes in without a device and without a control, shows nobody backstage, and says what it waits for', async () => {
    const prepare = async (context: BrowserContext): Promise<void> => {
      await prepareAudit(context);
      await context.addInitScript(countAsked);
    };
    feed = await open(link, prepare, 'fr-FR');
    const card = feed.locator(byId('sceneCard'));
    await until(async () => (await card.count()) === 1, {
      timeoutMs: 60_000,
      what: 'the card of a show that has not begun',
    });
    expect(await card.getAttribute('data-phase')).toBe('before');
    await until(async () => (await rows()).includes('Hall, OBS in'), { what: 'the feed to be listed as inside' });
    // A machine is nobody to be put on air.
    await until(
      async () =>
        (await panel()
          .getByRole('button', { name: /^Put on air: / })
          .count()) === 2,
      {
        what: 'two people who can be put on air',
      },
    );
    // Nor a face among faces: it is counted beside the people.
    await until(async () => (await anaPage.locator(byId('feedCount')).innerText()).startsWith('1'), {
      what: 'one feed to be counted',
    });
    expect(await anaPage.locator(byId('participantCount')).getAttribute('data-count')).toBe('2');
    expect((await anaPage.locator(byId('tile')).allInnerTexts()).join()).not.toContain('OBS');
    expect(await voices(feed)).toEqual([]);
    expect(await feed.getByRole('button').count()).toBe(0);
    expect(await feed.evaluate(() => location.hash)).toBe('');
    const feedStyle = await feed.evaluate(
      (css) => getComputedStyle(document.querySelector(css) ?? document.body).cursor,
      byId('feed'),
    );
    expect(feedStyle).toBe('none');
    expect(await axeViolations(fromPlaywright(feed))).toEqual([]);
  });

  it('O-25 is written to a file by the egress while the card of the event is seen, in the language asked for', async () => {
    await panel().getByText('Name and title of Ben').click();
    const row = panel().getByRole('listitem').filter({ hasText: 'Ben' });
    await row.getByRole('textbox', { name: 'Title' }).fill('Chirurgien');
    await row.getByRole('textbox', { name: 'Title' }).press('Enter');
    await panel().getByRole('textbox', { name: 'Event name' }).fill('Le sommet');
    await panel().getByRole('textbox', { name: 'Event name' }).press('Enter');
    await panel().getByRole('switch', { name: 'Use a colour' }).check();
    await panel().locator(byId('logoInput')).setInputFiles(LOGO);
    await until(async () => (await feed.locator('.scene-logo').count()) === 1, { what: 'the logo in the feed' });
    await until(async () => (await feed.locator(byId('sceneCard')).innerText()).includes('Le sommet'), {
      what: 'the card with the event’s name',
    });
    egress = startEgress([...asDevice(), '--out', inFolder('show.webm'), '--language', 'fr']);
    stage.defer(() => egress.child.stop());
    await feed.screenshot({ path: inFolder('card.png') });
    await until(async () => (await rows()).includes('Egress in'), {
      timeoutMs: 90_000,
      what: 'the egress to be inside',
    });
    await egress.untilWritten((egress.lines().at(-1)?.seconds ?? 0) + 2);
  });

  it('shows and plays who is on air, who is silent once the microphone is off', async () => {
    await panel().getByRole('radio', { name: 'Live' }).check();
    await putOnAir(anaPage, 'Ben');
    await untilPictureMoves(feed);
    expect((await feed.locator(byId('sceneTile')).innerText()).includes('Ben')).toBe(true);
    await until(async () => (await voices(feed)).length === 1, { what: 'Ben to be heard' });
    await ben.toggle('micToggle', 'muted');
    await until(async () => (await voices(feed)).length === 0, { what: 'Ben to be silent' });
    await ben.toggle('micToggle', 'on');
    await until(async () => (await voices(feed)).length === 1, { what: 'Ben to be heard again' });
    expect(
      await feed.evaluate(() => (globalThis as unknown as { feedCounts: { asked: number } }).feedCounts.asked),
    ).toBe(0);
    expect(await refusedByCsp(fromPlaywright(feed))).toEqual([]);
  });

  it('O-25 what the egress wrote looks like the feed page, to its names and titles, moves and can be heard', async () => {
    await egress.untilWritten((egress.lines().at(-1)?.seconds ?? 0) + 3);
    const lowerThird = feed.locator('.lower-third');
    expect(await lowerThird.innerText()).toMatch(/^Ben\s+Chirurgien$/);
    const part = await lowerThird.boundingBox();
    await feed.screenshot({ path: inFolder('live.png') });
    expect(await egress.end()).toMatchObject({ state: 'stopped', exit: 0, why: 'signal' });
    expect(
      egress
        .lines()
        .filter(({ state }) => state === 'writing')
        .at(-1),
    ).toMatchObject({ drops: 0 });
    const show = inFolder('show.webm');
    const { codecs, size, pictures, peakDb } = await factsOf(show);
    expect(codecs).toEqual(['opus', 'vp8']);
    expect(size).toEqual([WHOLE.width, WHOLE.height]);
    // No two frames of a picture that moves are the same; a card is.
    expect(pictures).toBeGreaterThan(10);
    expect(peakDb).toBeGreaterThan(-50);
    expect(await likenessDb(show, inFolder('card.png'), WHOLE)).toBeGreaterThan(ALIKE_DB);
    expect(await likenessDb(show, inFolder('live.png'), part ?? WHOLE)).toBeGreaterThan(ALIKE_DB);
  });

  it('O-25 started again with its folder the egress is the same device, and streams to an ingest whose key nobody reads', async () => {
    const address = `rtmp://127.0.0.1:${await freePort()}/live/key-Geheim`;
    const taken = inFolder('taken.flv');
    const ingest = startIngest(address, taken);
    stage.defer(() => ingest.stop());
    writeFileSync(inFolder('out'), `${address}\n`);
    const again = startEgress([...asDevice(), '--out-file', inFolder('out')]);
    stage.defer(() => again.child.stop());
    // A card that stands still comes to less.
    await until(() => existsSync(taken) && statSync(taken).size > 150_000, { timeoutMs: 90_000, what: 'the stream' });
    expect((await rows()).filter((row) => row.startsWith('Egress '))).toEqual(['Egress in']);
    expect((await again.end()).exit).toBe(0);
    await until(() => ingest.exited(), { what: 'the ingest to have it all' });
    expect(again.child.output()).toContain(`${address.slice(0, -'key-Geheim'.length)}…`);
    expect(again.child.output()).not.toContain('Geheim');
    const { codecs, pictures, peakDb } = await factsOf(taken);
    expect(codecs).toEqual(['aac', 'h264']);
    expect(pictures).toBeGreaterThan(10);
    expect(peakDb).toBeGreaterThan(-50);
  });

  it('works without RTCRtpScriptTransform', async () => {
    const old = await open(oldLink, (context) =>
      context.addInitScript(() => {
        delete (globalThis as { RTCRtpScriptTransform?: unknown }).RTCRtpScriptTransform;
        const receiver = RTCRtpReceiver.prototype as { createEncodedStreams?: () => unknown };
        const original = receiver.createEncodedStreams;
        const counts = { encodedStreams: 0 };
        Object.assign(globalThis, { legacyCounts: counts });
        receiver.createEncodedStreams = function (...values) {
          counts.encodedStreams += 1;
          return original?.apply(this, values);
        };
      }),
    );
    await untilPictureMoves(old);
    await until(async () => (await voices(old)).length === 1, { what: 'Ben to be heard the old way' });
    // Picture and sound came the old way.
    const counted = await old.evaluate(() => Reflect.get(globalThis, 'legacyCounts') as { encodedStreams: number });
    expect(counted.encodedStreams).toBeGreaterThanOrEqual(2);
  });

  it('shows and plays nothing of whoever is taken off the air', async () => {
    await takeOff(anaPage, 'Ben');
    for (const page of pages) {
      await until(async () => (await page.locator(byId('sceneTile')).count()) === 0, { what: 'the picture to go' });
      await until(async () => (await voices(page)).length === 0, { what: 'the sound to go' });
    }
  });

  it('opens nothing without its ticket, and says why', async () => {
    const bare = await open(link.replace(/&ticket=[^&]*/, ''), () => Promise.resolve());
    await until(
      async () => (await bare.locator(byId('feed')).innerText()).includes('the ticket at its end is missing'),
      {
        what: 'the words on a link without a ticket',
      },
    );
    expect(await bare.locator(byId('feed')).getAttribute('data-fault')).toBe('ticketMissing');
    await bare.close();
    pages.splice(pages.indexOf(bare), 1);
  });

  it('is one device’s, and is sent off for good once it is revoked', async () => {
    const stranger = await open(link, () => Promise.resolve());
    await until(async () => (await stranger.locator(byId('feed')).innerText()).includes('opens nothing'), {
      what: 'a second machine to be refused',
    });
    await until(async () => (await ana.feeds()).join().includes('Hall, OBS'), { what: 'it among those with keys' });
    await showStage(anaPage);
    await panel().getByRole('button', { name: 'Revoke: Hall, OBS' }).click();
    await until(async () => (await feed.locator(byId('feed')).innerText()).includes('a été retiré'), {
      what: 'the feed to read that it was taken away',
    });
    await until(async () => !(await rows()).join().includes('Hall, OBS'), { what: 'its row to go' });
    await until(async () => !(await ana.feeds()).join().includes('Hall, OBS'), { what: 'the next Epoch, without it' });
  });

  it('O-8 says that its link went with the room’s, and gets a new one by one press in the panel', async () => {
    await makeNewLink(ana);
    await ana.closePanels();
    await showStage(anaPage);
    const old = pages.find((page) => page.url().includes('/f/') && page !== feed) ?? expect.fail('no feed is left');
    // As after a restart of the machine: the link that it was given, on the device that used it.
    const again = await old.context().newPage();
    await old.close();
    await again.goto(oldLink);
    await until(async () => (await again.locator(byId('feed')).innerText()).includes('was replaced'), {
      timeoutMs: 60_000,
      what: 'the words on a link that was replaced',
    });
    await panel().getByRole('button', { name: 'Make a new link, and revoke this one: Old recorder' }).click();
    const recorders = async (): Promise<string> =>
      (await rows()).filter((row) => row.startsWith('Old recorder')).join();
    await until(async () => (await recorders()) === 'Old recorder unused', { what: 'one row, of the new link' });
    const made = await panel().getByRole('textbox', { name: 'Feed link: Old recorder' }).inputValue();
    await again.goto('about:blank');
    await again.goto(made);
    await until(async () => (await recorders()) === 'Old recorder in', {
      timeoutMs: 60_000,
      what: 'it to be inside',
    });
  });
});
