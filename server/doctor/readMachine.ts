// Reads what the machine has: limits, memory and cores as this process has them, and the data folder by writing into it.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import path from 'node:path';
import type { DataFolder, Machine } from './machineFindings.ts';

/** @param text of /proc/PID/limits. @returns null where it has no such line */
export function descriptorLimit(text: string): number | null {
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(text)?.[1];
  if (soft === undefined) return null;
  return soft === 'unlimited' ? Infinity : Number(soft);
}

function ownDescriptorLimit(): number | null {
  try {
    return descriptorLimit(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return null;
  }
}

/** Writes a file there and takes it away again; where the folder is still to be made, in the one that it would be made in. */
export async function tryDataFolder(folder: string): Promise<DataFolder> {
  let place = folder;
  for (;;) {
    try {
      const probe = path.join(place, `.doctor-${randomUUID()}`);
      await writeFile(probe, 'x', { mode: 0o600, flag: 'wx' });
      await rm(probe, { force: true });
      const { bavail, bsize } = await statfs(place);
      return { state: 'open', path: folder, freeBytes: bavail * bsize };
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      const above = path.dirname(place);
      if (code !== 'ENOENT' || above === place) return { state: 'closed', path: folder, why: code };
      place = above;
    }
  }
}

export async function diskOf(folder: string): Promise<{ freeBytes: number; totalBytes: number } | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}

/** As this process may use it: a container's share, where it has one. */
export function ownMemory(): Machine['memory'] {
  const limit = process.constrainedMemory();
  // Without a limit it is 0 or more than any machine has, by the system.
  const totalBytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return { freeBytes: process.availableMemory(), totalBytes };
}

export async function readMachine(dataDir: string): Promise<Machine> {
  return {
    descriptors: ownDescriptorLimit(),
    memory: ownMemory(),
    cores: availableParallelism(),
    data: await tryDataFolder(dataDir),
    nodeVersion: process.versions.node,
  };
}
