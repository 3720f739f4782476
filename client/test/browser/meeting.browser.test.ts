// The main job, end to end: three people in real browsers meet by a link while the server forwards only ciphertext.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FULL_PACE } from './harness/chromium.ts';
import { SCREENSHOT, wantsScreenshot } from './harness/environment.ts';
import type { Participant } from './harness/Participant.ts';
import { waitForNoPicture } from './harness/pictures.ts';
import { filmPortrait, wallBehind, WALLS, type Wall } from './harness/portrait.ts';
import { secretOf, watchRequests, type RequestWatch } from './harness/requests.ts';
import { byId } from './harness/selectors.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

describe('a meeting of three in Chromium', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  let cora: Participant;
  let link = '';
  const watches: RequestWatch[] = [];

  const everyPair = (): [Participant, Participant][] => {
    const all = [ana, ben, cora];
    return all.flatMap((one) =>
      all.filter((other) => other !== one).map((other): [Participant, Participant] => [one, other]),
    );
  };

  beforeAll(async () => {
    stage = await setStage({ pace: FULL_PACE });
    const invite = (name: string, wall: Wall): Promise<Participant> =>
      stage.person(name, async (context) => {
        watches.push(watchRequests(context));
        await filmPortrait(context, wall);
      });
    ana = await invite('Ana Lima', WALLS.amber);
    ben = await invite('Ben Okoye', WALLS.teal);
    cora = await invite('Cora Weiss', WALLS.plum);
  });
  afterAll(() => stage?.close());

  it('opens by New meeting and one link, and seals for all three', async () => {
    link = await ana.makeMeeting(stage.server.origin);
    expect(new URL(link).pathname).toMatch(/^\/r\/[\w-]{22}$/);
    await ana.enter();
    await ben.joinByLink(link);
    await cora.joinByLink(link);
    for (const person of [ana, ben, cora]) {
      await until(async () => (await person.people()).length === 3, {
        what: `${person.name} to have three in the list`,
      });
      expect(await person.lockState()).toBe('sealed');
    }
  });

  it('takes the secret out of the address bar', async () => {
    for (const { page } of [ana, ben, cora]) {
      expect(await page.evaluate(() => location.hash, null)).toBe('');
    }
  });

  it('shows each a moving picture of each other', async () => {
    for (const [one, other] of everyPair()) await one.sees(other);
  });

  it('shows each person’s own picture under their name, and no other', async () => {
    for (const person of [ana, ben, cora]) {
      const seen = [ana, ben, cora].map(({ name }) => wallBehind(person.page, name));
      expect(await Promise.all(seen)).toEqual(['amber', 'teal', 'plum']);
    }
  });

  it('lets each hear each other', async () => {
    for (const [one, other] of everyPair()) await one.hears(other);
    for (const person of [ana, ben, cora]) await person.hearsVoices(2);
  });

  it('shows all three the same safety code', async () => {
    const codes = await until(
      async () => {
        const [first, ...others] = [await ana.safetyCode(), await ben.safetyCode(), await cora.safetyCode()];
        return others.every((code) => code === first) ? [first, ...others] : undefined;
      },
      { what: 'three equal safety codes' },
    );
    expect(codes[0]).toMatch(/^\d{30}$/);
  });

  it('E-100 shows one who compared it that the room is verified, and the others that they did', async () => {
    await ana.page.click(byId('lock'));
    await ana.page.click(byId('confirmCode'));
    await until(async () => (await ana.texts(byId('comparison')))[0]?.includes('Verified at'), {
      what: 'the comparison to be shown',
    });
    await ana.page.press('Escape');
    expect(await ana.texts(byId('lock'))).toEqual(['Sealed, verified']);
    for (const person of [ben, cora]) {
      expect(await person.texts(byId('lock'))).toEqual(['Sealed']);
      await person.page.click(byId('lock'));
      const claim = `${ana.name} said that they compared the code with you`;
      await until(async () => (await person.texts(byId('securityMember'))).some((row) => row.includes(claim)), {
        what: `${person.name} to read that Ana compared it`,
      });
      await person.page.press('Escape');
    }
  });

  it('carries what each writes to the others', async () => {
    await ana.say('Good morning! Shall we start with the budget?');
    await ben.say('Yes. I will share my screen in a minute.');
    for (const person of [ana, ben, cora]) {
      await person.reads('Shall we start with the budget?');
      await person.reads('I will share my screen');
    }
    if (wantsScreenshot()) {
      mkdirSync(path.dirname(SCREENSHOT), { recursive: true });
      await ana.page.screenshot(SCREENSHOT);
    }
  });

  it('shows a shared screen to the others, and its end', async () => {
    await ben.toggle('screenToggle', 'on');
    await ana.sees(ben, { stream: 'screen' });
    await cora.sees(ben, { stream: 'screen' });
    await ben.toggle('screenToggle', 'off');
    await waitForNoPicture(ana.page, ben.name, 'screen');
    await waitForNoPicture(cora.page, ben.name, 'screen');
  });

  it('shows the others that one is muted, and that the sound is back', async () => {
    await cora.toggle('micToggle', 'muted');
    for (const person of [ana, ben]) await person.seesMuted(cora, true);
    await cora.toggle('micToggle', 'on');
    for (const person of [ana, ben]) {
      await person.seesMuted(cora, false);
      await person.hears(cora);
    }
  });

  it('forgets one who leaves, and welcomes them back by the same link', async () => {
    await cora.leave();
    for (const person of [ana, ben]) {
      await until(async () => (await person.people()).length === 2, { what: `${person.name} to have two in the list` });
      await waitForNoPicture(person.page, cora.name);
    }
    await cora.page.click(byId('rejoin'));
    await cora.enterAgain();
    for (const [one, other] of everyPair()) await one.sees(other);
  });

  it('sends nothing to another host, and the secret to nobody', () => {
    const secret = secretOf(link);
    const roomId = new URL(link).pathname.split('/')[2] ?? '';
    for (const watch of watches) {
      expect(watch.seen()).toBeGreaterThan(10);
      // The watch finds what is sent, over HTTP and over the socket.
      expect(watch.saying(roomId)).not.toEqual([]);
      expect(watch.saying('mls:')).not.toEqual([]);
      expect(watch.foreign(stage.server.origin)).toEqual([]);
      expect(watch.carrying(secret)).toEqual([]);
    }
    expect(stage.server.output()).not.toContain(secret);
  });
});
