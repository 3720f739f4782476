// What a returning Connection is told, and when too much was said for that.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PeerId } from '#protocol/ids';
import { NotificationBuffer } from './NotificationBuffer.ts';
import { wireSize } from './wireSize.ts';

const peerId = 'p'.repeat(16) as PeerId;
const roomy = { notifications: 100, bytes: 1_000_000 };

function filled(count: number, bounds = roomy): NotificationBuffer {
  const buffer = new NotificationBuffer(bounds);
  for (let index = 0; index < count; index += 1) buffer.push('peer:away', { peerId });
  return buffer;
}

const sequences = (buffer: NotificationBuffer, last: number) => {
  const missed = buffer.since(last);
  return missed === 'gap' ? 'gap' : missed.map(({ sequence }) => sequence);
};

describe('NotificationBuffer', () => {
  test('notifications are numbered from 1 without a hole', () => {
    const buffer = new NotificationBuffer();
    expect(buffer.lastSequence).toBe(0);
    expect([1, 2, 3].map(() => buffer.push('peer:away', { peerId }).sequence)).toEqual([1, 2, 3]);
    expect(buffer.lastSequence).toBe(3);
  });

  test('since a number come all later ones, in order, and none that was known', () => {
    const buffer = filled(5);
    expect(sequences(buffer, 2)).toEqual([3, 4, 5]);
    expect(sequences(buffer, 5)).toEqual([]);
  });

  test('the same question is answered the same again, since the first answer may have been lost', () => {
    const buffer = filled(5);
    expect(sequences(buffer, 2)).toEqual([3, 4, 5]);
    expect(sequences(buffer, 2)).toEqual([3, 4, 5]);
  });

  test('past the bound of count or of bytes the oldest are gone, which is a gap for whoever misses them', () => {
    const byCount = filled(10, { notifications: 4, bytes: 1_000_000 });
    expect(sequences(byCount, 5)).toBe('gap');
    expect(sequences(byCount, 6)).toEqual([7, 8, 9, 10]);
    const size = wireSize({ peerId }).bytes;
    const byBytes = filled(10, { notifications: 100, bytes: 3 * size });
    expect(sequences(byBytes, 6)).toBe('gap');
    expect(sequences(byBytes, 7)).toEqual([8, 9, 10]);
  });

  test('a number that was never given is a gap', () => {
    expect(sequences(filled(3), 4)).toBe('gap');
    expect(sequences(new NotificationBuffer(), 1)).toBe('gap');
    expect(sequences(new NotificationBuffer(), 0)).toEqual([]);
  });

  test('whatever the bounds, an answer is either a gap or everything after the number', () => {
    const small = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(small, small, fc.integer({ min: 0, max: 40 }), (count, notifications, last) => {
        const answer = sequences(filled(count, { notifications, bytes: 1_000_000 }), last);
        if (answer === 'gap') return last > count || count - notifications > last;
        return answer.length === count - last && answer.every((sequence, index) => sequence === last + 1 + index);
      }),
    );
  });
});

describe('wireSize', () => {
  test('binary values are counted one by one, wherever they lie', () => {
    const value = { a: new Uint8Array(10), list: [{ b: new Uint8Array(5) }, 'text', 3, null] };
    expect(wireSize(value).binaries).toBe(2);
    expect(wireSize(value).bytes).toBeGreaterThan(15);
  });
});
