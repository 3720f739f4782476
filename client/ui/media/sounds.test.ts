// Rules of sounds.ts: each can be switched off, all can, and the device remembers it.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MemoryStorage } from '../test/fakes.ts';

/** How many notes were played. */
let played = 0;
class FakeNode {
  readonly gain = {
    setValueAtTime: () => {},
    linearRampToValueAtTime: () => {},
    exponentialRampToValueAtTime: () => {},
  };
  connect = <T>(next: T): T => next;
  start(): void {
    played += 1;
  }
  stop(): void {}
}
class FakeAudioContext {
  state: 'running' | 'suspended' = asleep ? 'suspended' : 'running';
  currentTime = 0;
  destination = {};
  resume = async (): Promise<void> => {
    this.state = 'running';
  };
}
let asleep = false;

const load = async () => {
  vi.resetModules();
  return import('./sounds.ts');
};

beforeEach(() => {
  played = 0;
  asleep = false;
  vi.stubGlobal('localStorage', new MemoryStorage());
  vi.stubGlobal('AudioContext', FakeAudioContext);
  vi.stubGlobal('OscillatorNode', FakeNode);
  vi.stubGlobal('GainNode', FakeNode);
});
afterEach(() => vi.unstubAllGlobals());

test('a sound that is off is not played, the others are, and the device remembers it', async () => {
  const first = await load();
  first.setSound('hand', false);
  first.playSound('hand');
  expect(played).toBe(0);
  first.playSound('chat');
  expect(played).toBe(2);
  const later = await load();
  expect(later.SOUNDS.filter((sound) => !later.isSoundOn(sound))).toEqual(['hand']);
  later.setSound('hand', true);
  expect((await load()).isSoundOn('hand')).toBe(true);
});

test('with all of them off none is played, whatever its own switch says', async () => {
  const first = await load();
  first.setSounds(false);
  for (const sound of first.SOUNDS) first.playSound(sound);
  expect(played).toBe(0);
  const later = await load();
  expect(later.soundsOn.value).toBe(false);
  expect(later.isSoundOn('knock')).toBe(true);
});

test('each is heard when it is tried out, off or on, asleep or awake', async () => {
  asleep = true;
  const { setSounds, SOUNDS, tryOutSound } = await load();
  setSounds(false);
  tryOutSound('knock');
  await vi.waitFor(() => expect(played).toBe(2));
  for (const sound of SOUNDS) {
    const before = played;
    tryOutSound(sound);
    expect(played).toBeGreaterThan(before);
  }
});

test('a sound that the browser does not allow yet is not played later, when it is about something else', async () => {
  asleep = true;
  const { playSound } = await load();
  playSound('joined');
  await Promise.resolve();
  expect(played).toBe(0);
  playSound('joined');
  expect(played).toBe(2);
});
