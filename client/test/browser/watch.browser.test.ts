// An audience, in Chromium: what a watch link opens before, during and after somebody is on air, and that it is proven and asks for nothing.
import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countAsks } from './harness/asks.ts';
import { axeViolations, prepareAudit, refusedByCsp, sidewaysPx } from './harness/audit.ts';
import { fromPlaywright, type BrowserPage } from './harness/BrowserPage.ts';
import { untilPeople } from './harness/hosting.ts';
import type { Participant } from './harness/Participant.ts';
import { voicesHeard, waitForMovingPicture, waitForNoPicture } from './harness/pictures.ts';
import { byId } from './harness/selectors.ts';
import { openStage, putOnAir, stagePanel, takeOff } from './harness/showing.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { noteTexts, textsSeen } from './harness/textsSeen.ts';
import { until } from './harness/until.ts';

describe('an audience', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  let anaPage: Page;
  let viewer: Page;
  let seen: BrowserPage;
  let watchLink = '';

  const untilRead = (words: string): Promise<boolean> =>
    until(async () => (await viewer.locator('body').innerText()).includes(words), { what: `to read “${words}”` });
  const expectSound = async (): Promise<void> => {
    expect(await axeViolations(seen)).toEqual([]);
    expect(await sidewaysPx(seen)).toBe(0);
    expect(await refusedByCsp(seen)).toEqual([]);
  };

  beforeAll(async () => {
    stage = await setStage();
    ana = await stage.person('Ana', (context) => context.on('page', (page) => (anaPage = page)));
    ben = await stage.person('Ben');
    const link = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ben.joinByLink(link);
    for (const one of [ana, ben]) await untilPeople(one, 2);
    for (const one of [ana, ben]) await one.closePanels();
    const context = await stage.chromium.newContext({ width: 390, height: 844 });
    await prepareAudit(context);
    await context.addInitScript(countAsks);
    viewer = await context.newPage();
    seen = fromPlaywright(viewer);
  });
  afterAll(() => stage?.close());

  it('reads that the end of the link was lost, or that the event has not begun', async () => {
    const address = `${stage.server.origin}/w/${randomBytes(16).toString('base64url')}`;
    await viewer.goto(address);
    await until(() => viewer.getByRole('heading', { name: 'The end of this link was lost' }).isVisible(), {
      what: 'the words on a lost end',
    });
    await expectSound();
    const fragment = `1v.${randomBytes(24).toString('base64url')}.${randomBytes(16).toString('base64url')}`;
    await viewer.getByRole('textbox', { name: 'Link to a room' }).fill(`${address}#${fragment}`);
    await viewer.getByRole('button', { name: 'Join' }).click();
    await until(() => viewer.getByRole('heading', { name: 'The event has not begun' }).isVisible(), {
      what: 'the words on an event that is not there',
    });
    expect(viewer.url()).toBe(address);
    await expectSound();
  });

  it('comes in by the watch link while nobody is on air, and loads nothing of the meeting', async () => {
    watchLink = await openStage(anaPage);
    await stagePanel(anaPage).getByRole('radio', { name: 'Live' }).click();
    await viewer.goto('about:blank');
    await viewer.goto(watchLink);
    await untilRead('In a moment');
    await untilRead('1 viewer');
    expect(new URL(viewer.url()).hash).toBe('');
    await expectSound();
    const scriptsOf = (page: Page): Promise<string[]> =>
      page.evaluate(() => [...document.querySelectorAll<HTMLScriptElement>('script[src]')].map(({ src }) => src));
    const loaded = await viewer.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    expect(loaded).toEqual(expect.arrayContaining(await scriptsOf(viewer)));
    // What watches the loading is every document's.
    const meetings = (await scriptsOf(anaPage)).filter((script) => !/\/loadGuard-[\w-]+\.js$/.test(script));
    expect(meetings).not.toEqual([]);
    for (const script of meetings) expect(loaded).not.toContain(script);
  });

  it('sees and hears who is on air, signed by whom the host listed, without being asked for a device', async () => {
    await viewer.evaluate(noteTexts, byId('watchStatus'));
    await putOnAir(anaPage, 'Ben');
    await waitForMovingPicture(seen, 'Ben', { where: 'sceneTile' });
    await until(() => viewer.getByRole('button', { name: 'verified: Ben, speaker' }).isVisible(), {
      what: 'Ben to be verified',
    });
    // Other words may have taken its place since: on a busy machine that nothing gets through, or is not proven.
    await until(async () => (await textsSeen(viewer)).includes('On air: Ben'), { what: 'a screen reader to be told' });
    // Browsers that play sound only after a press offer one.
    const soundOn = viewer.getByRole('button', { name: 'Turn the sound on' });
    await until(
      async () => {
        if (await soundOn.isVisible()) await soundOn.click();
        return (await voicesHeard(seen)) === 1;
      },
      { what: 'Ben to be heard', timeoutMs: 60_000 },
    );
    expect(await viewer.evaluate(() => (globalThis as unknown as { asks: string[] }).asks)).toEqual([]);
    await expectSound();
  });

  it('reads in plain words what “verified” means, pauses and goes on by key, and fits a phone of 320 px', async () => {
    await viewer.getByRole('button', { name: 'verified: Ben, speaker' }).click();
    const dialog = viewer.getByRole('dialog', { name: 'Who speaks, and is it true?' });
    await until(
      async () => (await dialog.innerText()).includes('Signed by the device that the host of this event listed'),
      {
        what: 'the details of Ben',
      },
    );
    await expectSound();
    await viewer.keyboard.press('Escape');
    await until(async () => (await dialog.count()) === 0, { what: 'the details to close' });
    await viewer.locator(byId('watch')).click({ position: { x: 5, y: 60 } });
    await viewer.keyboard.press('k');
    await untilRead('Paused.');
    await seen.resize(320, 640);
    await expectSound();
    await viewer.keyboard.press('k');
    await waitForMovingPicture(seen, 'Ben', { where: 'sceneTile' });
  });

  it('sees nobody any more who is off air, and reads when it is over', async () => {
    await takeOff(anaPage, 'Ben');
    await waitForNoPicture(seen, 'Ben', 'camera', 'sceneTile');
    await untilRead('In a moment');
    await stagePanel(anaPage).getByRole('button', { name: 'Close the stage…' }).click();
    const dialog = anaPage.getByRole('dialog', { name: 'Close the stage?' });
    await dialog.getByRole('button', { name: 'Close the stage' }).click();
    await untilRead('That was it');
    await expectSound();
  });
});
