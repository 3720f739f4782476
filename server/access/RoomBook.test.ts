// What the file of Rooms remembers, and what becomes of one that was cut off or spoilt.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RoomId } from '#protocol/ids';
import { MAX_ENDED_ROOMS } from '#protocol/limits';
import type { KeptRoom } from '../rooms/ports.ts';
import { ROOM_BOOK_FILE, RoomBook } from './RoomBook.ts';

let folder: string;
let path: string;
let faults: unknown[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conclave-book-'));
  path = join(folder, ROOM_BOOK_FILE);
  faults = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => new RoomBook(folder, (error) => faults.push(error));
const idOf = (count: number) => String(count).padStart(22, '0') as RoomId;
const room = (count: number, more: Partial<KeptRoom> = {}): KeptRoom => ({
  id: idOf(count),
  generation: `generation ${count}`,
  verifiers: { member: 'm'.repeat(43), viewer: 'v'.repeat(43) },
  linkGeneration: 0,
  feeds: [],
  banned: [],
  emptySinceMs: null,
  ...more,
});
/** As a server that is killed leaves it: nothing is closed. */
const left = () => open().found;

test('P-170 the last word on each Room is found again, in any number of lives', () => {
  const book = open();
  expect(book.found).toEqual({ rooms: [], ended: [] });
  book.keep(room(1));
  book.keep(room(2));
  const feed = { feedId: 'f'.repeat(16), kind: 'feed', label: 'c2VhbGVk', verifier: 'w'.repeat(43), peerId: null };
  const full = room(1, {
    linkGeneration: 3,
    feeds: [{ ...feed, deviceHash: 'd'.repeat(43) } as KeptRoom['feeds'][number]],
    banned: [['b'.repeat(16), 1_000]],
    emptySinceMs: 5,
  });
  book.keep(full);
  for (const found of [left(), left()]) expect(found).toEqual({ rooms: [full, room(2)], ended: [] });
  expect(faults).toEqual([]);
});

test('P-171 what expired is gone, what was ended is known as such, and the oldest of those are forgotten past the bound', () => {
  const book = open();
  for (const count of [1, 2, 3]) book.keep(room(count));
  book.forget(idOf(1), 'expired');
  book.forget(idOf(2), 'ended');
  expect(left()).toEqual({ rooms: [room(3)], ended: [idOf(2)] });
  const second = open();
  for (let count = 4; count < MAX_ENDED_ROOMS + 4; count += 1) second.forget(idOf(count), 'ended');
  const { ended, rooms } = open().found;
  expect([ended.length, ended.includes(idOf(2)), ended.at(-1)]).toEqual([
    MAX_ENDED_ROOMS,
    false,
    idOf(MAX_ENDED_ROOMS + 3),
  ]);
  expect(rooms).toEqual([room(3)]);
});

test('P-170 the file is this user’s alone', () => {
  open().keep(room(1));
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('P-170 a line that was cut off in the middle costs that line, and the next life writes behind whole ones', () => {
  const book = open();
  book.keep(room(1));
  const whole = readFileSync(path, 'utf8');
  appendFileSync(path, whole.slice(0, 40));
  const second = open();
  expect(second.found.rooms).toEqual([room(1)]);
  expect(faults).toHaveLength(1);
  second.keep(room(2));
  expect(left().rooms).toEqual([room(1), room(2)]);
  expect(faults).toHaveLength(1);
});

test.each([['not json'], ['{"room":{"id":"short"}}'], ['{"ended":7}'], ['[]']])(
  'P-170 a line %j is passed over, and the others count',
  (line) => {
    open().keep(room(1));
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, `${line}\n${text}`);
    expect(left().rooms).toEqual([room(1)]);
    expect(faults).toHaveLength(1);
  },
);

test('P-170 a file that grew far beyond what counts in it is written anew while the server runs', () => {
  const book = open();
  const many = Array.from({ length: 1_000 }, (_, count) => [`${count}`.padEnd(16, '_'), 1] as const);
  for (let count = 0; count < 400; count += 1) book.keep(room(1, { banned: many, linkGeneration: count }));
  expect(statSync(path).size).toBeLessThan(9 * 1024 * 1024);
  book.keep(room(2));
  expect(left().rooms.map(({ id, linkGeneration }) => [id, linkGeneration])).toEqual([
    [idOf(1), 399],
    [idOf(2), 0],
  ]);
});

test('P-170 a file that is there and cannot be read stops the start', () => {
  rmSync(folder, { recursive: true });
  expect(open).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});

/** A disk of so many bytes, which only root can make, and not everywhere. */
const mountDisk = (at: string, bytes: number): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'none', at]).status === 0;

test('P-170 a line that a full disk took a part of costs that line, and is told', ({ skip }) => {
  if (!mountDisk(folder, 65_536)) skip('a small disk can be mounted by root only');
  try {
    const book = open();
    const filler = join(folder, 'filler');
    writeFileSync(filler, Buffer.alloc(57_344));
    for (let count = 1; faults.length === 0 && count < 100; count += 1) book.keep(room(count));
    expect(faults).toHaveLength(1);
    rmSync(filler);
    book.keep(room(200));
    book.close();
    const next = open();
    next.close();
    expect(next.found.rooms.map(({ id }) => id)).toContain(idOf(200));
  } finally {
    spawnSync('umount', [folder]);
  }
});

test('P-170 what cannot be written is told, and nothing throws', () => {
  const book = open();
  book.close();
  book.keep(room(1));
  expect(left().rooms).toEqual([]);
});
