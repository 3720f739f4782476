// The watch page's script waits for the pictures' way, and never longer than a person does.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Audience, WatchMedia, WatchState } from '#core';
import { LATEST_MS, untilUnderWay } from './untilUnderWay.ts';

const watching = (...media: WatchMedia[]): WatchState => ({
  ...({ program: { onAir: [] as string[] } } as unknown as Audience),
  phase: 'watching',
  tracks: media.map((one, index) => ({ peerId: `p${index}`, stream: 'camera', media: one })),
});
const PREPARING: WatchMedia = { state: 'waiting', cause: 'preparing' };
const READY: WatchMedia = { state: 'waiting', cause: 'firstFrame' };

function scene() {
  let state: WatchState = { phase: 'opening' };
  const listeners = new Set<() => void>();
  const client = {
    state: {
      get: () => state,
      subscribe: (listener: () => void) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
  };
  const done = vi.fn();
  void untilUnderWay(client).then(done);
  const become = async (next: WatchState): Promise<void> => {
    state = next;
    for (const listener of listeners) listener();
    await Promise.resolve();
  };
  return { become, done, listeners };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('untilUnderWay', () => {
  it('W-28 waits while a picture is announced and prepared, and no longer than that', async () => {
    const { become, done, listeners } = scene();
    await become({ ...watching(), program: null } as WatchState);
    await become({ ...watching(), program: { onAir: ['p0'] } } as unknown as WatchState);
    await become(watching(PREPARING, READY));
    expect(done).not.toHaveBeenCalled();
    await become(watching(READY, READY));
    expect([done.mock.calls.length, listeners.size, vi.getTimerCount()]).toEqual([1, 0, 0]);
  });

  it.each<WatchState>([
    { phase: 'waiting', why: 'full', retryAtMs: 0 },
    { phase: 'ended', reason: 'badLink' },
    watching(),
  ])('W-28 ends at $phase, which people have to be told', async (state) => {
    const { become, done } = scene();
    await become(state);
    expect(done).toHaveBeenCalledOnce();
  });

  it('W-28 ends by itself where nothing is heard', async () => {
    const { done } = scene();
    await vi.advanceTimersByTimeAsync(LATEST_MS - 1);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toHaveBeenCalledOnce();
  });
});
