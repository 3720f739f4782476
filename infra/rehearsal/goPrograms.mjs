// Owns programs that come as Go modules and in no package of Debian's: built once by the machine's own Go, and cached by version.
import fs from 'node:fs';
import path from 'node:path';
import { settings } from '../setup/environment.mjs';
import { withLock } from '../setup/lock.mjs';
import { capture, runQuietly } from '../setup/processes.mjs';
import { SetupError } from '../setup/SetupError.mjs';

/** On two cores with nothing else to do it takes a few minutes. */
const buildTimeoutMs = 40 * 60_000;

/** Whether there is a Go to build with. */
export const hasGo = () => capture('go', ['version']) !== undefined;

/**
 * The folder with the programs of a module; built where it is not cached, which takes minutes the first time.
 * @param {{ module: string, version: string, names: string[] }} programs `names`: of its folders under cmd
 * @param {(line: string) => void} say
 * @returns {Promise<string>}
 * @throws SetupError where they cannot be fetched or built, with what Go said
 */
export const ensureGoPrograms = async ({ module, version, names }, say) => {
  const what = `${names[0]} ${version}`;
  const folder = path.join(settings().cacheRoot, `${names[0]}-${version}-${process.arch}`);
  const isCached = () => names.every((name) => fs.existsSync(path.join(folder, name)));
  if (isCached()) return folder;
  const waiting = (pid) => say(`waiting for process ${pid}, which builds ${what}`);
  return withLock(`${folder}.lock`, waiting, async () => {
    if (isCached()) return folder;
    say(`building ${what}, which takes minutes; it is cached`);
    const work = fs.mkdtempSync(`${folder}.`);
    const clear = () => fs.rmSync(work, { recursive: true, force: true });
    process.once('exit', clear);
    try {
      const at = (name) => path.join(work, name);
      // Of sources nothing is kept; left read-only, as Go does by itself, they could not even be removed. Objects are in Go's own cache.
      const env = { GOPATH: at('path'), GOBIN: at('bin'), GOFLAGS: '-modcacherw' };
      const { code, excerpt } = await runQuietly(
        'go',
        ['install', ...names.map((name) => `${module}/cmd/${name}@v${version}`)],
        { cwd: work, env: { ...process.env, ...env }, timeoutMs: buildTimeoutMs },
      );
      if (code !== 0) throw new SetupError(`Go could not build ${what}.`, excerpt);
      fs.rmSync(folder, { recursive: true, force: true });
      fs.renameSync(at('bin'), folder);
      return folder;
    } finally {
      process.off('exit', clear);
      clear();
    }
  });
};
