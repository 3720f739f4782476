// The page of whoever runs the server: by keyboard, in both languages, narrow and dark, with the wrong token, without a line, and after a reload.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, prepareAudit, refusedByCsp, sidewaysPx } from './harness/audit.ts';
import { fromPlaywright } from './harness/BrowserPage.ts';
import { startChromium, type Chromium } from './harness/chromium.ts';
import { byId } from './harness/selectors.ts';
import { startTestServer, type TestServer } from './harness/testServer.ts';
import { until } from './harness/until.ts';

const ADMIN_TOKEN = 'an-admin-token-of-more-than-thirty-two';
/** Two things are wrong with these settings, and the server itself can tell. */
const SETTINGS = { ADMIN_TOKEN, PUBLIC_ORIGIN: 'http://meet.example' };

let server: TestServer;
let chromium: Chromium;
beforeAll(async () => {
  [server, chromium] = await Promise.all([startTestServer({ env: SETTINGS }), startChromium()]);
});
afterAll(async () => {
  await chromium?.close();
  await server?.stop();
});

async function open(look: Parameters<Chromium['newContext']>[0] = {}): Promise<Page> {
  const context = await chromium.newContext(look);
  await prepareAudit(context);
  const page = await context.newPage();
  await page.goto(`${server.origin}/admin`);
  return page;
}

/** As a person does, who has the token in the clipboard and both hands on the keys. */
async function signIn(page: Page, token: string): Promise<void> {
  const field = page.locator(byId('adminToken'));
  await field.waitFor();
  await until(() => field.evaluate((input) => input === document.activeElement), {
    what: 'the field to have the focus',
  });
  await field.fill(token);
  await page.keyboard.press('Enter');
}

const report = (page: Page, line: 'here' | 'lost') => page.locator(`${byId('adminReport')}[data-line="${line}"]`);
const rooms = (page: Page) => page.locator('.admin-chart strong').first();

/** Of the server itself, past the page. */
async function makeRoom(): Promise<void> {
  const text = (bytes: number): string =>
    Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('base64url');
  const body = { roomId: text(16), verifiers: { member: text(32), viewer: text(32) } };
  const headers = { 'content-type': 'application/json' };
  const made = await fetch(`${server.origin}/api/rooms`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(made.status).toBe(201);
}

describe('the admin page', () => {
  it('takes the right token alone, keeps it for a reload of the tab, and forgets it with who signs out', async () => {
    const page = await open();
    await signIn(page, 'wrong');
    await page.locator(`${byId('fault')}[data-fault="refused"]`).waitFor();
    await signIn(page, ADMIN_TOKEN);
    await report(page, 'here').waitFor();
    await page.reload();
    await report(page, 'here').waitFor();
    const kept = () =>
      page.evaluate(() => [JSON.stringify(localStorage), JSON.stringify(sessionStorage), location.href]);
    const [local, session, address] = await kept();
    expect([local, address].join()).not.toContain(ADMIN_TOKEN);
    expect(session).toContain(ADMIN_TOKEN);
    await page.locator(byId('adminSignOut')).click();
    await page.locator(byId('adminToken')).waitFor();
    expect((await kept()).join()).not.toContain(ADMIN_TOKEN);
    await page.context().close();
  });

  it('tells what is wrong and what to change, follows what happens, and goes on after the line was away', async () => {
    const page = await open();
    await signIn(page, ADMIN_TOKEN);
    await report(page, 'here').waitFor();
    const bad = page.locator(`${byId('adminFinding')}[data-level="broken"]`);
    expect(await bad.evaluateAll((all) => all.map((one) => one.getAttribute('data-code')))).toEqual([
      'announced.loopback',
      'origin.plain',
    ]);
    expect(await bad.first().innerText()).toContain('Set ANNOUNCED_ADDRESS to the address');
    const before = Number(await rooms(page).innerText());
    await makeRoom();
    await until(async () => Number(await rooms(page).innerText()) === before + 1, { what: 'the room to be counted' });
    await page.context().setOffline(true);
    await report(page, 'lost').waitFor();
    expect(await page.getByRole('status').innerText()).toContain('does not answer');
    await page.context().setOffline(false);
    await report(page, 'here').waitFor();
    await page.context().close();
  });

  it.each([
    { title: 'light', look: {} },
    { title: 'dark, French, 320 px', look: { width: 320, height: 640, colorScheme: 'dark', locale: 'fr-FR' } },
  ] as const)('is accessible, fits and needs nothing that the CSP refuses: $title', async ({ look }) => {
    const page = await open(look);
    const audited = fromPlaywright(page);
    await signIn(page, 'wrong');
    await page.locator(byId('fault')).waitFor();
    expect(await axeViolations(audited)).toEqual([]);
    await signIn(page, ADMIN_TOKEN);
    await report(page, 'here').waitFor();
    await page.locator(byId('adminWell')).focus();
    await page.keyboard.press('Enter');
    await page
      .locator(`${byId('adminFinding')}[data-level="ok"]`)
      .first()
      .waitFor();
    expect(await axeViolations(audited)).toEqual([]);
    expect(await sidewaysPx(audited)).toBe(0);
    expect(await refusedByCsp(audited)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('locale' in look ? 'fr' : 'en');
    await page.context().close();
  });
});
