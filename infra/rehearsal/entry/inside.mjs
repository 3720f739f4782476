// The rehearsal itself, in a network, a process and a mount namespace of its own (entry.mjs): whatever it starts and mounts ends with it.
import { execFile } from 'node:child_process';
import { randomBytes, X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { ROOMS_PER_ADDRESS } from '../../../server/protocol/limits.ts';
import { repoRoot } from '../../setup/environment.mjs';
import { ask, believe, openSocket, servedSerial } from './asking.mjs';
import {
  AUTHORITY,
  CLIENTS,
  closePort,
  createPrograms,
  layNetwork,
  SITE_HOST,
  startAuthority,
  startCaddy,
  startCoturn,
  startHaproxy,
  startServer,
  TURN_HOST,
  until,
  writeSettings,
} from './programs.mjs';

const SITE = `https://${SITE_HOST}`;
const SERVER = 'http://127.0.0.1:3000';
const PORT_OF = { 'http-01': 80, 'tls-alpn-01': 443 };
const say = (line) => process.stdout.write(`${line}\n`);

/** @throws Error that says `what` is not so, with what was seen */
const mustBe = (isSo, what, seen) => {
  if (!isSo) throw new Error(`${what}; seen: ${JSON.stringify(seen)}`);
};

const programs = createPrograms();

/** Where Caddy keeps what it has for `host`, without the ending; undefined while it has nothing. */
const storedAt = ({ volumes }, host) => {
  const folder = path.join(volumes, 'caddy-data', 'caddy', 'certificates');
  const [authority] = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  return authority && path.join(folder, authority, host, host);
};

/** The stored certificate of `host`, or undefined while there is none. */
const storedCertificate = (place, host) => {
  const file = `${storedAt(place, host)}.crt`;
  return fs.existsSync(file) ? new X509Certificate(fs.readFileSync(file)) : undefined;
};

/** By which challenges Caddy says that it has proven `host` to the authority, in order. */
const provenBy = (host) =>
  programs
    .said('caddy')
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes('"served key authentication'))
    .map((line) => JSON.parse(line))
    .filter((entry) => (entry.identifier ?? entry.server_name ?? entry.host) === host)
    .map((entry) => entry.challenge);

const isReady = async () => (await ask(`${SERVER}/readyz`).catch(() => undefined))?.status === 200;

async function seeCertificates(place) {
  const beganMs = Date.now();
  startHaproxy(programs, place);
  startCoturn(programs, place);
  startCaddy(programs, place);
  const isThere = () => [SITE_HOST, TURN_HOST].every((host) => storedCertificate(place, host));
  await until('certificates for both names', isThere, 60);
  const tookS = ((Date.now() - beganMs) / 1000).toFixed(1);
  const ways = [SITE_HOST, TURN_HOST].map((host) => `${host} by ${provenBy(host).at(-1)}`);
  say(`certificates ${tookS} s after the start: ${ways.join(', ')}`);
}

async function seePage(place) {
  const page = await until('the page', async () => {
    const answer = await ask(`${SITE}/`).catch(() => undefined);
    return answer?.status === 502 ? undefined : answer;
  });
  const direct = await ask(`${SERVER}/`, { headers: { Host: SITE_HOST } });
  // What belongs to one connection, and what differs from one answer to the next.
  for (const { headers } of [page, direct]) for (const own of ['connection', 'keep-alive', 'date']) delete headers[own];
  const wanted = place.hasPage ? 200 : direct.status;
  mustBe(page.status === wanted && page.body === direct.body, `${SITE}/ is the server’s answer`, page.status);
  const different = Object.keys({ ...page.headers, ...direct.headers }).filter(
    (name) => !isDeepStrictEqual(page.headers[name], direct.headers[name]),
  );
  mustBe(different.length === 0, 'the headers are the server’s', different);
  mustBe('content-security-policy' in page.headers || !place.hasPage, 'the page has its policy', page.headers);
  const what = place.hasPage ? 'the page' : 'no page, as none is built,';
  say(
    `${SITE}/ is ${what} with the server’s ${Object.keys(page.headers).length} headers and no others, by a certificate that is verified`,
  );
}

async function seeAddresses() {
  const open = async (from, headers = {}) => {
    const body = { roomId: randomBytes(16).toString('base64url'), verifiers: { member: 'v'.repeat(43) } };
    return (await ask(`${SITE}/api/rooms`, { method: 'POST', body, from, headers })).status;
  };
  const [first, second] = CLIENTS;
  const made = await Promise.all(Array.from({ length: ROOMS_PER_ADDRESS.points }, () => open(first)));
  const answers = [
    ...new Set(made),
    await open(first),
    await open(first, { 'X-Forwarded-For': second }),
    await open(second),
  ];
  mustBe(answers.join() === '201,429,429,201', 'each client has a limit of its own', answers);
  say(
    `limits are each client’s own: after ${made.length} rooms ${first} is refused, whatever it says in X-Forwarded-For, and ${second} is not`,
  );
}

async function seeDoors() {
  const first = await openSocket(SITE_HOST);
  mustBe(first.startsWith('0{"sid":'), 'a WebSocket is opened', first);
  for (const inside of ['/metrics', '/readyz']) {
    const [outer, inner] = [await ask(`${SITE}${inside}`), await ask(`${SERVER}${inside}`)];
    mustBe(outer.status === 404 && inner.status === 200, `${inside} is for the operator`, [outer.status, inner.status]);
  }
  const { status, headers } = await ask(`http://${SITE_HOST}/r/some?a=b`);
  mustBe(status === 308 && headers.location === `${SITE}/r/some?a=b`, 'port 80 leads to HTTPS', [
    status,
    headers.location,
  ]);
  say('a WebSocket is opened; /metrics and /readyz are not passed on; port 80 leads to HTTPS on 443');
}

async function seeRelay(place) {
  const stored = storedCertificate(place, TURN_HOST).serialNumber;
  const served = await until('TLS of the relay on 443', () => servedSerial(TURN_HOST).catch(() => undefined));
  mustBe(served === stored, 'the relay has the certificate that Caddy has stored', { served, stored });
  const doctor = ['infra/doctor/doctor.ts', '--url', SITE, '--json', '--ca', place.believed];
  const { stdout } = await promisify(execFile)(process.execPath, doctor, { cwd: repoRoot }).catch((error) => error);
  const { findings } = JSON.parse(stdout);
  const broken = findings.filter(({ level }) => level !== 'ok').map(({ says }) => says);
  const relays = findings.filter(({ code }) => code === 'turn.ok').map(({ values }) => values.url);
  mustBe(
    relays.length === 3 && relays.includes(`turns:${TURN_HOST}:443?transport=tcp`),
    'a place at the relay by each way',
    relays,
  );
  say(`the relay has its own certificate on 443, and a place for the server’s credentials by UDP, TCP and TLS`);
  say(
    `the doctor: ${findings.length - broken.length} of ${findings.length} findings are well${broken.map((one) => `; ${one}`).join('')}`,
  );
}

async function seeRestart(place) {
  const before = [await servedSerial(SITE_HOST), storedCertificate(place, TURN_HOST).serialNumber];
  await programs.stop('caddy');
  startCaddy(programs, place);
  const served = await until('Caddy again', () => servedSerial(SITE_HOST).catch(() => undefined));
  const after = [served, storedCertificate(place, TURN_HOST).serialNumber];
  mustBe(before.join() === after.join(), 'Caddy keeps its certificates', { before, after });
  say('Caddy, started again, has its certificates');
}

/** The authority says that the relay's certificate is to be renewed, and Caddy, which asks every six hours, has not asked for as long (RFC 9773). */
async function makeDue(place) {
  const [start, end] = [2, 1].map((hours) => new Date(Date.now() - hours * 60 * 60_000).toISOString());
  const told = await ask(`${AUTHORITY}/set-renewal-info/`, {
    method: 'POST',
    body: {
      certificate: storedCertificate(place, TURN_HOST).toString(),
      ariResponse: JSON.stringify({ suggestedWindow: { start, end } }),
    },
    ca: fs.readFileSync(place.rootFile),
  });
  mustBe(told.status === 200, 'the authority is told that a certificate is due', told);
  const file = `${storedAt(place, TURN_HOST)}.json`;
  const kept = JSON.parse(fs.readFileSync(file, 'utf8'));
  mustBe(kept.issuer_data?.renewal_info !== undefined, 'Caddy keeps when it is to renew', kept);
  kept.issuer_data.renewal_info._retryAfter = end;
  fs.writeFileSync(file, JSON.stringify(kept));
}

/** The authority says that the relay's certificate is due, and the way by which it was proven is closed. */
async function seeRenewal(place) {
  const [way] = provenBy(TURN_HOST).slice(-1);
  const stored = storedCertificate(place, TURN_HOST);
  await programs.stop('caddy');
  await makeDue(place);
  const open = closePort(PORT_OF[way]);
  const [pid, beganMs] = [programs.pid('coturn'), Date.now()];
  startCaddy(programs, place);
  const isNew = (serial) => serial !== undefined && serial !== stored.serialNumber;
  await until('the renewal', () => isNew(storedCertificate(place, TURN_HOST)?.serialNumber), 120);
  open();
  const renewedMs = Date.now();
  await until('coturn to have it', async () => isNew(await servedSerial(TURN_HOST).catch(() => undefined)));
  const [tookS, laterS] = [renewedMs - beganMs, Date.now() - renewedMs].map((ms) => (ms / 1000).toFixed(1));
  const anew = provenBy(TURN_HOST).at(-1);
  mustBe(anew !== way, 'it is proven by the other way', anew);
  mustBe(programs.pid('coturn') === pid, 'coturn goes on', 'it was started again');
  say(
    `with port ${PORT_OF[way]} closed it is renewed by ${anew} within ${tookS} s; coturn has it ${laterS} s later and was not started again`,
  );
}

async function rehearse() {
  const { folder, tools, hasPage } = JSON.parse(process.argv[2]);
  layNetwork(folder);
  const { rootFile, root } = await startAuthority(programs, { folder, ...tools });
  const secret = randomBytes(32).toString('hex');
  const place = {
    volumes: path.join(folder, 'volumes'),
    given: writeSettings({ rootFile, secret }),
    caddy: tools.caddy,
    believed: path.join(folder, 'root.pem'),
    rootFile,
    hasPage,
  };
  believe(root, place.believed);
  startServer(programs, place);
  await until('the server to be ready', isReady);
  await seeCertificates(place);
  await seePage(place);
  await seeAddresses();
  await seeDoors();
  await seeRelay(place);
  await seeRestart(place);
  await seeRenewal(place);
}

// Whoever started this is gone: so is the reason for it.
process.stdin.resume().on('end', () => process.exit(1));
try {
  await rehearse();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error.message}\n${programs.lastWords()}\n`);
  process.exit(1);
}
