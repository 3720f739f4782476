import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from './lock.mjs';

let folder;
let file;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lock-test-'));
  file = path.join(folder, 'work.lock');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const nobodyWaits = () => expect.unreachable('nobody holds the lock');
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test('two who want the same work do it one after the other, and the second is told who has it', async () => {
  const events = [];
  const waitedFor = [];
  const work = (name) =>
    withLock(
      file,
      (pid) => waitedFor.push(pid),
      async () => {
        events.push(`${name} begins`);
        await pause(50);
        events.push(`${name} ends`);
        return name;
      },
    );
  expect(await Promise.all([work('a'), work('b')])).toEqual(['a', 'b']);
  expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  expect(waitedFor).toEqual([process.pid]);
});

test('the lock is given back when the work fails', async () => {
  await expect(withLock(file, nobodyWaits, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('the lock of a process that died is taken over', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  fs.writeFileSync(file, String(pid));
  expect(await withLock(file, nobodyWaits, async () => 'done')).toBe('done');
});

test('a lock that has been silent too long is taken over although its process id is in use again', async () => {
  fs.writeFileSync(file, String(process.pid));
  const longAgo = new Date(Date.now() - 10 * 60_000);
  fs.utimesSync(file, longAgo, longAgo);
  expect(await withLock(file, nobodyWaits, async () => 'done')).toBe('done');
});
