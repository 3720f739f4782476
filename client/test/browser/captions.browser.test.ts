// Captions between two pages. The recognition itself is played: Debian's Chromium has none that stays on the device.
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Participant } from './harness/Participant.ts';
import { byId } from './harness/selectors.ts';
import { setStage, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

/** A browser that understands speech on the device: whatever comes through the track, it hears the same words. */
const givePlayedRecognition = (context: BrowserContext) =>
  context.addInitScript(() => {
    class Recognition extends EventTarget {
      static available = async ({ processLocally }: { processLocally: boolean }) =>
        processLocally ? 'available' : 'none';
      start(track: MediaStreamTrack): void {
        let count = 0;
        const speak = (): void => {
          count += 1;
          const transcript = count < 3 ? 'the minutes' : 'the minutes are sealed';
          const results = [{ isFinal: count === 3, 0: { transcript } }];
          if (track.readyState === 'live')
            this.dispatchEvent(Object.assign(new Event('result'), { resultIndex: 0, results }));
          if (count < 3) setTimeout(speak, 300);
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
    await choose(ana, 'makeCaptions');
    await choose(ana, 'makeCaptions');
    await until(async () => (await captionsOf(ana)).length > 0, { what: 'Ana to read herself' });
    expect(await captionsOf(ben)).toEqual([]);
    await choose(ben, 'showCaptions');
    await until(async () => (await captionsOf(ben)).length > 0, { what: 'what was there all along' });
  });

  it('are not made where the browser would send the voice to a server, and it says so', async () => {
    await choose(ben, 'makeCaptions');
    await until(async () => (await ben.texts(byId('toast'))).some((text) => text.includes('on the device itself')), {
      what: 'the reason',
    });
  });
});
