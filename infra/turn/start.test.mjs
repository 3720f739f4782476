// What coturn is given: the settings of the environment, nothing that is empty, and no secret where others can read it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const SECRET = 'f00dcafe&\\1'.repeat(4);
const needed = { TURN_SECRET: SECRET, TURN_HOST: 'turn.example.org', ANNOUNCED_ADDRESS: '203.0.113.7' };
let folder;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-turn-'));
  // In coturn's place: prints what it was started with.
  fs.writeFileSync(path.join(folder, 'turnserver'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const start = (env) => {
  const script = path.join(import.meta.dirname, 'start.sh');
  const PATH = `${folder}:/usr/bin:/bin`;
  const { stdout, stderr, status } = spawnSync(script, {
    encoding: 'utf8',
    env: { PATH, TURN_RUN_DIR: `${folder}/run`, ...env },
  });
  const file = path.join(folder, 'run', 'turnserver.conf');
  return { stdout, stderr, status, file, lines: status === 0 ? fs.readFileSync(file, 'utf8').split('\n') : [] };
};
const settingsOf = (lines, name) =>
  lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1));

test('the secret stands in a file that only its owner reads, and on no command line', () => {
  const { stdout, file, lines } = start(needed);
  expect(stdout.trim()).toBe(`-c ${file}`);
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  expect(settingsOf(lines, 'static-auth-secret')).toEqual([SECRET]);
});

test('without NAT the announced address is the machine’s own, and what is empty is left out', () => {
  const { lines } = start(needed);
  expect(settingsOf(lines, 'relay-ip')).toEqual(['203.0.113.7']);
  for (const name of ['external-ip', 'cert', 'pkey']) expect(settingsOf(lines, name)).toEqual([]);
  expect(lines.filter((line) => !line.startsWith('#')).join()).not.toContain('$');
});

test('behind NAT it relays from its own address, is told the announced one, and may reach the media by both and nothing else', () => {
  const { lines } = start({ ...needed, TURN_ADDRESS: '10.0.0.5' });
  expect(settingsOf(lines, 'relay-ip')).toEqual(['10.0.0.5']);
  expect(settingsOf(lines, 'external-ip')).toEqual(['203.0.113.7/10.0.0.5']);
  expect(settingsOf(lines, 'allowed-peer-ip')).toEqual(['203.0.113.7', '10.0.0.5']);
  expect(settingsOf(lines, 'denied-peer-ip')).toHaveLength(2);
});

test.each(Object.keys(needed))('without %s it does not start, and says what to write', (name) => {
  const { status, stderr } = start({ ...needed, [name]: '' });
  expect(status).not.toBe(0);
  expect(stderr).toContain(`${name}: write `);
});

test('a name in place of the address is refused in words', () => {
  const { status, stderr } = start({ ...needed, ANNOUNCED_ADDRESS: 'meet.example.org' });
  expect([status, stderr]).toEqual([1, expect.stringContaining('have to be IP addresses')]);
});

/** As Caddy stores it: the key first. */
const store = (authority, text) => {
  const place = path.join(folder, 'caddy', authority, 'turn.example.org');
  fs.mkdirSync(place, { recursive: true });
  for (const ending of ['key', 'crt']) fs.writeFileSync(path.join(place, `turn.example.org.${ending}`), text);
  return path.join(place, 'turn.example.org');
};

test('of what Caddy has for the relay’s name the newest is taken, with its own key', () => {
  const CADDY_CERTS = path.join(folder, 'caddy');
  const none = start({ ...needed, CADDY_CERTS, TURN_CERT_LOOK_S: '0' });
  expect(['cert', 'pkey'].flatMap((name) => settingsOf(none.lines, name))).toEqual([]);
  const [former, now] = [store('former', 'PEM'), store('now', 'PEM')];
  fs.utimesSync(`${former}.crt`, 1, 1);
  const { lines } = start({ ...needed, CADDY_CERTS, TURN_CERT_LOOK_S: '0' });
  expect(['cert', 'pkey'].map((name) => settingsOf(lines, name))).toEqual([[`${now}.crt`], [`${now}.key`]]);
  fs.rmSync(CADDY_CERTS, { recursive: true });
});

test('it is ended when its first certificate comes, and told of the next ones while it runs on', async () => {
  // Says when it is told to read its certificate again.
  const stand = path.join(folder, 'standing');
  fs.mkdirSync(stand);
  const program = "#!/bin/sh\ntrap 'echo again' USR2\necho started\nwhile :; do sleep 0.1; done\n";
  fs.writeFileSync(path.join(stand, 'turnserver'), program, { mode: 0o755 });
  const env = { ...needed, PATH: `${stand}:/usr/bin:/bin`, TURN_RUN_DIR: `${folder}/run`, TURN_CERT_LOOK_S: '1' };
  const begin = async () => {
    const child = spawn(path.join(import.meta.dirname, 'start.sh'), {
      env: { ...env, CADDY_CERTS: path.join(folder, 'caddy') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    expect(String(await once(child.stdout, 'data'))).toBe('started\n');
    return { child, ended };
  };
  const first = await begin();
  store('now', 'PEM');
  expect(await first.ended).toEqual([null, 'SIGTERM']);
  const second = await begin();
  const told = once(second.child.stdout, 'data');
  store('now', 'renewed');
  expect(String(await told)).toBe('again\n');
  second.child.kill('SIGKILL');
  expect(await second.ended).toEqual([null, 'SIGKILL']);
});
