// Owns the way to a mediasoup worker: given, cached, the package's own prebuilt one, or built here; the first that runs.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ensurePackages, workerPackages } from './debianPackages.mjs';
import { childEnv, nodeModules, settings, setupFolder } from './environment.mjs';
import { withLock } from './lock.mjs';
import { capture, runQuietly } from './processes.mjs';
import { SetupError } from './SetupError.mjs';
import { digestPaths } from './stamps.mjs';
import { buildWorker } from './workerBuild.mjs';

const stepName = 'worker';
/** Longer helps slow lines; shorter helps where the release page is out of reach and packets are dropped. */
const prebuiltTimeoutMs = 20_000;
/** What the worker answers when it was not started by mediasoup's own library: it loads and runs here. */
const runsExitCode = 41;
const packageFolder = path.join(nodeModules, 'mediasoup');

/** Whether a binary loads and runs on this machine. */
export const workerRuns = (bin) => spawnSync(bin, { env: {}, stdio: 'ignore' }).status === runsExitCode;

/** "glibc 2.36" → "glibc2.36"; where getconf knows no such name it is another C library. */
export const libcTag = (getconf) => (getconf?.startsWith('glibc ') ? getconf.replace(' ', '') : 'other');

/** The name of a cached worker; whatever changes the binary is part of it. */
export const cachedName = ({ version, arch, libc, recipe }) =>
  `mediasoup-worker-${version}-${arch}-${libc}-${recipe.slice(0, 12)}`;

const cachePath = () => {
  const { version } = JSON.parse(fs.readFileSync(path.join(packageFolder, 'package.json'), 'utf8'));
  const libc = libcTag(capture('getconf', ['GNU_LIBC_VERSION']));
  const recipe = digestPaths(setupFolder, ['worker-overlay']);
  return path.join(settings().cacheRoot, cachedName({ version, arch: process.arch, libc, recipe }));
};

/** Puts a binary into the cache in one step, so that nobody ever starts half of it. */
const keep = (bin, cached) => {
  const incoming = `${cached}.${process.pid}.new`;
  fs.copyFileSync(bin, incoming);
  fs.chmodSync(incoming, 0o755);
  fs.renameSync(incoming, cached);
};

/**
 * The package's own download. Its fallback, a build with tools fetched by pip, is kept from starting by a PYTHON that fails.
 * @returns {Promise<string | undefined>} the binary
 */
const downloadPrebuilt = async (nodeBin, report) => {
  if (settings().skipPrebuilt) return undefined;
  const step = report.begin(stepName, 'asking mediasoup for its prebuilt binary');
  await runQuietly(nodeBin, ['npm-scripts.mjs', 'postinstall'], {
    cwd: packageFolder,
    env: childEnv({ PYTHON: 'false' }, nodeBin),
    timeoutMs: prebuiltTimeoutMs,
  });
  const bin = path.join(packageFolder, 'worker', 'out', 'Release', 'mediasoup-worker');
  const usable = fs.existsSync(bin) && workerRuns(bin);
  step.end(usable ? 'got the prebuilt binary' : 'no prebuilt binary can be had here');
  return usable ? bin : undefined;
};

const givenWorker = (bin) => {
  if (workerRuns(bin)) return bin;
  throw new SetupError(`MEDIASOUP_WORKER_BIN names ${bin}, which does not run here.`, [
    'Give the path of a mediasoup-worker for this machine, or unset the variable and let set-up find one.',
  ]);
};

const build = async (cached, extraPackages, report) => {
  await ensurePackages(
    [...workerPackages, ...extraPackages],
    extraPackages.length > 0
      ? 'to build the mediasoup worker and to run the browser tests'
      : 'to build the mediasoup worker',
    report,
  );
  await buildWorker({
    source: path.join(packageFolder, 'worker'),
    report,
    accept: (bin) => {
      if (!workerRuns(bin)) throw new SetupError('The mediasoup worker was built but does not run here.');
      keep(bin, cached);
    },
  });
};

/** @returns {string | undefined} the worker that set-up found or built before; nothing is fetched or built for it */
export const findWorker = () => {
  const cached = cachePath();
  return fs.existsSync(cached) ? cached : undefined;
};

/**
 * The path of a worker that runs on this machine.
 * @param {{ nodeBin: string, alsoNeeded: string[], report: object }} options `alsoNeeded`: Debian packages that later steps will
 *   want; asked for together with those of the build, so that a person runs one line and not two.
 * @returns {Promise<string>}
 */
export const ensureWorker = async ({ nodeBin, alsoNeeded, report }) => {
  const { workerBin } = settings();
  if (workerBin) {
    report.done(stepName, `given: ${workerBin}`);
    return givenWorker(path.resolve(workerBin));
  }
  const cached = cachePath();
  const isCached = () => fs.existsSync(cached) && workerRuns(cached);
  if (isCached()) {
    report.done(stepName, 'cached');
    return cached;
  }
  const waiting = (pid) => report.done(stepName, `waiting for another set-up (process ${pid})`);
  return withLock(`${cached}.lock`, waiting, async () => {
    if (isCached()) return cached;
    const prebuilt = await downloadPrebuilt(nodeBin, report);
    if (prebuilt) keep(prebuilt, cached);
    else await build(cached, alsoNeeded, report);
    return cached;
  });
};
