// The host's choice of who may come in, in Chromium: it outlives a removal, everybody's leaving, and the host's own way back.
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromPlaywright, waitForUsable } from './harness/BrowserPage.ts';
import {
  admit,
  askRemoval,
  badges,
  chooseMode,
  confirmRemoval,
  endForAll,
  knock,
  openAfresh,
  refuse,
  untilEnded,
  untilPeople,
} from './harness/hosting.ts';
import { Participant } from './harness/Participant.ts';
import { byId } from './harness/selectors.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

describe('who may come in, as the host chose it', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  let cora: Participant;
  let anaContext: BrowserContext;
  let benContext: BrowserContext;
  let link = '';

  const placesTaken = async (): Promise<number> => {
    const text = await (await fetch(`${stage.server.origin}/metrics`)).text();
    return Number(/^conclave_peers (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
  };
  /** Everybody's page is closed, and the server has nobody left. */
  const allLeave = async (...people: Participant[]): Promise<void> => {
    for (const { page } of people) await page.close();
    await until(async () => (await placesTaken()) === 0, { what: 'nobody to be left', timeoutMs: 60_000 });
  };
  /** A new page on the same device, which has kept what the page of before left there. */
  const pageOn = async (context: BrowserContext, name: string): Promise<Participant> =>
    new Participant(fromPlaywright(await context.newPage()), name);
  /** Ana comes in by the link, and the list of people shows her as host, with her choice. */
  const hostReturns = async (mode: 'approve' | 'locked'): Promise<void> => {
    ana = await pageOn(anaContext, 'Ana');
    await ana.joinByLink(link);
    await until(async () => (await badges(ana))['Ana'] === 'host', { what: 'the host’s badge' });
    const chosen = byId('mode', { value: mode });
    await until(
      () => ana.page.evaluate((css) => document.querySelector<HTMLInputElement>(css)?.checked ?? false, chosen),
      { what: `the list of people to show ${mode}` },
    );
  };

  beforeAll(async () => {
    stage = await setStage();
    ana = await stage.person('Ana', (context) => void (anaContext = context));
    ben = await stage.person('Ben', (context) => void (benContext = context));
    cora = await stage.person('Cora');
    link = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ben.joinByLink(link);
    await cora.joinByLink(link);
    for (const person of [ana, ben, cora]) await untilPeople(person, 3);
  });
  afterAll(() => stage?.close());

  it('E-88 E-89 has somebody who was removed knock, though everybody had left before the host came back', async () => {
    await askRemoval(ana, ben);
    await confirmRemoval(ana, 'approve');
    await untilEnded(ben, 'removed');
    for (const person of [ana, cora]) await untilPeople(person, 2);
    await allLeave(cora, ben, ana);
    await hostReturns('approve');
    ben = await pageOn(benContext, 'Ben');
    await ben.openLink(link);
    await until(async () => (await ben.texts(byId('join')))[0] === 'Ask to join', { what: 'Ask to join' });
    await knock(ben, link, 'waitingForHost');
    expect(await ana.people()).toHaveLength(1);
    await refuse(ana, 'Ben');
    expect(await untilEnded(ben, 'refused')).toContain('You were not let in');
    expect(await ana.people()).toHaveLength(1);
  });

  it('E-85 E-89 keeps them outside of a room that the host locked, after the same; who is admitted later comes in', async () => {
    await chooseMode(ana, 'locked');
    await allLeave(ben, ana);
    await hostReturns('locked');
    ben = await pageOn(benContext, 'Ben');
    await knock(ben, link, 'locked');
    await until(async () => (await ben.texts(byId('joinStep', { step: 'locked' }))).length > 0, { what: 'the words' });
    expect(await ana.people()).toHaveLength(1);
    await chooseMode(ana, 'approve');
    await waitForUsable(ben.page, byId('joinStep', { step: 'waitingForHost' }));
    await admit(ana, 'Ben');
    await ben.waitUntilSealed();
    for (const person of [ana, ben]) await untilPeople(person, 2);
  });

  it('is nothing that the host’s device keeps of a room that it ended: the link says that the meeting is over', async () => {
    const kept = (): Promise<string[]> =>
      ana.page.evaluate(() => Object.keys(localStorage).filter((key) => /^conclave\.(host|mode)\./.test(key)), null);
    expect(await kept()).toHaveLength(2);
    await ana.closePanels();
    await endForAll(ana);
    for (const person of [ana, ben]) await untilEnded(person, 'roomEnded');
    await until(async () => (await kept()).length === 0, { what: 'nothing to be kept' });
    await openAfresh(ana, link);
    await until(async () => (await ana.texts('h1')).join() === 'This meeting has ended', { what: 'the end in words' });
    expect(await ana.texts(byId('reopen'))).toEqual([]);
  });
});
