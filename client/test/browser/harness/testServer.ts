// Starts the real server as a process of its own, with ports and a data folder of its own.
import { execFileSync } from 'node:child_process';
import dgram from 'node:dgram';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { REPO_ROOT, workerBin } from './environment.ts';
import type { NetworkNamespace } from './NetworkNamespace.ts';
import { descendants, startChild, type Child } from './processes.ts';
import { until } from './until.ts';

export interface TestServer {
  /** Where pages are opened; a secure context. */
  readonly origin: string;
  /** The same server from outside the network that the browsers are in. */
  readonly reachable: string;
  /** Where it keeps keys and files. */
  readonly dataDir: string;
  /** UDP and TCP port of the first Worker. */
  readonly mediaPort: number;
  /** What the server logged. */
  output(): string;
  /** Pids of its mediasoup workers. */
  workerPids(): number[];
  /** File of the tap, where one was asked for. */
  readonly tapFile: string;
  /** Ends it by SIGTERM, as an update does, and leaves its folder. Resolves with its exit code; null where it had to be killed. */
  down(graceMs?: number): Promise<number | null>;
  /** Starts it again on the same ports and folder; resolves when it is ready. */
  up(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestServerOptions {
  network?: NetworkNamespace;
  /** Copies all that the Routers forward into a file. */
  tap?: boolean;
  workers?: number;
  /** Origins whose pages may embed. */
  embedOrigins?: readonly string[];
  /** Settings beyond those that every test needs. */
  env?: Readonly<Record<string, string>>;
  /** Address that clients are told for media, where it is not the server's own: a relay's. */
  announce?: string;
}

function listenOnce(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, host, () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function canBindUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket('udp4').once('error', () => resolve(false));
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });
}

/** A port that is free for TCP and UDP, and `count - 1` above it for UDP; none of them is `given`, which nobody listens at yet. */
async function freePort(count = 1, given = 0): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const port = await listenOnce('127.0.0.1');
    if (port + count > 65_535 || (given >= port && given < port + count)) continue;
    const free = await Promise.all(Array.from({ length: count }, (_, offset) => canBindUdp(port + offset)));
    if (free.every(Boolean)) return port;
  }
  throw new Error('no free ports');
}

function buildClientIfMissing(): void {
  if (existsSync(path.join(REPO_ROOT, 'dist', 'client', 'index.html'))) return;
  const vite = path.join(REPO_ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  execFileSync(process.execPath, [vite, 'build', '--config', 'client/vite.config.ts'], {
    cwd: REPO_ROOT,
    stdio: 'pipe',
  });
}

async function answersReady(origin: string, child: Child): Promise<boolean> {
  if (child.exited()) throw new Error(`the server ended:\n${child.output()}`);
  const answer = await fetch(`${origin}/readyz`).catch(() => undefined);
  return answer?.ok ?? false;
}

/** Starts it and resolves when it answers that it is ready; rejects with its log otherwise. */
export async function startTestServer({
  network,
  tap = false,
  workers = 1,
  embedOrigins = [],
  env: settings = {},
  announce,
}: TestServerOptions = {}): Promise<TestServer> {
  buildClientIfMissing();
  const folder = mkdtempSync(path.join(tmpdir(), 'conclave-server-'));
  const tapFile = path.join(folder, 'tap.jsonl');
  const port = await freePort();
  const mediaPort = await freePort(workers, port);
  const bin = workerBin();
  const dataDir = path.join(folder, 'data');
  const reachable = `http://${network?.address ?? '127.0.0.1'}:${port}`;
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    PORT: String(port),
    HOST: network === undefined ? '127.0.0.1' : '0.0.0.0',
    ANNOUNCED_ADDRESS: announce ?? network?.address ?? '127.0.0.1',
    // Of several addresses of one network it answers from the one it was asked at.
    ...(network === undefined ? {} : { MEDIA_HOST: network.address }),
    MEDIA_PORT: String(mediaPort),
    WORKERS: String(workers),
    // Browsers share the cores with the Workers, which says nothing of a server.
    WORKER_FULL_PERCENT: '100',
    // Nobody is there to be told: what is left when a test ends is its own people.
    DRAIN_MS: '0',
    EMBED_ORIGINS: embedOrigins.join(' '),
    DATA_DIR: dataDir,
    ...(bin === undefined ? {} : { MEDIASOUP_WORKER_BIN: bin }),
    ...(tap ? { CONCLAVE_TEST_TAP: tapFile } : {}),
    ...settings,
  };
  const preload = tap ? ['--import', path.join(import.meta.dirname, 'tapPreload.ts')] : [];
  const command = [process.execPath, ...preload, path.join(REPO_ROOT, 'server', 'main.ts')];
  const launch = () => startChild(network === undefined ? command : network.inside(command), { env, cwd: REPO_ROOT });
  const untilReady = (): Promise<boolean> =>
    until(() => answersReady(reachable, child), { timeoutMs: 30_000, what: 'the server to be ready' });
  let child = launch();
  let before = '';
  const stop = async (): Promise<void> => {
    await child.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilReady();
  } catch (error) {
    await stop();
    throw new Error(`${String(error)}\n${child.output()}`);
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    reachable,
    dataDir,
    mediaPort,
    output: () => before + child.output(),
    async down(graceMs) {
      await child.stop(graceMs);
      before += child.output();
      return child.exitCode();
    },
    async up() {
      child = launch();
      await untilReady();
    },
    workerPids: () => descendants(child.pid, 'mediasoup-worker'),
    tapFile,
    stop,
  };
}
