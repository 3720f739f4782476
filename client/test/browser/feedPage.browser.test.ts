// The machines of a production, in Chromium: a feed page that shows what is on air and nothing else, the old way in, and the egress.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, prepareAudit, refusedByCsp, sidewaysPx } from './harness/audit.ts';
import { fromPlaywright } from './harness/BrowserPage.ts';
import { REPO_ROOT } from './harness/environment.ts';
import { untilPeople } from './harness/hosting.ts';
import type { Participant } from './harness/Participant.ts';
import { byId } from './harness/selectors.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

const run = promisify(execFile);
const EGRESS_SECONDS = 5;

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
  let egressLink = '';
  const panel = () => anaPage.getByRole('complementary', { name: 'Stage' });
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
    await panel().getByRole('textbox', { name: 'Name of the machine' }).fill(name);
    await panel().getByRole('combobox', { name: 'Size' }).selectOption('720');
    await panel().getByRole('button', { name: 'Make a feed link' }).click();
    const field = panel().getByRole('textbox', { name: `Feed link: ${name}` });
    await until(async () => (await field.count()) === 1, { what: `the feed link of ${name}` });
    await until(async () => (await rows()).includes(`${name} unused`), { what: `${name} in the list` });
    return field.inputValue();
  };

  const open = async (url: string, prepare: (context: BrowserContext) => Promise<unknown>): Promise<Page> => {
    const context = await stage.chromium.newContext({ width: 1280, height: 720 });
    await prepare(context);
    const page = await context.newPage();
    pages.push(page);
    await page.goto(url);
    return page;
  };

  beforeAll(async () => {
    stage = await setStage();
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
    await anaPage.getByRole('button', { name: 'More' }).click();
    await anaPage.getByRole('menuitem', { name: 'Open a stage' }).click();
    await until(() => panel().isVisible(), { what: 'the producer’s panel' });
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
    egressLink = await makeFeed('Egress');
  });

  it('comes in without a device and without a control, shows nobody backstage, and says what it waits for', async () => {
    feed = await open(link, async (context) => {
      await prepareAudit(context);
      await context.addInitScript(countAsked);
    });
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

  it('shows and plays who is on air, who is silent once the microphone is off', async () => {
    await panel().getByRole('radio', { name: 'Live' }).check();
    const put = panel().getByRole('button', { name: 'Put on air: Ben' });
    await until(() => put.isEnabled(), { what: 'Ben’s page to be ready' });
    await put.click();
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

  it('writes it to a file with picture and sound, by the egress', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'conclave-feed-'));
    stage.defer(() => rmSync(folder, { recursive: true, force: true }));
    const file = path.join(folder, 'show.webm');
    const linkFile = path.join(folder, 'link');
    writeFileSync(linkFile, egressLink);
    const args = [
      'infra/egress/egress.mjs',
      '--link-file',
      linkFile,
      '--out',
      file,
      '--seconds',
      String(EGRESS_SECONDS),
    ];
    const { stdout } = await run(process.execPath, [...args, '--no-sandbox'], { cwd: REPO_ROOT });
    expect(stdout).toMatch(/stopped \(time\) after \d+ bytes/);
    const probe = await run('ffprobe', [
      '-v',
      'error',
      '-count_packets',
      '-show_entries',
      'stream=codec_type,width,height,nb_read_packets',
      '-of',
      'json',
      file,
    ]);
    const { streams } = JSON.parse(probe.stdout) as {
      streams: { codec_type: string; width?: number; height?: number; nb_read_packets: string }[];
    };
    const [video, audio] = ['video', 'audio'].map((kind) => streams.find(({ codec_type }) => codec_type === kind));
    expect([video?.width, video?.height]).toEqual([1280, 720]);
    expect(Number(audio?.nb_read_packets)).toBeGreaterThan(50);
    // No two frames of a picture that moves are the same; a card is.
    const hashes = await run('ffmpeg', ['-v', 'error', '-i', file, '-map', '0:v', '-f', 'framemd5', '-']);
    const frames = new Set(
      hashes.stdout
        .split('\n')
        .filter((line) => line.startsWith('0,'))
        .map((line) => line.split(',').at(-1)),
    );
    expect(frames.size).toBeGreaterThan(10);
    const loud = await run('ffmpeg', [
      '-hide_banner',
      '-i',
      file,
      '-map',
      '0:a',
      '-af',
      'volumedetect',
      '-f',
      'null',
      '-',
    ]);
    const peak = Number(/max_volume: (-?[\d.]+) dB/.exec(loud.stderr)?.[1]);
    expect(peak).toBeGreaterThan(-50);
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
    await panel().getByRole('button', { name: 'Take off: Ben' }).click();
    for (const page of pages) {
      await until(async () => (await page.locator(byId('sceneTile')).count()) === 0, { what: 'the picture to go' });
      await until(async () => (await voices(page)).length === 0, { what: 'the sound to go' });
    }
  });

  it('is one device’s, and is sent off for good once it is revoked', async () => {
    const stranger = await open(link, () => Promise.resolve());
    await until(async () => (await stranger.locator(byId('feed')).innerText()).includes('opens nothing'), {
      what: 'a second machine to be refused',
    });
    await panel().getByRole('button', { name: 'Revoke: Hall, OBS' }).click();
    await until(async () => (await feed.locator(byId('feed')).innerText()).includes('was taken away'), {
      what: 'the feed to read that it was taken away',
    });
    await until(async () => !(await rows()).join().includes('Hall, OBS'), { what: 'its row to go' });
    // People are the members of the tree: the next Epoch is without it.
    await until(async () => !(await ana.people()).join().includes('Hall, OBS'), { what: 'the next Epoch, without it' });
  });
});
