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
});
