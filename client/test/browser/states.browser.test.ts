// Every state of the lock, of tiles and of what stands behind the lock, as people see, press and hear it in a real browser.
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, prepareAudit, sidewaysPx } from './harness/audit.ts';
import { fromPlaywright } from './harness/BrowserPage.ts';
import { startChromium, type Chromium } from './harness/chromium.ts';
import { byId } from './harness/selectors.ts';
import { serveBundles } from './harness/serveBundles.ts';
import { until } from './harness/until.ts';
import type { StateName, StatesPage } from './states/statesPage.tsx';

declare const statesPage: StatesPage;

const ENTRY = path.join(import.meta.dirname, 'states', 'statesPage.tsx');
type Size = Parameters<Chromium['newContext']>[0];

let chromium: Chromium;
let bundles: Awaited<ReturnType<typeof serveBundles>>;

beforeAll(async () => {
  [chromium, bundles] = await Promise.all([startChromium(), serveBundles([ENTRY])]);
});
afterAll(async () => {
  await chromium?.close();
  bundles?.close();
});

async function openPage(size: Size, language: 'en' | 'fr' = 'en'): Promise<Page> {
  const context = await chromium.newContext(size);
  await prepareAudit(context);
  const page = await context.newPage();
  await page.goto(bundles.origin);
  await until(() => page.evaluate(() => 'statesPage' in globalThis), { what: 'the page' });
  await page.evaluate((spoken) => statesPage.speak(spoken), language);
  return page;
}

const show = (page: Page, name: StateName) => page.evaluate((state) => statesPage.show(state), name);
const calls = (page: Page) => page.evaluate(() => statesPage.calls());
const textOf = async (page: Page, selector: string): Promise<string> => {
  const found = page.locator(selector).filter({ visible: true });
  return (await found.count()) > 0 ? found.first().innerText() : '';
};
const openLock = async (page: Page): Promise<void> => {
  await page.click(byId('lock'));
  await page.locator(byId('securityDialog')).waitFor();
};
/** Elements whose words are cut off, by what they say. */
const cutWords = (page: Page) =>
  page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        '.lock > span, .tile-words, .banner p, .sharing-words, .not-sending, .safety > div, .safety-words > li, .safety-code > span',
      ),
    ]
      .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
      .map((element) => element.innerText),
  );

const ON_SCREEN: readonly StateName[] = [
  'securing',
  'sealed',
  'verified',
  'someoneNew',
  'resyncing',
  'behind',
  'split',
  'held',
  'waitingForKey',
  'locked',
  'foreign',
  'damaged',
  'setup',
  'sealing',
  'lost',
  'restarting',
  'awaited',
  'onAir',
  'airUnsure',
  'airCut',
  'sharing',
  'sharingSilenced',
];
const BEHIND_THE_LOCK: readonly StateName[] = ['alone', 'sealed', 'newCode', 'someoneNew', 'silent', 'split', 'held'];

describe.each([
  { title: 'wide, light, English', size: { width: 1280, height: 800, colorScheme: 'light' }, language: 'en' },
  { title: '360 px, dark, French', size: { width: 360, height: 740, colorScheme: 'dark' }, language: 'fr' },
  { title: '360 px, light, English', size: { width: 360, height: 740, colorScheme: 'light' }, language: 'en' },
] as const)('every state, $title', ({ size, language }) => {
  let page: Page;
  beforeAll(async () => {
    page = await openPage(size, language);
  });
  afterAll(() => page?.context().close());

  const flawsOf = async (): Promise<string[]> => {
    const audited = fromPlaywright(page);
    const sideways = await sidewaysPx(audited);
    return [
      ...(await axeViolations(audited)),
      ...(await cutWords(page)).map((words) => `cut off: ${words}`),
      ...(sideways > 0 ? [`${sideways} px too wide`] : []),
    ];
  };

  it('E-67 is accessible, fits, and cuts no words off', async () => {
    const flaws: Record<string, string[]> = {};
    for (const name of ON_SCREEN) {
      await show(page, name);
      const found = await flawsOf();
      if (found.length > 0) flaws[name] = found;
    }
    expect(flaws).toEqual({});
  });

  it('E-67 is accessible and fits behind the lock', async () => {
    const flaws: Record<string, string[]> = {};
    for (const name of BEHIND_THE_LOCK) {
      await show(page, name);
      await openLock(page);
      const found = await flawsOf();
      if (found.length > 0) flaws[name] = found;
      await page.keyboard.press('Escape');
    }
    expect(flaws).toEqual({});
  });
});

describe('what people see and press', () => {
  let page: Page;
  beforeAll(async () => {
    page = await openPage({ width: 1280, height: 800 });
  });
  afterAll(() => page?.context().close());

  it.each([
    ['behind', 'went on to new keys'],
    ['silent', 'sign of life'],
    ['stale', 'No new keys'],
  ] as const)(
    'E-67 while fenced as %s, says that nothing is sent, on one’s own tile too, and why',
    async (name, why) => {
      await show(page, name);
      expect(await page.getAttribute(byId('lock'), 'data-state')).toBe('fenced');
      expect(await textOf(page, byId('lock'))).toBe('Not sending');
      await until(() => textOf(page, byId('notSending')), { what: 'the words over the stage' });
      // The tile waits for the first picture of one's own camera before it says anything else.
      const words = `${byId('tile', { self: 'true' })} .tile-words`;
      await until(async () => (await textOf(page, words)).includes('Not sent'), {
        what: 'the words on one’s own tile',
      });
      await openLock(page);
      expect(await textOf(page, byId('securityDialog'))).toContain(why);
      await page.keyboard.press('Escape');
    },
  );

  it.each([
    ['waitingForKey', 'Waiting for Ana’s key'],
    ['locked', 'does not open with the keys here'],
    ['foreign', 'not theirs'],
    ['damaged', 'damaged'],
    ['setup', 'This browser could not open'],
  ] as const)('F-13 a tile that is %s says so by name and shows no picture', async (name, words) => {
    await show(page, name);
    const tile = byId('tile', { self: 'false' });
    await until(async () => (await textOf(page, tile)).includes(words), { what: words });
    expect(await textOf(page, `${tile} .tile-words`)).toContain('Ana'.repeat(Number(name !== 'setup')));
    expect(await page.locator(`${tile} video`).count()).toBe(0);
  });

  it('who waits for room on a full server sees the seconds until the next try go by, in either language', async () => {
    const seconds = async (): Promise<number> => Number(await page.getAttribute(byId('nextTry'), 'data-seconds'));
    const words = () => page.locator(byId('nextTry')).innerText();
    await page.evaluate(() => statesPage.awaitRoom(600));
    expect(await words()).toMatch(/^Next try in \d+ seconds$/);
    const first = await seconds();
    await until(async () => (await seconds()) < first, { what: 'a second to go by' });
    await page.evaluate(() => statesPage.awaitRoom(0));
    await until(async () => (await words()) === 'Trying now…', { what: 'the end of it' });
    await page.evaluate(() => statesPage.speak('fr'));
    await until(async () => (await words()) === 'Essai en cours…', { what: 'French' });
    await page.evaluate(() => statesPage.speak('en'));
  });

  it('E-67 while nothing is sent, the bar of one’s own screen does not say that one shares', async () => {
    const bar = (): Promise<string> => textOf(page, byId('sharingBar'));
    await show(page, 'sharing');
    await until(async () => (await bar()).includes('You are sharing your screen and its sound'), { what: 'the bar' });
    await show(page, 'sharingSilenced');
    await until(async () => (await bar()).includes('not sent at the moment'), { what: 'the bar to say so' });
    expect(await bar()).not.toContain('You are sharing');
    await page.locator(byId('stopSharing')).click();
    expect(await calls(page)).toContain('screen false');
  });

  it('while the line is lost, says when it is tried again, and tries at a press and when the page is looked at again', async () => {
    const banner = page.locator(byId('reconnecting'));
    await show(page, 'lost');
    await until(
      async () => /Connection lost.*Next try in \d+ seconds/s.test(await textOf(page, byId('reconnecting'))),
      {
        what: 'the banner',
      },
    );
    await calls(page);
    await banner.getByRole('button', { name: 'Try now' }).focus();
    await page.keyboard.press('Enter');
    expect(await calls(page)).toEqual(['retryNow']);
    const lookAgain = () => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await until(async () => lookAgain().then(async () => (await calls(page)).includes('retryNow')), {
      what: 'an attempt when the page is looked at again',
    });
    await show(page, 'restarting');
    await until(async () => (await banner.innerText()).includes('Trying now…'), { what: 'the attempt' });
    await show(page, 'sealed');
    await until(async () => (await banner.count()) === 0, { what: 'no banner' });
    await calls(page);
    await lookAgain();
    expect(await calls(page)).toEqual([]);
  });

  it('who is back first after a restart reads who comes back, and that they are alone only once nobody does', async () => {
    await show(page, 'awaited');
    await until(async () => (await textOf(page, byId('awaited'))).includes('Ana, Ben, Cora, Dana, and 3 more'), {
      what: 'who is awaited',
    });
    expect(await page.locator(byId('inviteLink')).count()).toBe(0);
    await show(page, 'alone');
    await until(async () => (await page.locator('.alone').innerText()).includes('the only one here'), {
      what: 'alone',
    });
    expect(await page.locator(byId('awaited')).count()).toBe(0);
  });

  it('P-172 who is on air reads so while the line is there, that they may be seen once it is lost, and that they are not', async () => {
    const bar = page.locator(byId('airBar'));
    for (const [state, words] of [
      ['onAir', 'You are on air'],
      ['airUnsure', 'may still see and hear you'],
      ['airCut', 'you are not on air'],
      ['onAir', 'You are on air'],
    ] as const) {
      await show(page, state);
      await until(async () => (await bar.innerText()).includes(words), { what: words });
    }
    await show(page, 'airCut');
    await until(async () => (await page.locator(byId('liveRegion')).textContent())?.includes('you are not on air'), {
      what: 'it to be said',
    });
    await show(page, 'sealed');
  });

  it('E-66 a split is an alarm that says what to do, and offers to leave but not to go on', async () => {
    await show(page, 'split');
    const banner = page.locator(byId('splitBanner'));
    expect(await banner.getAttribute('role')).toBe('alert');
    expect(await banner.innerText()).toContain('different rooms');
    expect(await page.locator(byId('acceptSplit')).count()).toBe(0);
    await banner.getByRole('button', { name: 'What to do' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.innerText()).toContain('telephone');
    await calls(page);
    await dialog.getByRole('button', { name: 'Leave' }).focus();
    await page.keyboard.press('Enter');
    expect(await calls(page)).toEqual(['leave']);
    await page.keyboard.press('Escape');
  });

  it('E-66 a split that was seen stays on the lock and in a banner until the person goes on', async () => {
    await show(page, 'heldWithoutKeys');
    expect(await page.getAttribute(byId('lock'), 'data-state')).toBe('held');
    expect(await page.locator(byId('splitBanner')).count()).toBe(1);
    expect(await page.locator(byId('acceptSplit')).count()).toBe(0);
    await show(page, 'held');
    await calls(page);
    await page.locator(byId('acceptSplit')).focus();
    await page.keyboard.press('Enter');
    expect(await calls(page)).toEqual(['accept split']);
    await show(page, 'sealed');
    expect(await page.locator(byId('splitBanner')).count()).toBe(0);
  });
});

describe('comparing the safety code', () => {
  let page: Page;
  beforeAll(async () => {
    page = await openPage({ width: 1280, height: 800 });
  });
  afterAll(() => page?.context().close());

  it('E-60 shows the same digits and English words in every language', async () => {
    await show(page, 'sealed');
    await openLock(page);
    await until(() => textOf(page, byId('safetyWords')), { what: 'the words' });
    const english = [await textOf(page, byId('safetyCode')), await textOf(page, byId('safetyWords'))];
    expect(english[1]?.split(/\s+/)).toHaveLength(9);
    await page.evaluate(() => statesPage.speak('fr'));
    expect([await textOf(page, byId('safetyCode')), await textOf(page, byId('safetyWords'))]).toEqual(english);
    expect(await page.getAttribute(byId('safetyWords'), 'lang')).toBe('en');
    await page.evaluate(() => statesPage.speak('en'));
  });

  it('E-100 by keyboard alone: it is confirmed, told, and taken back, and the focus stays in the dialog', async () => {
    await calls(page);
    await page.locator(byId('confirmCode')).focus();
    await page.keyboard.press('Enter');
    expect(await calls(page)).toEqual(['confirm 18276 44031 90155 00723 61648 35907']);
    await show(page, 'verified');
    await until(() => page.evaluate((css) => document.activeElement?.matches(css) ?? false, byId('comparison')), {
      what: 'the focus to be on what was compared',
    });
    expect(await textOf(page, byId('comparison'))).toMatch(/Verified at .+ with Ana and Ben/);
    expect(await page.locator(byId('confirmCode')).isVisible()).toBe(false);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await calls(page)).toEqual(['forget']);
    await show(page, 'sealed');
    expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true);
  });

  it('E-100 a code that has just changed is not confirmed by a press that was meant for the one before', async () => {
    // In one turn of the page: a busy machine may stand still for the three seconds that the person is given.
    await page.evaluate(async (button) => {
      statesPage.show('newCode');
      await new Promise(requestAnimationFrame);
      document.querySelector<HTMLElement>(button)?.click();
    }, byId('confirmCode'));
    expect(await calls(page)).toEqual([]);
    expect(await textOf(page, byId('securityDialog'))).toContain('has just changed');
    await until(async () => (await page.getAttribute(byId('confirmCode'), 'aria-disabled')) === 'false', {
      what: 'the new code to have stood for a while',
    });
    await page.locator(byId('confirmCode')).click();
    expect(await calls(page)).toEqual(['confirm 55555 00001 31415 92653 58979 32384']);
    await page.keyboard.press('Escape');
  });

  it('E-101 whoever comes unverified is said aloud, shown on the lock and on their device', async () => {
    await show(page, 'verified');
    expect(await textOf(page, byId('lock'))).toBe('Sealed, verified');
    await show(page, 'someoneNew');
    expect(await textOf(page, byId('lock'))).toBe('Sealed, 2 new');
    const tipId = await page.getAttribute(byId('lock'), 'aria-describedby');
    expect(await page.locator(`[id='${tipId}']`).textContent()).toMatch(/also Dana \(not verified\)/);
    await until(async () => (await page.locator(byId('liveRegion')).textContent())?.includes('Dana joined'), {
      what: 'it to be said',
    });
    await openLock(page);
    const device = (id: string) => textOf(page, byId('securityMember', { 'peer-id': id }));
    expect(await device('dana')).toContain('Not verified');
    expect(await device('dana')).toContain('Was called Dora before');
    expect(await device('ben')).toContain('its first one was bbbb bbbb');
    expect(await device('ana')).toMatch(/Verified at[^]*Ana said that they compared the code with you/);
    await page.keyboard.press('Escape');
  });
});
