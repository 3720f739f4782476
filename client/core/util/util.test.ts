// The small tools everything leans on.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { toBase64url } from './base64url.ts';
import { createStore } from './store.ts';
import { TaskQueue } from './TaskQueue.ts';

describe('toBase64url', () => {
  it('writes what Node writes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(toBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
      }),
    );
  });
});

describe('createStore', () => {
  it('tells each listener once per change, and nobody when nothing changed', () => {
    const store = createStore(1);
    const listener = vi.fn();
    const stop = store.subscribe(listener);
    store.set(1);
    store.set(2);
    stop();
    stop();
    store.set(3);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(store.get()).toBe(3);
  });
});

describe('TaskQueue', () => {
  it('runs one after the other and goes on after a failure', async () => {
    const queue = new TaskQueue();
    const order: string[] = [];
    const first = queue.run(async () => {
      await Promise.resolve();
      order.push('first');
      throw new Error('no');
    });
    const second = queue.run(async () => order.push('second'));
    await expect(first).rejects.toThrow('no');
    await second;
    expect(order).toEqual(['first', 'second']);
  });

  it('refuses what has not begun once it is closed', async () => {
    const queue = new TaskQueue();
    const task = vi.fn(async () => undefined);
    const refused = queue.run(task);
    queue.close();
    await expect(refused).rejects.toThrow('closed');
    expect(task).not.toHaveBeenCalled();
  });
});
