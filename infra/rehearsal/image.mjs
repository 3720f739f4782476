// Rehearses the container and the compose file from nothing: images of their names made of Debian's packages, the Dockerfile built as it is,
// and server.yaml started, stopped and started again by podman.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ensurePackages } from '../setup/debianPackages.mjs';
import { nodeModules, repoRoot } from '../setup/environment.mjs';
import { debSourceStanzas, readAptSources } from '../setup/aptSources.mjs';
import { capture } from '../setup/processes.mjs';
import { createReporter } from '../setup/reporter.mjs';
import { ADDRESS, ownLimits, Sandbox } from './Sandbox.mjs';
import { demand, lookAtOthers, lookAtRestart, lookAtServer } from './services.mjs';

const PACKAGES = [
  ...['podman', 'runc', 'catatonit', 'mmdebstrap', 'openssl', 'iproute2'],
  ...['python3-venv', 'python3-yaml', 'python3-dotenv'],
];
/** Debian's 1.0.3 leaves pids_limit out, and hands health checks to a shell that takes their quotes for its own. */
const COMPOSE =
  'podman-compose==1.5.0 --hash=sha256:f0b9d35f4da1b309172adf208a5cb7a882b532a834c2202666c1988b6f147546\n';
const DOCKERFILE = 'infra/docker/Dockerfile';
const COMPOSE_FILE = path.join(repoRoot, 'infra', 'compose', 'server.yaml');
/** Grafana is no package of Debian's, and its Caddy is too old for HAProxy's word of who has connected; that one is in the rehearsal of the entry. */
const STAND_INS = ['coturn', 'haproxy', 'prometheus'];
export const STARTED = ['conclave', ...STAND_INS];
const SITE_HOST = 'meet.example.org';
const TURN_HOST = 'turn.example.org';

/**
 * Why it cannot be rehearsed here, or undefined.
 * @param {{ uid: number | undefined, codename: string, suite: string | undefined }} machine `suite`: the Debian that the Dockerfile names
 */
export const whyNoImage = ({ uid, codename, suite }) => {
  if (uid !== 0) return 'containers are made by root here';
  if (codename !== '' && codename === suite) return undefined;
  return `the images are made of this machine’s Debian packages, and it is not Debian ${suite}, which the Dockerfile names`;
};

/** The path of a Debian as a tarball, from the mirrors that this machine's apt has. */
const makeBase = async (box, suite) => {
  const sources = path.join(box.folder, 'debian.sources');
  fs.writeFileSync(sources, debSourceStanzas(readAptSources()).replaceAll('Types: deb-src', 'Types: deb'));
  const tarball = path.join(box.folder, 'base.tar');
  const words = ['--variant=minbase', '--include=ca-certificates', suite, tarball, sources];
  await box.run('Making a Debian', ['mmdebstrap', ...words], { online: true });
  return tarball;
};

/** What the images are built from: the lockfile's Node, this machine's version of npm, and whom this machine trusts. */
const gatherContext = async (box, version) => {
  const bin = path.join(nodeModules, `node-linux-${process.arch}`, 'bin', 'node');
  demand(
    capture(bin, ['--version']) === `v${version}`,
    `The lockfile’s Node is not ${version}, which ${DOCKERFILE} names.`,
  );
  const context = path.join(box.folder, 'context');
  fs.mkdirSync(context);
  fs.copyFileSync(bin, path.join(context, 'node'));
  fs.copyFileSync('/etc/ssl/certs/ca-certificates.crt', path.join(context, 'authorities.crt'));
  const npm = `npm@${capture('npm', ['--version'])}`;
  await box.run('Fetching npm', ['npm', 'pack', npm, '--pack-destination', box.folder], { online: true });
  const tarball = path.join(box.folder, `${npm.replace('@', '-')}.tgz`);
  await box.run('Unpacking npm', ['tar', '--extract', '--file', tarball, '--directory', context]);
  fs.renameSync(path.join(context, 'package'), path.join(context, 'npm'));
  return context;
};

const makeStandIns = async (box, base, services, say) => {
  const context = await gatherContext(box, base.version);
  const recipe = path.join(import.meta.dirname, 'standIns.Dockerfile');
  const images = { node: base.image, ...Object.fromEntries(STAND_INS.map((name) => [name, services[name].image])) };
  for (const [target, image] of Object.entries(images)) {
    const words = ['--network=host', `--target=${target}`, `--tag=${image}`, `--file=${recipe}`, context];
    await box.run(`Making ${image}`, ['podman', 'build', ...words], { online: true });
    if (target === 'node') continue;
    const asked = ['--rm', '--network=host', '--entrypoint=dpkg-query', image, '-Wf${Version}', target];
    say(`${image}: Debian’s ${target} ${await box.ask('podman', 'run', ...asked)} stands in`);
  }
};

/** Where root may raise no limit, the compose file's are lowered to what there is, and workers go first by a capability instead. */
const limitsFile = (box, services, { files, processes }) => {
  const file = path.join(box.folder, 'limits.yaml');
  const limited = Object.keys(services).filter((name) => services[name].ulimits !== undefined);
  const lines = limited.map((name) => {
    const nice = name === 'conclave' ? ', cap_add: [SYS_NICE]' : '';
    return `  ${name}: { ulimits: !override { nofile: ${files}, nproc: ${processes} }${nice} }\n`;
  });
  fs.writeFileSync(file, `services:\n${lines.join('')}`);
  return file;
};

/** podman-compose with the settings of an installation, in the place's own folder; an operator's own .env is not read. */
const makeCompose = async (box, services, limits) => {
  const venv = path.join(box.folder, 'compose');
  const wanted = path.join(box.folder, 'compose.txt');
  const settings = path.join(box.folder, 'settings');
  fs.writeFileSync(wanted, COMPOSE);
  const secret = randomBytes(32).toString('hex');
  const lines = [
    `SITE_HOST=${SITE_HOST}\nTURN_HOST=${TURN_HOST}\nANNOUNCED_ADDRESS=${ADDRESS}`,
    `TURN_SECRET=${secret}\nGRAFANA_PASSWORD=${secret}\n`,
  ];
  fs.writeFileSync(settings, lines.join('\n'), { mode: 0o600 });
  const python = ['/usr/bin/python3', '-m', 'venv', '--system-site-packages', venv];
  await box.run('Making a folder for podman-compose', python);
  const pip = [path.join(venv, 'bin', 'pip'), 'install', '--no-deps', '--require-hashes', '--requirement', wanted];
  await box.run('Installing podman-compose', pip, { online: true });
  const files = [COMPOSE_FILE, ...(limits.canRaise ? [] : [limitsFile(box, services, limits)])];
  // Docker mounts over a read-only root what the file says, and podman of itself more. A build's steps fetch packages, in whose network it is.
  const asDocker = ['--podman-run-args=--read-only-tmpfs=false', '--podman-build-args=--network=host'];
  const words = ['--in-pod=false', ...asDocker, `--env-file=${settings}`, ...files.flatMap((file) => ['-f', file])];
  return (what, args, options) => box.run(what, [path.join(venv, 'bin', 'podman-compose'), ...words, ...args], options);
};

/** Makes the first image and runs it: whether an engine does that here at all, and what it complained of, where not. */
const tryEngine = async (box, tarball) => {
  try {
    await box.ask('podman', 'import', tarball, 'localhost/debian');
    await box.ask('podman', 'run', '--rm', '--network=host', 'localhost/debian', 'true');
    return undefined;
  } catch (error) {
    return error.message;
  }
};

const readFiles = () => {
  const dockerfile = fs.readFileSync(path.join(repoRoot, DOCKERFILE), 'utf8');
  const { image, version, suite } = /^FROM (?<image>node:(?<version>[\d.]+)-(?<suite>\w+)-slim) AS build$/m.exec(
    dockerfile,
  ).groups;
  return {
    base: { image, version, suite },
    services: parse(fs.readFileSync(COMPOSE_FILE, 'utf8'), { merge: true }).services,
  };
};

const rehearse = async (box, { base, services }, say) => {
  const limits = ownLimits();
  const complaint = await tryEngine(box, await makeBase(box, base.suite));
  if (complaint !== undefined) return say(`skipped: podman runs no container here: ${complaint}`);
  await makeStandIns(box, base, services, say);
  const compose = await makeCompose(box, services, limits);
  const startedAt = Date.now();
  say(`building ${DOCKERFILE}: minutes, where mediasoup’s own worker cannot be had`);
  await compose(`Building ${DOCKERFILE}`, ['build', 'conclave'], { online: true });
  const image = services.conclave.image.replace(/\$\{\w+:-(.+)\}/, '$1');
  const bytes = await box.ask('podman', 'image', 'inspect', image, '--format={{.Size}}');
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  say(`it builds as it is, in ${seconds} s: ${Math.round(bytes / 1e6)} MB with its base`);
  if (!limits.canRaise)
    say(`root may raise no limit here: ${limits.files} files, and SYS_NICE in the place of ulimit nice`);
  await compose('Starting server.yaml', ['up', '-d', ...STARTED]);
  await lookAtServer(box, services.conclave, limits, say);
  await lookAtOthers(box, TURN_HOST, say);
  await lookAtRestart(box, compose, say);
};

/**
 * Sees the Dockerfile built and server.yaml run. It takes minutes, most of them for the media worker, which the Dockerfile builds where mediasoup's own
 * cannot be had.
 * @param {{ say: (line: string) => void }} options told each thing that was seen, or why nothing can be
 * @throws SetupError with what was not as it should be
 */
export async function rehearseImage({ say }) {
  const files = readFiles();
  const { codename } = readAptSources();
  const why = whyNoImage({ uid: process.getuid?.(), codename, suite: files.base.suite });
  if (why !== undefined) return say(`skipped: ${why}`);
  await ensurePackages(PACKAGES, 'to build and run containers', createReporter());
  const box = await Sandbox.open(ownLimits());
  try {
    return await rehearse(box, files, say);
  } finally {
    box.close();
  }
}
