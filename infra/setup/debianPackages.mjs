// Owns Debian's packages: which are missing, installing them as root, and the one line to run for everybody else.
import fs from 'node:fs';
import { capture, runQuietly } from './processes.mjs';
import { SetupError } from './SetupError.mjs';

/** What the mediasoup worker is built from; dpkg-dev unpacks libsrtp's source and brings make. */
export const workerPackages = [
  'meson',
  'ninja-build',
  'pkg-config',
  'g++',
  'dpkg-dev',
  'libuv1-dev',
  'libssl-dev',
  'libabsl-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
];

/**
 * What the tests start the production entry out of, which is made of the files of infra/proxy and infra/turn: HTTPS, what stands on port 443, and
 * the relay. It stands in a network of the test's own, which only root can make: nobody else is asked for them.
 */
export const entryPackages = () => (process.getuid?.() === 0 ? ['caddy', 'haproxy', 'coturn'] : []);

/** The services that a package brings, where they are not one of its own name. */
const servicesOf = {
  podman: [
    'podman.service',
    'podman.socket',
    'podman-restart.service',
    'podman-auto-update.service',
    'podman-auto-update.timer',
  ],
};

const stepName = 'packages';
/** Asked by Debian's packages whether they may start what they bring; 101 is no. */
const policyFile = '/usr/sbin/policy-rc.d';
const installFlags = ['install', '-y', '--no-install-recommends'];

/** The line that a person without root's rights runs or hands on. */
export const aptLine = (packages) =>
  `sudo apt-get update && sudo apt-get ${installFlags.join(' ')} ${packages.join(' ')}`;

/**
 * The packages of `wanted` that are not installed, from what dpkg-query prints for them.
 * @param {string[]} wanted
 * @param {string} listing lines of "status package", e.g. "installed meson"; dpkg-query leaves unknown packages out
 */
export const missingFrom = (wanted, listing) => {
  const installed = new Set(
    listing
      .split('\n')
      .filter((line) => line.startsWith('installed '))
      .map((line) => line.slice('installed '.length).trim()),
  );
  return wanted.filter((name) => !installed.has(name));
};

const hasDpkg = () => capture('dpkg-query', ['--version']) !== undefined;

/** dpkg-query fails when it knows none or not all of the packages, and still lists the others. */
const findMissing = async (wanted) => {
  const lines = [];
  await runQuietly('dpkg-query', ['-W', '-f=${db:Status-Status} ${Package}\\n', ...wanted], {
    onLine: (line) => lines.push(line),
  });
  return missingFrom(wanted, lines.join('\n'));
};

const aptGet = (args, onLine) =>
  runQuietly('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    onLine,
  });

/**
 * Runs `installing`, and no service begins by it: set-up wants programs, and a proxy or a relay that listened from then on would be a surprise.
 * A policy that is there already is left to say what it says.
 */
export const withoutStarting = async (installing, file = policyFile) => {
  const isOurs = !fs.existsSync(file);
  if (isOurs) fs.writeFileSync(file, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await installing();
  } finally {
    if (isOurs) fs.rmSync(file, { force: true });
  }
};

/** Nor with the next start of the machine. Only what was not there before: a service of the operator's own is theirs. */
const keepFromStarting = async (services) => {
  for (const service of services) await runQuietly('systemctl', ['disable', service]);
};

const install = async (missing, report) => {
  const step = report.begin(stepName, `installing ${missing.join(' ')}`);
  // A failing update need not matter: the lists may be good enough. The install below decides.
  await aptGet(['update']);
  let unpacked = 0;
  const countSetUp = (line) => {
    if (line.startsWith('Setting up ')) step.progress(`(${++unpacked} set up)`);
  };
  const result = await withoutStarting(() => aptGet([...installFlags, ...missing], countSetUp));
  if (result.code !== 0) {
    throw new SetupError('Debian’s packages could not be installed.', [
      ...result.excerpt.filter((line) => line.startsWith('E:')),
      `Needed: ${missing.join(' ')}`,
      `To install them by hand: ${aptLine(missing)}`,
    ]);
  }
  const bringing = [...entryPackages(), 'janus', 'podman'].filter((name) => missing.includes(name));
  await keepFromStarting(bringing.flatMap((name) => servicesOf[name] ?? [name]));
  step.end(`installed ${missing.length} Debian packages`);
};

/**
 * Makes sure that `wanted` is installed. As root it installs; otherwise it fails with the one line to run.
 * @param {string[]} wanted package names
 * @param {string} purpose what they are for, e.g. "to build the mediasoup worker"
 */
export const ensurePackages = async (wanted, purpose, report) => {
  if (wanted.length === 0) return;
  if (!hasDpkg()) {
    throw new SetupError(
      `This is no Debian machine; what is needed ${purpose} is yours to install. Under Debian's names:`,
      [
        wanted.join(' '),
        'README.md of infra/setup names the variables that point at a worker and at browsers of your own.',
      ],
    );
  }
  const missing = await findMissing(wanted);
  if (missing.length === 0) return;
  if (process.getuid?.() === 0) return install(missing, report);
  throw new SetupError(`Some Debian packages are missing ${purpose}. Run this once, then start again:`, [
    aptLine(missing),
  ]);
};
