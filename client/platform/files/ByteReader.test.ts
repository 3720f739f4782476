// Lengths of ours out of pieces of theirs, from streams of either kind.
import { describe, expect, test } from 'vitest';
import { ByteReader } from './ByteReader.ts';

type Bytes = Uint8Array<ArrayBuffer>;
const PIECES = [3, 1, 7, 2, 12].map((length, at) => new Uint8Array(length).fill(at + 1));
const ALL = PIECES.flatMap((piece) => [...piece]);

const ofBytes = (): ReadableStream<Bytes> => {
  const left = PIECES.map((piece) => piece.slice());
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      const piece = left.shift();
      if (piece !== undefined) return controller.enqueue(piece);
      controller.close();
      controller.byobRequest?.respond(0);
    },
  });
};
const ofAnything = (): ReadableStream<Bytes> =>
  new ReadableStream({
    start(controller) {
      for (const piece of PIECES) controller.enqueue(piece.slice());
      controller.close();
    },
  });

describe.each([
  ['a stream that fills buffers', ofBytes],
  ['a stream that has pieces of its own', ofAnything],
])('%s', (_name, open) => {
  test('is read in the lengths that are asked for, larger and smaller than its pieces', async () => {
    const reader = new ByteReader(open());
    const got: number[][] = [];
    // Each is good until the next one only.
    for (const length of [2, 9, 0, 1, 11]) got.push([...((await reader.next(length)) ?? [])]);
    expect(got).toEqual([ALL.slice(0, 2), ALL.slice(2, 11), [], ALL.slice(11, 12), ALL.slice(12, 23)]);
  });

  test('ends before a length that it has not', async () => {
    const reader = new ByteReader(open());
    expect((await reader.next(20))?.length).toBe(20);
    expect(await reader.next(6)).toBeNull();
  });

  test('is let go of in the middle: who waits for it hears of its end', async () => {
    let cancelled = false;
    const type = open === ofBytes ? { type: 'bytes' as const } : {};
    const reader = new ByteReader(
      new ReadableStream<Bytes>({ ...type, cancel: () => void (cancelled = true) } as UnderlyingSource<Bytes>),
    );
    const waiting = reader.next(5);
    reader.close();
    expect([await waiting, cancelled]).toEqual([null, true]);
  });
});
