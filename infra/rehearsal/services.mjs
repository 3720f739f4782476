// Owns what is looked for in the services that server.yaml has started: not what was asked of the engine, but what their processes have.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WORKER_NICE } from '../../server/media/goFirst.ts';
import { SetupError } from '../setup/SetupError.mjs';

const SERVER = 'http://127.0.0.1:3000';
const HEALTHY_MS = 120_000;
/** Prometheus looks every 15 s. */
const SCRAPED_MS = 60_000;
/** 22 and 43 characters of base64url: what a room's id and its link's verifier look like. */
const ROOM = { roomId: `${'A'.repeat(21)}A`, verifiers: { member: 'A'.repeat(43) } };

const containerOf = (service) => `conclave_${service}_1`;

/** What is so, or a SetupError that says what is not. */
export const demand = (isSo, complaint) => {
  if (!isSo) throw new SetupError(complaint);
};

const inspect = (box, service, field) =>
  box.ask('podman', 'container', 'inspect', containerOf(service), `--format={{${field}}}`);
const exec = (box, service, ...words) => box.ask('podman', 'exec', containerOf(service), ...words);

/** The answer to a request from inside the services' network, by the server's own Node. */
const request = async (box, url, body) => {
  const options = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' } };
  const given = JSON.stringify({ ...options, body: body && JSON.stringify(body) });
  const code = `const answer = await fetch('${url}', ${given});
    console.log(JSON.stringify({ status: answer.status, text: await answer.text() }));`;
  return JSON.parse(await box.ask(process.execPath, '--input-type=module', '-e', code));
};

/** Asks until it is so, and tells how long it took. */
const until = async (what, mostMs, look) => {
  const startedAt = Date.now();
  while (!(await look())) {
    demand(Date.now() - startedAt < mostMs, `${what}: not within ${mostMs / 1000} s.`);
    await sleep(1000);
  }
  return `${Math.round((Date.now() - startedAt) / 1000)} s`;
};

const isHealthy = (box, service) =>
  box.ask('podman', 'healthcheck', 'run', containerOf(service)).then(
    () => true,
    () => false,
  );
const untilHealthy = (box, service) => until(`${service} healthy`, HEALTHY_MS, () => isHealthy(box, service));

/** What a service's first process is, and the most it could become: `powers`, a bit for each capability. */
const lookAtPowers = async (box, service, user, powers) => {
  const status = await box.ask('cat', `/proc/${await inspect(box, service, '.State.Pid')}/status`);
  const found = (name) => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)[1];
  const has = [found('Uid'), BigInt(`0x${found('CapBnd')}`), found('NoNewPrivs'), found('Seccomp')];
  const wanted = [user, powers, '1', '2'];
  demand(String(has) === String(wanted), `${service}: user, powers, no new ones, seccomp are ${has}, not ${wanted}.`);
};

/** What bounds the server's processes, as they see it themselves, whichever version the kernel's control groups have. */
const lookAtBounds = async (box, { pids_limit: pids, mem_limit: memory, ulimits }, limits, say) => {
  // SYS_NICE is the rehearsal's own (limitsFile).
  await lookAtPowers(box, 'conclave', '1000', limits.canRaise ? 0n : 1n << 23n);
  const read = 'cd /sys/fs/cgroup; cat "$@" 2> /dev/null || true';
  const group = (...files) => exec(box, 'conclave', 'sh', '-c', read, 'sh', ...files);
  demand((await group('pids.max', 'pids/pids.max')) === String(pids), 'pids_limit does not hold.');
  const [, gigabytes] = /:-(\d+)g}$/.exec(memory);
  const bytes = await group('memory.max', 'memory/memory.limit_in_bytes');
  demand(Number(bytes) === gigabytes * 1024 ** 3, `mem_limit does not hold: ${bytes}.`);
  const files = await exec(box, 'conclave', 'awk', '/^Max open files/ { print $4 }', '/proc/1/limits');
  demand(files === String(limits.canRaise ? ulimits.nofile : limits.files), `nofile is ${files}.`);
  const writes = `cd /; for file in app/x x tmp/x data/x; do touch $file 2>/dev/null && echo $file; done; rm -f tmp/x data/x`;
  const written = (await exec(box, 'conclave', 'sh', '-c', writes)).split('\n');
  demand(String(written) === 'tmp/x,data/x', `The server could write ${written}.`);
  say(
    `the server is node (1000) without powers of root’s, writes to /tmp and /data alone, and has ${pids} processes and ${gigabytes} GiB at most, ${files} files`,
  );
};

/** The server: healthy, bounded, its page, and its workers before other work. */
export const lookAtServer = async (box, service, limits, say) => {
  say(`the server is healthy after ${await untilHealthy(box, 'conclave')}, by its own check`);
  await lookAtBounds(box, service, limits, say);
  const page = await request(box, `${SERVER}/`);
  demand(page.status === 200 && page.text.includes('<title>Conclave'), `GET / answers ${page.status}.`);
  const health = await request(box, `${SERVER}/healthz`);
  demand(health.status === 200, `GET /healthz answers ${health.status}.`);
  say(`GET / is the page (${page.text.length} characters), GET /healthz ${health.status}`);
  const processes = (await box.ask('ps', '-e', '-o', 'ni=,uid=,args=')).split('\n');
  const workers = processes.filter((line) => line.includes('/app/worker/mediasoup-worker'));
  const nice = workers.map((line) => line.trim().split(/\s+/).slice(0, 2).join(' of '));
  demand(workers.length > 0 && nice.every((one) => one === `${WORKER_NICE} of 1000`), `Workers’ nice: ${nice}.`);
  say(`${workers.length} media workers of user 1000 run at nice ${WORKER_NICE}`);
};

/** The relay's certificate, where Caddy would put it: made by itself, for two days. */
const giveCertificate = async (box, host) => {
  const volume = await box.ask('podman', 'volume', 'inspect', 'conclave_caddy-data', '--format={{.Mountpoint}}');
  const given = (await inspect(box, 'coturn', 'range .Config.Env}}{{println .}}{{end')).split('\n');
  const folder = given.find((line) => line.startsWith('CADDY_CERTS=/caddy/')).replace('CADDY_CERTS=/caddy', volume);
  const [certificate, key] = ['crt', 'key'].map((ending) => path.join(folder, 'authority', host, `${host}.${ending}`));
  const name = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  const words = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...name, '-keyout', key];
  const make = 'umask 077; out=$1; shift; mkdir -p "${out%/*}"; openssl req "$@" -out "$out.new"; mv "$out.new" "$out"';
  await box.run('Making a certificate', ['sh', '-euc', make, 'sh', certificate, ...words]);
  return certificate;
};

/** What stands beside the server: Prometheus sees it, and HAProxy leads to the relay's TLS once there is a certificate. */
export const lookAtOthers = async (box, host, say) => {
  for (const service of ['haproxy', 'prometheus'])
    say(`${service} is healthy after ${await untilHealthy(box, service)}`);
  // Root by number, with ports below 1024 as the one power.
  for (const service of ['haproxy', 'coturn']) await lookAtPowers(box, service, '0', 1n << 10n);
  await lookAtPowers(box, 'prometheus', '65534', 0n);
  await until('Prometheus sees the server', SCRAPED_MS, async () => {
    const { text } = await request(box, 'http://127.0.0.1:9090/api/v1/query?query=up');
    const { result } = JSON.parse(text).data;
    return result.length === 2 && result.every(({ value }) => value[1] === '1');
  });
  say('prometheus reads the server’s metrics and its own');
  demand(!(await isHealthy(box, 'coturn')), 'The relay says that it is healthy, and has no certificate.');
  const certificate = await giveCertificate(box, host);
  say(`the relay is healthy ${await untilHealthy(box, 'coturn')} after its certificate came, and not before`);
  const restarts = await inspect(box, 'coturn', '.RestartCount');
  demand(restarts === '1', `The relay was started again ${restarts} times.`);
  const names = ['-servername', host, '-verify_hostname', host];
  const words = ['-connect', '127.0.0.1:443', ...names, '-CAfile', certificate, '-verify_return_error'];
  await box.run('TLS on 443 by the relay’s name', ['sh', '-c', 'openssl s_client "$@" < /dev/null', 'sh', ...words]);
  say('port 443 leads to the relay’s TLS by its name');
};

/** An end in order, and a second container over the same volume that knows what the first one kept. */
export const lookAtRestart = async (box, compose, say) => {
  const makeRoom = async () => (await request(box, `${SERVER}/api/rooms`, ROOM)).status;
  const key = () => exec(box, 'conclave', 'sha256sum', '/data/signing-key.json');
  const made = await makeRoom();
  demand(made === 201, `Making a room is answered ${made}.`);
  const before = await key();
  const startedAt = Date.now();
  await box.ask('podman', 'stop', '--time', '150', containerOf('conclave'));
  const code = await inspect(box, 'conclave', '.State.ExitCode');
  demand(code === '0', `SIGTERM ends the server with ${code}.`);
  say(`SIGTERM ends the server with 0 after ${Math.round((Date.now() - startedAt) / 1000)} s`);
  await compose('Ending server.yaml', ['down']);
  await compose('Starting server.yaml again', ['up', '-d', 'conclave']);
  const took = await untilHealthy(box, 'conclave');
  const again = await makeRoom();
  demand(before === (await key()) && again === 409, `The second start does not know the first one’s data (${again}).`);
  say(`a second container is healthy after ${took}, and knows the key and the room of the first`);
  await compose('Ending server.yaml', ['down']);
};
