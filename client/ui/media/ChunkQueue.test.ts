// What waits for a consumer, and what becomes of it where that one is slow or takes nothing.
import { describe, expect, it } from 'vitest';
import { ChunkQueue } from './ChunkQueue.ts';

const FULL = 100;

/** A queue, the chunks that its consumer got, and the means to let it take the next one. */
const setUp = () => {
  const got: number[] = [];
  const told: string[] = [];
  const taking: PromiseWithResolvers<void>[] = [];
  const queue = new ChunkQueue<{ size: number }>({
    hand: ({ size }) => {
      got.push(size);
      const taken = Promise.withResolvers<void>();
      taking.push(taken);
      return taken.promise;
    },
    fullBytes: FULL,
    onFull: () => told.push('full'),
    onRoom: () => told.push('room'),
    onFault: (error) => told.push(String(error)),
  });
  const take = async (count = 1): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      taking.shift()?.resolve();
      await new Promise(setImmediate);
    }
  };
  return { queue, got, told, take, refuse: () => taking.shift()?.reject(new Error('gone')) };
};

describe('ChunkQueue', () => {
  it('O-20 hands chunks on in order, one at a time', async () => {
    const { queue, got, take } = setUp();
    for (const size of [1, 2, 3]) queue.push({ size });
    expect(got).toEqual([1]);
    await take(3);
    expect(got).toEqual([1, 2, 3]);
    expect(queue.bytes).toBe(0);
    await queue.settled();
  });

  it('O-20 a consumer that takes nothing stops whoever makes the chunks, once, before more than the limit and a chunk wait', () => {
    const { queue, told } = setUp();
    const maker = { makes: true };
    for (let index = 0; index < 1_000 && maker.makes; index += 1) {
      queue.push({ size: 30 });
      maker.makes = !told.includes('full');
    }
    expect(told).toEqual(['full']);
    expect(queue.bytes).toBeLessThan(FULL + 30);
  });

  it('O-20 goes on once half of the limit is free again', async () => {
    const { queue, told, take } = setUp();
    for (const size of [40, 40, 40]) queue.push({ size });
    await take();
    expect(told).toEqual(['full']);
    await take();
    expect(told).toEqual(['full', 'room']);
    queue.push({ size: 80 });
    expect(told).toEqual(['full', 'room', 'full']);
  });

  it('O-20 drops what waits once it is closed, and takes nothing more', async () => {
    const { queue, got, told, take } = setUp();
    for (const size of [60, 60]) queue.push({ size });
    queue.close();
    queue.push({ size: 60 });
    await take();
    expect(got).toEqual([60]);
    expect(queue.bytes).toBe(0);
    expect(told).toEqual(['full']);
  });

  it('O-20 a consumer that fails is told once, and gets nothing more', async () => {
    const { queue, got, told, refuse } = setUp();
    for (const size of [10, 10]) queue.push({ size });
    refuse();
    await queue.settled();
    queue.push({ size: 10 });
    expect(got).toEqual([10]);
    expect(told).toEqual(['Error: gone']);
  });
});
