// The chat as three people use it: answers, changes of mind, reactions, what is new, what a latecomer is given, and a lost line.
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, prepareAudit, sidewaysPx } from './harness/audit.ts';
import { waitForUsable } from './harness/BrowserPage.ts';
import { takeUp } from './harness/chatting.ts';
import type { Participant } from './harness/Participant.ts';
import { byId } from './harness/selectors.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

describe('the chat of a room', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  let cora: Participant;
  let benContext: BrowserContext;
  let link = '';

  /** All that stands in the list, message by message, each as one line. */
  const lines = async (person: Participant): Promise<string[]> =>
    (await person.texts(byId('chatMessage'))).map((text) => text.replaceAll(/\s+/g, ' '));
  const sees = (person: Participant, ...words: string[]): Promise<boolean> =>
    until(async () => (await lines(person)).some((line) => words.every((word) => line.includes(word))), {
      what: `${person.name} to see a message with ${words.join(' and ')}`,
    });
  const seesNo = (person: Participant, words: string): Promise<boolean> =>
    until(async () => (await lines(person)).every((line) => !line.includes(words)), {
      what: `${person.name} to see no message with ${words}`,
    });
  const choose = async (person: Participant, words: string, item: 'chatEdit' | 'chatDelete'): Promise<void> => {
    await takeUp(person, words);
    await person.page.click(byId('chatMore'));
    await person.page.click(`[role="menu"]:popover-open ${byId(item)}`);
  };
  const write = async (person: Participant, text: string): Promise<void> => {
    await person.page.fill(byId('chatInput'), text);
    await person.page.press('Enter');
  };

  beforeAll(async () => {
    stage = await setStage();
    ana = await stage.person('Ana', (context) => prepareAudit(context));
    ben = await stage.person('Ben', (context) => void (benContext = context));
    cora = await stage.person('Cora');
    link = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ben.joinByLink(link);
  });
  afterAll(() => stage?.close());

  it('carries an answer with what it answers, and a press on that goes there', async () => {
    await ana.say('Shall we begin at nine?');
    await ben.reads('Shall we begin at nine?');
    await takeUp(ben, 'begin at nine');
    await ben.page.click(byId('chatReply'));
    await until(async () => (await ben.texts(byId('chatPurpose')))[0]?.includes('Reply to Ana'), {
      what: 'the composer to say whom Ben answers',
    });
    await write(ben, 'Ten would be better');
    await sees(ana, 'Shall we begin at nine?', 'Ten would be better');
    await ana.page.click(byId('chatQuote'));
    const focused = (): Promise<string> =>
      ana.page.evaluate(
        () => (document.activeElement instanceof HTMLElement ? document.activeElement.innerText : ''),
        null,
      );
    await until(async () => (await focused()).includes('begin at nine'), { what: 'Ana to be at her own message' });
  });

  it('lets its author change a message with the arrow key, and shows all that it was changed', async () => {
    await ben.page.fill(byId('chatInput'), '');
    await ben.page.press('ArrowUp');
    await waitForUsable(ben.page, byId('chatPurpose'));
    await write(ben, 'Half past nine would be better');
    for (const person of [ana, ben]) await sees(person, 'Half past nine would be better', '(edited)');
    await seesNo(ana, 'Ten would be better');
  });

  it('lets Escape leave a change first, and the panel only then', async () => {
    await ben.page.press('ArrowUp');
    await waitForUsable(ben.page, byId('chatPurpose'));
    await ben.page.press('Escape');
    await until(async () => (await ben.texts(byId('chatPurpose'))).length === 0, { what: 'the change to be left' });
    expect(await ben.texts(byId('chatPanel'))).toHaveLength(1);
    await ben.page.fill(byId('chatInput'), 'a draft');
    await ben.page.press('Escape');
    await until(async () => (await ben.texts(byId('chatPanel'))).length === 0, { what: 'the panel to close' });
    await ben.page.click(byId('chatToggle'));
    await waitForUsable(ben.page, byId('chatInput'));
    const draft = (): Promise<string> =>
      ben.page.evaluate((css) => document.querySelector<HTMLTextAreaElement>(css)?.value ?? '', byId('chatInput'));
    await until(async () => (await draft()) === 'a draft', { what: 'the draft to be there still' });
    await ben.page.fill(byId('chatInput'), '');
  });

  it('shows a reaction to all, with its name to search by, and takes it back', async () => {
    await takeUp(ana, 'Half past nine');
    await ana.page.click(byId('chatReact'));
    await waitForUsable(ana.page, byId('emojiSearch'));
    expect(await axeViolations(ana.page)).toEqual([]);
    await ana.page.fill(byId('emojiSearch'), 'celeb');
    await ana.page.press('Enter');
    const reactions = async (person: Participant): Promise<string> =>
      (await person.texts(byId('chatReaction'))).join().replaceAll(/\s+/g, ' ');
    const sawReaction = (person: Participant, words: string): Promise<boolean> =>
      until(async () => (await reactions(person)) === words, { what: `${person.name} to see ${words}` });
    await sawReaction(ana, '🎉 1 you. Take yours back');
    await sawReaction(ben, '🎉 1 Ana');
    await ben.page.click(byId('chatReaction'));
    await sawReaction(ana, '🎉 2 you and Ben. Take yours back');
    await ana.page.click(byId('chatReaction'));
    await sawReaction(ben, '🎉 1 you. Take yours back');
  });

  it('waits with a deletion until it can be undone no more', async () => {
    await write(ben, 'wrong window');
    await sees(ana, 'wrong window');
    await choose(ben, 'wrong window', 'chatDelete');
    await ben.page.click(byId('chatUndo'));
    await sees(ben, 'wrong window');
    await choose(ben, 'wrong window', 'chatDelete');
    await sees(ana, 'Message deleted');
    await sees(ben, 'Message deleted');
    await seesNo(ana, 'wrong window');
    expect((await lines(ben)).filter((line) => line.includes('wrong window'))).toEqual([]);
  });

  it('says who is writing, and draws a line above what is new when it is opened', async () => {
    await ana.page.fill(byId('chatInput'), 'I am wri');
    await until(async () => (await ben.texts(byId('chatTyping')))[0]?.includes('Ana is typing'), {
      what: 'Ben to see that Ana writes',
    });
    await ana.page.fill(byId('chatInput'), '');
    await ana.closePanels();
    await write(ben, 'first unread');
    await write(ben, 'second unread');
    await until(async () => (await ana.page.evaluate(() => document.title, null)).startsWith('(2)'), {
      what: 'two in the title of Ana’s page',
    });
    await ana.page.click(byId('chatToggle'));
    await until(async () => (await ana.texts(byId('chatNewLine'))).length === 1, {
      what: 'the line above what is new',
    });
    const next = await ana.page.evaluate(
      (css) => document.querySelector<HTMLElement>(css)?.nextElementSibling?.textContent ?? '',
      byId('chatNewLine'),
    );
    expect(next).toContain('first unread');
    expect(await axeViolations(ana.page)).toEqual([]);
    await ana.page.resize(320, 640);
    expect(await sidewaysPx(ana.page)).toBe(0);
    await ana.page.resize(1280, 800);
  });

  it('gives a latecomer nothing until a member shares it, and then as that member’s word', async () => {
    await cora.joinByLink(link);
    await cora.page.click(byId('chatToggle'));
    await waitForUsable(cora.page, byId('chatAsk'));
    expect(await lines(cora)).toEqual([]);
    await cora.page.click(byId('chatAsk'));
    for (const person of [ana, ben]) await waitForUsable(person.page, byId('chatShare'));
    await ana.page.click(byId('chatShare'));
    await until(async () => (await ana.texts(byId('shareHistoryDialog')))[0]?.includes('Ben and Cora'), {
      what: 'the question to say who gets it',
    });
    expect(await lines(cora)).toEqual([]);
    await ana.page.click(byId('confirmShare'));
    await sees(cora, 'Ben', 'shared by Ana', 'Half past nine would be better');
    await sees(cora, 'second unread');
    await seesNo(cora, 'wrong window');
    await until(async () => (await ben.texts(byId('chatShare'))).length === 0, { what: 'Ben to be asked no more' });
    expect(await ben.texts(byId('chatShared'))).toEqual([]);
    expect((await lines(ben)).filter((line) => line.includes('second unread'))).toHaveLength(1);
  });

  it('sends what was typed while the line was lost, once', async () => {
    await benContext.setOffline(true);
    await waitForUsable(ben.page, byId('reconnecting'), 60_000);
    await write(ben, 'typed while away');
    await sees(ben, 'typed while away', 'Sending…');
    await benContext.setOffline(false);
    for (const person of [ana, cora]) await sees(person, 'typed while away');
    await seesNo(ben, 'Sending…');
    for (const person of [ana, ben, cora]) {
      expect((await lines(person)).filter((line) => line.includes('typed while away'))).toHaveLength(1);
    }
  });
});
