// Captions are made on this device or not at all, and only of a microphone that is on.
import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import type { LocalMedia } from '#core';
import { fakeTrack } from '../../../test/fakes.ts';
import type { SpeechOptions, SpeechSupport } from '../../../media/captions/onDeviceSpeech.ts';
import { CaptionsModel } from './CaptionsModel.ts';

const createScene = (answers: SpeechSupport[]) => {
  const mic = signal<LocalMedia>({ state: 'off' });
  const cue = signal<number | null>(null);
  const told: string[] = [];
  const spoken: string[] = [];
  const asked: string[] = [];
  const ears: (SpeechOptions & { closed: boolean })[] = [];
  let installs = 0;
  const model = new CaptionsModel({
    client: {
      captions: {
        speak: (text, final) => spoken.push(`${text}${final ? '.' : ''}`),
        listen: () => asked.push('listen'),
        make: (on) => asked.push(on ? 'make' : 'stop'),
      },
    },
    mic: () => mic.value,
    cue: () => cue.value,
    tell: (text, tone) => told.push(`${tone}: ${text}`),
    speech: {
      support: async () => answers.shift() ?? 'unavailable',
      install: async () => (installs += 1) > 0,
      start: (options) => {
        const ear = { ...options, closed: false };
        ears.push(ear);
        return { close: () => void (ear.closed = true) };
      },
    },
  });
  const setMic = (track: MediaStreamTrack | null) =>
    (mic.value = track === null ? { state: 'muted', track: null } : { state: 'on', track, sealed: true });
  return { model, told, spoken, asked, cue, ears, setMic, installs: () => installs };
};

describe('captions of what I say', () => {
  it('are made of the microphone while it is on, and of the next one when it is changed', async () => {
    const { model, spoken, ears, setMic } = createScene(['available']);
    const [first, second] = [fakeTrack('audio'), fakeTrack('audio')];
    setMic(first);
    expect(ears).toHaveLength(0);
    await model.toggleMaking();
    ears[0]?.onText('hello', false);
    ears[0]?.onText('hello there', true);
    expect(spoken).toEqual(['hello', 'hello there.']);
    setMic(null);
    expect(ears[0]?.closed).toBe(true);
    setMic(second);
    expect(ears[1]?.track).toBe(second);
    await model.toggleMaking();
    expect([model.making.value, ears[1]?.closed]).toEqual(['off', true]);
  });

  it('are refused in words where the device cannot understand speech by itself', async () => {
    const { model, told, ears, setMic } = createScene(['unavailable']);
    setMic(fakeTrack('audio'));
    await model.toggleMaking();
    expect(model.making.value).toBe('off');
    expect(told.join()).toContain('warning: This browser cannot understand speech on the device itself.');
    expect(ears).toHaveLength(0);
  });

  it('have the browser fetch what it needs first, and say so', async () => {
    const { model, told, installs } = createScene(['downloadable', 'available']);
    await model.toggleMaking();
    expect([model.making.value, installs()]).toEqual(['on', 1]);
    expect(told[0]).toContain('Your browser fetches');
  });

  it('asked for and taken back while the browser still prepares, are not made', async () => {
    const { model, told } = createScene(['available']);
    const asked = model.toggleMaking();
    await model.toggleMaking();
    await asked;
    expect([model.making.value, told]).toEqual(['off', []]);
  });

  it('end in words when the browser gives up', async () => {
    const { model, told, ears, setMic } = createScene(['available']);
    setMic(fakeTrack('audio'));
    await model.toggleMaking();
    ears[0]?.onFailed();
    expect(model.making.value).toBe('off');
    expect(told.at(-1)).toContain('warning: Your browser stopped');
  });

  it('end with the meeting', async () => {
    const { model, ears, setMic } = createScene(['available']);
    setMic(fakeTrack('audio'));
    await model.toggleMaking();
    model.close();
    expect(ears[0]?.closed).toBe(true);
    setMic(fakeTrack('audio'));
    expect(ears).toHaveLength(1);
  });

  it('E-193 are heard anew whenever their speaker goes on air or off it, and the others are told that they are made', async () => {
    const { model, asked, cue, ears, setMic } = createScene(['available']);
    const mic = fakeTrack('audio');
    setMic(mic);
    await model.toggleMaking();
    cue.value = 7;
    cue.value = 8;
    cue.value = null;
    expect(ears.map(({ track, closed }) => [track === mic, closed])).toEqual([
      [true, true],
      [true, true],
      [true, true],
      [true, false],
    ]);
    model.close();
    expect(asked.filter((what) => what === 'listen')).toHaveLength(4);
    expect(asked.filter((what) => what !== 'listen')).toEqual(['make']);
  });
});
