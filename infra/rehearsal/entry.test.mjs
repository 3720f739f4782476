// What the rehearsal of the entry reads and builds before it begins: server.yaml as an engine reads it, and programs that come as Go modules.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { repoRoot } from '../setup/environment.mjs';
import { pinnedCaddy, readService } from './entry/composed.mjs';
import { ensureGoPrograms } from './goPrograms.mjs';

const place = { given: { TURN_HOST: 'turn.example.org', ACME_CA: '' }, volumes: '/volumes' };

test('the version of Caddy that is rehearsed is the one that server.yaml pins', () => {
  const text = fs.readFileSync(path.join(repoRoot, 'infra', 'compose', 'server.yaml'), 'utf8');
  expect(pinnedCaddy()).toMatch(/^\d+\.\d+\.\d+$/);
  expect(text).toContain(`image: caddy:${pinnedCaddy()}-alpine\n`);
});

test('a service has its settings filled in, defaults too, and what is mounted where it lies here', () => {
  const caddy = readService('caddy', place);
  expect(caddy.env).toMatchObject({ TURN_HOST: 'turn.example.org', APP: '127.0.0.1:3000', ACME_ROOT: '' });
  expect(caddy.env.ACME_CA).toBe('https://acme-v02.api.letsencrypt.org/directory');
  expect(fs.existsSync(caddy.at('/etc/caddy/Caddyfile'))).toBe(true);
  const coturn = readService('coturn', place);
  expect(coturn.env.CADDY_CERTS).toBe('/volumes/caddy-data/caddy/certificates');
  expect(coturn.entrypoint).toEqual(['/bin/sh', path.join(repoRoot, 'infra', 'turn', 'start.sh')]);
});

let work;
beforeEach(() => {
  work = fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-go-test-'));
  vi.stubEnv('XDG_CACHE_HOME', path.join(work, 'cache'));
  vi.stubEnv('PATH', `${work}:${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  fs.rmSync(work, { recursive: true });
});
const beGo = (does) => fs.writeFileSync(path.join(work, 'go'), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
const programs = { module: 'example.org/it', version: '1.2.3', names: ['it', 'other'] };

test('programs are built once for each version', async () => {
  beGo(`echo "$@" >> ${work}/asked; mkdir -p "$GOPATH/pkg" "$GOBIN"; touch "$GOBIN/it" "$GOBIN/other"`);
  const said = [];
  const say = (line) => said.push(line);
  const folder = await ensureGoPrograms(programs, say);
  expect(await ensureGoPrograms(programs, say)).toBe(folder);
  expect(fs.readFileSync(path.join(work, 'asked'), 'utf8')).toBe(
    'install example.org/it/cmd/it@v1.2.3 example.org/it/cmd/other@v1.2.3\n',
  );
  expect(said).toHaveLength(1);
  expect(fs.readdirSync(path.join(work, 'cache', 'conclave'))).toEqual([path.basename(folder)]);
});

test('what Go says is told where it cannot build, and nothing is left', async () => {
  beGo('echo no such module; exit 1');
  await expect(ensureGoPrograms(programs, () => {})).rejects.toMatchObject({
    message: 'Go could not build it 1.2.3.',
    remedies: ['no such module'],
  });
  expect(fs.readdirSync(path.join(work, 'cache', 'conclave'))).toEqual([]);
});
