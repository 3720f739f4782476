// Owns node_modules: the packages of the lockfile and our patches on them, installed again only when either changed.
import fs from 'node:fs';
import path from 'node:path';
import { childEnv, nodeModules, repoRoot } from './environment.mjs';
import { withLock } from './lock.mjs';
import { runOrFail, runQuietly } from './processes.mjs';
import { SetupError } from './SetupError.mjs';
import { digestPaths, listFiles, readStamp, writeStamp } from './stamps.mjs';

const stepName = 'dependencies';
const lockStamp = path.join(nodeModules, '.conclave-lockfile');
const patchStamp = path.join(nodeModules, '.conclave-patches');
/** The patches as they were applied, so that they can be taken back when they change. */
const appliedPatches = path.join(nodeModules, '.conclave-applied-patches');
const patchFolder = path.join('infra', 'patches');

const readJson = (file) => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
};

/**
 * Whether what npm says it installed is what the lockfile asks for; packages that are optional may be absent.
 * @param {{ packages?: Record<string, { version?: string, integrity?: string, optional?: boolean, peer?: boolean }> } | undefined} wanted package-lock.json
 * @param {typeof wanted} installed node_modules/.package-lock.json
 */
export const installMatches = (wanted, installed) => {
  if (!wanted?.packages || !installed?.packages) return false;
  const names = Object.keys(wanted.packages).filter((name) => name !== '');
  const extra = Object.keys(installed.packages).some((name) => !(name in wanted.packages));
  return (
    !extra &&
    names.every((name) => {
      const want = wanted.packages[name];
      const have = installed.packages[name];
      return have ? have.version === want.version && have.integrity === want.integrity : want.optional === true;
    })
  );
};

const readInstalled = () => readJson(path.join(nodeModules, '.package-lock.json'));

const lockDigest = () => digestPaths(repoRoot, ['package-lock.json']);
const patchDigest = () => digestPaths(repoRoot, [patchFolder], (file) => file.endsWith('.patch'));

const isCurrent = () => {
  const digest = lockDigest();
  if (readStamp(lockStamp) === digest) return true;
  if (!installMatches(readJson(path.join(repoRoot, 'package-lock.json')), readInstalled())) return false;
  writeStamp(lockStamp, digest);
  return true;
};

const install = async (report) => {
  const step = report.begin(stepName, 'installing the packages of the lockfile');
  await runOrFail(
    'npm ci',
    'npm',
    ['ci', '--ignore-scripts', '--no-progress', '--loglevel=error', '--no-fund', '--no-audit'],
    {
      cwd: repoRoot,
    },
  );
  writeStamp(lockStamp, lockDigest());
  step.end(`installed ${Object.keys(readInstalled()?.packages ?? {}).length} packages by the lockfile`);
};

const patchPackage = (patchDir, ...flags) =>
  runQuietly(
    process.execPath,
    [
      path.join(nodeModules, 'patch-package', 'index.js'),
      '--patch-dir',
      path.relative(repoRoot, patchDir),
      '--error-on-fail',
      ...flags,
    ],
    { cwd: repoRoot, env: childEnv() },
  );

/** Takes back what an earlier set-up applied; false where that cannot be done cleanly. */
const revertPatches = async () => {
  if (!fs.existsSync(appliedPatches)) return true;
  const { code } = await patchPackage(appliedPatches, '--reverse');
  fs.rmSync(appliedPatches, { recursive: true, force: true });
  return code === 0;
};

const patchNames = () => listFiles(repoRoot, patchFolder).filter((file) => file.endsWith('.patch'));

/** Whether exactly the patches of today are applied; none wanted and none applied is current too. */
const isPatched = () =>
  readStamp(patchStamp) === patchDigest() || (patchNames().length === 0 && !fs.existsSync(appliedPatches));

const applyPatches = async (report) => {
  const count = patchNames().length;
  if (!(await revertPatches())) await install(report);
  if (count > 0) {
    const result = await patchPackage(path.join(repoRoot, patchFolder));
    if (result.code !== 0) throw new SetupError(`The patches in ${patchFolder} do not apply`, result.excerpt);
    fs.cpSync(path.join(repoRoot, patchFolder), appliedPatches, { recursive: true });
  }
  writeStamp(patchStamp, patchDigest());
  report.done('patches', `applied ${count === 1 ? 'one patch' : `${count} patches`} of ${patchFolder}`);
};

/** Makes node_modules what the lockfile and the patches say. */
export const ensureDependencies = async (report) => {
  if (isCurrent() && isPatched()) return report.done(stepName, 'as in the lockfile');
  const waiting = (pid) => report.done(stepName, `waiting for another set-up (process ${pid})`);
  return withLock(path.join(repoRoot, '.cache', 'dependencies.lock'), waiting, async () => {
    if (!isCurrent()) await install(report);
    if (!isPatched()) await applyPatches(report);
  });
};
