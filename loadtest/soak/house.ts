// The real server with a real media Worker, in this process, on a port and a folder of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRoom, type RoomLink } from '#core';
import { RESUME_GRACE_MS } from '#protocol/limits';
import { createNodePlatform } from '../../client/platform/node/nodePlatform.ts';
import { NodeLine } from '../../client/platform/node/NodeLine.ts';
import { startServer } from '../../server/app.ts';
import { loadConfig } from '../../server/config/env.ts';
import { createLog } from '../../server/observability/log.ts';
import type { Clock } from '../../server/rooms/ports.ts';
import { systemClock } from '../../server/util/clock.ts';

export interface House {
  url: string;
  link: RoomLink;
  /** Warnings and errors that the server logged. */
  complaints: string[];
  close(): Promise<void>;
}

/**
 * @param workerBin the media Worker's program, or undefined for the one that the package brought
 * @param graceMs how long a lost Connection keeps its Peer; RESUME_GRACE_MS is what people get
 */
export async function openHouse(workerBin: string | undefined, graceMs: number): Promise<House> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'conclave-soak-'));
  const media = { MEDIA_PORT: '0', WORKERS: '1', WORKER_FULL_PERCENT: '100', MEDIASOUP_WORKER_BIN: workerBin };
  const settings = { PORT: '0', DATA_DIR: dataDir, ...media };
  const { config, secrets } = loadConfig(settings, () => '{}');
  const complaints: string[] = [];
  const log = createLog({ level: 'warn', destination: { write: (line: string) => void complaints.push(line.trim()) } });
  const server = await startServer({ config, secrets, log, clock: withGrace(graceMs) });
  const { link } = await createRoom(createNodePlatform(new NodeLine(server.url)));
  return {
    url: server.url,
    link,
    complaints,
    async close() {
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The system's clock, but for how long a lost Connection's Peer is kept. */
function withGrace(graceMs: number): Clock {
  return {
    now: () => systemClock.now(),
    after: (ms, callback) => systemClock.after(ms === RESUME_GRACE_MS ? graceMs : ms, callback),
  };
}
