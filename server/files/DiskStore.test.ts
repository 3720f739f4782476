// What lies on the disk of an upload that goes while it is being made.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Upload } from '@tus/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FILE_BLOCK_BYTES } from '#protocol/limits';
import { FakeClock } from '../test/FakeClock.ts';
import { DiskStore } from './DiskStore.ts';
import { FileShelf } from './FileShelf.ts';
import { eraseFile } from './keptFiles.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conclave-store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('DiskStore', () => {
  test('P-127 whoever goes while their upload is being made leaves nothing on the disk', async () => {
    const erasing: Promise<void>[] = [];
    const bytes = FILE_BLOCK_BYTES * 1_000;
    const quota = { maxFileBytes: bytes, maxRoomBytes: bytes, maxTotalBytes: bytes, ttlMs: 1_000 };
    const shelf = new FileShelf({
      clock: new FakeClock(),
      quota,
      onDropped: (id) => erasing.push(eraseFile(folder, id)),
    });
    const store = new DiskStore(folder, shelf);
    for (let count = 0; count < 50; count += 1) {
      const id = shelf.reserve('room', 1, 'key');
      const making = store.create(new Upload({ id, size: 1, offset: 0 })).catch(() => undefined);
      // At another moment each time.
      for (let turn = 0; turn < count % 5; turn += 1) await new Promise(setImmediate);
      shelf.drop(id);
      await making;
      await Promise.all(erasing);
    }
    expect(await readdir(folder)).toEqual([]);
  });
});
