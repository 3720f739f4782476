// Leading a room in Chromium: knocks by name, a removal that keys outlive nobody, a new link, and who leads when the host is gone.
import type { BrowserContext } from 'playwright-core';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authOf, TestClient } from '../../../server/test/testServer.ts';
import { axeViolations, prepareAudit, sidewaysPx } from './harness/audit.ts';
import { fromPlaywright, waitForUsable } from './harness/BrowserPage.ts';
import {
  admit,
  askRemoval,
  badges,
  chooseMode,
  confirmRemoval,
  knock,
  leads,
  makeNewLink,
  openAfresh,
  refuse,
  untilEnded,
  untilPeople,
} from './harness/hosting.ts';
import { heldSecrets, noteInside } from './harness/insideView.ts';
import { countOpened } from './harness/openWith.ts';
import { Participant } from './harness/Participant.ts';
import { byId } from './harness/selectors.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { readFrames, type TappedFrame } from './harness/tap.ts';
import { noteTexts, textsSeen } from './harness/textsSeen.ts';
import { until } from './harness/until.ts';

const PERIOD_MS = 2_000;
/** After a removal the others seal under the new keys at the latest 1 s after the commit; the rest is for slow machines. */
const SWITCH_MS = 3_500;

describe('a room with a host', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  let cora: Participant;
  let dan: Participant;
  let anaContext: BrowserContext;
  let benContext: BrowserContext;
  let coraContext: BrowserContext;
  let link = '';
  let newLink = '';
  /** What Ben's page was given at the door. */
  const bensTokens: string[] = [];

  const tapPeriod = async (): Promise<() => TappedFrame[]> => {
    const fromMs = Date.now();
    await sleep(PERIOD_MS);
    const toMs = Date.now();
    return () => readFrames(stage.server.tapFile).filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  };
  const expectSound = async ({ page }: Participant): Promise<void> => {
    expect(await axeViolations(page)).toEqual([]);
    expect(await sidewaysPx(page)).toBe(0);
  };
  const hearsAlert = (person: Participant, text: string): Promise<unknown> =>
    until(async () => (await person.texts(byId('toast'))).some((line) => line.includes(text)), {
      what: `${person.name} to be told “${text}”`,
    });

  beforeAll(async () => {
    stage = await setStage({ tap: true });
    ana = await stage.person('Ana', async (context) => {
      anaContext = context;
      await prepareAudit(context);
    });
    ben = await stage.person('Ben', async (context) => {
      benContext = context;
      await noteInside(context);
      context.on('response', (response) => {
        if (!response.url().endsWith('/tokens')) return;
        void response.json().then((body: { data?: { token?: string } }) => {
          if (body.data?.token !== undefined) bensTokens.push(body.data.token);
        });
      });
    });
    cora = await stage.person('Cora', (context) => void (coraContext = context));
    dan = await stage.person('Dan');
    link = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ben.joinByLink(link);
    await cora.joinByLink(link);
    for (const person of [ana, ben, cora]) await untilPeople(person, 3);
  });
  afterAll(() => stage?.close());

  it('is led by who made it, whom all others see as host by the signature', async () => {
    for (const person of [ana, ben, cora]) {
      await until(async () => (await badges(person))['Ana'] === 'host', { what: 'the host’s badge' });
    }
    expect(await leads(ana)).toBe(true);
    expect(await leads(ben)).toBe(false);
  });

  it('lets a newcomer in once the host does, who sees the name of who knocks', async () => {
    await chooseMode(ana, 'approve');
    await hearsAlert(cora, 'Ana decides who comes in');
    await ana.closePanels();
    await dan.openLink(link);
    await until(async () => (await dan.texts(byId('join')))[0] === 'Ask to join', { what: 'Ask to join' });
    await dan.tryToEnter();
    await until(async () => (await dan.texts(byId('joinStep'))).includes('Waiting for the host to let you in…'), {
      what: 'Dan to read what he waits for',
    });
    await hearsAlert(ana, 'Dan asks to come in');
    expect((await cora.people()).length).toBe(3);
    await expectSound(ana);
    // The message goes after twelve seconds, which looking at the whole page may take: the one of a new knock is pressed.
    await dan.page.click(byId('cancelJoin'));
    await until(async () => (await ana.texts(byId('toastAction'))).length === 0, {
      what: 'the message to go with Dan',
    });
    await dan.tryToEnter();
    await ana.page.click(byId('toastAction'));
    await dan.waitUntilSealed();
    for (const person of [ana, ben, cora, dan]) await untilPeople(person, 4);
    await ana.sees(dan);
    expect(stage.server.output()).not.toContain('Dan');
  });

  it('removes a person, who is told, can open nothing that follows, and stays outside', async () => {
    const during = await tapPeriod();
    const secrets = await heldSecrets(benContext.pages()[0]!);
    await askRemoval(ana, ben);
    await expectSound(ana);
    await confirmRemoval(ana, 'nothing');
    expect(await untilEnded(ben, 'removed')).toContain('You were removed from the room');
    for (const person of [ana, cora, dan]) await untilPeople(person, 3);
    await sleep(SWITCH_MS);
    const after = await tapPeriod();
    const held = [...secrets, ...(await heldSecrets(benContext.pages()[0]!))];
    expect(during().length).toBeGreaterThan(60);
    expect(await countOpened(during(), held)).toBeGreaterThan(during().length * 0.95);
    expect(after().length).toBeGreaterThan(60);
    expect(await countOpened(after(), held)).toBe(0);
    expect(await ana.lockState()).toBe('sealed');
    await ana.sees(cora);

    expect(bensTokens.length).toBeGreaterThan(0);
    // The last one is that of the place; those before it asked how many are inside.
    const client = new TestClient(stage.server.origin, authOf(bensTokens.at(-1)!));
    expect(await client.open()).toBe('unauthorized');
    await knock(ben, link, 'waitingForHost');
    await waitForUsable(ana.page, byId('waitingList'));
    await expectSound(ana);
    await refuse(ana, 'Ben');
    expect(await untilEnded(ben, 'refused')).toContain('You were not let in');
  });

  it('goes over to a new link: the old one is refused in words, the new one works, and who is inside stays', async () => {
    // The others may read it for four seconds before Ana, who waits for the server too, is shown the link.
    const corasPage = coraContext.pages()[0]!;
    await corasPage.evaluate(noteTexts, byId('toast'));
    newLink = await makeNewLink(ana);
    expect(newLink).not.toBe(link);
    await until(async () => (await textsSeen(corasPage)).includes('The room has a new link'), {
      what: 'Cora to be told of the new link',
    });
    await cora.people();
    await until(async () => (await cora.inviteLink()) === newLink, { what: 'Cora to hand out the new link' });
    await openAfresh(ben, link);
    await until(
      async () => (await ben.texts(byId('fault', { fault: 'badLink' }))).join().includes('replaced by a new'),
      {
        what: 'the old link to be refused in words',
      },
    );
    await knock(ben, newLink, 'waitingForHost');
    await admit(ana, 'Ben');
    await ben.waitUntilSealed();
    for (const person of [ana, ben, cora, dan]) await untilPeople(person, 4);
    await ben.sees(cora);
    await cora.sees(ben);
    await cora.sees(dan);
  });

  it('is led by whoever has been there longest once the host’s page is closed', async () => {
    await ana.page.close();
    for (const person of [ben, cora, dan]) await untilPeople(person, 3);
    await until(() => leads(cora), { what: 'Cora to lead' });
    expect(await leads(ben)).toBe(false);
    expect(await leads(dan)).toBe(false);
    await until(async () => Object.keys(await badges(dan)).length === 0, { what: 'nobody to be called host' });
  });

  it('is the host’s again when the host returns, whom nobody has to let in', async () => {
    ana = new Participant(fromPlaywright(await anaContext.newPage()), 'Ana');
    await ana.joinByLink(newLink);
    for (const person of [ana, ben, cora, dan]) {
      await until(async () => (await badges(person))['Ana'] === 'host', { what: 'the host’s badge' });
    }
    await until(() => leads(ana), { what: 'Ana to lead' });
    await until(async () => !(await leads(cora)), { what: 'Cora to lead no longer' });
    await ana.sees(cora);
  });
});
