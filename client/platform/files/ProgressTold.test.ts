// What a page is told of progress when it comes quickly, and when it stands still.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ProgressTold } from './ProgressTold.ts';

describe('ProgressTold', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('tells the first at once, many as few, and the last though nothing comes behind it', () => {
    const told: number[] = [];
    const progress = new ProgressTold((bytes) => told.push(bytes));
    for (const bytes of [0, 1, 2, 3]) progress.reach(bytes);
    expect(told).toEqual([0]);
    vi.advanceTimersByTime(1_000);
    expect(told).toEqual([0, 3]);
    progress.reach(4);
    expect(told).toEqual([0, 3, 4]);
  });

  test('tells what is left before something else is said, and not again behind it', () => {
    const told: number[] = [];
    const progress = new ProgressTold((bytes) => told.push(bytes));
    progress.reach(1);
    progress.reach(2);
    progress.flush();
    vi.advanceTimersByTime(1_000);
    expect(told).toEqual([1, 2]);
  });
});
