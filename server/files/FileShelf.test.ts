// How long files stay and how much of them there may be, by an injected clock and without a disk.
import { describe, expect, test } from 'vitest';
import {
  FILE_BLOCK_BYTES,
  FILE_ROOM_EMPTY_MS,
  FILE_STALLED_MS,
  FILE_SWEEP_MS,
  MAX_FILES_PER_ROOM,
} from '#protocol/limits';
import { FakeClock } from '../test/FakeClock.ts';
import { FileShelf } from './FileShelf.ts';
import type { FoundFile } from './keptFiles.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const SIZE = 3 * FILE_BLOCK_BYTES;

function createScene(found: FoundFile[] = []) {
  const clock = new FakeClock();
  const dropped: string[] = [];
  const quota = { maxFileBytes: SIZE, maxRoomBytes: 10 * SIZE, maxTotalBytes: 20 * SIZE, ttlMs: DAY_MS };
  const shelf = new FileShelf({ clock, quota, found, onDropped: (id) => dropped.push(id) });
  return { clock, dropped, shelf, add: (room = 'r1', size = SIZE) => shelf.reserve(room, size, 'key') };
}

describe('FileShelf', () => {
  test('P-126 a whole file stays for its time, and not longer', () => {
    const { clock, dropped, shelf, add } = createScene();
    const id = add();
    shelf.grown(id, SIZE);
    clock.advance(DAY_MS - 1);
    expect(dropped).toEqual([]);
    clock.advance(FILE_SWEEP_MS);
    expect(dropped).toEqual([id]);
  });

  test('P-126 an upload goes when nothing came for a while, and every byte gives it as long again', () => {
    const { clock, dropped, shelf, add } = createScene();
    const id = add();
    clock.advance(FILE_STALLED_MS - FILE_SWEEP_MS);
    shelf.grown(id, FILE_BLOCK_BYTES);
    clock.advance(FILE_STALLED_MS - FILE_SWEEP_MS);
    expect(dropped).toEqual([]);
    clock.advance(2 * FILE_SWEEP_MS);
    expect(dropped).toEqual([id]);
  });

  test('P-127 only the files of the Room that was empty all the while go, and those of one that ends at once', () => {
    const { clock, dropped, shelf, add } = createScene();
    const [first, second, third] = [add('r1'), add('r2'), add('r3')];
    for (const id of [first, second, third]) shelf.grown(id, SIZE);
    shelf.setPeopled('r1', false);
    shelf.setPeopled('r2', false);
    clock.advance(FILE_ROOM_EMPTY_MS - FILE_SWEEP_MS);
    shelf.setPeopled('r2', true);
    clock.advance(2 * FILE_SWEEP_MS);
    expect(dropped).toEqual([first]);
    shelf.forgetRoom('r3');
    expect(dropped).toEqual([first, third]);
    shelf.close();
    expect([dropped, shelf.progressOf(second), clock.pending]).toEqual([[first, third], null, 0]);
  });

  test('P-127 what a former server left goes with Rooms that are no more, and where nobody comes back for a while', () => {
    const before = createScene();
    const ids = [before.add('r1'), before.add('r2'), before.add('r3')];
    const found = ids.map((id) => ({ ...before.shelf.keptOf(id)!, written: FILE_BLOCK_BYTES + 1 }));
    before.clock.advance(DAY_MS / 2);
    before.shelf.close();
    expect(before.shelf.keptOf(ids[0]!)).toBeNull();

    const { clock, dropped, shelf } = createScene(found);
    expect(ids.map((id) => shelf.progressOf(id)?.readable)).toEqual(ids.map(() => FILE_BLOCK_BYTES));
    shelf.requireSender('r2', ids[1]!, 'key');
    expect(() => shelf.requireSender('r2', ids[1]!, 'another')).toThrow(/another sends/);
    shelf.keepOnly(new Set(['r2', 'r3']));
    expect(dropped).toEqual([ids[0]]);
    shelf.setPeopled('r2', true);
    clock.advance(FILE_ROOM_EMPTY_MS + FILE_SWEEP_MS);
    expect(dropped).toEqual([ids[0], ids[2]]);
    clock.advance(FILE_STALLED_MS);
    expect(dropped).toEqual([ids[0], ids[2], ids[1]]);
    shelf.close();
  });

  test('P-125 who waits is woken by a whole block, by the end of the file, and after its time; never by half a block', async () => {
    const { clock, shelf, add } = createScene();
    const id = add();
    const woken: string[] = [];
    const wait = (name: string, position: number) => shelf.moreThan(id, position, 1_000).then(() => woken.push(name));
    const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
    void wait('block', 0);
    shelf.grown(id, FILE_BLOCK_BYTES - 1);
    await settle();
    expect([woken, shelf.progressOf(id)?.readable]).toEqual([[], 0]);
    shelf.grown(id, FILE_BLOCK_BYTES + 1);
    await settle();
    expect([woken, shelf.progressOf(id)?.readable]).toEqual([['block'], FILE_BLOCK_BYTES]);
    void wait('late', FILE_BLOCK_BYTES);
    clock.advance(1_000);
    void wait('gone', FILE_BLOCK_BYTES);
    shelf.drop(id);
    await settle();
    expect([woken, shelf.progressOf(id)]).toEqual([['block', 'late', 'gone'], null]);
  });

  test('P-123 what is gone counts no more, and neither does what is another Room’s', () => {
    const { shelf, add } = createScene();
    const id = add();
    expect([shelf.limitsOf('r1').roomBytesLeft, shelf.bytesOutstanding]).toEqual([9 * SIZE, SIZE]);
    shelf.grown(id, FILE_BLOCK_BYTES);
    expect(shelf.bytesOutstanding).toBe(2 * FILE_BLOCK_BYTES);
    shelf.drop(id);
    expect([shelf.limitsOf('r1').roomBytesLeft, shelf.bytesOutstanding]).toEqual([10 * SIZE, 0]);
    for (let count = 0; count < MAX_FILES_PER_ROOM; count += 1) add('r1', 1);
    expect(() => add('r1', 1)).toThrow(/no more room/);
    expect(() => add('r2', 1)).not.toThrow();
  });
});
