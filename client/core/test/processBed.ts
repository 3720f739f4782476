// The server as a process that tests stop, kill and start again on the same port and folder, and clients of it with real sockets and keys.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { requireWorkerBin } from '../../../server/media/test/mediaTestBed.ts';
import { createRoom } from '../admission.ts';
import { createRoomClient } from '../RoomClient.ts';
import type { RoomClientOptions, RoomLink } from '../types.ts';
import { createWatchClient } from '../watch/WatchClient.ts';
import type { WatchClient } from '../watch/watchTypes.ts';
import { Line } from './Line.ts';
import { attendeeOf, createHostKey, type Attendee } from './meetingBed.ts';

const MAIN = join(import.meta.dirname, '../../../server/main.ts');
/** A process on a busy machine; what it is waited for comes in any case. */
const STARTS_WITHIN_MS = 30_000;

export interface ServerProcess {
  readonly url: string;
  /** What it wrote, all of its runs together. */
  readonly said: string;
  /** Resolves with its exit code; null where the signal ended it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
  /** On the same port and folder. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** @param settings beside where it listens and keeps its data */
export async function startProcess(settings: Record<string, string> = {}): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'conclave-restart-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // Other tests share the cores with the Worker, which says nothing of a server.
  const media = { WORKERS: '1', WORKER_FULL_PERCENT: '100', MEDIA_PORT: '0' };
  const fixed = { DATA_DIR: join(folder, 'data'), PORT: String(port), ...media };
  const env = { ...process.env, MEDIASOUP_WORKER_BIN: requireWorkerBin(), ...fixed, ...settings };
  let child: ChildProcess | null = null;
  let said = '';
  const start = async () => {
    const own = spawn(process.execPath, [MAIN], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    child = own;
    for (const stream of [own.stdout, own.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const isReady = () => fetch(`${url}/readyz`).then(({ ok }) => ok);
    await vi.waitFor(async () => expect(await isReady()).toBe(true), { timeout: STARTS_WITHIN_MS, interval: 50 });
  };
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    const own = child;
    if (own === null) throw new Error('it does not run');
    child = null;
    const ended = once(own, 'close');
    own.kill(signal);
    const [code] = await ended;
    return code as number | null;
  };
  await start();
  return {
    url,
    get said() {
      return said;
    },
    end,
    start,
    async close() {
      if (child !== null) await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Free just now; the tests of a machine take theirs one after the other. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface ProcessBed {
  server: ServerProcess;
  link: RoomLink;
  hostToken: string;
  /** At once, on its way in. With the host's token it is the host's device, and has its key. */
  approach(displayName: string, options?: Partial<RoomClientOptions>): Attendee;
  /** Resolves once in the Room, or ended. */
  attend(displayName: string, options?: Partial<RoomClientOptions>): Promise<Attendee>;
  watch(link: RoomLink): WatchClient;
  close(): Promise<void>;
}

/** @param settings of the server */
export async function openProcessBed(settings: Record<string, string> = {}): Promise<ProcessBed> {
  const server = await startProcess(settings);
  const { hostKey, hostKeyHash } = await createHostKey();
  const maker = new Line(server.url).platform;
  maker.hostKeyHash = hostKeyHash;
  const { link, hostToken } = await createRoom(maker);
  const clients: { close(): void }[] = [];
  const approach: ProcessBed['approach'] = (displayName, options = {}) => {
    const line = new Line(server.url);
    if (options.hostToken !== undefined) line.platform.keptHostKey = hostKey;
    const client = createRoomClient({ platform: line.platform, link, displayName, ...options });
    clients.push(client);
    void client.join();
    return attendeeOf(client, line);
  };
  return {
    server,
    link,
    hostToken,
    approach,
    async attend(displayName, options) {
      const attendee = approach(displayName, options);
      await attendee.client.join();
      return attendee;
    },
    watch(watched) {
      const client = createWatchClient({ platform: new Line(server.url).platform, link: watched });
      clients.push(client);
      client.start();
      return client;
    },
    async close() {
      for (const client of clients) client.close();
      await server.close();
    },
  };
}
