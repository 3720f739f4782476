// One server to a folder: a socket in it that answers as long as its server lives, so that one that was killed leaves nothing locked.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Each process has a name of its own behind it, so that one that does not answer never will, and anybody may remove it. */
const LOCK = 'server.lock.';
/** While a socket is bound and does not listen yet, it looks like a dead one's. */
const NOT_YET = 'server.starting.';
/** Another that starts or ends in the same moment gives way within this, or is taken for one that stays. */
const GIVE_WAY_MS = 5_000;
const LOOK_MS = 20;
/** A server that is busy says its word late, one that was stopped never. */
const ANSWER_MS = 2_000;
/** Of a socket's path: systems cut off what is behind it, or refuse it. */
const MOST_PATH_BYTES = 100;

export class FolderTakenError extends Error {
  constructor(folder: string) {
    super(`another Conclave is running on the data folder ${folder}; stop it, or set DATA_DIR to another`);
    this.name = 'FolderTakenError';
  }
}

/**
 * Resolves with what gives it free again, at once and in any state; rejects with FolderTakenError while another process has it, in this
 * container or in another one on the machine. Rejects with the system's error where sockets cannot lie in that folder.
 *
 * Whoever comes shows itself first and looks for others then, so of two at least one sees the other: who finds one that holds the
 * folder gives up, of those that start at once all but the one whose name sorts first.
 */
export async function lockFolder(folder: string): Promise<() => void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const id = randomBytes(4).toString('hex');
  const own = LOCK + id;
  const state = { isHeld: false };
  const hidden = join(folder, NOT_YET + id);
  if (Buffer.byteLength(hidden) > MOST_PATH_BYTES)
    throw Object.assign(new Error(`${folder} has too long a path for a socket`), { code: 'ENAMETOOLONG' });
  const server = await listenAt(hidden, state);
  let isFree = false;
  const free = (): void => {
    if (isFree) return;
    isFree = true;
    rmSync(join(folder, own), { force: true });
    server.close();
  };
  try {
    await rename(hidden, join(folder, own));
    await outlast(folder, own);
  } catch (error) {
    free();
    throw error;
  }
  state.isHeld = true;
  return free;
}

/** Resolves once nobody else is there. */
async function outlast(folder: string, own: string): Promise<void> {
  for (const untilMs = performance.now() + GIVE_WAY_MS; ; await sleep(LOOK_MS)) {
    const names = (await readdir(folder)).filter((name) => name.startsWith(LOCK) && name !== own);
    const others = await Promise.all(names.map(async (name) => ({ name, answer: await ask(join(folder, name)) })));
    if (others.some(({ name, answer }) => answer === 'held' || (answer === 'starting' && name < own)))
      throw new FolderTakenError(folder);
    const dead = others.filter(({ answer }) => answer === 'dead');
    await Promise.all(dead.map(({ name }) => rm(join(folder, name), { force: true })));
    if (dead.length === others.length) return;
    if (performance.now() > untilMs) throw new FolderTakenError(folder);
  }
}

/** Says to whoever asks whether the folder is held. */
function listenAt(path: string, state: { isHeld: boolean }): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(state.isHeld ? 'held' : 'starting');
  });
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

/** `unclear`: one that closes just now, stands still, or is another user's; in the end it counts as holding. */
function ask(path: string): Promise<'held' | 'starting' | 'dead' | 'unclear'> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(path);
    socket.setTimeout(ANSWER_MS, () => socket.destroy());
    socket.on('data', (data) => (said += data.toString()));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      resolve(code === 'ECONNREFUSED' || code === 'ENOENT' ? 'dead' : 'unclear');
    });
    socket.once('close', () => resolve(said === 'held' || said === 'starting' ? said : 'unclear'));
  });
}
