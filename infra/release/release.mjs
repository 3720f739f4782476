// npm run release -- FOLDER: lays out all that a server needs to run, and nothing else; what a container or /opt/conclave holds.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from '../setup/environment.mjs';
import { prepare, runEntry } from '../setup/prepare.mjs';
import { SetupError } from '../setup/SetupError.mjs';
import { listFiles } from '../setup/stamps.mjs';
import { isServerSource, serverPackages } from './serverPackages.mjs';
import { workerLibraries } from './workerLibraries.mjs';

const parse = (args) => {
  const [folder, ...more] = args.filter((argument) => argument !== '--without-node');
  if (folder === undefined || folder.startsWith('-') || more.length > 0) {
    throw new SetupError('Where to? For example: npm run release -- /opt/conclave/releases/1', [
      'It makes the folder. --without-node leaves Node out, where the machine has Node 24 or newer.',
    ]);
  }
  const target = path.resolve(folder);
  if (fs.existsSync(target)) throw new SetupError(`${target} is there already; name a folder that is not.`);
  return { target, withNode: !args.includes('--without-node') };
};

const copy = (from, to) => {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.cpSync(from, to, { recursive: true, dereference: true });
};

/** Neither types and source maps nor mediasoup's worker as source: together they are half of what the packages weigh. */
const isNeeded = (file) =>
  !/\.(?:map|d\.[cm]?ts)$/.test(file) && !`${file}/`.startsWith('node_modules/mediasoup/worker/');

const copyPackages = (target) => {
  for (const folder of serverPackages(repoRoot)) {
    // A package of another system's is in the lockfile and not on the disk.
    const from = path.join(repoRoot, folder);
    if (!fs.existsSync(from)) continue;
    fs.cpSync(from, path.join(target, folder), {
      recursive: true,
      filter: (file) => {
        const [inside] = path.relative(from, file).split(path.sep);
        return inside !== 'node_modules' && isNeeded(path.relative(repoRoot, file));
      },
    });
  }
};

/** The parts of package.json that Node reads at run time, and what tells versions apart. */
const writePackageJson = (target) => {
  const { name, version, license, type, imports } = JSON.parse(
    fs.readFileSync(path.join(repoRoot, 'package.json'), 'utf8'),
  );
  const server = { '#protocol/*': imports['#protocol/*'] };
  const text = JSON.stringify({ name, version, license, private: true, type, imports: server }, null, 2);
  fs.writeFileSync(path.join(target, 'package.json'), `${text}\n`);
};

const copyWorker = (bin, target) => {
  copy(bin, path.join(target, 'worker', 'mediasoup-worker'));
  fs.mkdirSync(path.join(target, 'worker', 'lib'));
  for (const { name, file } of workerLibraries(bin)) copy(file, path.join(target, 'worker', 'lib', name));
};

/** Readable for everybody and writable for its owner, whatever mask it was made under: the server is another user than who lays it out. */
const openForReading = (target) => {
  fs.chmodSync(target, 0o755);
  for (const entry of fs.readdirSync(target, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const isRun = entry.isDirectory() || (fs.statSync(file).mode & 0o100) !== 0;
    fs.chmodSync(file, isRun ? 0o755 : 0o644);
  }
};

await runEntry(async () => {
  const { target, withNode } = parse(process.argv.slice(2));
  const { nodeBin, env } = await prepare();
  fs.mkdirSync(target, { recursive: true });
  for (const file of listFiles(repoRoot, 'server').filter(isServerSource)) {
    copy(path.join(repoRoot, file), path.join(target, file));
  }
  copyPackages(target);
  copy(path.join(repoRoot, 'dist', 'client'), path.join(target, 'dist', 'client'));
  copy(path.join(repoRoot, 'LICENSE'), path.join(target, 'LICENSE'));
  writePackageJson(target);
  copyWorker(env.MEDIASOUP_WORKER_BIN, target);
  if (withNode) copy(fs.realpathSync(nodeBin), path.join(target, 'bin', 'node'));
  openForReading(target);
  console.log(`release: ${target}`);
  return 0;
});
