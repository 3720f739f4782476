// Starts the production entry out of Debian's Caddy, HAProxy and coturn with the files of infra/, the real server behind it, on a network of its own.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startChromium, type Chromium } from '../chromium.ts';
import { REPO_ROOT } from '../environment.ts';
import { canMakeNetworks, createNetwork, type NetworkNamespace } from '../NetworkNamespace.ts';
import { startChild, type Child } from '../processes.ts';
import { startTestServer, type TestServer, type TestServerOptions } from '../testServer.ts';
import { until } from '../until.ts';
import { makeCertificate, type TestCertificate } from './testCa.ts';

export interface Entry {
  /** Where pages are opened: HTTPS on 443, by the test's own authority. */
  readonly origin: string;
  readonly siteHost: string;
  readonly turnHost: string;
  /** Of both names, from outside the network; media are there too. */
  readonly address: string;
  readonly network: NetworkNamespace;
  readonly certificate: TestCertificate;
  /** As the server tells them. */
  readonly turnUrls: { udp: string; tcp: string; tls: string };
  /** What server and relay share. */
  readonly turnSecret: string;
  readonly server: TestServer;
  /** A browser outside the network that knows both names and trusts the authority. */
  startChromium(): Promise<Chromium>;
  /** As a browser would ask, by name and with TLS; `from` is one of this machine's addresses. */
  ask(path: string, options?: Asked): Promise<EntryAnswer>;
  /** What Caddy, HAProxy and coturn said. */
  output(): string;
  /** Ends everything, last first, each by its pid. */
  stop(): Promise<void>;
}

interface Asked {
  method?: string;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  from?: string;
}

export interface EntryAnswer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

/** Only root makes networks; the programs are there after set-up. */
export const canStartEntry = canMakeNetworks;

const [SITE_HOST, TURN_HOST] = ['meet.conclave.test', 'turn.conclave.test'];
const [TURN_PORT, TURN_TLS, CADDY, DEBIAN_CADDY_PORT] = [3478, '127.0.0.1:5349', '127.0.0.1:8443', 8444];
const INFRA = path.join(REPO_ROOT, 'infra');
const HERE = import.meta.dirname;

/** Where set-up puts them; an ordinary PATH lacks /usr/sbin. */
function program(name: string): string {
  const found = ['/usr/bin', '/usr/sbin', '/usr/local/bin'].map((at) => path.join(at, name)).find(existsSync);
  if (found === undefined) throw new Error(`no ${name}; run npm test, which installs it`);
  return found;
}

/** `options.network` is taken as it is and outlives the entry; without it one is made. */
export async function startEntry(options: TestServerOptions = {}): Promise<Entry> {
  const undos: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const undo of undos.splice(0).toReversed()) await undo();
  };
  try {
    const folder = mkdtempSync(path.join(tmpdir(), 'conclave-entry-'));
    undos.push(() => rmSync(folder, { recursive: true, force: true }));
    const network = options.network ?? createNetwork();
    if (options.network === undefined) undos.push(() => network.close());
    routeBackWhatIsUnwrapped(network);
    const certificate = makeCertificate(folder, [SITE_HOST, TURN_HOST]);
    const turnSecret = randomBytes(32).toString('hex');
    const env = { ...productionSettings(network.address, turnSecret), ...options.env };
    const server = await startTestServer({ ...options, network, env });
    undos.push(() => server.stop());
    const place: Place = { folder, network, certificate, turnSecret, app: new URL(server.origin).port };
    const children = [startCoturn(place), startCaddy(place), startHaproxy(place)];
    for (const child of children) undos.push(() => child.stop());
    const output = (): string => children.map((child) => child.output()).join('\n');
    const { address } = network;
    const entry: Entry = {
      origin: `https://${SITE_HOST}`,
      siteHost: SITE_HOST,
      turnHost: TURN_HOST,
      address,
      network,
      certificate,
      turnUrls: turnUrls(address),
      turnSecret,
      server,
      startChromium: () => startChromium(undefined, chromiumFlags(address, certificate)),
      ask: (target, how) => ask({ address, ca: certificate.ca }, target, how),
      output,
      stop,
    };
    await untilUp(entry, children);
    return entry;
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Place {
  folder: string;
  network: NetworkNamespace;
  certificate: TestCertificate;
  turnSecret: string;
  /** The server's port. */
  app: string;
}

/**
 * As infra/turn and infra/proxy tell operators to set them, but for the relay's name, which Chromium looks up for UDP without the rules that it
 * is given for everything else (chromiumFlags).
 */
const productionSettings = (address: string, turnSecret: string): Record<string, string> => ({
  PUBLIC_ORIGIN: `https://${SITE_HOST}`,
  TRUST_PROXY: '1',
  TURN_URLS: Object.values(turnUrls(address)).join(' '),
  TURN_SECRET: turnSecret,
});

const turnUrls = (address: string): Entry['turnUrls'] => ({
  udp: `turn:${address}:${TURN_PORT}?transport=udp`,
  tcp: `turn:${address}:${TURN_PORT}?transport=tcp`,
  tls: `turns:${TURN_HOST}:443?transport=tcp`,
});

/** Caddy answers whom it believes to have connected: what goes back from loopback is kept inside, for HAProxy (unwrapProxy.cfg). */
function routeBackWhatIsUnwrapped(network: NetworkNamespace): void {
  network.ip('rule', 'add', 'from', '127.0.0.1/8', 'iif', 'lo', 'table', '123');
  network.ip('route', 'add', 'local', '0.0.0.0/0', 'dev', 'lo', 'table', '123');
}

function startInside(place: Place, command: readonly string[], env: Record<string, string>): Child {
  const known = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: place.folder, TURN_HOST };
  return startChild(place.network.inside(command), { env: { ...known, ...env }, cwd: place.folder });
}

function startCoturn(place: Place): Child {
  program('turnserver');
  return startInside(place, [path.join(INFRA, 'turn', 'start.sh')], {
    TURN_SECRET: place.turnSecret,
    ANNOUNCED_ADDRESS: place.network.address,
    TURN_PORT: String(TURN_PORT),
    TURN_CERT: place.certificate.certFile,
    TURN_KEY: place.certificate.keyFile,
    TURN_CERT_LOOK_S: '0',
    TURN_RUN_DIR: path.join(place.folder, 'turn'),
  });
}

function startCaddy(place: Place): Child {
  const config = path.join(INFRA, 'proxy', 'Caddyfile');
  return startInside(place, [program('caddy'), 'run', '--config', config, '--adapter', 'caddyfile'], {
    SITE_HOST,
    HTTPS_PORT: String(DEBIAN_CADDY_PORT),
    CADDY_FRONT: path.join(HERE, 'debianCaddy.caddy'),
    SITE_TLS: `tls ${place.certificate.certFile} ${place.certificate.keyFile}`,
    APP: `127.0.0.1:${place.app}`,
  });
}

function startHaproxy(place: Place): Child {
  const files = ['-f', path.join(INFRA, 'proxy', 'haproxy.cfg'), '-f', path.join(HERE, 'unwrapProxy.cfg')];
  return startInside(place, [program('haproxy'), '-db', ...files], {
    HTTPS_BIND: `${place.network.address}:443`,
    CADDY,
    TURN_TLS,
    DEBIAN_CADDY: `127.0.0.1:${DEBIAN_CADDY_PORT}`,
  });
}

const chromiumFlags = (address: string, { spki }: TestCertificate): string[] => [
  `--host-resolver-rules=${[SITE_HOST, TURN_HOST].map((name) => `MAP ${name} ${address}`).join(',')}`,
  `--ignore-certificate-errors-spki-list=${spki}`,
];

/** The page through all of it, and the relay, which says nothing when it is ready. */
async function untilUp(entry: Entry, children: readonly Child[]): Promise<void> {
  const isUp = async (): Promise<boolean> => {
    const page = await entry.ask('/healthz').catch(() => undefined);
    return page?.status === 200 && (await listens(entry.address, TURN_PORT));
  };
  const what = 'the entry to be up';
  const ended = (): boolean => children.some((child) => child.exited());
  await until(async () => ended() || (await isUp()), { what, everyMs: 50 }).catch((error: Error) => {
    throw new Error(`${error.message}\n${entry.output()}`);
  });
  if (ended()) throw new Error(`the entry ended:\n${entry.output()}`);
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, host, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function ask(where: { address: string; ca: string }, target: string, asked: Asked = {}): Promise<EntryAnswer> {
  const { method = 'GET', body, headers, from } = asked;
  const sent = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const request = https.request(
      {
        host: where.address,
        servername: SITE_HOST,
        path: target,
        method,
        ca: where.ca,
        agent: false,
        headers: { Host: SITE_HOST, ...headers, ...(sent !== undefined && { 'Content-Type': 'application/json' }) },
        ...(from !== undefined && { localAddress: from }),
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(sent);
  });
}
