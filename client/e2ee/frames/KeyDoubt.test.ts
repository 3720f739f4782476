// When a device doubts its own keys, and when it does not.
import { describe, expect, it } from 'vitest';
import type { TrackState } from '../messages.ts';
import { KeyDoubt } from './KeyDoubt.ts';

const flowing: TrackState = { state: 'flowing' };
const failing: TrackState = { state: 'failing', cause: 'authFailed' };

function doubts(...notes: [trackId: string, state: TrackState][]): number {
  let count = 0;
  const doubt = new KeyDoubt(() => (count += 1));
  for (const [trackId, state] of notes) doubt.note(trackId, state);
  return count;
}

describe('KeyDoubt', () => {
  it('F-13 doubts our keys where nothing opens under them', () => {
    expect(doubts(['a', failing])).toBe(1);
    expect(doubts(['a', flowing], ['b', flowing], ['a', failing], ['b', failing])).toBe(1);
  });

  it('F-13 takes a track that fails beside one that flows for its sender’s affair', () => {
    expect(doubts(['a', flowing], ['b', failing])).toBe(0);
    expect(doubts(['a', failing], ['a', flowing], ['b', failing])).toBe(1);
  });

  it('F-13 has no doubt where frames fail for other causes, or wait for a key', () => {
    expect(doubts(['a', { state: 'failing', cause: 'wrongLeaf' }], ['b', { state: 'waitingForKey' }])).toBe(0);
    expect(doubts(['a', { state: 'waitingForKey' }], ['b', failing])).toBe(0);
  });

  it('F-13 asks nothing of a track that is gone', () => {
    let count = 0;
    const doubt = new KeyDoubt(() => (count += 1));
    doubt.note('a', flowing);
    doubt.forget('a');
    doubt.note('b', failing);
    expect(count).toBe(1);
  });
});
