// What the server counts about itself, in Prometheus' format; no label ever names a Room, a Peer or an address.
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { addProcessMetrics } from './processMetrics.ts';

/** What one media Worker has to do now; see the media plane's port. */
export interface WorkerFigures {
  cpu: number;
  delayMs: number;
  rooms: number;
  transports: number;
  full: boolean;
}

/** Read when someone looks, so that no count can drift from what it counts. */
export interface GaugeSources {
  counts(): { rooms: number; peers: number; viewers: number };
  connections(): number;
  media(): { workers: number; deaths: number; perWorker: readonly WorkerFigures[] };
  isDraining(): boolean;
  /** Bytes of sealed files on the disk. */
  storedBytes(): number;
  dataDir: string;
  /** Of this release. */
  version: string;
}

export interface Metrics {
  /** `outcome`: `ok` or an error code of the wire. */
  countRequest(name: string, outcome: string): void;
  /** From a join's arrival to its answer. */
  observeJoin(ms: number): void;
  countCommit(outcome: 'accepted' | 'stale'): void;
  /** A Connection refused at the handshake, by error code. */
  countRefusedConnection(code: string): void;
  /** Messages that could not be acknowledged at all. */
  countIgnoredMessage(): void;
  /** A call over HTTP that failed, by error code; over a socket that is an outcome like others. */
  countHttpError(code: string): void;
  /** Credentials for the TURN server were handed out. */
  countTurnCredentials(): void;
  countHttp(route: string, status: number): void;
  /** The text that `/metrics` answers, and its content type. */
  expose(): Promise<{ text: string; contentType: string }>;
  close(): void;
}

/** Seconds; a join on an idle machine takes some 5 ms, and nobody waits for one longer than 10 s. */
const JOIN_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const DOORS = ['http', 'handshake', 'socket'] as const;
type Door = (typeof DOORS)[number];

export function createMetrics(sources: GaugeSources): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  addGauges(registers, sources);
  addWorkerGauges(registers, sources);
  const close = addProcessMetrics(registers, sources.dataDir, sources.version);
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name: `conclave_${name}`, help, labelNames, registers });
  const requests = counter('requests_total', 'Socket requests by name and outcome', ['name', 'outcome']);
  const commits = counter('commits_total', 'MLS commits by outcome', ['outcome']);
  const refused = counter('connections_refused_total', 'Connections refused at the handshake, by code', ['code']);
  const ignored = counter('messages_ignored_total', 'Messages without a way to acknowledge them', []);
  const troubles = {
    capacity: counter('capacity_refusals_total', 'Refusals for want of room, by door', ['door']),
    internal: counter('faults_total', 'Calls that failed by the server’s own fault, by door', ['door']),
  };
  const countTrouble = (code: string, door: Door): void => {
    if (code === 'capacity' || code === 'internal') troubles[code].inc({ door });
  };
  // A series that begins with its first trouble shows no increase from none to one, and no alert.
  for (const trouble of Object.values(troubles)) for (const door of DOORS) trouble.inc({ door }, 0);
  const turn = counter('turn_credentials_total', 'Credentials for the TURN server that were handed out', []);
  const http = counter('http_requests_total', 'HTTP requests by route and status', ['route', 'status']);
  const joins = new Histogram({
    name: 'conclave_join_seconds',
    help: 'From a join’s arrival to its answer',
    buckets: JOIN_BUCKETS,
    registers,
  });
  return {
    countRequest: (name, outcome) => {
      requests.inc({ name, outcome });
      countTrouble(outcome, 'socket');
    },
    observeJoin: (ms) => joins.observe(ms / 1000),
    countCommit: (outcome) => commits.inc({ outcome }),
    countRefusedConnection: (code) => {
      refused.inc({ code });
      countTrouble(code, 'handshake');
    },
    countIgnoredMessage: () => ignored.inc(),
    countHttpError: (code) => countTrouble(code, 'http'),
    countTurnCredentials: () => turn.inc(),
    countHttp: (route, status) => http.inc({ route, status: String(status) }),
    expose: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
    close,
  };
}

function addGauges(registers: Registry[], sources: GaugeSources): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `conclave_${name}`,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('rooms', 'Rooms that exist', () => sources.counts().rooms);
  gauge('peers', 'Peers that hold a place in a Room', () => sources.counts().peers);
  gauge('viewers', 'Viewers that watch a Room', () => sources.counts().viewers);
  gauge('connections', 'Open Connections', () => sources.connections());
  gauge('workers', 'Live media Workers', () => sources.media().workers);
  // Counted by the media plane itself; only shown here, hence a gauge with a counter's name.
  gauge('worker_deaths_total', 'Media Workers that died', () => sources.media().deaths);
  gauge('draining', '1 from the signal to stop on', () => Number(sources.isDraining()));
  gauge('files_stored_bytes', 'Sealed files on the disk', () => sources.storedBytes());
}

/** Workers are told apart by their place in the list, which a replacement takes over. */
function addWorkerGauges(registers: Registry[], sources: GaugeSources): void {
  const gauge = (name: string, help: string, read: (figures: WorkerFigures) => number) =>
    new Gauge({
      name: `conclave_worker_${name}`,
      help,
      labelNames: ['worker'],
      registers,
      collect() {
        this.reset();
        for (const [index, figures] of sources.media().perWorker.entries()) {
          this.set({ worker: String(index) }, read(figures));
        }
      },
    });
  gauge('cpu_ratio', 'Share of a core that a Worker takes', ({ cpu }) => cpu);
  gauge('delay_seconds', 'How long a Worker lets packets wait', ({ delayMs }) => delayMs / 1000);
  gauge('rooms', 'Rooms that a Worker has a part of', ({ rooms }) => rooms);
  gauge('transports', 'Open transports of a Worker', ({ transports }) => transports);
  gauge('full', '1 where a Worker takes nobody new', ({ full }) => Number(full));
}
