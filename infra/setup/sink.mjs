// Owns the media load's sink: built from loadtest/media/sink against Debian's OpenSSL, cached outside the repository as the worker is.
import fs from 'node:fs';
import path from 'node:path';
import { ensurePackages } from './debianPackages.mjs';
import { repoRoot, settings } from './environment.mjs';
import { withLock } from './lock.mjs';
import { capture, runOrFail } from './processes.mjs';
import { SetupError } from './SetupError.mjs';
import { digestPaths } from './stamps.mjs';
import { libcTag } from './worker.mjs';

const stepName = 'sink';
const sources = path.join('loadtest', 'media', 'sink');
const sinkPackages = ['gcc', 'libc6-dev', 'libssl-dev'];
const compilerArgs = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Werror'];
const libraries = ['-lssl', '-lcrypto', '-pthread'];

const cachePath = () => {
  const digest = digestPaths(repoRoot, [sources]).slice(0, 12);
  const libc = libcTag(capture('getconf', ['GNU_LIBC_VERSION']));
  return path.join(settings().cacheRoot, `media-sink-${process.arch}-${libc}-${digest}`);
};

const build = async (cached, report) => {
  await ensurePackages(sinkPackages, 'to build the sink of the media load', report);
  const step = report.begin(stepName, 'building the sink of the media load');
  const incoming = `${cached}.${process.pid}.new`;
  const files = fs
    .readdirSync(path.join(repoRoot, sources))
    .filter((name) => name.endsWith('.c'))
    .map((name) => path.join(sources, name));
  await runOrFail('Building the sink', 'gcc', [...compilerArgs, '-o', incoming, ...files, ...libraries], {
    cwd: repoRoot,
  });
  fs.renameSync(incoming, cached);
  step.end('built the sink of the media load and cached it');
};

/**
 * The path of the sink, or undefined with a plain line where it cannot be built: without it media load is not measured, and
 * nothing else is the worse for it.
 * @returns {Promise<string | undefined>}
 */
export const ensureSink = async (report) => {
  const cached = cachePath();
  if (fs.existsSync(cached)) {
    report.done(stepName, 'cached');
    return cached;
  }
  fs.mkdirSync(path.dirname(cached), { recursive: true });
  try {
    const waiting = (pid) => report.done(stepName, `waiting for another set-up (process ${pid})`);
    await withLock(`${cached}.lock`, waiting, async () => {
      if (!fs.existsSync(cached)) await build(cached, report);
    });
    return cached;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    report.warn(stepName, [error.message, ...error.remedies].join(' '));
    return undefined;
  }
};
