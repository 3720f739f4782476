// A link on its way: handed on whole by each of the ways, and told plainly where it arrives without its end.
import { readFileSync } from 'node:fs';
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, prepareAudit, refusedByCsp, sidewaysPx } from './harness/audit.ts';
import { waitForUsable } from './harness/BrowserPage.ts';
import { openAfresh } from './harness/hosting.ts';
import type { Participant } from './harness/Participant.ts';
import { byId } from './harness/selectors.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('a link to a room', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  let anaContext: BrowserContext;
  let link = '';

  const expectSound = async ({ page }: Participant): Promise<void> => {
    expect(await axeViolations(page)).toEqual([]);
    expect(await sidewaysPx(page)).toBe(0);
    expect(await refusedByCsp(page)).toEqual([]);
  };
  const isLate = (): Promise<string | undefined> =>
    ana.page.evaluate((css) => document.querySelector<HTMLElement>(css)?.dataset['late'], byId('calendarLate'));
  const brokenBy = async (fault: string): Promise<string> => {
    await waitForUsable(ben.page, byId('brokenLink', { fault }));
    return (await ben.texts(byId('brokenLink'))).join();
  };

  const openAfreshBroken = async (broken: string): Promise<void> => {
    await ben.page.goto('about:blank');
    await ben.page.goto(broken);
  };

  beforeAll(async () => {
    stage = await setStage();
    ana = await stage.person('Ana', async (context) => {
      anaContext = context;
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await prepareAudit(context);
    });
    ben = await stage.person('Ben', prepareAudit, { width: 320, height: 640 });
    link = await ana.makeMeeting(stage.server.origin);
  });
  afterAll(() => stage?.close());

  it('is shown as a code and copied as an invitation that holds all of it', async () => {
    await ana.page.click(byId('share'));
    await waitForUsable(ana.page, byId('copyInvitation'));
    await expectSound(ana);
    const drawn = await ana.page.evaluate(
      (css) => document.querySelector(`${css} path`)?.getAttribute('d'),
      byId('qrCode'),
    );
    expect(drawn?.length).toBeGreaterThan(1_000);
    await ana.page.click(byId('copyInvitation'));
    await until(async () => (await ana.texts(byId('shareDialog'))).join().includes('Invitation copied'), {
      what: 'the invitation to be copied',
    });
    await ana.page.fill(byId('calendarTitle'), '');
    await ana.page.press('Control+V');
    const pasted = (): Promise<string> =>
      ana.page.evaluate((css) => document.querySelector<HTMLInputElement>(css)?.value ?? '', byId('calendarTitle'));
    await until(async () => (await pasted()).includes(link.slice(0, link.indexOf('#') + 10)), {
      what: 'the whole link',
    });
  });

  it('goes into a calendar with its fragment, and with a warning where the room may be gone by then', async () => {
    await ana.page.fill(byId('calendarTitle'), 'Plans; budget, “été”');
    expect(await isLate()).toBe('false');
    const later = new Date(Date.now() + 3 * DAY_MS).toISOString().slice(0, 10);
    await ana.page.fill(byId('calendarDate'), later);
    await until(async () => (await isLate()) === 'true', { what: 'the warning' });
    const downloading = anaContext.pages()[0]!.waitForEvent('download');
    await ana.page.click(byId('calendarSave'));
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('meeting.ics');
    const lines = readFileSync(await download.path(), 'utf8')
      .replaceAll('\r\n ', '')
      .split('\r\n');
    expect(lines).toContain(`URL:${link}`);
    expect(lines).toContain('SUMMARY:Plans\\; budget\\, “été”');
    expect(lines.find((line) => line.startsWith('DESCRIPTION:'))).toContain(`\\n${link}`);
    await expectSound(ana);
  });

  it('that arrives without its end says so, and opens once all of it is pasted', async () => {
    const [page = ''] = link.split('#');
    await ben.page.goto(page);
    expect(await brokenBy('fragmentMissing')).toContain('The end of this link was lost');
    await expectSound(ben);
    await openAfreshBroken(`${link.slice(0, -5)}.`);
    expect(await brokenBy('fragmentBroken')).toContain('The end of this link is damaged');
    await ben.page.fill(byId('joinLinkInput'), link);
    await ben.page.click(byId('joinLinkGo'));
    await waitForUsable(ben.page, byId('preJoin'));
  });

  it('to a room that the server forgot makes it again, on the device that made it alone', async () => {
    const roomId = new URL(link).pathname.slice('/r/'.length);
    const forgotten = link.replace(roomId, `${'forgotten-'.repeat(2)}id`);
    await openAfresh(ben, forgotten);
    await waitForUsable(ben.page, byId('fault', { fault: 'roomGone' }));
    expect(await ben.texts(byId('reopen'))).toEqual([]);
    await ana.page.evaluate(
      (id) => localStorage.setItem(`conclave.host.${id}`, 'forgotten too'),
      `${'forgotten-'.repeat(2)}id`,
    );
    await openAfresh(ana, forgotten);
    await ana.page.click(byId('reopen'));
    await until(async () => (await ana.texts(byId('reopen'))).length === 0, { what: 'the room to be there again' });
    await ana.enter();
    await openAfresh(ben, forgotten);
    await ben.enter();
    await ben.sees(ana);
  });
});
