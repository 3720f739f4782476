// A whole house in one process: the real server with real media Workers, and clients with real sockets and real keys.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RESUME_GRACE_MS } from '#protocol/limits';
import { startServer, type RunningServer } from '../../../server/app.ts';
import { loadConfig } from '../../../server/config/env.ts';
import { MediaCensus } from '../../../server/media/test/MediaCensus.ts';
import { requireWorkerBin } from '../../../server/media/test/mediaTestBed.ts';
import { createSfuMediaPlane, type SfuMediaPlane } from '../../../server/media/SfuMediaPlane.ts';
import { createLog } from '../../../server/observability/log.ts';
import type { Clock } from '../../../server/rooms/ports.ts';
import { systemClock } from '../../../server/util/clock.ts';
import { createRoom } from '../admission.ts';
import { createRoomClient } from '../RoomClient.ts';
import type { RoomClient, RoomClientOptions, RoomLink, RoomView } from '../types.ts';
import { Line } from './Line.ts';

export interface Attendee {
  client: RoomClient;
  line: Line;
  /** Throws while not in the Room. */
  view(): RoomView;
  names(): string[];
  texts(): string[];
  /** Cuts the line as a lost network does: without a goodbye. */
  loseConnection(): void;
}

export interface MeetingBed {
  link: RoomLink;
  hostToken: string;
  census: MediaCensus;
  /** Everything the server logged. */
  logged: string[];
  /** The server of the moment. */
  server(): RunningServer;
  /** At once, on its way in. With the host's token it is the host's device, and has its key. */
  approach(displayName: string, options?: Partial<RoomClientOptions>): Attendee;
  /** Resolves once in the Room, or ended. */
  attend(displayName: string, options?: Partial<RoomClientOptions>): Promise<Attendee>;
  /** Kills the media Worker as the system's out-of-memory killer would. */
  killWorker(): void;
  /** The server ends and another takes its port; `emptied`: with nothing in its data folder. */
  restart(options?: { emptied?: boolean }): Promise<void>;
  close(): Promise<void>;
}

export interface BedOptions {
  /** Instead of RESUME_GRACE_MS. */
  graceMs?: number;
}

export async function openMeetingBed({ graceMs = RESUME_GRACE_MS }: BedOptions = {}): Promise<MeetingBed> {
  const dataDir = await mkdtemp(join(tmpdir(), 'conclave-meeting-'));
  const logged: string[] = [];
  const log = createLog({ level: 'debug', destination: { write: (line: string) => void logged.push(line) } });
  const clock = withGrace(graceMs);
  const census = new MediaCensus();
  const start = async (port: number) => {
    const settings = {
      PORT: String(port),
      MEDIA_PORT: '0',
      WORKERS: '1',
      WORKER_FULL_PERCENT: '100',
      DATA_DIR: dataDir,
    };
    const { config, secrets } = loadConfig({ ...settings, MEDIASOUP_WORKER_BIN: requireWorkerBin() }, () => '{}');
    const media = await createSfuMediaPlane({ ...config.media, log, clock });
    return { media, server: await startServer({ config, secrets, log, clock, media }) };
  };
  let running: { media: SfuMediaPlane; server: RunningServer } = await start(0);
  const { url, port } = running.server;
  const { hostKey, hostKeyHash } = await createHostKey();
  const maker = new Line(url).platform;
  maker.hostKeyHash = hostKeyHash;
  const { link, hostToken } = await createRoom(maker);
  const clients: RoomClient[] = [];
  const approach: MeetingBed['approach'] = (displayName, options = {}) => {
    const line = new Line(url);
    if (options.hostToken !== undefined) line.platform.keptHostKey = hostKey;
    const client = createRoomClient({ platform: line.platform, link, displayName, ...options });
    clients.push(client);
    void client.join();
    return attendeeOf(client, line);
  };
  return {
    link,
    hostToken,
    census,
    logged,
    server: () => running.server,
    approach,
    async attend(displayName, options) {
      const attendee = approach(displayName, options);
      await attendee.client.join();
      return attendee;
    },
    killWorker() {
      for (const pid of running.media.workerPids()) process.kill(pid, 'SIGKILL');
    },
    async restart({ emptied = false } = {}) {
      await running.server.close();
      if (emptied) await rm(dataDir, { recursive: true, force: true });
      running = await start(port);
    },
    async close() {
      for (const client of clients) client.close();
      await running.server.close();
      census.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export async function createHostKey(): Promise<{ hostKey: CryptoKeyPair; hostKeyHash: string }> {
  const hostKey = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
  const digest = await crypto.subtle.digest('SHA-256', await crypto.subtle.exportKey('raw', hostKey.publicKey));
  return { hostKey, hostKeyHash: Buffer.from(digest, 0, 16).toString('base64url') };
}

/** The system's clock, but for how long a lost Connection's Peer is kept. */
function withGrace(graceMs: number): Clock {
  return {
    now: () => systemClock.now(),
    after: (ms, callback) => systemClock.after(ms === RESUME_GRACE_MS ? graceMs : ms, callback),
  };
}

export function attendeeOf(client: RoomClient, line: Line): Attendee {
  const view = () => {
    const state = client.state.get();
    if (state.phase !== 'in') throw new Error(state.phase === 'ended' ? `ended: ${state.reason}` : state.phase);
    return state;
  };
  return {
    client,
    line,
    view,
    names: () => view().participants.map(({ displayName }) => displayName),
    texts: () => view().chat.map(({ displayName, text, state }) => `${displayName}: ${text} (${state})`),
    loseConnection: () => line.cut(),
  };
}
