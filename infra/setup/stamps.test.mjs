import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { digestEntries, digestPaths, listFiles, readStamp, writeStamp } from './stamps.mjs';

describe('digestEntries', () => {
  test('is the same whatever the order of the entries', () => {
    const a = ['a.ts', 'one'];
    const b = ['b.ts', 'two'];
    expect(digestEntries([a, b])).toBe(digestEntries([b, a]));
  });

  test('changes when a content, a name, or the place of one byte between them changes', () => {
    const digests = [
      [['a', 'bc']],
      [['ab', 'c']],
      [['a', 'bd']],
      [
        ['a', 'b'],
        ['c', ''],
      ],
      [],
    ].map(digestEntries);
    expect(new Set(digests).size).toBe(digests.length);
  });
});

describe('folders and stamps', () => {
  let root;
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'stamps-test-'));
    fs.mkdirSync(path.join(root, 'src', 'deep'), { recursive: true });
    fs.writeFileSync(path.join(root, 'src', 'deep', 'a.ts'), 'a');
    fs.writeFileSync(path.join(root, 'lock.json'), '{}');
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  test('every file below a folder is listed, a file is itself, and what does not exist is nothing', () => {
    expect(listFiles(root, 'src')).toEqual([path.join('src', 'deep', 'a.ts')]);
    expect(listFiles(root, 'lock.json')).toEqual(['lock.json']);
    expect(listFiles(root, 'gone')).toEqual([]);
  });

  test('a new file changes the digest, one that is left out does not', () => {
    const keep = (file) => !file.endsWith('.md');
    const before = digestPaths(root, ['src', 'lock.json'], keep);
    fs.writeFileSync(path.join(root, 'src', 'notes.md'), 'prose');
    expect(digestPaths(root, ['src', 'lock.json'], keep)).toBe(before);
    fs.writeFileSync(path.join(root, 'src', 'b.ts'), 'b');
    expect(digestPaths(root, ['src', 'lock.json'], keep)).not.toBe(before);
  });

  test('a stamp is read back as written, and a missing one is undefined', () => {
    const stamp = path.join(root, 'out', '.stamp');
    expect(readStamp(stamp)).toBeUndefined();
    writeStamp(stamp, 'abc');
    expect(readStamp(stamp)).toBe('abc');
  });
});
