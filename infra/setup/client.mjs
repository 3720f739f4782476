// Owns the built client: dist/client, built again only when what it is made of has changed.
import fs from 'node:fs';
import path from 'node:path';
import { childEnv, nodeModules, repoRoot } from './environment.mjs';
import { withLock } from './lock.mjs';
import { runOrFail } from './processes.mjs';
import { digestPaths, readStamp, writeStamp } from './stamps.mjs';

const stepName = 'client';
const config = path.join('client', 'vite.config.ts');
const output = path.join(repoRoot, 'dist', 'client', 'index.html');
/** Beside the output, not in it: what lies in dist/client is served. */
const stamp = path.join(repoRoot, 'dist', '.client-stamp');
const madeOf = [
  'client',
  path.join('server', 'protocol'),
  'package.json',
  'package-lock.json',
  path.join('infra', 'patches'),
  'SECURITY.md',
];

/** Whether a file can change the built client; tests and prose cannot, but for what the page serves of it. */
export const isClientSource = (file) =>
  file === 'SECURITY.md' ||
  (!/(\.test\.[cm]?[jt]sx?|\.md)$/.test(file) && !file.startsWith(path.join('client', 'test') + path.sep));

const sourceDigest = () => digestPaths(repoRoot, madeOf, isClientSource);

const build = async (nodeBin, digest, report) => {
  const step = report.begin(stepName, 'building the page');
  await runOrFail(
    'Building the client',
    nodeBin,
    [path.join(nodeModules, 'vite', 'bin', 'vite.js'), 'build', '--config', config],
    {
      cwd: repoRoot,
      env: childEnv({ NODE_ENV: 'production' }, nodeBin),
    },
  );
  writeStamp(stamp, digest);
  step.end('built the page into dist/client');
};

/** Makes dist/client what the sources say. */
export const ensureClient = async ({ nodeBin, report }) => {
  const digest = sourceDigest();
  const isBuilt = () => readStamp(stamp) === digest && fs.existsSync(output);
  if (isBuilt()) return report.done(stepName, 'built from today’s sources');
  const waiting = (pid) => report.done(stepName, `waiting for another set-up (process ${pid})`);
  await withLock(path.join(repoRoot, '.cache', 'client.lock'), waiting, async () => {
    if (!isBuilt()) await build(nodeBin, digest, report);
  });
};
