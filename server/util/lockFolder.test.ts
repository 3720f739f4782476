// Rules of who may use a folder, by real sockets and a process that is killed.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FolderTakenError, lockFolder } from './lockFolder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conclave-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process of its own that holds the folder until it is killed. */
async function holder(): Promise<ChildProcess> {
  const script = `
    import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, 'lockFolder.ts'))};
    await lockFolder(${JSON.stringify(folder)});
    console.log('held');
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

describe('lockFolder', () => {
  test('P-08 refuses a folder that another holds, in words that name it and the setting', async () => {
    const free = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(FolderTakenError);
    await expect(lockFolder(folder)).rejects.toThrow(new RegExp(`${folder}.*DATA_DIR`));
    free();
  });

  test('P-08 gives it to the next once it is free, and leaves nothing in it', async () => {
    const free = await lockFolder(folder);
    free();
    free();
    const freeAgain = await lockFolder(folder);
    freeAgain();
    expect(await readdir(folder)).toEqual([]);
  });

  test('P-08 is not kept by a process that was killed, whatever has its id now', async () => {
    const child = await holder();
    await expect(lockFolder(folder)).rejects.toThrow(FolderTakenError);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await readdir(folder)).toHaveLength(1);
    const free = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(FolderTakenError);
    free();
    expect(await readdir(folder)).toEqual([]);
  });

  test('P-08 is one process’s alone where many start at once over what a dead one left', async () => {
    const child = await holder();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => lockFolder(folder)));
    const held = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(held).toHaveLength(1);
    for (const refusal of refusals) expect(refusal).toBeInstanceOf(FolderTakenError);
    held[0]?.();
    expect(await readdir(folder)).toEqual([]);
  });

  test('tells of a path that is too long for a socket, and leaves nothing there', async () => {
    const deep = join(folder, 'x'.repeat(100));
    await expect(lockFolder(deep)).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
    expect(await readdir(deep)).toEqual([]);
  });

  test('tells the system’s own reason where it cannot lie there', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(lockFolder(join(folder, 'file'))).rejects.toThrow(/EEXIST|ENOTDIR/);
  });
});
