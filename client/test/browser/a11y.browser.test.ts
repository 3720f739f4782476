// Every screen, light and dark, wide and narrow: usable without a mouse or eyes, nothing that the CSP had to refuse, and a picture kept.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, controlsOutside, prepareAudit, refusedByCsp, sidewaysPx } from './harness/audit.ts';
import { waitForUsable } from './harness/BrowserPage.ts';
import type { Participant } from './harness/Participant.ts';
import { keepScreen } from './harness/screens.ts';
import { byId } from './harness/selectors.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

const DEVICES = [
  { title: 'wide and light', size: { width: 1280, height: 800, colorScheme: 'light' } },
  { title: 'wide and dark', size: { width: 1280, height: 800, colorScheme: 'dark' } },
  { title: '320 px and light', size: { width: 320, height: 640, colorScheme: 'light' } },
  { title: 'phone, dark and French', size: { width: 390, height: 844, colorScheme: 'dark', locale: 'fr-FR' } },
] as const;

describe.each(DEVICES)('the screens, $title', ({ title, size }) => {
  let stage: Stage;
  let iris: Participant;

  beforeAll(async () => {
    stage = await setStage();
    iris = await stage.person('Iris', prepareAudit, size);
  });
  afterAll(() => stage?.close());

  const expectSound = async (screen: string): Promise<void> => {
    // Kept before it is judged: what is wrong is best seen.
    await keepScreen(iris.page, screen, title);
    expect(await axeViolations(iris.page)).toEqual([]);
    expect(await sidewaysPx(iris.page)).toBe(0);
    expect(await controlsOutside(iris.page)).toEqual([]);
    expect(await refusedByCsp(iris.page)).toEqual([]);
  };

  it('have a sound Home', async () => {
    await iris.page.goto(`${stage.server.origin}/`);
    await waitForUsable(iris.page, byId('newMeeting'));
    await expectSound('home');
  });

  it('have a sound PreJoin', async () => {
    await iris.makeMeeting(stage.server.origin);
    await expectSound('pre-join');
  });

  /** Opens something over the screen, audits it, and closes it again by the key for that. */
  const expectSoundOver = async (screen: string, opener: readonly string[], opened: string): Promise<void> => {
    for (const control of opener) await iris.page.click(control);
    await waitForUsable(iris.page, opened);
    await expectSound(screen);
    await iris.page.press('Escape');
    await until(async () => (await iris.texts(opened)).length === 0, { what: `${screen} to be closed` });
  };
  const inMenu = (id: Parameters<typeof byId>[0]): string[] => [byId('more'), `[role="menu"]:popover-open ${byId(id)}`];

  it('have a sound choice of backgrounds, and a sound way to share', async () => {
    await expectSoundOver('background', [byId('background')], byId('backgroundChoice'));
    await expectSoundOver('share', [byId('share')], byId('copyInvitation'));
  });

  it('have a sound Meeting', async () => {
    await iris.enter();
    await expectSound('meeting');
  });

  it('have a sound menu, sound sounds, and a sound question before a recording', async () => {
    await expectSoundOver('more', [byId('more')], '[role="menu"]:popover-open');
    await expectSoundOver('sounds', inMenu('moreSounds'), byId('soundPlay'));
    await expectSoundOver('recording', inMenu('record'), byId('recordingBegin'));
  });

  it('have a sound chat', async () => {
    await iris.say('a line to read');
    await iris.reads('a line to read');
    await expectSound('chat');
  });

  it('have a sound list of people', async () => {
    expect(await iris.people()).toHaveLength(1);
    await waitForUsable(iris.page, byId('newLink'));
    await expectSound('people');
  });

  it('have a sound question before a new link, and a sound answer', async () => {
    await iris.page.click(byId('newLink'));
    await waitForUsable(iris.page, byId('confirmNewLink'));
    await expectSound('new-link-question');
    await iris.page.click(byId('confirmNewLink'));
    await waitForUsable(iris.page, `${byId('newLinkDialog')} ${byId('inviteLink')}`);
    await expectSound('new-link');
    await iris.page.press('Escape');
    await iris.closePanels();
  });

  it('have a sound dialog behind the lock', async () => {
    await iris.page.click(byId('lock'));
    try {
      await waitForUsable(iris.page, byId('safetyCode'));
      await expectSound('lock');
    } finally {
      await iris.page.press('Escape');
    }
  });

  it('have a sound Ended', async () => {
    await iris.leave();
    await expectSound('ended');
  });
});

describe('the audit', () => {
  let stage: Stage;
  afterAll(() => stage?.close());

  it('finds what is planted in a page', async () => {
    stage = await setStage();
    const page = (await stage.person('Iris', prepareAudit)).page;
    await page.goto(`${stage.server.origin}/`);
    await waitForUsable(page, byId('newMeeting'));
    await page.evaluate(() => {
      const button = document.createElement('button');
      button.style.width = '3000px';
      const image = document.createElement('img');
      image.src = 'https://elsewhere.invalid/image.png';
      document.body.append(button, image);
    }, null);
    expect((await axeViolations(page)).join()).toContain('button-name');
    expect(await sidewaysPx(page)).toBeGreaterThan(1_000);
    await until(async () => (await refusedByCsp(page)).length > 0, { what: 'the CSP to refuse the image' });
  });
});

describe('the headers of the page', () => {
  let stage: Stage;
  let headers: Headers;

  beforeAll(async () => {
    stage = await setStage();
    headers = (await fetch(`${stage.server.origin}/`)).headers;
  });
  afterAll(() => stage?.close());

  it('have a CSP that lets no inline script, no eval and no other host in', () => {
    const policy = headers.get('content-security-policy') ?? '';
    const scripts = /(?:^|;)\s*script-src ([^;]*)/.exec(policy)?.[1] ?? '';
    expect(scripts).toContain("'self'");
    expect(scripts).not.toMatch(/unsafe-inline|unsafe-eval|https?:|\*/);
    expect(policy).toMatch(/default-src '(none|self)'/);
    expect(policy).toMatch(/frame-ancestors '(none|self)'/);
    expect(policy).toMatch(/object-src 'none'|default-src 'none'/);
    expect(policy).toMatch(/base-uri '(none|self)'/);
  });

  it('send no referrer, isolate the page and name its powers', () => {
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('permissions-policy')).toMatch(/camera=\(self\)/);
  });
});
