// A room in somebody else's page: the documented example, opened from an origin that may embed, and from one that may not.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Download, FrameLocator, Page } from 'playwright-core';
import puppeteer, { type ElementHandle, type Page as FirefoxPage } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, prepareAudit, refusedByCsp } from './harness/audit.ts';
import { fromPlaywright } from './harness/BrowserPage.ts';
import { firefoxBin, REPO_ROOT } from './harness/environment.ts';
import { hashOfFile, makeFile, openChat, pressFile, untilFile } from './harness/files.ts';
import type { Participant } from './harness/Participant.ts';
import { byId } from './harness/selectors.ts';
import { serveFolder } from './harness/serveFolder.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

const EXAMPLE = path.join(REPO_ROOT, 'client', 'sdk', 'example');

let friend: { origin: string; close(): void };
let stranger: typeof friend;
let stage: Stage;
let ben: Participant;
let link: string;
let folder: string;
const savedByBen: Download[] = [];

beforeAll(async () => {
  [friend, stranger] = [await serveFolder(EXAMPLE), await serveFolder(EXAMPLE)];
  stage = await setStage({ embedOrigins: [friend.origin] });
  folder = mkdtempSync(path.join(tmpdir(), 'conclave-embed-test-'));
  ben = await stage.person('Ben', (context) => {
    context.on('page', (page) => page.on('download', (download) => savedByBen.push(download)));
  });
  link = await ben.makeMeeting(stage.server.origin);
  await ben.enter();
});
afterAll(async () => {
  await stage?.close();
  friend?.close();
  stranger?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Of what Ben's browser saved of it. */
const hashAtBen = async (name: string): Promise<string> => {
  await untilFile(ben, name, 'offered');
  await pressFile(ben, name, 'fileSave');
  await untilFile(ben, name, 'done');
  const saved = await until(() => savedByBen.find((download) => download.suggestedFilename() === name), {
    what: `Ben’s browser to save ${name}`,
  });
  return hashOfFile(await saved.path());
};

interface Shown {
  phase: string;
  [more: string]: unknown;
}

const openExample = async (origin: string): Promise<Page> => {
  const context = await stage.chromium.newContext({ width: 1280, height: 900 });
  await prepareAudit(context);
  const page = await context.newPage();
  await page.goto(origin);
  await page.getByLabel('Link to a room').fill(link);
  return page;
};
const shownOf = async (page: Page): Promise<Shown> => {
  const text = await page.locator('#state').textContent();
  return text?.startsWith('{') ? (JSON.parse(text) as Shown) : { phase: 'none' };
};
const reaches = (page: Page, phase: string) =>
  until(
    async () => {
      const shown = await shownOf(page);
      return shown.phase === phase ? shown : undefined;
    },
    { what: `the page around the room to be told ${phase}` },
  );

const joinInside = async (frame: FrameLocator): Promise<void> => {
  await until(async () => (await frame.getByLabel('Your name').inputValue()) === 'Ana at work', {
    what: 'the name that the page gave',
  });
  await frame.getByRole('button', { name: 'Join without' }).click();
};

describe('a room in a frame of another site', () => {
  let page: Page;
  let frame: FrameLocator;
  beforeAll(async () => {
    page = await openExample(friend.origin);
    await page.getByRole('button', { name: 'Show the room here' }).click();
    frame = page.frameLocator('iframe');
  });
  afterAll(() => page?.context().close());

  it('P-16 shows the room’s own page, with the name that was given, and joins', async () => {
    await reaches(page, 'preJoin');
    expect(await frame.getByRole('button', { name: 'Back', exact: true }).count()).toBe(0);
    await joinInside(frame);
    const inside = await reaches(page, 'in');
    expect(inside).toMatchObject({ participants: 1, mic: false, camera: false, screen: false });
    await until(async () => (await ben.people()).some((name) => name.includes('Ana at work')), {
      what: 'Ben to see who joined from there',
    });
  });

  it('tells the page around it states and counts, and neither names, words nor the link', async () => {
    await ben.say('between us');
    await frame.locator(byId('chatToggle')).click();
    await until(async () => (await frame.locator(byId('chatText')).allInnerTexts()).includes('between us'), {
      what: 'the words to arrive in the frame',
    });
    await until(async () => (await shownOf(page))['sealed'] === true, { what: 'the room to be told as sealed' });
    const told = JSON.stringify(await shownOf(page));
    expect(told).not.toContain('Ben');
    expect(told).not.toContain('between us');
    expect(await page.locator('iframe').getAttribute('src')).toBe(`${stage.server.origin}/embed`);
    const addresses = page.frames().map((one) => one.url());
    expect(addresses.some((address) => address.includes('#'))).toBe(false);
  });

  it('does what the page around it asks, and is accessible there', async () => {
    await frame.locator(byId('micToggle')).click();
    await until(async () => (await shownOf(page))['mic'] === true, { what: 'the microphone to be told as on' });
    await page.getByRole('button', { name: 'Mute' }).click();
    await until(async () => (await shownOf(page))['mic'] === false, { what: 'the microphone to be told as off' });
    expect(await axeViolations(fromPlaywright(page))).toEqual([]);
    const inner = page.frames().find((one) => one.url().endsWith('/embed'));
    expect(await inner?.evaluate(() => (globalThis as unknown as { refusedByCsp: string[] }).refusedByCsp)).toEqual([]);
  });

  it('leaves when the page asks, and offers no way to a start page', async () => {
    await page.getByRole('button', { name: 'Leave' }).click();
    expect(await reaches(page, 'ended')).toMatchObject({ reason: 'left' });
    await frame.locator(byId('rejoin')).waitFor();
    expect(await frame.locator(byId('goHome')).count()).toBe(0);
  });
});

describe('a page without a frame', () => {
  let page: Page;
  beforeAll(async () => {
    page = await openExample(friend.origin);
  });
  afterAll(() => page?.context().close());

  it('P-17 joins from another site as a member of its own, and hears and says things', async () => {
    await page.getByRole('button', { name: 'Join without its page' }).click();
    await ben.reads('Hello from a page of my own');
    const shown = await until(
      async () => {
        const now = await shownOf(page);
        return Array.isArray(now['others']) && now['others'].includes('Ben') ? now : undefined;
      },
      { what: 'the page to know who is there' },
    );
    expect(shown.phase).toBe('in');
  });

  it('P-17 sends a file to the room from there, and saves one of the room, byte for byte', async () => {
    const sent = makeFile(folder, 'from elsewhere.bin', 3 * 1024 * 1024 + 11, 'words');
    const back = makeFile(folder, 'from the room.bin', 2 * 1024 * 1024 + 5, 'words');
    await page.getByLabel('Send a file').setInputFiles(sent.file);
    await openChat(ben);
    expect((await untilFile(ben, 'from elsewhere.bin', 'offered')).text).toContain('Ana’s robot');
    expect(await hashAtBen('from elsewhere.bin')).toBe(sent.hash);

    await ben.page.pickFiles(byId('fileInput'), [back.file]);
    const saved: Download[] = [];
    page.on('download', (download) => saved.push(download));
    await page.getByRole('button', { name: 'Save from the room.bin' }).click();
    const there = await until(() => saved[0], { what: 'the page of the other site to save it' });
    expect(hashOfFile(await there.path())).toBe(back.hash);
    const files = async () => JSON.stringify((await shownOf(page))['files']);
    await until(async () => (await files()) === '["from elsewhere.bin: uploaded","from the room.bin: done"]', {
      what: 'the page of the other site to show both',
    });
    expect(await axeViolations(fromPlaywright(page))).toEqual([]);
  });

  it('leaves, and was refused nothing by its own policy', async () => {
    await page.getByRole('button', { name: 'Leave' }).click();
    await reaches(page, 'ended');
    expect(await refusedByCsp(fromPlaywright(page))).toEqual([]);
  });
});

describe('a page that may not', () => {
  it('P-17 cannot ask for files, where one that may reads why it is refused', async () => {
    const asked = async (origin: string): Promise<number | string> => {
      const page = await openExample(origin);
      const outcome = await page.evaluate(
        (address) =>
          fetch(address, { headers: { authorization: 'Bearer none', range: 'bytes=0-' } }).then(
            ({ status }) => status,
            (error: Error) => error.name,
          ),
        `${stage.server.origin}/api/rooms/${'r'.repeat(22)}/files`,
      );
      await page.context().close();
      return outcome;
    };
    expect([await asked(friend.origin), await asked(stranger.origin)]).toEqual([401, 'TypeError']);
  });

  it('P-16 P-17 gets neither the SDK nor the document in a frame', async () => {
    const page = await openExample(stranger.origin);
    await page.getByRole('button', { name: 'Show the room here' }).click();
    await reaches(page, 'failed');
    const framed = await page.evaluate(async (address) => {
      const frame = document.createElement('iframe');
      const heard: unknown[] = [];
      addEventListener('message', ({ data }) => heard.push(data));
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
      frame.src = address;
      document.body.append(frame);
      await loaded;
      return { heard: heard.length, isReadable: frame.contentDocument !== null };
    }, `${stage.server.origin}/embed`);
    expect(framed).toEqual({ heard: 0, isReadable: false });
    const inner = () => page.frames().find((one) => one !== page.mainFrame());
    await until(() => inner()?.url().startsWith('chrome-error:'), { what: 'the browser’s own word in the frame' });
    await page.context().close();
  });

  it('opened by itself says that there is nothing to see', async () => {
    const page = await openExample(friend.origin);
    await page.goto(`${stage.server.origin}/embed`);
    await page.locator(byId('fault', { fault: 'origin' })).waitFor();
    expect(await axeViolations(fromPlaywright(page))).toEqual([]);
    await page.context().close();
  });
});

describe('in Firefox', () => {
  let browser: Awaited<ReturnType<typeof puppeteer.launch>>;
  let page: FirefoxPage;
  const phase = () =>
    page.$eval('#state', (output) => (output.textContent?.startsWith('{') ? JSON.parse(output.textContent).phase : ''));
  beforeAll(async () => {
    browser = await puppeteer.launch({ browser: 'firefox', executablePath: firefoxBin(), headless: true });
    page = await browser.newPage();
    await page.goto(friend.origin);
    await page.type('#link', link);
  });
  afterAll(() => browser?.close());

  it('P-16 a frame of another site joins', async () => {
    await page.click('button[name="frame"]');
    await until(async () => (await phase()) === 'preJoin', { what: 'the frame to show the room' });
    const frame = await until(() => page.frames().find((one) => one.url().endsWith('/embed')), { what: 'the frame' });
    await until(() => frame.$eval(byId('joinWithoutDevices'), (button) => !(button as HTMLButtonElement).disabled), {
      what: 'the way in',
    });
    await frame.$eval(byId('joinWithoutDevices'), (button) => (button as HTMLButtonElement).click());
    await until(async () => (await phase()) === 'in', { what: 'the room in the frame' });
  });

  it('P-17 a page of another site joins without a frame', async () => {
    await page.click('button[name="client"]');
    // Only this way in tells of others: until then the words are still those of the frame before.
    const isThere = (): Promise<boolean> =>
      page.$eval('#state', ({ textContent }) => /"phase":"in".*"others"/.test(textContent ?? ''));
    await until(isThere, { what: 'the room' });
    await until(async () => (await ben.people()).some((name) => name.includes('robot')), { what: 'Ben to see it' });
  });

  it('P-17 a file goes to the room from there, and one of the room comes', async () => {
    const sent = makeFile(folder, 'from Firefox.bin', 2 * 1024 * 1024 + 9, 'words');
    const back = makeFile(folder, 'to Firefox.bin', 1024 * 1024 + 3, 'words');
    const input = (await page.$('#file')) as ElementHandle<HTMLInputElement> | null;
    await input?.uploadFile(sent.file);
    await openChat(ben);
    expect(await hashAtBen('from Firefox.bin')).toBe(sent.hash);
    await ben.page.pickFiles(byId('fileInput'), [back.file]);
    await page.locator('::-p-aria(Save to Firefox.bin)').click();
    const shown = () => page.$eval('#state', (output) => output.textContent ?? '');
    await until(async () => (await shown()).includes('to Firefox.bin: done'), {
      what: 'every byte to be checked there',
    });
  });
});
