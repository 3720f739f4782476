// Owns the folder in which the browser remembers which device it is: one egress at a time, and a crash or a new container leaves it usable.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isAlive } from '../setup/lock.mjs';
import { UsageError } from './options.mjs';

/** What Chromium leaves where it was not ended in order; it starts nowhere else then, and in a new container never again. */
const LOCKS = ['SingletonLock', 'SingletonCookie', 'SingletonSocket'];

/** Takes a lock away whose Chromium is gone. A Chromium on another machine cannot be asked: a folder is one machine's. */
export const freeProfile = (folder) => {
  let holder;
  try {
    holder = fs.readlinkSync(path.join(folder, 'SingletonLock'));
  } catch {
    return;
  }
  const [, host, pid] = /^(.*)-(\d+)$/.exec(holder) ?? [];
  if (host === os.hostname() && isAlive(Number(pid))) {
    throw new UsageError(`--profile ${folder} is in use by a Chromium that runs (${pid})`);
  }
  for (const name of LOCKS) fs.rmSync(path.join(folder, name), { force: true });
};
