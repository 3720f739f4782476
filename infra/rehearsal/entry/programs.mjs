// Starts the programs of the entry, and the authority that it gets certificates from, each as server.yaml and its image would.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repoRoot } from '../../setup/environment.mjs';
import { ask } from './asking.mjs';
import { readService } from './composed.mjs';

export const SITE_HOST = 'meet.conclave.test';
export const TURN_HOST = 'turn.conclave.test';
const ACME_HOST = 'acme.conclave.test';
/** Of the machine as people reach it, and of two of them: on loopback, of the block that is set aside for tests (RFC 2544). */
export const ADDRESS = '198.18.0.1';
export const CLIENTS = ['198.18.0.11', '198.18.0.12'];
/** Where Pebble says what it has given, and is told what to say. */
export const AUTHORITY = `https://${ACME_HOST}:15000`;

/** What a container of server.yaml may do that is root by number: no power of root's but low ports. */
const CONTAINED = ['setpriv', '--inh-caps=-all', '--bounding-set=-all,+net_bind_service', '--no-new-privs'];

/**
 * Waits until `look` gives something, and gives that.
 * @throws Error that says what did not come
 */
export const until = async (what, look, seconds = 30) => {
  const lastMs = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > lastMs) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(50);
  }
};

/** The programs that run, by name; all of them end with the process that runs this, which is the first of its own pid namespace. */
export const createPrograms = () => {
  const running = new Map();
  const start = (name, [file, ...args], { env = {}, cwd = repoRoot, onEnd = () => {} } = {}) => {
    const child = spawn(file, args, {
      cwd,
      env: { PATH: process.env.PATH, HOME: cwd, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const program = { child, text: running.get(name)?.text ?? '', ended: false };
    const take = (chunk) => (program.text += chunk);
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (error) => take(`${error.message}\n`));
    child.on('close', () => {
      program.ended = true;
      onEnd();
    });
    running.set(name, program);
  };
  return {
    start,
    /** All that it has said, since its first start. */
    said: (name) => running.get(name)?.text ?? '',
    pid: (name) => running.get(name).child.pid,
    async stop(name) {
      const program = running.get(name);
      program.child.kill('SIGTERM');
      await until(`${name} to end`, () => program.ended);
    },
    /** The last lines of each, for whoever has to find out. */
    lastWords: () =>
      [...running]
        .map(([name, { text }]) => `── ${name}\n${text.trimEnd().split('\n').slice(-40).join('\n')}`)
        .join('\n'),
  };
};

/** Loopback with the addresses above, the names for all programs in here, and `folder`: what is mounted is seen by nobody outside. */
export const layNetwork = (folder) => {
  for (const made of [folder, '/run']) execFileSync('mount', ['-t', 'tmpfs', 'none', made]);
  const ip = (...args) => execFileSync('ip', args);
  ip('link', 'set', 'lo', 'up');
  for (const address of [ADDRESS, ...CLIENTS]) ip('addr', 'add', `${address}/32`, 'dev', 'lo');
  // Before it is asked what is this machine's own, which comes first by itself: ports can be closed then.
  ip('rule', 'add', 'pref', '2', 'lookup', 'local');
  ip('rule', 'del', 'pref', '0');
  const hosts = path.join(folder, 'hosts');
  fs.writeFileSync(hosts, `127.0.0.1 localhost ${ACME_HOST}\n${ADDRESS} ${SITE_HOST} ${TURN_HOST}\n`);
  execFileSync('mount', ['--bind', hosts, '/etc/hosts']);
};

/** As a firewall that lets nobody to a port, and lets them again. */
export const closePort = (port) => {
  const rule = ['pref', '1', 'ipproto', 'tcp', 'dport', String(port), 'prohibit'];
  execFileSync('ip', ['rule', 'add', ...rule]);
  return () => execFileSync('ip', ['rule', 'del', ...rule]);
};

/** Pebble and the DNS that it asks. @returns where the certificate lies that it is reached by itself, and the root of those that it gives */
export const startAuthority = async (programs, { folder, pebble, dns }) => {
  const at = (name) => path.join(folder, name);
  const made = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=authority',
  ];
  const files = ['-addext', `subjectAltName=DNS:${ACME_HOST}`, '-keyout', at('acme.key'), '-out', at('acme.pem')];
  execFileSync('openssl', ['req', '-x509', ...made, ...files], { stdio: 'pipe' });
  const config = {
    listenAddress: '127.0.0.1:14000',
    managementListenAddress: '127.0.0.1:15000',
    certificate: at('acme.pem'),
    privateKey: at('acme.key'),
    httpPort: 80,
    tlsPort: 443,
    profiles: { default: { description: 'ninety days', validityPeriod: 90 * 24 * 60 * 60 } },
  };
  fs.writeFileSync(at('pebble.json'), JSON.stringify({ pebble: config }));
  const none = ['-http01', '', '-https01', '', '-tlsalpn01', '', '-doh', '', '-defaultIPv4', '', '-defaultIPv6', ''];
  programs.start('dns', [dns, ...none, '-dnsserver', '127.0.0.1:8053', '-management', '127.0.0.1:8055']);
  await until('the DNS to know both names', async () => {
    const told = [SITE_HOST, TURN_HOST].map((host) =>
      fetch('http://127.0.0.1:8055/add-a', { method: 'POST', body: JSON.stringify({ host, addresses: [ADDRESS] }) }),
    );
    return (await Promise.all(told).catch(() => [{}])).every(({ ok }) => ok);
  });
  // It does not wait for the fun of it, and has every name proven anew each time.
  const env = { PEBBLE_VA_NOSLEEP: '1', PEBBLE_AUTHZREUSE: '0' };
  programs.start('pebble', [pebble, '-config', at('pebble.json'), '-dnsserver', '127.0.0.1:8053', '-strict'], { env });
  const ca = fs.readFileSync(at('acme.pem'));
  const answer = await until('the authority', () => ask(`${AUTHORITY}/roots/0`, { ca }).catch(() => undefined));
  return { rootFile: at('acme.pem'), root: answer.body };
};

/** What a person would write into infra/compose/.env. */
export const writeSettings = ({ rootFile, secret }) => ({
  SITE_HOST,
  TURN_HOST,
  ANNOUNCED_ADDRESS: ADDRESS,
  TURN_SECRET: secret,
  GRAFANA_PASSWORD: 'none',
  ACME_CA: `https://${ACME_HOST}:14000/dir`,
  ACME_ROOT: `acme_ca_root ${rootFile}`,
});

export const startServer = (programs, place) => {
  const { env, at } = readService('conclave', place);
  const kept = {
    NODE_ENV: 'production',
    DATA_DIR: at('/data'),
    MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN,
  };
  const given = Object.entries({ ...env, ...kept }).filter(([, value]) => value);
  programs.start('server', [process.execPath, 'server/main.ts'], { env: Object.fromEntries(given) });
};

export const startHaproxy = (programs, place) => {
  const { env, at } = readService('haproxy', place);
  programs.start('haproxy', [...CONTAINED, 'haproxy', '-W', '-db', '-f', at('/usr/local/etc/haproxy/haproxy.cfg')], {
    env,
  });
};

export const startCaddy = (programs, place) => {
  const { env, at } = readService('caddy', place);
  const image = { XDG_DATA_HOME: at('/data'), XDG_CONFIG_HOME: at('/config') };
  const command = [place.caddy, 'run', '--config', at('/etc/caddy/Caddyfile'), '--adapter', 'caddyfile'];
  programs.start('caddy', [...CONTAINED, ...command], { env: { ...image, ...env } });
};

/** As in a container: in a pid namespace of its own, whose first process it is unless `init` has another stand before it, and started again when it ends. */
export const startCoturn = (programs, place) => {
  const { env, entrypoint, init } = readService('coturn', place);
  const alone = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const before = init ? ['sh', '-c', '"$@" & wait $!', 'init'] : [];
  const start = () =>
    programs.start('coturn', [...alone, ...CONTAINED, ...before, ...entrypoint], {
      env: { ...env, TURN_CERT_LOOK_S: '1' },
      onEnd: () => setTimeout(start, 100),
    });
  start();
};
