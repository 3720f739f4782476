// How a Peer keeps its way to a server that restarts.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Admission } from '../admission.ts';
import { createScene, join, loseAndReturn } from '../test/signallingScene.ts';
import { joinedAnswer, tokenAnswer } from '../test/wireSamples.ts';
import { SignallingError } from './SignallingError.ts';

describe('SignallingClient', () => {
  beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => vi.useRealTimers());

  it('says that the server restarts where it takes nobody in, and tries for as long as who had a place would', async () => {
    const scene = createScene(() => Promise.reject(new SignallingError('draining')));
    scene.client.start();
    await vi.advanceTimersByTimeAsync(9 * 60_000);
    expect(new Set(scene.told)).toEqual(new Set(['shut']));
    expect(scene.ended).toEqual([]);
    scene.admissions.mockImplementation(async () => tokenAnswer() as Admission);
    await vi.advanceTimersByTimeAsync(10_000);
    scene.socket.accept();
    scene.socket.answer('room:join', joinedAnswer());
    expect(scene.told.at(-1)).toBe('joined');
    const vain = createScene(() => Promise.reject(new SignallingError('draining')));
    vain.client.start();
    await vi.advanceTimersByTimeAsync(11 * 60_000);
    expect(vain.ended).toEqual(['unreachable']);
  });

  it('shows its last token on the way back, and none on the way in', async () => {
    const scene = createScene();
    await join(scene);
    await loseAndReturn(scene);
    expect(scene.admissions.mock.calls).toEqual([[undefined], ['token']]);
  });

  it('tries again where all come back at once and there is no room yet', async () => {
    const scene = createScene();
    await join(scene);
    await loseAndReturn(scene);
    scene.socket.reject('room:join', 'capacity');
    expect(scene.ended).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    scene.socket.accept();
    scene.socket.answer('room:join', joinedAnswer());
    expect(scene.told).toEqual(['joined', 'lost', 'joined']);
  });

  it('says when it tries again while its place is lost, and nothing of it before there was one and after it is back', async () => {
    const scene = createScene();
    await join(scene);
    expect(scene.retries).toEqual([]);
    await loseAndReturn(scene);
    scene.socket.answer('room:join', joinedAnswer());
    expect(scene.retries).toEqual([150, null]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(scene.retries).toEqual([150, null]);
  });

  it('tries at once when its person does not want to wait, one attempt for as many presses', async () => {
    const scene = createScene();
    await join(scene);
    scene.client.tryNow();
    scene.socket.drop();
    for (let press = 0; press < 5; press += 1) scene.client.tryNow();
    await vi.advanceTimersByTimeAsync(0);
    expect(scene.admissions).toHaveBeenCalledTimes(2);
    expect(scene.socket.attempts).toBe(2);
  });

  it('asks a server that names its pause no sooner, whatever its person presses', async () => {
    const scene = createScene();
    await join(scene);
    scene.admissions.mockImplementation(() => Promise.reject(new SignallingError('rate_limited', 40_000)));
    scene.socket.drop();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(scene.admissions).toHaveBeenCalledTimes(2);
    scene.client.tryNow();
    await vi.advanceTimersByTimeAsync(38_000);
    expect(scene.admissions).toHaveBeenCalledTimes(2);
    expect(scene.retries.at(-1)).toBe(40_000);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(scene.admissions).toHaveBeenCalledTimes(3);
  });
});

/** A door that lets so many of one address through within a minute, as the server's does, and a server behind it that is there from `atMs` on. */
const doorOf = (points: number, atMs: number) => {
  let window = 0;
  let taken = 0;
  return async (): Promise<Admission> => {
    if (Date.now() < atMs) throw new SignallingError('disconnected');
    if (Date.now() - window >= 60_000) [window, taken] = [Date.now(), 0];
    taken += 1;
    if (taken > points) throw new SignallingError('rate_limited', window + 60_000 - Date.now());
    return tokenAnswer() as Admission;
  };
};

/** Seconds from the moment that the server is there to each one's place. */
async function comeBack(people: number, downForMs: number, door: (atMs: number) => () => Promise<Admission>) {
  const admit = { now: async () => tokenAnswer() as Admission };
  const scenes = Array.from({ length: people }, () => createScene(() => admit.now(), Math.random));
  for (const scene of scenes) await join(scene);
  const upMs = Date.now() + downForMs;
  admit.now = door(upMs);
  for (const { socket } of scenes) socket.drop();
  const back = new Map<unknown, number>();
  while (back.size < people && Date.now() < upMs + 180_000) {
    await vi.advanceTimersByTimeAsync(50);
    for (const { socket } of scenes) {
      if (back.has(socket) || socket.attempts === 1) continue;
      socket.accept();
      socket.answer('room:join', joinedAnswer());
      back.set(socket, (Date.now() - upMs) / 1_000);
    }
  }
  return [...back.values()].toSorted((a, b) => a - b);
}

describe('after a restart', () => {
  beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => vi.useRealTimers());

  it.each([5_000, 20_000])(
    'all are back within the longest pause of a server that was away for %i ms',
    async (downForMs) => {
      const back = await comeBack(100, downForMs, (atMs) => doorOf(Infinity, atMs));
      process.stdout.write(`away ${downForMs} ms: half back after ${back[49]} s, all after ${back[99]} s\n`);
      expect(back).toHaveLength(100);
      expect(back[99]).toBeLessThanOrEqual(3.1);
    },
  );

  it('an office of which the door lets a part in at a time is in with the next part', async () => {
    const back = await comeBack(120, 5_000, (atMs) => doorOf(80, atMs));
    expect(back).toHaveLength(120);
    expect(back[79]).toBeLessThanOrEqual(3.1);
    expect(back[119]).toBeLessThanOrEqual(100);
  });
});
