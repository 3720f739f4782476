// Owns promtool, which tests the alert rules: the machine's own, or out of Debian's package prometheus, which is unpacked and not
// installed: installed it would start a server, and stay.
import fs from 'node:fs';
import path from 'node:path';
import { settings } from './environment.mjs';
import { withLock } from './lock.mjs';
import { capture, runQuietly } from './processes.mjs';

const stepName = 'promtool';
const aptTimeoutMs = 120_000;

const runs = (bin) => capture(bin, ['--version']) !== undefined;

const onPath = () =>
  settings()
    .searchPath.map((folder) => path.join(folder, stepName))
    .find((file) => fs.existsSync(file) && runs(file));

/** @returns {Promise<boolean>} whether `cached` holds it now */
const fetchInto = async (cached) => {
  const folder = fs.mkdtempSync(`${cached}.`);
  try {
    const apt = (...args) => runQuietly('apt-get', args, { cwd: folder, timeoutMs: aptTimeoutMs });
    const download = ['-o', 'APT::Sandbox::User=', 'download', 'prometheus'];
    // Lists that are missing or old can be had anew by root alone; where they are good enough nothing is asked for.
    let { code } = await apt(...download);
    if (code !== 0 && process.getuid?.() === 0) {
      await apt('update');
      ({ code } = await apt(...download));
    }
    const file = fs.readdirSync(folder).find((name) => name.endsWith('.deb'));
    if (code !== 0 || file === undefined) return false;
    await runQuietly('dpkg-deb', ['--extract', file, 'package'], { cwd: folder });
    const bin = path.join(folder, 'package', 'usr', 'bin', stepName);
    if (!runs(bin)) return false;
    fs.renameSync(bin, cached);
    return true;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
};

/**
 * The path of promtool, or undefined with a plain line where it cannot be had: the alert rules are then not tested, and nothing else is
 * the worse for it.
 * @returns {Promise<string | undefined>}
 */
export const ensurePromtool = async (report) => {
  const own = onPath();
  if (own !== undefined) {
    report.done(stepName, own);
    return own;
  }
  const cached = path.join(settings().cacheRoot, `${stepName}-${process.arch}`);
  const isCached = () => fs.existsSync(cached) && runs(cached);
  if (isCached()) {
    report.done(stepName, 'cached');
    return cached;
  }
  fs.mkdirSync(path.dirname(cached), { recursive: true });
  const waiting = (pid) => report.done(stepName, `waiting for another set-up (process ${pid})`);
  return withLock(`${cached}.lock`, waiting, async () => {
    if (isCached()) return cached;
    const step = report.begin(stepName, 'taking it out of Debian’s package prometheus');
    if (await fetchInto(cached)) {
      step.end('took it out of Debian’s package prometheus and cached it');
      return cached;
    }
    step.abandon();
    report.warn(stepName, 'it cannot be had (apt-get download prometheus); the alert rules are not tested');
    return undefined;
  });
};
