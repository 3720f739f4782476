// The page that says what is protected and what is not: by its own address, in both languages, for eyes, ears, keyboard and paper.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, prepareAudit, refusedByCsp, sidewaysPx } from './harness/audit.ts';
import { fromPlaywright, waitForUsable } from './harness/BrowserPage.ts';
import { byId } from './harness/selectors.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage?.close());

async function open(address: string, size: Parameters<Stage['chromium']['newContext']>[0] = {}): Promise<Page> {
  const context = await stage.chromium.newContext(size);
  await prepareAudit(context);
  const page = await context.newPage();
  await page.goto(stage.server.origin + address);
  return page;
}

const path = (page: Page) => new URL(page.url()).pathname;
const titleOf = (page: Page) => page.locator('h1').innerText();

describe.each([
  { title: 'wide and light', size: { width: 1280, height: 800, colorScheme: 'light' } },
  { title: 'wide, dark and French', size: { width: 1280, height: 800, colorScheme: 'dark', locale: 'fr-FR' } },
  { title: '320 px and light', size: { width: 320, height: 640, colorScheme: 'light' } },
] as const)('what is protected, $title', ({ size }) => {
  it('is accessible, fits, and needs nothing that the CSP refuses', async () => {
    const page = await open('/protect', size);
    const audited = fromPlaywright(page);
    await waitForUsable(audited, byId('protect'));
    expect(await axeViolations(audited)).toEqual([]);
    expect(await sidewaysPx(audited)).toBe(0);
    expect(await refusedByCsp(audited)).toEqual([]);
    await page.context().close();
  });
});

describe('what is protected', () => {
  it('has one heading for the page, one for each kind of claim, and none that skips a level', async () => {
    const page = await open('/protect');
    await waitForUsable(fromPlaywright(page), byId('protect'));
    const levels = await page.locator('h1, h2, h3').evaluateAll((all) => all.map(({ tagName }) => tagName));
    expect(levels.join(' ')).toBe('H1 H2 H2 H2 H2 H2 H2 H2 H3 H3 H2');
    const words = await page.locator('main').innerText();
    for (const claim of [
      'end-to-end encrypted',
      'still sees',
      'Drop',
      'Delay',
      'Split',
      'A public link is public',
      'signed on the speaker’s own device',
      'audited',
      'quantum',
      'anonymous',
    ]) {
      expect(words).toContain(claim);
    }
    await page.context().close();
  });

  it('is reached from the start page by keyboard, left by its link and by going back, and found again by a reload', async () => {
    const page = await open('/');
    await page.locator(byId('explain')).focus();
    await page.keyboard.press('Enter');
    await page.locator(byId('protect')).waitFor();
    expect(path(page)).toBe('/protect');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await page.reload();
    expect(await titleOf(page)).toBe('What Conclave can and cannot protect');
    await page.goBack();
    await page.locator(byId('newMeeting')).waitFor();
    await page.goForward();
    await page.locator(byId('protectBack')).click();
    await page.locator(byId('newMeeting')).waitFor();
    expect(path(page)).toBe('/');
    await page.context().close();
  });

  it('speaks the other language at once when it is chosen', async () => {
    const page = await open('/protect');
    await page.locator(byId('language')).click();
    await page.getByRole('menuitemradio', { name: 'Français' }).click();
    expect(await titleOf(page)).toBe('Ce que Conclave protège, et ce qu’il ne peut pas');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('fr');
    await until(async () => (await page.title()).startsWith('Ce que Conclave'), { what: 'the title in French' });
    await page.context().close();
  });

  it('links to how to report a hole and to the list of files, both of which are there', async () => {
    const page = await open('/protect');
    await waitForUsable(fromPlaywright(page), byId('protect'));
    const links = await page
      .locator('main section a')
      .evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(links).toEqual(['/.well-known/conclave-build.json', '/SECURITY.txt']);
    for (const link of links) expect((await fetch(stage.server.origin + link)).status).toBe(200);
    const report = await fetch(`${stage.server.origin}/SECURITY.txt`);
    expect(report.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await report.text()).toContain('**Reporting.**');
    await page.context().close();
  });

  it('opens in a tab of its own where leaving would lose something, and leaves that screen alone', async () => {
    const page = await open('/');
    await page.locator(byId('newMeeting')).click();
    await page.locator(byId('preJoin')).waitFor();
    const [other] = await Promise.all([page.context().waitForEvent('page'), page.locator(byId('explain')).click()]);
    await other.locator(byId('protect')).waitFor();
    expect(await other.evaluate(() => window.opener === null)).toBe(true);
    expect(await page.locator(byId('preJoin')).isVisible()).toBe(true);
    await page.context().close();
  });

  it('on paper is dark on white, without what can only be pressed, and with where its links lead', async () => {
    const page = await open('/protect', { colorScheme: 'dark' });
    await waitForUsable(fromPlaywright(page), byId('protect'));
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const seen = await page.evaluate(() => ({
      ground: getComputedStyle(document.documentElement).backgroundColor,
      address: getComputedStyle(document.querySelector('main section a') as Element, '::after').content,
    }));
    expect(seen.ground).toBe('rgb(250, 248, 244)');
    expect(seen.address).toContain('conclave-build.json');
    expect(await page.locator(byId('language')).isVisible()).toBe(false);
    expect(await page.locator(byId('protectBack')).isVisible()).toBe(false);
    await page.context().close();
  });
});
