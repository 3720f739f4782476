// What the server says of itself to whoever runs it: its state in numbers and its findings, made when somebody asks.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { AdminStatus, ServerFinding } from '#protocol/admin';
import type { Config } from '../config/env.ts';
import { machineFindings } from './machineFindings.ts';
import type { Build } from './ownBuild.ts';
import { ProxyTally } from './ProxyTally.ts';
import { diskOf, ownMemory, readMachine } from './readMachine.ts';
import { settingFindings } from './settingFindings.ts';

/** What one media Worker has to do, as far as the media plane knows. */
interface WorkerFigures {
  cpu: number;
  goesFirst: boolean;
}

export interface SelfSources {
  config: Config;
  build: Build;
  clock: { now(): number };
  counts(): { rooms: number; peers: number; viewers: number };
  connections(): number;
  media(): { workers: number; deaths: number; perWorker?: readonly WorkerFigures[] };
  isDraining(): boolean;
}

/** How closely the event loop is watched; closer wakes an idle process more often. */
const LOOP_STEP_MS = 20;
const LOOP_PERCENTILE = 99;
const NS_PER_MS = 1e6;
/** To look at the machine a file is written: not with every poll. */
const FINDINGS_MS = 30_000;
const MIB = 1024 ** 2;

export class SelfReport {
  readonly #sources: SelfSources;
  readonly #startedAtMs: number;
  readonly #proxies: ProxyTally;
  readonly #loop = monitorEventLoopDelay({ resolution: LOOP_STEP_MS });
  #machine: { atMs: number; findings: Promise<ServerFinding[]> } | null = null;

  constructor(sources: SelfSources) {
    this.#sources = sources;
    this.#startedAtMs = sources.clock.now();
    this.#proxies = new ProxyTally(sources.config.trustedProxies);
    this.#loop.enable();
  }

  /** Every request but those of whoever runs the server. */
  noteRequest(remote: string, hops: number): void {
    this.#proxies.note(remote, hops);
  }

  async status(): Promise<AdminStatus> {
    const { config, build, clock, counts, connections, media, isDraining } = this.#sources;
    const [findings, disk] = await Promise.all([this.#findings(), diskOf(config.dataDir)]);
    const { workers, deaths, perWorker = [] } = media();
    return {
      ...build,
      startedAtMs: this.#startedAtMs,
      nowMs: clock.now(),
      isDraining: isDraining(),
      counts: { ...counts(), connections: connections() },
      workers: Array.from({ length: workers }, (_, index) => ({ cpu: perWorker[index]?.cpu ?? null })),
      workerDeaths: deaths,
      memory: { residentBytes: process.memoryUsage.rss(), ...ownMemory() },
      loopDelayMs: this.#readLoop(),
      disk,
      settings: settingsOf(config),
      findings,
    };
  }

  close(): void {
    this.#loop.disable();
  }

  async #findings(): Promise<ServerFinding[]> {
    const { config, clock, media } = this.#sources;
    const nowMs = clock.now();
    if (this.#machine === null || nowMs - this.#machine.atMs > FINDINGS_MS) {
      const findings = readMachine(config.dataDir).then((machine) => machineFindings(machine, config.media.workers));
      this.#machine = { atMs: nowMs, findings };
    }
    const workers = [workerFinding(media(), config.media.workers), priorityFinding(media())];
    return [...settingFindings(config), this.#proxies.finding(), ...workers, ...(await this.#machine.findings)];
  }

  /** Since the last look, so that a bad minute is not drowned by a good day. */
  #readLoop(): number {
    const lateNs = this.#loop.percentile(LOOP_PERCENTILE);
    this.#loop.reset();
    // What is measured is how long a step took, the step itself included.
    return Math.max(0, Math.round(lateNs / NS_PER_MS) - LOOP_STEP_MS);
  }
}

function workerFinding({ workers, deaths }: { workers: number; deaths: number }, wanted: number): ServerFinding {
  const values = { workers, deaths, wanted };
  if (workers < wanted) return { code: 'workers.missing', values };
  return { code: deaths > 0 ? 'workers.died' : 'workers.ok', values };
}

function priorityFinding({ perWorker = [] }: ReturnType<SelfSources['media']>): ServerFinding {
  return { code: perWorker.every(({ goesFirst }) => goesFirst) ? 'priority.ok' : 'priority.even', values: {} };
}

/** Those that somebody asks after when something is wrong; none of them is a secret. */
function settingsOf(config: Config): AdminStatus['settings'] {
  const { media, files } = config;
  const values: Record<string, string | number | undefined> = {
    PUBLIC_ORIGIN: config.publicOrigin,
    HOST: config.host,
    PORT: config.port,
    TRUST_PROXY: config.trustedProxies,
    ANNOUNCED_ADDRESS: media.announcedAddress,
    MEDIA_HOST: media.listenHost,
    MEDIA_PORT: media.firstPort,
    WORKERS: media.workers,
    ROOM_CREATION: config.roomCreation,
    MAX_ROOMS: config.maxRooms,
    FILE_MAX_MB: Math.round(files.maxFileBytes / MIB),
    FILE_TOTAL_MB: Math.round(files.maxTotalBytes / MIB),
    DRAIN_MS: config.drainMs,
    LOG_LEVEL: config.logLevel,
  };
  return Object.entries(values).map(([name, value]) => ({ name, value: value === undefined ? '' : String(value) }));
}
