// Hands in their order, reactions, polls, sounds and the hint to who is muted, as people use them in Chromium; the main path in Firefox too.
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, prepareAudit, sidewaysPx } from './harness/audit.ts';
import { fromPlaywright, waitForUsable } from './harness/BrowserPage.ts';
import { startChromium, type Chromium } from './harness/chromium.ts';
import { startFirefox } from './harness/firefox.ts';
import {
  chooseMore,
  handsOnTiles,
  openPolls,
  setHand,
  startPoll,
  untilCounts,
  untilHandIs,
  untilHands,
  vote,
} from './harness/gestures.ts';
import { canMakeNetworks, createNetwork } from './harness/NetworkNamespace.ts';
import { Participant } from './harness/Participant.ts';
import { keepBothSchemes, keepScreen } from './harness/screens.ts';
import { byId } from './harness/selectors.ts';
import { serveBundles } from './harness/serveBundles.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';
import type { GesturesPage } from './states/gesturesPage.tsx';

/** Instead of a microphone: a tone that begins when the test says so, through the same elements as a voice. */
const speakByHand = (): void => {
  const state = { speak: () => {} };
  Object.assign(globalThis, { testVoice: state });
  navigator.mediaDevices.getUserMedia = new Proxy(navigator.mediaDevices.getUserMedia, {
    apply: async (getUserMedia, devices, [wanted]: [MediaStreamConstraints]) => {
      const stream = (await Reflect.apply(getUserMedia, devices, [wanted])) as MediaStream;
      if (!wanted.audio) return stream;
      for (const track of stream.getAudioTracks()) {
        track.stop();
        stream.removeTrack(track);
      }
      const context = new AudioContext();
      const tone = new OscillatorNode(context, { frequency: 220 });
      const volume = new GainNode(context, { gain: 0 });
      const out = context.createMediaStreamDestination();
      tone.connect(volume).connect(out);
      tone.start();
      state.speak = () => {
        void context.resume();
        volume.gain.value = 0.5;
      };
      stream.addTrack(out.stream.getAudioTracks()[0] as MediaStreamTrack);
      return stream;
    },
  });
};
declare const testVoice: { speak(): void };
declare const gesturesPage: GesturesPage;

const hearsAloud = (person: Participant, text: string): Promise<unknown> =>
  until(
    () =>
      person.page.evaluate(({ css, words }) => document.querySelector(css)?.textContent?.includes(words) ?? false, {
        css: byId('liveRegion'),
        words: text,
      }),
    { what: `a screen reader of ${person.name} to say “${text}”` },
  );

describe('hands, reactions and polls', () => {
  let stage: Stage;
  let ana: Participant;
  let ben: Participant;
  let cora: Participant;
  let link = '';

  beforeAll(async () => {
    stage = await setStage();
    ana = await stage.person('Ana');
    ben = await stage.person('Ben', (context) => context.addInitScript(speakByHand));
    cora = await stage.person('Cora');
    link = await ana.makeMeeting(stage.server.origin);
    await ana.enter();
    await ben.joinByLink(link);
    await until(async () => (await ana.people()).length === 2, { what: 'Ana to have Ben in the list' });
    await until(async () => (await ben.people()).length === 2, { what: 'Ben to have Ana in the list' });
    await ana.closePanels();
    await ben.closePanels();
  });
  afterAll(() => stage?.close());

  it('shows a reaction, sent by a key, over the sender’s tile and by name, and reads it aloud', async () => {
    await ben.page.click(byId('reactionsToggle'));
    await waitForUsable(ben.page, byId('reaction'));
    await ben.page.press('2');
    const seen = until(
      () => ana.page.evaluate((css) => document.querySelectorAll(css).length, byId('tileReaction', { kind: 'clap' })),
      { what: 'Ana to see applause over a tile' },
    );
    const named = until(async () => (await ana.texts(byId('reactionStream'))).join().includes('Ben'), {
      what: 'Ana to read who sent it',
    });
    await Promise.all([seen, named, hearsAloud(ana, 'Ben 👏')]);
    await ben.page.press('Escape');
    await until(async () => (await ana.texts(byId('reactionStream'))).length === 0, { what: 'it to be gone again' });
  });

  it('shows raised hands in their order to all, with numbers, and to who comes late', async () => {
    // By its key; a button that has the focus would keep it to itself.
    await ben.page.evaluate(
      () => (document.activeElement instanceof HTMLElement ? document.activeElement.blur() : null),
      null,
    );
    await ben.page.press('r');
    await untilHandIs(ben, true);
    await hearsAloud(ana, 'Ben raised a hand');
    await setHand(ana, true);
    await until(async () => JSON.stringify(await handsOnTiles(ben)) === '{"Ana":"2","You":"1"}', {
      what: 'the numbers on Ben’s tiles',
    }).catch(async (error: Error) => {
      throw new Error(`${error.message}; tiles: ${JSON.stringify(await handsOnTiles(ben))}`);
    });
    await cora.joinByLink(link);
    for (const person of [cora, ana, ben]) await untilHands(person, ['Ben', 'Ana']);
    await setHand(cora, true);
    for (const person of [ana, ben, cora]) await untilHands(person, ['Ben', 'Ana', 'Cora']);
  });

  it('lets the host lower one hand and then all, and nobody else', async () => {
    const lower = (name: string): string => `${byId('raisedHand')} button[aria-label="Lower ${name}’s hand"]`;
    expect(await cora.texts(lower('Ben'))).toEqual([]);
    await ana.page.click(lower('Ben'));
    await untilHandIs(ben, false);
    await hearsAloud(ben, 'Ana lowered your hand');
    for (const person of [ana, ben, cora]) await untilHands(person, ['Ana', 'Cora']);
    await ana.page.click(byId('lowerAllHands'));
    for (const person of [ana, ben, cora]) await untilHands(person, []);
    await untilHandIs(cora, false);
    for (const person of [ana, ben, cora]) await person.closePanels();
  });

  it('counts the votes of a poll for all, tells who comes late, and keeps the result when it is closed', async () => {
    await startPoll(ana, { question: 'Where do we meet?', options: ['Here', 'There'] });
    await hearsAloud(ben, 'Ana asks the room');
    await until(async () => (await ben.texts(byId('pollsToggle'))).length > 0, { what: 'a button for polls' });
    await openPolls(ben);
    await vote(ben, 1);
    await vote(ana, 0);
    for (const person of [ana, ben]) await untilCounts(person, '1 1');
    const dan = await stage.person('Dan');
    await dan.joinByLink(link);
    await openPolls(dan);
    await waitForUsable(dan.page, byId('poll', { state: 'open' }));
    await vote(dan, 1);
    for (const person of [ana, ben, dan]) await untilCounts(person, '1 2');
    const end = `${byId('poll', { state: 'open' })} .poll-actions button:nth-of-type(2)`;
    await ana.page.click(end);
    for (const person of [ana, ben, dan]) {
      await waitForUsable(person.page, byId('poll', { state: 'closed' }));
      await untilCounts(person, '1 2');
    }
    await dan.leave();
    for (const person of [ana, ben]) await person.closePanels();
  });

  it('tells one who speaks while muted, with the key that helps', async () => {
    await ben.toggle('micToggle', 'muted');
    expect(await ben.texts(byId('mutedHint'))).toEqual([]);
    await ben.page.evaluate(() => testVoice.speak(), null);
    await until(async () => (await ben.texts(byId('mutedHint'))).join().includes('Press M to speak'), {
      what: 'Ben to read that he is muted',
    });
  });

  it('plays voices again that the system stopped, and offers no tap where none is needed', async () => {
    const arePlaying = (): Promise<boolean> =>
      ana.page.evaluate(() => {
        const voices = [...document.querySelectorAll('audio')];
        return voices.length > 0 && voices.every((voice) => !voice.paused);
      }, null);
    await until(arePlaying, { what: 'Ana to hear somebody' });
    await ana.page.evaluate(() => {
      for (const voice of document.querySelectorAll('audio')) voice.pause();
    }, null);
    await until(arePlaying, { what: 'the voices to be heard again' });
    await until(async () => (await ana.texts(byId('tapToResume'))).length === 0, { what: 'no tap to be asked for' });
  });

  it('switches off one sound and remembers that', async () => {
    await chooseMore(ana, 'moreSounds');
    await waitForUsable(ana.page, byId('soundsDialog'));
    const isOn = (): Promise<boolean> =>
      ana.page.evaluate(
        (css) => document.querySelector<HTMLInputElement>(css)?.checked ?? false,
        byId('soundSwitch', { sound: 'hand' }),
      );
    expect(await isOn()).toBe(true);
    await ana.page.click(byId('soundPlay', { sound: 'hand' }));
    await ana.page.click(byId('soundSwitch', { sound: 'hand' }));
    await until(async () => !(await isOn()), { what: 'the sound to be off' });
    expect(await ana.page.evaluate((key) => localStorage.getItem(key), 'conclave.sound.hand')).toBe('off');
  });
});

describe('a room full of gestures', () => {
  let chromium: Chromium;
  let bundles: Awaited<ReturnType<typeof serveBundles>>;
  const entry = path.join(import.meta.dirname, 'states', 'gesturesPage.tsx');

  beforeAll(async () => {
    [chromium, bundles] = await Promise.all([startChromium(), serveBundles([entry])]);
  });
  afterAll(async () => {
    await chromium?.close();
    bundles?.close();
  });

  const openPage = async (size: Parameters<Chromium['newContext']>[0], language: 'en' | 'fr'): Promise<Page> => {
    const context = await chromium.newContext(size);
    await prepareAudit(context);
    const page = await context.newPage();
    await page.goto(bundles.origin);
    await until(() => page.evaluate(() => 'gesturesPage' in globalThis), { what: 'the page' });
    await page.evaluate((spoken) => gesturesPage.speak(spoken), language);
    await page.evaluate(() => gesturesPage.react());
    return page;
  };

  it.each([
    ['wide', 'light', 'en', 1280, 800],
    ['phone', 'dark', 'fr', 390, 844],
    ['narrow', 'light', 'en', 320, 640],
  ] as const)('is accessible and fits, %s, %s, %s', async (title, colorScheme, language, width, height) => {
    const page = await openPage({ width, height, colorScheme }, language);
    const audited = fromPlaywright(page);
    const flaws: Record<string, unknown> = {};
    const look = async (screen: string): Promise<void> => {
      if (title === 'wide') await keepBothSchemes(audited, `gestures-${screen}`, title);
      else await keepScreen(audited, `gestures-${screen}`, `${title} and ${colorScheme}`);
      const found = [...(await axeViolations(audited)), await sidewaysPx(audited)];
      if (found.join() !== '0') flaws[screen] = found;
    };
    const more = async (entryId: Parameters<typeof byId>[0]): Promise<void> => {
      await audited.click(byId('more'));
      await audited.click(`[role="menu"]:popover-open ${byId(entryId)}`);
    };
    const closePanel = (panel: Parameters<typeof byId>[0]): Promise<void> =>
      audited.click(`${byId(panel)} header button`);
    await look('meeting');
    await (width < 640 ? more('moreReactions') : audited.click(byId('reactionsToggle')));
    await waitForUsable(audited, byId('reaction'));
    await look('palette');
    await audited.press('ArrowRight');
    await audited.press('Enter');
    await audited.press('8');
    await audited.press('Escape');
    expect(await page.evaluate(() => gesturesPage.calls())).toEqual(['react clap', 'react thumbsDown']);
    await (width < 640 ? more('morePeople') : audited.click(byId('peopleToggle')));
    await waitForUsable(audited, byId('handsList'));
    await look('hands');
    await closePanel('peoplePanel');
    await more('morePolls');
    await waitForUsable(audited, byId('poll'));
    await look('polls');
    await audited.click(byId('newPoll'));
    await waitForUsable(audited, byId('pollForm'));
    await look('poll-form');
    await closePanel('pollsPanel');
    await more('moreSounds');
    await waitForUsable(audited, byId('soundsDialog'));
    await look('sounds');
    expect(flaws).toEqual({});
    await page.context().close();
  });
});

const isRoot = canMakeNetworks();
if (!isRoot) process.stdout.write('skipped: Firefox needs a network of its own, and only root can make one\n');

describe.skipIf(!isRoot)('hands, reactions and polls between Firefox and Chromium', () => {
  let clear: () => Promise<void> = async () => undefined;
  afterAll(() => clear());

  it('reach the other', async () => {
    const network = createNetwork();
    clear = async () => network.close();
    const stage = await setStage({ network });
    clear = async () => {
      await stage.close();
      network.close();
    };
    const firefox = await startFirefox(network);
    stage.defer(() => firefox.close());
    const fern = new Participant(await firefox.newPage(), 'Fern');
    const carl = await stage.person('Carl');
    const link = await carl.makeMeeting(stage.server.origin);
    await carl.enter();
    await fern.joinByLink(link);
    await setHand(fern, true);
    await untilHands(carl, ['Fern']);
    await carl.closePanels();
    await fern.page.click(byId('reactionsToggle'));
    await waitForUsable(fern.page, byId('reaction'));
    await fern.page.press('1');
    await hearsAloud(carl, 'Fern 👍');
    await fern.page.press('Escape');
    await startPoll(carl, { question: 'Well?', options: ['Yes', 'No'] });
    await openPolls(fern);
    await vote(fern, 0);
    await vote(carl, 1);
    for (const person of [carl, fern]) await untilCounts(person, '1 1');
  });
});
