// A recording on somebody's device: told to all before it begins, to be seen by all while it lasts, and a file that plays.
import { statSync } from 'node:fs';
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, prepareAudit, refusedByCsp, sidewaysPx } from './harness/audit.ts';
import { fromPlaywright, waitForUsable } from './harness/BrowserPage.ts';
import { Participant } from './harness/Participant.ts';
import { askToRecord, inspectRecording, keptName, untilWritten } from './harness/recordedFile.ts';
import { keepBothSchemes } from './harness/screens.ts';
import { byId } from './harness/selectors.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { noteTexts, textsSeen } from './harness/textsSeen.ts';
import { until } from './harness/until.ts';

const RECORDED_MS = 5_000;
const TOLD = 'Ana is recording. What you send from now on is kept on their device.';

/** By the clock in the recorder's bar. */
const untilSeconds = (person: Participant): Promise<unknown> =>
  until(async () => /0:0[4-9]|0:[1-5]|[1-9]:/.test((await person.texts(byId('recordingBar'))).join()), {
    what: 'some seconds of a recording',
  });

describe('a recording', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  let cora: Participant;
  let anaContext: BrowserContext;
  let benContext: BrowserContext;
  let link = '';
  /** When the first recording was asked for. */
  let begunMs = 0;

  const seen = (person: Participant, id: Parameters<typeof byId>[0], words: string): Promise<unknown> =>
    until(async () => (await person.texts(byId(id))).some((text) => text.includes(words)), {
      what: `${person.name} to see “${words}” (${id})`,
    });
  const gone = (person: Participant, id: Parameters<typeof byId>[0]): Promise<unknown> =>
    until(async () => (await person.texts(byId(id))).length === 0, { what: `${id} to be gone at ${person.name}` });
  const expectSound = async ({ page }: Participant): Promise<void> => {
    expect(await axeViolations(page)).toEqual([]);
    expect(await sidewaysPx(page)).toBe(0);
    expect(await refusedByCsp(page)).toEqual([]);
  };
  beforeAll(async () => {
    stage = await setStage();
    ben = await stage.person('Ben', async (context) => {
      benContext = context;
      await prepareAudit(context);
    });
    ana = await stage.person('Ana', async (context) => {
      anaContext = context;
      await prepareAudit(context);
    });
    cora = await stage.person('Cora', prepareAudit, { width: 320, height: 640 });
    link = await ben.makeMeeting(stage.server.origin);
    await ben.enter();
    await ana.joinByLink(link);
    await ana.sees(ben);
  });
  afterAll(() => stage?.close());

  it('is told to who is there, by a sign, by a banner and aloud', async () => {
    await askToRecord(ana.page);
    await expectSound(ana);
    // What is said aloud next takes its place, whatever that is: it is noted as it comes.
    await ben.page.evaluate(noteTexts, byId('liveRegion'));
    begunMs = performance.now();
    await ana.page.click(byId('recordingBegin'));
    await seen(ben, 'recordingBadge', 'Recording · Ana');
    await seen(ben, 'recordingConsent', TOLD);
    expect(await textsSeen(benContext.pages()[0]!)).toContain(TOLD);
    await waitForUsable(ana.page, byId('recordingBar', { state: 'on' }));
    await seen(ana, 'recordingBadge', 'Recording · you');
    await expectSound(ben);
    await keepBothSchemes(ben.page, 'recording-told', 'wide');
    await keepBothSchemes(ana.page, 'recording-on', 'wide');
  });

  it('is told to who comes later, who can be quiet with one press', async () => {
    await cora.joinByLink(link);
    await seen(cora, 'recordingBadge', 'Recording · Ana');
    await seen(cora, 'recordingConsent', TOLD);
    await expectSound(cora);
    await keepBothSchemes(cora.page, 'recording-told', '320 px');
    await cora.page.click(byId('recordingQuiet'));
    await gone(cora, 'recordingConsent');
    await waitForUsable(cora.page, byId('micToggle', { state: 'muted' }));
    await waitForUsable(cora.page, byId('cameraToggle', { state: 'off' }));
    await seen(cora, 'recordingBadge', 'Recording · Ana');
  });

  it('is asked to end by the host, which the recorder is shown', async () => {
    await ben.page.click(byId('recordingOk'));
    await gone(ben, 'recordingConsent');
    await ben.page.click(byId('recordingBadge'));
    await waitForUsable(ben.page, byId('recordingAskToStop'));
    await expectSound(ben);
    await ben.page.click(byId('recordingAskToStop'));
    await seen(ana, 'recordingBar', 'A host asks you to stop recording.');
    await ben.page.press('Escape');
  });

  it('is a file that plays, can be jumped in, moves and is heard', async () => {
    const fromMs = Date.now();
    await until(() => Date.now() - fromMs > RECORDED_MS, { what: 'some seconds of meeting' });
    await ana.page.click(byId('recordingStop'));
    const name = await keptName(ana.page);
    const tookS = (performance.now() - begunMs) / 1000;
    await gone(ben, 'recordingBadge');
    await gone(cora, 'recordingBadge');
    await expectSound(ana);
    await keepBothSchemes(ana.page, 'recording-kept', 'wide');
    const downloading = anaContext.pages()[0]!.waitForEvent('download');
    await ana.page.click(byId('saveRecording'));
    const download = await downloading;
    const facts = await inspectRecording(ana.page, { name, fromS: 1, toS: 4.3 });
    process.stdout.write(`  ${download.suggestedFilename()}: ${JSON.stringify(facts)}\n`);
    expect(download.suggestedFilename()).toBe(name);
    expect(statSync(await download.path()).size).toBe(facts.bytes);
    expect(facts.durationS).toBeGreaterThan(RECORDED_MS / 1000);
    // No more than was recorded, which is the longer the busier the machine; sound goes by a clock of its own.
    expect(facts.durationS).toBeLessThan(tookS + 1);
    expect([facts.width, facts.height]).toEqual([1280, 720]);
    expect(facts.change).toBeGreaterThan(1);
    expect(facts.peak).toBeGreaterThan(0.02);
  });

  it('plays up to where the tab was lost, and is offered when one comes back', async () => {
    await ana.page.click(byId('deleteRecording'));
    await ana.page.click(byId('deleteRecording'));
    await gone(ana, 'keptRecording');
    await ana.page.press('Escape');
    await askToRecord(ana.page);
    await ana.page.click(byId('recordingBegin'));
    await untilSeconds(ana);
    await untilWritten(ana, 400);
    await ana.page.close();
    ana = new Participant(fromPlaywright(await anaContext.newPage()), 'Ana');
    await ana.page.goto(`${stage.server.origin}/`);
    const facts = await inspectRecording(ana.page, { name: await keptName(ana.page), fromS: 1, toS: 3 });
    process.stdout.write(`  lost: ${JSON.stringify(facts)}\n`);
    expect([facts.width, facts.height]).toEqual([1280, 720]);
    expect(facts.change).toBeGreaterThan(1);
    expect(facts.peak).toBeGreaterThan(0.02);
    await expectSound(ana);
  });

  it('is made by the browser’s own recorder where frames and samples cannot be had one by one, and plays', async () => {
    for (const { page } of [ana, ben, cora]) await page.close();
    const dan = await stage.person('Dan', (context) =>
      context.addInitScript(() => Reflect.deleteProperty(globalThis, 'MediaStreamTrackProcessor')),
    );
    await dan.makeMeeting(stage.server.origin);
    await dan.enter();
    await askToRecord(dan.page);
    await dan.page.click(byId('recordingBegin'));
    await untilSeconds(dan);
    await dan.page.click(byId('recordingStop'));
    const facts = await inspectRecording(dan.page, { name: await keptName(dan.page), fromS: 0.5, toS: 2 });
    process.stdout.write(`  MediaRecorder: ${JSON.stringify(facts)}\n`);
    expect([facts.width, facts.height]).toEqual([1280, 720]);
    expect(facts.change).toBeGreaterThan(1);
    expect(facts.peak).toBeGreaterThan(0.02);
  });
});
