// Those who lead, in Chromium, by the page's own words: mute, ask, stop, spotlight, silence for oneself, and the end for everybody.
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, prepareAudit, sidewaysPx } from './harness/audit.ts';
import { untilEnded, untilPeople } from './harness/hosting.ts';
import type { Participant } from './harness/Participant.ts';
import { byId } from './harness/selectors.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { noteTexts, textsSeen } from './harness/textsSeen.ts';
import { until } from './harness/until.ts';

const EARS = ['Mute for me', 'Volume for me…'];

describe('whoever leads a room', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  let cora: Participant;
  let link = '';
  const pages = new Map<string, Page>();

  const person = (name: string): Promise<Participant> =>
    stage.person(name, async (context: BrowserContext) => {
      await prepareAudit(context);
      context.on('page', (page) => void pages.set(name, page));
    });
  const pageOf = ({ name }: Participant): Page => pages.get(name) ?? expect.fail(`no page of ${name}`);

  /** What the menu about somebody offers; it is closed again. */
  const offered = async (who: Participant, about: Participant): Promise<string[]> => {
    await who.people();
    const page = pageOf(who);
    await page.getByRole('button', { name: `Choices for ${about.name}` }).click();
    const open = page.locator('[role="menu"]:popover-open');
    const items = await until(
      async () => {
        const labels = await open.locator('.menu-label').allInnerTexts();
        return labels.length > 0 && labels;
      },
      { what: 'a menu' },
    );
    await page.keyboard.press('Escape');
    await until(async () => (await open.count()) === 0, { what: 'the menu to close' });
    return items;
  };
  const choose = async (who: Participant, about: Participant, item: string): Promise<void> => {
    // What is offered follows what the others' devices do.
    await until(async () => (await offered(who, about)).includes(item), {
      what: `${who.name} to be offered “${item}” for ${about.name}`,
    });
    const page = pageOf(who);
    await page.getByRole('button', { name: `Choices for ${about.name}` }).click();
    await page.locator('[role="menu"]:popover-open').getByText(item, { exact: true }).click();
  };
  const untilState = (who: Participant, control: 'micToggle' | 'cameraToggle', state: string): Promise<boolean> =>
    until(async () => (await pageOf(who).locator(byId(control)).getAttribute('data-state')) === state, {
      what: `${who.name}’s ${control} to be ${state}`,
    });
  const micOf = (who: Participant): Promise<string | null> =>
    pageOf(who).locator(byId('micToggle')).getAttribute('data-state');
  /** It stands for four seconds, which other looks may take on a busy machine. */
  const reads = (who: Participant, text: string): Promise<boolean> =>
    until(async () => (await textsSeen(pageOf(who))).includes(text), { what: `${who.name} to read “${text}”` });
  const expectSound = async ({ page }: Participant): Promise<void> => {
    expect(await axeViolations(page)).toEqual([]);
    expect(await sidewaysPx(page)).toBe(0);
  };

  beforeAll(async () => {
    stage = await setStage();
    [ana, ben, cora] = [await person('Ana'), await person('Ben'), await person('Cora')];
    link = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ben.joinByLink(link);
    await cora.joinByLink(link);
    for (const one of [ana, ben, cora]) await untilPeople(one, 3);
    for (const one of [ana, ben, cora]) await pageOf(one).evaluate(noteTexts, byId('toast'));
  });
  afterAll(() => stage?.close());

  it('mutes one, asks them to unmute, and stops their video; they read who, and unmute themselves', async () => {
    await choose(ana, ben, 'Mute');
    await untilState(ben, 'micToggle', 'muted');
    await reads(ben, 'Ana muted you');
    await cora.seesMuted(ben, true);
    await choose(ana, ben, 'Ask to unmute');
    const question = pageOf(ben).getByRole('region', { name: 'Ana asks you to unmute' });
    await until(() => question.isVisible(), { what: 'the question' });
    expect(await micOf(ben)).toBe('muted');
    await expectSound(ben);
    await question.getByRole('button', { name: 'Unmute' }).click();
    await untilState(ben, 'micToggle', 'on');
    await until(async () => !(await question.isVisible()), { what: 'the question to go' });
    await choose(ana, ben, 'Stop video');
    await untilState(ben, 'cameraToggle', 'off');
    await reads(ben, 'Ana turned your camera off');
  });

  it('spotlights one for everybody, who all read whose word it is', async () => {
    await choose(ana, cora, 'Spotlight for everyone');
    const badgeIs = (who: Participant, text: string): Promise<boolean> =>
      until(async () => (await who.texts(byId('spotlightBadge'))).join() === text, { what: `${who.name}’s badge` });
    await badgeIs(ben, 'Cora: spotlighted for everyone by Ana');
    await badgeIs(ana, 'Cora: spotlighted for everyone by you');
    await badgeIs(cora, 'You are spotlighted for everyone by Ana');
    await reads(cora, 'Ana spotlighted you for everyone');
    await choose(ana, cora, 'End the spotlight');
    await badgeIs(ben, '');
  });

  it('is offered what others are not; everybody can silence anybody for themselves', async () => {
    for (const other of [ana, cora]) expect(await offered(ben, other)).toEqual(EARS);
    expect(await pageOf(ben).getByRole('button', { name: 'Mute everyone' }).count()).toBe(0);
    expect(await pageOf(ben).getByRole('button', { name: 'Leave or end the meeting' }).count()).toBe(0);
    await choose(ben, ana, 'Mute for me');
    const silent = (): Promise<number> =>
      ben.page.evaluate(
        () => [...document.querySelectorAll('audio')].filter(({ muted, volume }) => muted && volume === 0).length,
        null,
      );
    await until(async () => (await silent()) === 1, { what: 'one voice to be silent for Ben' });
    await until(async () => (await ben.people()).some((row) => row.includes('silent for you')), { what: 'the note' });
    await choose(ben, ana, 'Mute for me');
    await until(async () => (await silent()) === 0, { what: 'Ana to be heard again' });
  });

  it('can be a co-host too, whom all obey but the host’s device', async () => {
    await choose(ana, ben, 'Make co-host');
    await until(async () => (await offered(ben, cora)).includes('Mute'), { what: 'Ben to lead' });
    expect(await offered(ben, ana)).toEqual(['Spotlight for everyone', ...EARS]);
    await pageOf(ben).getByRole('button', { name: 'Mute everyone' }).click();
    await untilState(cora, 'micToggle', 'muted');
    await reads(cora, 'Ben muted you');
    expect(await micOf(ana)).toBe('on');
    await until(() => pageOf(ben).getByRole('button', { name: 'Leave or end the meeting' }).isVisible(), {
      what: 'Ben to be offered the end',
    });
  });

  it('ends the meeting for everybody, who read by whom; the link, pasted into the same tab, says that it has ended', async () => {
    await ana.closePanels();
    await pageOf(ana).getByRole('button', { name: 'Leave or end the meeting' }).focus();
    await ana.page.press('Enter');
    await pageOf(ana).getByRole('menuitem', { name: 'End for everyone…' }).click();
    const dialog = pageOf(ana).getByRole('dialog', { name: 'End the meeting for everyone?' });
    await until(() => dialog.isVisible(), { what: 'the question' });
    await expectSound(ana);
    await dialog.getByRole('button', { name: 'End for everyone' }).click();
    expect(await untilEnded(ana, 'roomEnded')).toContain('You ended the meeting for everyone');
    for (const one of [ben, cora]) expect(await untilEnded(one, 'roomEnded')).toContain('Ana ended the meeting');
    await ben.openLink(link);
    await until(async () => (await ben.texts('h1')).join() === 'This meeting has ended', { what: 'the end in words' });
  });
});
