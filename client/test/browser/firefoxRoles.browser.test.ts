// A meeting led, heard, recorded, measured and hidden from in Firefox, with one in Chromium: what the browsers do in different ways.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lineReadingOf } from '../../core/quality/lineReading.ts';
import { chooseBackground, seesPerson, seesWall, SHARP, slowDown } from './harness/background.ts';
import { waitForUsable } from './harness/BrowserPage.ts';
import { FULL_PACE } from './harness/chromium.ts';
import { startFirefox, type Firefox } from './harness/firefox.ts';
import { chooseAbout, openAfresh, untilPeople } from './harness/hosting.ts';
import { canMakeNetworks, createNetwork } from './harness/NetworkNamespace.ts';
import { Participant } from './harness/Participant.ts';
import { lookAt } from './harness/pictures.ts';
import { filmPortrait, WALLS } from './harness/portrait.ts';
import { askToRecord, copyRecording, inspectRecording, keptName, untilWritten } from './harness/recordedFile.ts';
import { byId } from './harness/selectors.ts';
import { loudestSent, reallyMissed, sentTracks, setRoom, speak } from './harness/sentSound.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';
import { keepConnections, namedByTrack } from './harness/videoUse.ts';

const isRoot = canMakeNetworks();
if (!isRoot) process.stdout.write('skipped: Firefox needs a network of its own, and only root can make one\n');

describe.skipIf(!isRoot)('a meeting in Firefox', () => {
  let stage: Stage | undefined;
  let firefox: Firefox;
  let clear: () => Promise<void> = async () => undefined;
  let fern: Participant;
  let carl: Participant;

  const expectWords = (person: Participant, id: Parameters<typeof byId>[0], words: string): Promise<unknown> =>
    until(async () => (await person.texts(byId(id))).some((text) => text.includes(words)), {
      what: `${person.name} to see “${words}” (${id})`,
    });
  const expectGone = (person: Participant, id: Parameters<typeof byId>[0]): Promise<unknown> =>
    until(async () => (await person.texts(byId(id))).length === 0, { what: `${id} to be gone at ${person.name}` });
  const micIs = (person: Participant, state: 'on' | 'muted'): Promise<void> =>
    waitForUsable(person.page, byId('micToggle', { state }));

  /** Whoever leads mutes the other, asks them to unmute, shows them large to all, and takes it back. */
  const expectObeyed = async (host: Participant, other: Participant): Promise<void> => {
    for (const one of [host, other]) await untilPeople(one, 2);
    await chooseAbout(host, other, 'Mute');
    await micIs(other, 'muted');
    await expectWords(other, 'toast', `${host.name} muted you`);
    await host.seesMuted(other, true);
    await chooseAbout(host, other, 'Ask to unmute');
    await expectWords(other, 'asked', `${host.name} asks you to unmute`);
    await other.page.click(byId('askedYes'));
    await micIs(other, 'on');
    await host.seesMuted(other, false);
    await chooseAbout(host, other, 'Spotlight for everyone');
    await expectWords(other, 'spotlightBadge', `You are spotlighted for everyone by ${host.name}`);
    await chooseAbout(host, other, 'End the spotlight');
    for (const one of [host, other]) {
      await expectGone(one, 'spotlightBadge');
      await one.closePanels();
    }
  };

  beforeAll(async () => {
    const network = createNetwork();
    clear = async () => {
      await stage?.close();
      network.close();
    };
    stage = await setStage({ network, pace: FULL_PACE });
    firefox = await startFirefox(network);
    stage.defer(() => firefox.close());
    const page = await firefox.newPage(async (fresh) => {
      const context = { addInitScript: fresh.evaluateOnNewDocument.bind(fresh) };
      await filmPortrait(context, WALLS.teal, { striped: true });
      await fresh.evaluateOnNewDocument(keepConnections, []);
      await fresh.evaluateOnNewDocument(slowDown);
      await fresh.evaluateOnNewDocument(speak);
    });
    fern = new Participant(page, 'Fern');
    carl = await stage.person('Carl');
    const link = await fern.makeMeeting(stage.server.origin);
    await fern.enter();
    await carl.joinByLink(link);
    await fern.sees(carl);
  });
  afterAll(() => clear());

  it('is led from Firefox: mute, ask to unmute, spotlight', () => expectObeyed(fern, carl));

  it('is heard out of Firefox, as what its sound card is given', async () => {
    await fern.hearsVoices(1);
    firefox.soundCard.takePeak();
    await until(() => firefox.soundCard.takePeak() > 0.01, { what: 'the sound card to play a voice' });
    await carl.hearsVoices(1);
    expect(firefox.soundCard.unknown()).toEqual([]);
  });

  it('is recorded in Firefox, which everybody is told, and the file plays in both browsers', async () => {
    await askToRecord(fern.page);
    await fern.page.click(byId('recordingBegin'));
    await expectWords(carl, 'recordingBadge', 'Recording · Fern');
    await expectWords(
      carl,
      'recordingConsent',
      'Fern is recording. What you send from now on is kept on their device.',
    );
    await waitForUsable(fern.page, byId('recordingBar', { state: 'on' }));
    await expectWords(fern, 'recordingBadge', 'Recording · you');
    await carl.page.click(byId('recordingOk'));
    await untilWritten(fern, 300);
    await fern.page.click(byId('recordingStop'));
    const name = await keptName(fern.page);
    await expectGone(carl, 'recordingBadge');
    await copyRecording(fern.page, carl.page, name);
    for (const { page, name: player } of [carl, fern]) {
      const facts = await inspectRecording(page, { name, fromS: 0.5, toS: 2 });
      process.stdout.write(`  ${name}, played by ${player}: ${JSON.stringify(facts)}\n`);
      expect([facts.width, facts.height]).toEqual([1280, 720]);
      expect(facts.change).toBeGreaterThan(1);
      expect(facts.peak).toBeGreaterThan(0.02);
    }
    // Twice: the first press asks. What is neither saved nor deleted would keep the tab from being left.
    await fern.page.click(byId('deleteRecording'));
    await fern.page.click(byId('deleteRecording'));
    await expectGone(fern, 'keptRecording');
    await fern.page.press('Escape');
  });

  it('shows how good each line is, out of Firefox’s own figures', async () => {
    const read = async () => {
      const [send = [], recv = []] = await fern.page.evaluate(async () => {
        const { keptConnections } = globalThis as unknown as { keptConnections: Set<RTCPeerConnection> };
        const all = await Promise.all([...keptConnections].map(async (one) => [...(await one.getStats()).values()]));
        const holding = (type: string) => all.find((stats) => stats.some((one) => one.type === type)) ?? [];
        return [holding('outbound-rtp'), holding('inbound-rtp')] as Record<string, unknown>[][];
      }, null);
      return lineReadingOf(send, recv, 0);
    };
    // Of the way up the server has to report first.
    const { up, down } = await until(
      async () => {
        const reading = await read();
        return reading.up.roundTripMs !== null && reading.up.packets > 0 && reading.down.packets > 0 && reading;
      },
      { what: 'packets and a delay in Firefox’s figures' },
    );
    const named = await namedByTrack(fern);
    expect(named).toEqual(named.map(() => true));
    process.stdout.write(`  Firefox reads: ${JSON.stringify({ up, down })}\n`);
    // A busy machine holds encoders back: then there are fewer bars, and words for them.
    const isMark = (mark: string): boolean => /^(4|[1-3]\S+ connection: .+)$/.test(mark);
    for (const one of [fern, carl]) {
      const marks = (): Promise<string[]> =>
        one.page.evaluate(
          (css) =>
            [...document.querySelectorAll<HTMLElement>(css)].map(
              (mark) => `${mark.dataset['bars']}${mark.textContent}`,
            ),
          `${byId('tile', { stream: 'camera' })} ${byId('quality')}`,
        );
      const areMarks = async (): Promise<boolean> => {
        const found = await marks();
        if (found.length !== 2 || !found.every(isMark)) throw new Error(JSON.stringify(found));
        return true;
      };
      await until(areMarks, { what: `bars, and words where they are few, on both tiles at ${one.name}` });
    }
  });

  describe('noise suppression in Firefox', () => {
    const NOISE = 0.1;
    const sounds = (isIt: (loudest: number) => boolean, what: string): Promise<number> => {
      let loudest = 0;
      const look = async (): Promise<boolean> => {
        loudest = await loudestSent(fern.page);
        if (!isIt(loudest)) throw new Error(`${loudest}, ${(await fern.texts(byId('toast'))).join()}`);
        return true;
      };
      return until(look, { what }).then(() => loudest);
    };
    const isNoisy = (): Promise<number> => sounds((loudest) => loudest > NOISE / 2, 'the noise to be sent');
    const isNoiseGone = (): Promise<number> => sounds((loudest) => loudest < NOISE / 10, 'the noise to be gone');
    const switchNoise = async (): Promise<void> => {
      const [before = ''] = await sentTracks(fern.page, 'audio');
      await fern.page.click('button.caret[aria-label*="Microphone"]');
      await fern.page.click(byId('noiseItem'));
      await until(async () => !(await sentTracks(fern.page, 'audio')).includes(before), { what: 'another track' });
    };

    it('takes noise out, and the voice still arrives', async () => {
      await setRoom(fern.page, { voice: 0, noise: NOISE });
      const before = await isNoisy();
      await switchNoise();
      const after = await isNoiseGone();
      await setRoom(fern.page, { voice: 0.2, noise: 0 });
      const voice = await sounds((loudest) => loudest > 0.1, 'the voice to be sent');
      const missedMs = (await reallyMissed(fern.page)) / 48;
      process.stdout.write(`  ${JSON.stringify({ before, after, voice, missedMs })}\n`);
      await carl.hearsVoices(1);
      await carl.hears(fern);
    });

    it('switches itself off, and says so, where the worker gives a fifth of the sound back too late', async () => {
      await setRoom(fern.page, { voice: 0, noise: NOISE });
      await isNoiseGone();
      await setRoom(fern.page, { lateShare: 0.2 });
      await expectWords(fern, 'toast', 'Noise suppression was too much for this device, so it is off.');
      await isNoisy();
      await setRoom(fern.page, { lateShare: 0 });
    });

    it('is switched on again, and off, by the person, and the noise is sent again', async () => {
      await switchNoise();
      await isNoiseGone();
      await switchNoise();
      expect(await isNoisy()).toBeGreaterThan(NOISE / 2);
      await setRoom(fern.page, { voice: 0.2, noise: 0 });
      await carl.hearsVoices(1);
    });
  });

  it('says in words that captions cannot be made there', async () => {
    await fern.page.click(byId('more'));
    await fern.page.click(byId('makeCaptions'));
    await expectWords(fern, 'toast', 'This browser cannot understand speech on the device itself.');
  });

  describe('led from Chromium', () => {
    beforeAll(async () => {
      for (const one of [fern, carl]) await one.leave();
      const link = await carl.makeMeeting(stage?.server.origin ?? '');
      await carl.enter();
      await openAfresh(fern, link);
    });

    it('is entered behind a blur where Firefox can draw one, and nothing of the room is sent before it is', async () => {
      const canDraw = await fern.page.evaluate(() => new OffscreenCanvas(1, 1).getContext('webgl2') !== null, null);
      process.stdout.write(`  this Firefox ${canDraw ? 'has' : 'lacks'} WebGL 2\n`);
      await fern.page.click(byId('background'));
      await waitForUsable(fern.page, byId('backgroundDialog'));
      const [words = ''] = await fern.texts(byId('backgroundDialog'));
      expect(words.includes('This browser cannot change the background.')).toBe(!canDraw);
      expect(words.includes('Strong blur')).toBe(canDraw);
      if (canDraw) await chooseBackground(fern.page, 'blur-strong');
      await fern.page.press('Escape');
      await fern.enter();
      if (!canDraw) return;
      expect(await seesWall(carl, 'Fern', 'blurred')).toBeLessThan(SHARP);
      await carl.sees(fern);
      const pixels = await seesPerson(carl, 'Fern');
      await fern.page.click('button.caret[aria-label*="Camera"]');
      await fern.page.click(byId('backgroundItem'));
      await waitForUsable(fern.page, byId('backgroundDialog'));
      await chooseBackground(fern.page, 'dusk');
      // Another colour in the corner, and never the room in between.
      let sharpest = 0;
      const isAnother = async (): Promise<boolean> => {
        sharpest = Math.max(sharpest, await seesWall(carl, 'Fern', 'blurred'));
        const now = (await lookAt(carl.page, 'Fern'))?.pixels ?? pixels;
        return Math.max(...now.slice(0, 3).map((value, at) => Math.abs(value - pixels[at]!))) > 40;
      };
      await until(isAnother, { what: 'Carl to see a picture behind Fern' });
      expect(sharpest).toBeLessThan(SHARP);
      await carl.screenshot('firefox-background');
      await fern.screenshot('firefox-background-dialog');
      await fern.page.press('Escape');
    });

    it('obeys in Firefox: mute, ask to unmute, spotlight', () => expectObeyed(carl, fern));
  });
});
