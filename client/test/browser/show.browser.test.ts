// A show, by the page's own words, in Chromium: a stage is opened, a speaker put on air and taken off, spoken to, and the stage closed.
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, prepareAudit, sidewaysPx } from './harness/audit.ts';
import { untilPeople } from './harness/hosting.ts';
import type { Participant } from './harness/Participant.ts';
import { byId } from './harness/selectors.ts';
import { giveTitle, openStage, putOnAir, stagePanel } from './harness/showing.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

/** What the bar of a speaker said: all of it, and what stood there as their page told the server that they are on air. */
interface BarNote {
  read: string[];
  onAirSent: string[];
}

/**
 * Notes it from now on, in the page: the countdown is over two seconds after it was seen first, so that whoever looks at it from
 * outside may come too late, and what was sent until then may be what comes after it. Runs in the page.
 */
const noteBar = (css: string): void => {
  const note: BarNote = { read: [], onAirSent: [] };
  Object.assign(globalThis, { barNote: note });
  const words = (): string => document.querySelector<HTMLElement>(css)?.innerText ?? '';
  new MutationObserver(() => {
    if (note.read.at(-1) !== words()) note.read.push(words());
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    if (typeof data === 'string' && data.includes('"producer:air"')) note.onAirSent.push(words());
    send.call(this, data);
  };
};

/** The words of what a page sent over its socket. */
const listen = (page: Page, sent: string[]): void => {
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => void (typeof payload === 'string' && sent.push(payload)));
  });
};

describe('a show', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  const pages = new Map<string, Page>();
  const sent = new Map<string, string[]>();

  const person = (name: string): Promise<Participant> =>
    stage.person(name, async (context: BrowserContext) => {
      await prepareAudit(context);
      context.on('page', (page) => {
        pages.set(name, page);
        sent.set(name, []);
        listen(page, sent.get(name) ?? []);
      });
    });
  const pageOf = ({ name }: Participant): Page => pages.get(name) ?? expect.fail(`no page of ${name}`);
  const panel = () => stagePanel(pageOf(ana));
  const bar = (who: Participant) => pageOf(who).getByRole('region', { name: 'Stage' });
  const untilBar = (who: Participant, words: string): Promise<boolean> =>
    until(async () => (await bar(who).allInnerTexts()).join().includes(words), {
      what: `${who.name} to read “${words}”`,
    });
  /** Words on the tiles of who is on air. */
  const chipsOf = (who: Participant): Promise<string[]> => who.texts(byId('airChip'));
  const hasSent = ({ name }: Participant, what: RegExp): boolean =>
    sent.get(name)?.some((line) => what.test(line)) ?? false;
  const untilSent = (who: Participant, what: RegExp): Promise<boolean> =>
    until(() => hasSent(who, what), { what: `${who.name}’s page to send ${what}` });

  beforeAll(async () => {
    stage = await setStage();
    [ana, ben] = [await person('Ana'), await person('Ben')];
    const link = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ben.joinByLink(link);
    for (const one of [ana, ben]) await untilPeople(one, 2);
    for (const one of [ana, ben]) await one.closePanels();
  });
  afterAll(() => stage?.close());

  it('opens for everybody by who leads, whose device hands roster, program and keys to the server', async () => {
    await pageOf(ben).getByRole('button', { name: 'More' }).click();
    await until(() => pageOf(ben).getByRole('menuitem', { name: 'Keyboard shortcuts' }).isVisible(), {
      what: 'the menu',
    });
    expect(await pageOf(ben).getByRole('menuitem', { name: 'Open a stage' }).count()).toBe(0);
    await pageOf(ben).keyboard.press('Escape');
    const link = await openStage(pageOf(ana));
    await untilBar(ben, 'You are backstage');
    for (const part of ['roster', 'keys', 'program']) await untilSent(ana, new RegExp(`"stage:publish",.*"${part}"`));
    expect(link).toMatch(/\/w\/[A-Za-z0-9_-]{22}#1v\./);
  });

  it('puts a speaker on air after a countdown, with name and title, and shows it to everybody', async () => {
    await giveTitle(pageOf(ana), 'Ben', 'Surgeon');
    await pageOf(ben).evaluate(noteBar, byId('airBar'));
    await putOnAir(pageOf(ana), 'Ben');
    await until(async () => /You are on air(?! in)/.test((await bar(ben).allInnerTexts()).join()), {
      what: 'Ben to read that he is on air',
    });
    await untilSent(ben, /"producer:air",.*"onAir":true/);
    const { read, onAirSent } = await pageOf(ben).evaluate(() => Reflect.get(globalThis, 'barNote') as BarNote);
    const isCountdown = (words: string): boolean => words.includes('You are on air in');
    expect(read.filter(isCountdown)).not.toEqual([]);
    // Only once it was over.
    expect(onAirSent).not.toEqual([]);
    expect(onAirSent.filter((words) => words === '' || isCountdown(words))).toEqual([]);
    expect(await pageOf(ben).locator(byId('meeting')).getAttribute('data-air')).toBe('onAir');
    for (const one of [ana, ben]) {
      await until(async () => (await chipsOf(one)).join() === 'On air', { what: `${one.name} to see who is on air` });
    }
    // Nothing of what others see has gone because of it.
    await ana.sees(ben);
    for (const one of [ana, ben]) {
      expect(await axeViolations(one.page)).toEqual([]);
      expect(await sidewaysPx(one.page)).toBe(0);
    }
  });

  it('plays nobody backstage to who is on air but who speaks back to them', async () => {
    const silent = (): Promise<number> =>
      ben.page.evaluate(() => [...document.querySelectorAll('audio')].filter(({ muted }) => muted).length, null);
    await until(async () => (await silent()) === 1, { what: 'Ana to be silent for Ben' });
    const hold = panel().getByRole('button', { name: 'Hold to speak to Ben' });
    await hold.focus();
    await pageOf(ana).keyboard.down('Enter');
    await untilBar(ben, 'Ana speaks to you');
    await until(async () => (await silent()) === 0, { what: 'Ana to be heard by Ben' });
    await pageOf(ana).keyboard.up('Enter');
    await until(async () => (await silent()) === 1, { what: 'Ana to be silent again' });
    // The key does the same, for all.
    await hold.blur();
    await pageOf(ana).keyboard.down('b');
    await until(async () => (await silent()) === 0, { what: 'Ana to be heard while she holds the key' });
    await pageOf(ana).keyboard.up('b');
    await until(async () => (await silent()) === 1, { what: 'Ana to be silent once she lets go' });
  });

  it('shows the time that is left to the speakers, who leave the air by themselves', async () => {
    await panel().getByRole('spinbutton', { name: 'Minutes' }).fill('5');
    await panel().getByRole('button', { name: 'Start', exact: true }).click();
    await untilBar(ben, 'left');
    await bar(ben).getByRole('button', { name: 'Leave the air' }).click();
    await untilBar(ben, 'You are backstage');
    await until(async () => (await ana.texts(byId('toast'))).join().includes('Ben left the air'), {
      what: 'Ana to read it',
    });
    for (const one of [ana, ben]) await until(async () => (await chipsOf(one)).length === 0, { what: 'no chip' });
    await untilSent(ben, /"producer:air",.*"onAir":false/);
  });

  it('closes after a question, and everybody is told', async () => {
    await panel().getByRole('button', { name: 'Close the stage…' }).click();
    const dialog = pageOf(ana).getByRole('dialog', { name: 'Close the stage?' });
    await dialog.getByRole('button', { name: 'Close the stage' }).click();
    await untilSent(ana, /"stage:close"/);
    for (const one of [ana, ben]) await until(async () => (await bar(one).count()) === 0, { what: 'the bar to go' });
    await until(async () => (await panel().count()) === 0, { what: 'the panel to go' });
  });
});
