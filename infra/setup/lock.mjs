// Owns the lock that keeps two set-ups from doing the same work at the same time.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 300;
/** How often a holder says that it is still at work, and after what silence it counts as gone, its id perhaps reused. */
const beatMs = 5_000;
const silentMs = 60_000;

/** Whether there is such a process, whoever's it is. */
export const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return error.code === 'EPERM';
  }
};

/** The process id written in a lock file; 0 where the file is gone. */
const holderOf = (file) => {
  try {
    return Number(fs.readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
};

/** Creates `file` with our id in it at once, by linking: nobody ever sees it empty. False where it exists. */
const createLock = (file) => {
  const mine = `${file}.${process.pid}`;
  fs.writeFileSync(mine, String(process.pid));
  try {
    fs.linkSync(mine, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  } finally {
    fs.rmSync(mine, { force: true });
  }
};

/** Whether the process that took the lock is there and still says so. */
const isHeld = (file, holder) => {
  const touchedAtMs = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return isAlive(holder) && Date.now() - touchedAtMs < silentMs;
};

const beat = (file) => {
  try {
    fs.utimesSync(file, new Date(), new Date());
  } catch {
    // Taken away by hand: the work goes on.
  }
};

/** Moves a dead process's lock away; if somebody took it over meanwhile, puts theirs back. */
const forget = (file, deadPid) => {
  const aside = `${file}.dead-${process.pid}`;
  try {
    fs.renameSync(file, aside);
    if (holderOf(aside) !== deadPid) fs.linkSync(aside, file);
  } catch {
    // Another set-up was quicker; the next round looks again.
  }
  fs.rmSync(aside, { force: true });
};

/**
 * Runs `work` while holding `file`. `onWait(pid)` is called once if another set-up holds it.
 * @template T
 * @param {string} file
 * @param {(pid: number) => void} onWait
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export const withLock = async (file, onWait, work) => {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  let told = false;
  while (!createLock(file)) {
    const holder = holderOf(file);
    if (holder > 0 && isHeld(file, holder)) {
      if (!told) onWait(holder);
      told = true;
      await sleep(pollMs);
    } else if (holder > 0) {
      forget(file, holder);
    }
  }
  const release = () => fs.rmSync(file, { force: true });
  const heart = setInterval(beat, beatMs, file);
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(heart);
    process.off('exit', release);
    release();
  }
};
