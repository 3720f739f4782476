// Owns libsrtp with OpenSSL's ciphers, built from Debian's source: Debian's own binary runs on NSS, which costs 1.3 to 2.4 times as
// much per forwarded packet. Without the source the packaged library serves, with a warning.
import fs from 'node:fs';
import path from 'node:path';
import { aptSourceOptions, debSourceStanzas, readAptSources } from './aptSources.mjs';
import { ensurePackages } from './debianPackages.mjs';
import { runOrFail, runQuietly } from './processes.mjs';

const stepName = 'libsrtp';
/** Package lists of source packages are 10 MB; past this the mirror is taken as out of reach. */
const aptTimeoutMs = 120_000;

/** Fetches and unpacks Debian's libsrtp source with package lists of our own; the machine's stay as they are. */
const fetchSource = async (folder) => {
  const stanzas = debSourceStanzas(readAptSources());
  if (stanzas === '') return undefined;
  const options = aptSourceOptions(path.join(folder, 'apt'), stanzas);
  const run = (...args) => runQuietly('apt-get', [...options, ...args], { cwd: folder, timeoutMs: aptTimeoutMs });
  await run('update');
  if ((await run('source', '--download-only', 'libsrtp2')).code !== 0) return undefined;
  const description = fs.readdirSync(folder).find((name) => name.endsWith('.dsc'));
  if (!description) return undefined;
  const { code } = await runQuietly('dpkg-source', ['--no-check', '-x', description, 'source'], { cwd: folder });
  return code === 0 ? path.join(folder, 'source') : undefined;
};

const compile = async (source, prefix, configureArgs) => {
  const env = { ...process.env, CFLAGS: '-O3 -fPIC' };
  await runOrFail('Configuring libsrtp', './configure', [`--prefix=${prefix}`, ...configureArgs], { cwd: source, env });
  await runOrFail('Building libsrtp', 'make', ['-j2', 'libsrtp2.a'], { cwd: source, env });
  await runOrFail('Installing libsrtp', 'make', ['install'], { cwd: source, env });
};

/**
 * Builds libsrtp 2 into `folder`.
 * @param {{ folder: string, configureArgs: string[], report: object }} options
 * @returns {Promise<string>} the prefix it is installed under, or '' where the system's is to be used
 */
export const buildSrtp = async ({ folder, configureArgs, report }) => {
  fs.mkdirSync(folder, { recursive: true });
  const step = report.begin(stepName, 'building libsrtp with OpenSSL from Debian’s source');
  const source = await fetchSource(folder);
  if (!source) {
    step.abandon();
    report.warn(stepName, 'its source cannot be had (apt-get source libsrtp2); using Debian’s slower binary');
    await ensurePackages(['libsrtp2-dev'], 'to build the mediasoup worker', report);
    return '';
  }
  const prefix = path.join(folder, 'installed');
  await compile(source, prefix, configureArgs);
  step.end('built libsrtp with OpenSSL');
  return prefix;
};
