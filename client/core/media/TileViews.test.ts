import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TileView } from '../types.ts';
import type { Ask } from './Publishing.ts';
import type { RemoteTrack } from './Receiving.ts';
import { TileViews } from './TileViews.ts';

const TILE: TileView = { peerId: 'ben', stream: 'camera', visible: true, width: 320, height: 180 };
const TRACK = { consumerId: 'c1', peerId: 'ben', stream: 'camera', readiness: 'ready' } as unknown as RemoteTrack;
/** Longer than a burst is gathered and a refusal waited for. */
const LONG_MS = 10_000;

describe('what a client tells the server of its tiles', () => {
  let told: boolean[];
  let refusals: number;
  let views: TileViews;

  beforeEach(() => {
    vi.useFakeTimers();
    told = [];
    refusals = 0;
    const ask = (async (_name: string, { views: all }: { views: { visible: boolean }[] }) => {
      told.push(all[0]?.visible ?? false);
      refusals -= 1;
      if (refusals >= 0) throw new Error('not now');
      return {};
    }) as unknown as Ask;
    views = new TileViews(ask, () => ({ remoteTracks: [TRACK], setShown: () => undefined }));
  });
  afterEach(() => {
    views.close();
    vi.useRealTimers();
  });

  it('is told once while nothing changes', async () => {
    views.show([TILE]);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    views.show([{ ...TILE }]);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(told).toEqual([true]);
  });

  it('is told again until the server takes it, though nothing else changes', async () => {
    views.show([{ ...TILE, visible: false }]);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    refusals = 2;
    views.show([TILE]);
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(told).toEqual([false, true, true, true]);
  });

  it('is told no more once the meeting is over', async () => {
    refusals = 1;
    views.show([TILE]);
    await vi.advanceTimersByTimeAsync(500);
    views.close();
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(told).toEqual([true]);
  });
});
