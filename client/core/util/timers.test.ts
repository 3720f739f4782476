// What a timer does with a moment that is further away than browsers can wait for.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { after } from './timers.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('calls back late rather than at once where the moment is centuries away', () => {
  const callback = vi.fn();
  after(8e15, callback);
  vi.advanceTimersByTime(24 * 60 * 60 * 1_000);
  expect(callback).not.toHaveBeenCalled();
});
