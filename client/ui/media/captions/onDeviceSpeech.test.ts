// The browser's recognition is used only where it promises to stay on the device.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fakeTrack } from '../../test/fakes.ts';
import { speechSupport, startSpeech } from './onDeviceSpeech.ts';

const track = fakeTrack('audio');

const stubRecognition = ({ local = true, answer = 'available' } = {}) => {
  const made: InstanceType<typeof Recognition>[] = [];
  class Recognition extends EventTarget {
    static available = async () => answer;
    lang = '';
    heard: unknown = null;
    constructor() {
      super();
      made.push(this);
    }
    start(given: unknown): void {
      this.heard = given;
    }
    abort(): void {
      this.dispatchEvent(new Event('end'));
    }
    hear(...words: [string, boolean][]): void {
      const results = words.map(([transcript, isFinal]) => ({ isFinal, 0: { transcript } }));
      this.dispatchEvent(Object.assign(new Event('result'), { resultIndex: 0, results }));
    }
  }
  if (local) Object.defineProperty(Recognition.prototype, 'processLocally', { value: false, writable: true });
  vi.stubGlobal('SpeechRecognition', Recognition);
  return made;
};

describe('speech on the device', () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ['available', { answer: 'available' }, 'available'],
    ['downloadable', { answer: 'downloadable' }, 'downloadable'],
    ['being fetched', { answer: 'downloading' }, 'unavailable'],
    ['only to be had from a server', { local: false }, 'unavailable'],
  ])('%s counts as what it is', async (_what, how, expected) => {
    stubRecognition(how);
    expect(await speechSupport('en-US')).toBe(expected);
  });

  it('is unavailable where the browser has none', async () => {
    expect(await speechSupport('en-US')).toBe('unavailable');
  });

  it('is told to stay on the device, hears the track that it is given, and passes on what it understood', () => {
    const made = stubRecognition();
    const heard: string[] = [];
    const speech = startSpeech({
      lang: 'fr-FR',
      track,
      onText: (text, final) => heard.push(`${text}${final ? '.' : ''}`),
      onFailed: () => heard.push('failed'),
    });
    expect(made[0]).toMatchObject({ lang: 'fr-FR', processLocally: true, heard: track });
    made[0]?.hear(['bonjour', true], ['ça', false]);
    speech.close();
    made[0]?.hear(['trop tard', true]);
    expect(heard).toEqual(['bonjour.', 'ça']);
  });

  it('begins again after a silence, and gives up where it is refused at once three times', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const made = stubRecognition();
    let failed = 0;
    startSpeech({ lang: 'en-US', track, onText: () => undefined, onFailed: () => (failed += 1) });
    vi.advanceTimersByTime(30_000);
    made[0]?.dispatchEvent(new Event('end'));
    expect([made.length, failed]).toEqual([2, 0]);
    for (let tries = 0; tries < 3; tries += 1) made.at(-1)?.dispatchEvent(new Event('end'));
    expect([made.length, failed]).toEqual([4, 1]);
    vi.useRealTimers();
  });
});
