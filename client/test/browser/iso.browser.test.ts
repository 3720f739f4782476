// Speakers recorded on their own device: asked, agreed or refused, and a file that only the producer has and that plays.
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, prepareAudit, sidewaysPx } from './harness/audit.ts';
import { untilPeople } from './harness/hosting.ts';
import type { Participant } from './harness/Participant.ts';
import { inspectRecording } from './harness/recordedFile.ts';
import { keepBothSchemes } from './harness/screens.ts';
import { byId } from './harness/selectors.ts';
import { nameEvent, openStage, putOnAir, stagePanel, takeOff } from './harness/showing.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { noteTexts, textsSeen } from './harness/textsSeen.ts';
import { until } from './harness/until.ts';

describe('speakers recorded on their own device', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  let cem: Participant;
  const pages = new Map<Participant, Page>();

  const person = async (name: string, size?: { width: number; height: number }): Promise<Participant> => {
    let page: Page | null = null;
    const who = await stage.person(
      name,
      async (context: BrowserContext) => {
        await prepareAudit(context);
        context.on('page', (opened) => (page = opened));
      },
      size,
    );
    pages.set(who, page ?? expect.fail('no page'));
    return who;
  };
  const pageOf = (who: Participant): Page => pages.get(who) ?? expect.fail('no page');
  const question = (who: Participant): Locator => pageOf(who).getByRole('region', { name: 'Recording of yourself' });
  const reads = (what: Locator, words: RegExp): Promise<unknown> =>
    until(async () => words.test((await what.allInnerTexts()).join()), { what: `“${words.source}”` });
  const stateOf = (name: string): Locator =>
    stagePanel(pageOf(ana)).locator(`${byId('isoSpeaker')}[data-name="${name}"]`);
  const arrived = async (count: number): Promise<string[]> =>
    until(
      async () => {
        const all = await pageOf(ana)
          .locator(`${byId('isoIn')}[data-state="received"]`)
          .all();
        return all.length === count && Promise.all(all.map(async (one) => (await one.getAttribute('data-name')) ?? ''));
      },
      { timeoutMs: 60_000, what: `${count} recordings at the producer’s` },
    );
  /** By the clock and the disk of who is recorded. */
  const untilRecorded = (who: Participant, seconds: number, kilobytes: number): Promise<unknown> =>
    until(
      async () => {
        const [words = ''] = await who.texts(byId('isoBar', { state: 'on' }));
        const [, at = '0', size = '0', unit] = /0:(\d\d) · ([\d.]+)\s(kB|MB)/.exec(words) ?? [];
        return Number(at) >= seconds && Number(size) * (unit === 'MB' ? 1_000 : 1) > kilobytes;
      },
      { timeoutMs: 60_000, what: `${seconds} s of a recording` },
    );
  const expectSound = async ({ page }: Participant): Promise<void> => {
    expect(await axeViolations(page)).toEqual([]);
    expect(await sidewaysPx(page)).toBe(0);
  };
  /** Of Ben's own picture as his page shows it to him. */
  const captured = (): Promise<number[]> =>
    ben.page.evaluate(
      (css) => {
        const { videoWidth, videoHeight } = document.querySelector<HTMLVideoElement>(css)!;
        return [videoWidth, videoHeight];
      },
      `${byId('tile', { stream: 'camera' })}[data-self="true"] video`,
    );

  beforeAll(async () => {
    stage = await setStage();
    [ana, ben, cem] = [await person('Ana'), await person('Ben'), await person('Cem', { width: 320, height: 640 })];
    const link = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    for (const one of [ben, cem]) await one.joinByLink(link);
    for (const one of [ana, ben, cem]) await untilPeople(one, 3);
    for (const one of [ana, ben, cem]) await one.closePanels();
    // Of three pictures two cores make one at its full size beside the recording.
    for (const one of [ana, cem]) await one.toggle('cameraToggle', 'off');
    await openStage(pageOf(ana));
    await nameEvent(pageOf(ana), 'Launch');
  });
  afterAll(() => stage?.close());

  it('E-197 asks each, who agrees or refuses on their device, and shows both to the producer', async () => {
    await stagePanel(pageOf(ana)).getByRole('radio', { name: 'While on air' }).check();
    await reads(question(ben), /Ana, who produces the show, asks to record you/);
    await expectSound(ben);
    await keepBothSchemes(ben.page, 'iso-asked', 'wide');
    await reads(question(cem), /Ana, who produces the show, asks to record you/);
    await expectSound(cem);
    await keepBothSchemes(cem.page, 'iso-asked', '320 px');
    await question(ben).getByRole('button', { name: 'Allow' }).click();
    await question(cem).getByRole('button', { name: 'Refuse' }).click();
    await reads(stateOf('Ben'), /Ready to record/);
    await reads(stateOf('Cem'), /Refused/);
    await until(async () => (await question(cem).count()) === 0, { what: 'the question to go' });
  });

  it('E-197 E-198 keeps who is on air as captured, tells all, and brings the file to the producer by itself', async () => {
    await putOnAir(pageOf(ana), 'Ben');
    await untilRecorded(ben, 3, 100);
    await reads(stateOf('Ben'), /Recording · 0:\d\d/);
    await until(async () => (await cem.texts(byId('recordingBadge'))).join() === 'Recording of Ben', {
      what: 'Cem to see who is recorded',
    });
    expect(await cem.texts(byId('isoBar'))).toEqual([]);
    await expectSound(ben);
    await expectSound(ana);
    await keepBothSchemes(ben.page, 'iso-on', 'wide');
    const size = await captured();
    // It stands for four seconds, from a moment on that the producer's page does not tell.
    await pageOf(ben).evaluate(noteTexts, byId('toast'));
    await takeOff(pageOf(ana), 'Ben');
    const [name = ''] = await arrived(1);
    expect(name).toMatch(/^Launch – Ben – \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.\d{3}Z\.webm$/);
    await until(async () => (await textsSeen(pageOf(ben))).includes('was handed to the producer'), {
      what: 'Ben to read that it is there',
    });
    await stagePanel(pageOf(ana)).locator(byId('isoSave')).scrollIntoViewIfNeeded();
    await keepBothSchemes(ana.page, 'iso-received', 'wide');
    await expectSound(ana);
    const facts = await inspectRecording(ana.page, { name, fromS: 0.5, toS: 2.5 });
    process.stdout.write(`  ${name}: ${JSON.stringify(facts)}\n`);
    expect([facts.width, facts.height]).toEqual(size);
    expect(facts.durationS).toBeGreaterThan(2.5);
    expect(facts.durationS).toBeLessThan(120);
    expect(facts.change).toBeGreaterThan(1);
    expect(facts.peak).toBeGreaterThan(0.02);
    // Of the others nobody was given anything.
    expect(await cem.texts(byId('isoIn'))).toEqual([]);
  });

  it('E-198 finds again what a reload of the speaker’s page cut off, and brings it over once they say so', async () => {
    await putOnAir(pageOf(ana), 'Ben');
    // The file's first two seconds, some 150 kB, are written in several pieces: they are whole by now.
    await untilRecorded(ben, 3, 400);
    await pageOf(ben).reload();
    await ben.enter();
    const offer = pageOf(ben).locator(byId('isoOffer'));
    await until(async () => (await offer.count()) === 1, { what: 'the file to be offered' });
    await reads(offer, /A recording of you was not handed over: Launch – Ben/);
    await expectSound(ben);
    await keepBothSchemes(ben.page, 'iso-offer', 'wide');
    await offer.getByRole('button', { name: 'Send to the producer' }).click();
    const name = (await arrived(2)).toSorted().at(-1) ?? '';
    const facts = await inspectRecording(ana.page, { name, fromS: 0.3, toS: 1.5 });
    process.stdout.write(`  lost: ${JSON.stringify(facts)}\n`);
    expect(facts.change).toBeGreaterThan(1);
    expect(facts.peak).toBeGreaterThan(0.02);
  });
});
