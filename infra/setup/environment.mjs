// Owns what set-up reads from the environment and where things lie; no other file here touches process.env.
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** This folder; import.meta.dirname is younger than the oldest Node that set-up runs under. */
export const setupFolder = fileURLToPath(new URL('.', import.meta.url));
export const repoRoot = path.resolve(setupFolder, '..', '..');
export const nodeModules = path.join(repoRoot, 'node_modules');

/** `value` of a variable, or undefined where it is unset or empty. */
const read = (name) => process.env[name] || undefined;

/** What a person may set; each is described in README.md. */
export const settings = () => ({
  workerBin: read('MEDIASOUP_WORKER_BIN'),
  skipPrebuilt: read('MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD') !== undefined,
  chromiumBin: read('CHROMIUM_BIN'),
  firefoxBin: read('FIREFOX_BIN'),
  underNpm: read('npm_lifecycle_event') !== undefined,
  cacheRoot: path.join(read('XDG_CACHE_HOME') ?? path.join(os.homedir(), '.cache'), 'conclave'),
  searchPath: (read('PATH') ?? '/usr/local/bin:/usr/bin:/bin').split(path.delimiter),
});

/** The environment of a child: ours, the folder of a Node first on its path, and `extra`. */
export const childEnv = (extra = {}, nodeBin) => {
  const binFolders = [...(nodeBin ? [path.dirname(nodeBin)] : []), path.join(nodeModules, '.bin')];
  return {
    ...process.env,
    PATH: [...binFolders, ...settings().searchPath].join(path.delimiter),
    ...extra,
  };
};
