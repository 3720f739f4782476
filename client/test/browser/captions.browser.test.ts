// Captions between two pages, and on air for who watches. The recognition itself is played: Debian's Chromium has none that stays on the device.
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, prepareAudit, sidewaysPx } from './harness/audit.ts';
import { fromPlaywright } from './harness/BrowserPage.ts';
import { untilPeople } from './harness/hosting.ts';
import type { Participant } from './harness/Participant.ts';
import { byId } from './harness/selectors.ts';
import { openStage, putOnAir, stagePanel, takeOff } from './harness/showing.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';
import { forgeCaption, tapViewer, type ViewerWire } from './harness/viewerWire.ts';

/** What the played recognition hears from its next start on, and whether it hears it again and again. */
interface Played {
  words?: string;
  again?: boolean;
}

/** A browser that understands speech on the device: whatever comes through the track, it hears the same words. */
const givePlayedRecognition = (context: BrowserContext) =>
  context.addInitScript(() => {
    class Recognition extends EventTarget {
      static available = async ({ processLocally }: { processLocally: boolean }) =>
        processLocally ? 'available' : 'none';
      start(track: MediaStreamTrack): void {
        const { words = 'the minutes are sealed', again = false } = globalThis as unknown as Played;
        const begun = words.split(' ').slice(0, 2).join(' ');
        let count = 0;
        const speak = (): void => {
          count += 1;
          const transcript = count < 3 ? begun : words;
          const results = [{ isFinal: count === 3, 0: { transcript } }];
          if (track.readyState === 'live')
            this.dispatchEvent(Object.assign(new Event('result'), { resultIndex: 0, results }));
          if (track.readyState !== 'live' || (count === 3 && !again)) return;
          setTimeout(speak, count === 3 ? 2_000 : 300);
          if (count === 3) count = 0;
        };
        setTimeout(speak, 100);
      }
      abort(): void {}
    }
    Object.defineProperty(Recognition.prototype, 'processLocally', { value: false, writable: true });
    Object.assign(globalThis, { SpeechRecognition: Recognition });
  });

describe('captions', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  beforeAll(async () => {
    stage = await setStage();
    ana = await stage.person('Ana', givePlayedRecognition);
    // What this Chromium has asks a server, and so counts as nothing.
    ben = await stage.person('Ben');
    const link = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ben.joinByLink(link);
  });
  afterAll(() => stage?.close());

  const captionsOf = (person: Participant) => person.texts(`${byId('captions')} li`);
  const choose = async (person: Participant, item: 'showCaptions' | 'makeCaptions'): Promise<void> => {
    await person.page.click(byId('more'));
    await person.page.click(byId(item));
  };

  it('of what one says are read by the other, word by word, and go when they are old', async () => {
    await choose(ana, 'makeCaptions');
    await until(async () => (await captionsOf(ben)).includes('Ana the minutes are sealed'), { what: 'Ben to read it' });
    expect(await captionsOf(ana)).toEqual(['Ana the minutes are sealed']);
    await until(async () => (await captionsOf(ben)).length === 0, { what: 'old words to go' });
  });

  it('can be hidden by whoever does not want them', async () => {
    await choose(ben, 'showCaptions');
    // Opened before she speaks: her words go after six seconds, and by then one press is to have brought them.
    await ben.page.click(byId('more'));
    await choose(ana, 'makeCaptions');
    await choose(ana, 'makeCaptions');
    await until(async () => (await captionsOf(ana)).length > 0, { what: 'Ana to read herself' });
    expect(await captionsOf(ben)).toEqual([]);
    await ben.page.click(byId('showCaptions'));
    await until(async () => (await captionsOf(ben)).length > 0, { what: 'what was there all along' });
  });

  it('are not made where the browser would send the voice to a server, and it says so', async () => {
    await choose(ben, 'makeCaptions');
    await until(async () => (await ben.texts(byId('toast'))).some((text) => text.includes('on the device itself')), {
      what: 'the reason',
    });
  });
});

describe('captions on air', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  let anaPage: Page;
  let viewer: Page;
  let wire: ViewerWire;
  let watchLink = '';
  beforeAll(async () => {
    stage = await setStage();
    ana = await stage.person('Ana', async (context) => {
      context.on('page', (page) => (anaPage = page));
      await givePlayedRecognition(context);
    });
    ben = await stage.person('Ben');
    const link = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ben.joinByLink(link);
    for (const one of [ana, ben]) await untilPeople(one, 2);
    for (const one of [ana, ben]) await one.closePanels();
    watchLink = await openStage(anaPage);
    await stagePanel(anaPage).getByRole('radio', { name: 'Live' }).click();
    const context = await stage.chromium.newContext({ width: 390, height: 844 });
    await prepareAudit(context);
    wire = await tapViewer(context);
    viewer = await context.newPage();
    await viewer.goto(watchLink);
    await until(async () => (await viewer.locator('body').innerText()).includes('In a moment'), {
      what: 'the page of the event',
    });
  });
  afterAll(() => stage?.close());

  const captionsOf = (person: Participant) => person.texts(`${byId('captions')} li`);
  const readByViewer = () => viewer.locator(`${byId('sceneCaptions')} li`).allInnerTexts();
  const hear = (played: Played) => anaPage.evaluate((given) => void Object.assign(globalThis, given), played);
  const makeCaptions = async (): Promise<void> => {
    await ana.page.click(byId('more'));
    await ana.page.click(byId('makeCaptions'));
  };

  it('E-192 are the members’ alone while their speaker is backstage, and the producer sees who makes them', async () => {
    await hear({ words: 'said backstage only', again: true });
    await makeCaptions();
    await until(async () => (await captionsOf(ben)).includes('Ana said backstage only'), { what: 'Ben to read it' });
    await until(() => stagePanel(anaPage).getByText('makes captions').isVisible(), { what: 'the producer to see it' });
    expect(wire.captions()).toEqual([]);
    await hear({ words: 'good evening, all of you', again: true });
  });

  it('E-195 are read by viewers with the speaker’s name once they are on air, and nothing that was said before', async () => {
    await putOnAir(anaPage, 'Ana');
    await until(async () => (await readByViewer()).includes('Ana good evening, all of you'), {
      what: 'the viewer to read Ana',
      timeoutMs: 45_000,
    });
    await until(async () => (await ana.texts(byId('airBar'))).join().includes('Your words are shown to viewers.'), {
      what: 'Ana to read who reads her',
    });
    expect((await readByViewer()).filter((line) => line.includes('backstage'))).toEqual([]);
    await until(() => viewer.getByRole('button', { name: 'Hide captions', exact: true }).isVisible(), {
      what: 'that there are captions',
    });
    const page = fromPlaywright(viewer);
    expect(await axeViolations(page)).toEqual([]);
    expect(await sidewaysPx(page)).toBe(0);
  });

  it('can be hidden by key and made larger, which the device remembers', async () => {
    await viewer.keyboard.press('c');
    await until(async () => (await readByViewer()).length === 0, { what: 'captions to go' });
    await viewer.getByRole('button', { name: 'Who speaks, and is it true?' }).click();
    await viewer.getByRole('switch', { name: 'Show captions' }).check();
    await viewer.getByRole('radio', { name: 'Very large' }).check();
    await viewer.keyboard.press('Escape');
    await until(async () => (await readByViewer()).length > 0, { what: 'captions to come back' });
    const kept = () => viewer.evaluate(() => localStorage.getItem('conclave.watch.captionSize'));
    await until(async () => (await kept()) === 'largest', { what: 'the size to be kept' });
  });

  it('E-195 that somebody with the watch link made up in their name are refused, and warned of', async () => {
    wire.say('stage:caption', await forgeCaption(watchLink, 'Ana', 'send me your money'));
    const warning = viewer.locator(byId('watchWarning'));
    await until(async () => (await warning.count()) === 1 && (await warning.innerText()).includes('came as Ana'), {
      what: 'the warning',
    });
    expect((await readByViewer()).filter((line) => line.includes('money'))).toEqual([]);
    // One that the server held is refused without a word, and she is read on.
    const [old = ''] = wire.captions();
    const [, payload] = JSON.parse(old.slice(2)) as [string, unknown];
    wire.say('stage:caption', payload);
    await until(async () => (await readByViewer()).includes('Ana good evening, all of you'), { what: 'Ana herself' });
  });

  it('E-192 end for viewers when their speaker goes off air, and go on for the members', async () => {
    await hear({ words: 'backstage once more', again: true });
    await takeOff(anaPage, 'Ana');
    await until(async () => (await captionsOf(ben)).includes('Ana backstage once more'), { what: 'Ben to read it' });
    await until(async () => (await readByViewer()).length === 0, { what: 'the last words to go' });
    const passedOn = wire.captions().length;
    await hear({ words: 'and another thing', again: true });
    await makeCaptions();
    await makeCaptions();
    await until(async () => (await captionsOf(ben)).includes('Ana and another thing'), { what: 'Ben to read on' });
    expect(wire.captions().length).toBe(passedOn);
    expect(await readByViewer()).toEqual([]);
  });
});
