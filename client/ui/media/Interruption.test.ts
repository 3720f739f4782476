// Rules of Interruption.ts, with a system that is played by the test: no iPhone rings here.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeTrack } from '../../core/test/FakeTrack.ts';
import { Interruption } from './Interruption.ts';

const start = () => {
  const calls: string[] = [];
  let allowed = true;
  let comeBack: () => void = () => undefined;
  const interruption = new Interruption({
    onReturn(callback) {
      comeBack = callback;
      return () => void calls.push('stopped listening');
    },
    renewMic: async () => {
      calls.push('renew');
      if (allowed) hold(true);
      return allowed;
    },
    startMic: async () => {
      calls.push('start');
      if (allowed) hold(true);
      return allowed;
    },
    playVoices: () => void calls.push('play'),
  });
  const hold = (on: boolean): FakeTrack => {
    const track = new FakeTrack('audio');
    interruption.follow({ track: track.asTrack(), on });
    return track;
  };
  const pass = async (ms = 2_000) => void (await vi.advanceTimersByTimeAsync(ms));
  const goBack = async () => {
    comeBack();
    await pass();
  };
  return { interruption, calls, hold, goBack, pass, allow: (may: boolean) => (allowed = may) };
};
const silence = (track: FakeTrack) => track.dispatchEvent(new Event('mute'));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a page that is left and seen again asks for nothing where nothing was taken away', async () => {
  const { interruption, calls, hold, goBack } = start();
  hold(true);
  await goBack();
  expect(calls).toEqual([]);
  expect(interruption.needsTap.value).toBe(false);
});

test('a microphone that the system silenced is got anew on the return, and nobody is asked for anything', async () => {
  const { interruption, calls, hold, goBack } = start();
  silence(hold(true));
  await goBack();
  expect(calls).toEqual(['renew']);
  expect(interruption.needsTap.value).toBe(false);
  await goBack();
  expect(calls).toEqual(['renew']);
});

test('a microphone that the system gives back by itself is left alone', async () => {
  const { calls, hold, goBack } = start();
  const track = hold(true);
  silence(track);
  track.dispatchEvent(new Event('unmute'));
  await goBack();
  expect(calls).toEqual([]);
});

test('where the browser gives no microphone without a touch, one is offered, and gets it', async () => {
  const { interruption, calls, hold, goBack, allow } = start();
  silence(hold(true));
  allow(false);
  await goBack();
  expect(interruption.needsTap.value).toBe(true);
  allow(true);
  await interruption.resume();
  expect(calls).toEqual(['renew', 'play', 'renew']);
  expect(interruption.needsTap.value).toBe(false);
});

test('a touch that brings nothing back leaves the offer standing', async () => {
  const { interruption, hold, goBack, allow } = start();
  silence(hold(true));
  allow(false);
  await goBack();
  await interruption.resume();
  expect(interruption.needsTap.value).toBe(true);
});

test('an open microphone that ended while it was silenced is started again; one that was muted is not', async () => {
  const { interruption, calls, hold, goBack } = start();
  silence(hold(true));
  interruption.follow(null);
  await goBack();
  expect(calls).toEqual(['start']);
  silence(hold(false));
  interruption.follow(null);
  await goBack();
  expect(calls).toEqual(['start']);
});

test('a microphone that its person took away is not brought back', async () => {
  const { interruption, calls, hold, goBack } = start();
  hold(true);
  interruption.follow(null);
  await goBack();
  expect(calls).toEqual([]);
});

test('voices that play as soon as they are asked to are no reason to offer a touch', async () => {
  const { interruption, calls, pass } = start();
  const offers: boolean[] = [];
  interruption.needsTap.subscribe((needed) => void offers.push(needed));
  interruption.voicePaused();
  await pass(1_500);
  interruption.voicePlays();
  await pass(5_000);
  expect(calls).toEqual(['play']);
  expect(offers).toEqual([false]);
});

test('voices that the system stopped are played again at once and on each return, until they play', async () => {
  const { interruption, calls, goBack, pass } = start();
  interruption.voicePaused();
  await pass();
  expect(calls).toEqual(['play']);
  expect(interruption.needsTap.value).toBe(true);
  await goBack();
  interruption.voicePlays();
  expect(interruption.needsTap.value).toBe(false);
  await goBack();
  expect(calls).toEqual(['play', 'play']);
});

test('once closed it asks for nothing more', async () => {
  const { interruption, calls, hold, pass } = start();
  silence(hold(true));
  interruption.voicePaused();
  interruption.close();
  await pass(5_000);
  expect(calls).toEqual(['stopped listening']);
});
