// An update of the server during a show, in Chromium: people are told, wait, and are back with moving pictures; so is who watches.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromPlaywright } from './harness/BrowserPage.ts';
import { canStartEntry } from './harness/entry/startEntry.ts';
import { sinkBin } from './harness/environment.ts';
import { fetchFile, giveFile, openChat, untilFile } from './harness/files.ts';
import { untilPeople } from './harness/hosting.ts';
import type { Participant } from './harness/Participant.ts';
import { waitForMovingPicture } from './harness/pictures.ts';
import { byId } from './harness/selectors.ts';
import { openStage, putOnAir, stagePanel } from './harness/showing.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { noteTexts, textsSeen } from './harness/textsSeen.ts';
import { until } from './harness/until.ts';

// The first evening (loadtest/evening) shows all of this and more; it needs a network of its own, and a compiler.
const isPlayed = canStartEntry() && sinkBin() !== undefined;
if (isPlayed) process.stdout.write('left to the first evening: a server that is updated during a show\n');

describe.skipIf(isPlayed)('a server that is updated during a show', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  let viewer: Page;
  let folder = '';
  const pages = new Map<string, Page>();
  const downloads: Download[] = [];

  const person = (name: string): Promise<Participant> =>
    stage.person(name, (context: BrowserContext) => {
      context.on('page', (page) => {
        pages.set(name, page);
        page.on('download', (download) => downloads.push(download));
      });
    });
  const pageOf = ({ name }: Participant): Page => pages.get(name) ?? expect.fail(`no page of ${name}`);
  const untilBanner = (page: Page, css: string, words: string): Promise<boolean> =>
    until(async () => (await page.locator(css).allInnerTexts()).join().includes(words), {
      timeoutMs: 30_000,
      what: `“${words}”`,
    });
  const untilAllSee = (): Promise<unknown> =>
    Promise.all([
      ana.sees(ben, { timeoutMs: 60_000 }),
      ben.sees(ana, { timeoutMs: 60_000 }),
      waitForMovingPicture(fromPlaywright(viewer), 'Ben', { where: 'sceneTile', timeoutMs: 60_000 }),
    ]);

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'conclave-restart-test-'));
    stage = await setStage({ env: { DRAIN_MS: '2000' } });
    ana = await person('Ana');
    const invitation = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ana.closePanels();
    ben = await person('Ben');
    await ben.joinByLink(invitation);
    await untilPeople(ben, 2);
    const link = await openStage(pageOf(ana));
    await stagePanel(pageOf(ana)).getByRole('radio', { name: 'Live' }).check();
    await putOnAir(pageOf(ana), 'Ben');
    viewer = await (await stage.chromium.newContext({ width: 640, height: 400 })).newPage();
    await viewer.goto(link);
    await untilAllSee();
    for (const one of [ana, ben]) await openChat(one);
  });
  afterAll(async () => {
    await stage?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('P-127 P-172 says so to all, loses no words and no files, and has everybody back with moving pictures', async () => {
    for (const one of [ana, ben]) await pageOf(one).evaluate(noteTexts, byId('toast'));
    await viewer.evaluate(noteTexts, byId('watchConnection'));
    const hashOfFormer = await giveFile(ana, folder, 'before.bin');
    await untilFile(ana, 'before.bin', 'uploaded');
    await untilFile(ben, 'before.bin', 'offered');
    await stage.server.down();
    for (const one of [ana, ben]) await untilBanner(pageOf(one), byId('reconnecting'), 'The server restarts');
    await untilBanner(viewer, byId('watchConnection'), 'The server restarts');
    for (const page of [pageOf(ana), pageOf(ben), viewer]) {
      expect(await textsSeen(page)).toContain('The server is updated in a few seconds');
    }
    await ben.say('written in the dark');
    const hashOfDark = await giveFile(ana, folder, 'in the dark.bin');
    await stage.server.up();
    await untilAllSee();
    await ana.reads('written in the dark');
    await until(async () => (await ana.lockState()) === 'sealed', { what: 'the lock' });
    const proof = viewer.getByRole('button', { name: 'verified: Ben, speaker', exact: true });
    await until(() => proof.isVisible(), { timeoutMs: 60_000, what: 'Ben to be verified' });
    expect(await fetchFile(ben, 'before.bin', downloads)).toBe(hashOfFormer);
    expect(await fetchFile(ben, 'in the dark.bin', downloads)).toBe(hashOfDark);
    const isCalm = async (page: Page, css: string) => (await page.locator(css).count()) === 0;
    await until(() => isCalm(viewer, byId('watchConnection')), { what: 'no banner at the viewer' });
    for (const one of [ana, ben]) {
      await until(() => isCalm(pageOf(one), byId('reconnecting')), { what: `no banner at ${one.name}` });
    }
  });
});
