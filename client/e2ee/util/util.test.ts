// Bytes, queues and timers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../test/FakeClock.ts';
import { bytesEqual, concatBytes, fromBase64Url, toBase64Url, toHex, u32, wipe } from './bytes.ts';
import { NamedTimers } from './NamedTimers.ts';
import { releaseMemory } from './releaseMemory.ts';
import { TaskQueue } from './TaskQueue.ts';

describe('bytes', () => {
  it('base64url reads back what it wrote, and only in its one spelling', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        const text = toBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64Url(text, bytes.length)).toEqual(new Uint8Array(bytes));
        expect(fromBase64Url(`${text}=`, bytes.length)).toBeUndefined();
        expect(fromBase64Url(text, bytes.length + 1)).toBeUndefined();
      }),
    );
    expect(fromBase64Url('AB', 1)).toBeUndefined();
    expect(fromBase64Url('AA', 1)).toEqual(Uint8Array.of(0));
  });

  it('equality minds every byte and the length', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        expect(bytesEqual(a, b)).toBe(toHex(a) === toHex(b));
        expect(bytesEqual(a, a.slice())).toBe(true);
      }),
    );
  });

  it('u32 is big-endian and refuses what does not fit; wiping leaves zeros', () => {
    expect(toHex(concatBytes(u32(1), u32(0xffffffff)))).toBe('00000001ffffffff');
    for (const value of [-1, 2 ** 32, 0.5, NaN]) expect(() => u32(value)).toThrow(RangeError);
    const secret = Uint8Array.of(1, 2);
    wipe(secret);
    expect(secret).toEqual(new Uint8Array(2));
  });

  it('a large buffer is gone once its memory was released; a small one is left to the collector', () => {
    const [large, small] = [new ArrayBuffer(4_096), new ArrayBuffer(4_095)];
    releaseMemory(large);
    releaseMemory(small);
    expect([large.detached, small.detached]).toEqual([true, false]);
  });
});

describe('TaskQueue', () => {
  it('runs one task at a time, in order, and goes on after one that threw', async () => {
    const seen: string[] = [];
    const queue = new TaskQueue((error) => seen.push((error as Error).message));
    queue.run(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push('slow');
    });
    queue.run(() => {
      throw new Error('fault');
    });
    queue.run(() => void seen.push('after'));
    await queue.idle();
    expect(seen).toEqual(['slow', 'fault', 'after']);
  });
});

describe('NamedTimers', () => {
  it('a timer that was replaced or cleared never fires, even where its task stands in the queue already', async () => {
    const clock = new FakeClock();
    const tasks: (() => unknown)[] = [];
    const timers = new NamedTimers(clock.setTimer, (task) => tasks.push(task));
    const fired: string[] = [];
    timers.set('x', 10, () => void fired.push('old'));
    timers.set('x', 20, () => void fired.push('new'));
    timers.set('y', 10, () => void fired.push('y'));
    await clock.advance(30, () => Promise.resolve());
    timers.clear('y');
    for (const task of tasks) task();
    expect(fired).toEqual(['new']);
  });
});
