// What the server counts about itself, in Prometheus' format; no label ever names a Room, a Peer or an address.
import { Counter, Gauge, Registry } from 'prom-client';

/** Read when someone looks, so that no count can drift from what it counts. */
export interface GaugeSources {
  counts(): { rooms: number; peers: number; viewers: number };
  connections(): number;
  media(): { workers: number; deaths: number };
}

export interface Metrics {
  /** `outcome`: `ok` or an error code of the wire. */
  countRequest(name: string, outcome: string): void;
  countCommit(outcome: 'accepted' | 'stale'): void;
  /** A Connection refused at the handshake, by error code. */
  countRefusedConnection(code: string): void;
  /** Messages that could not be acknowledged at all. */
  countIgnoredMessage(): void;
  countHttp(route: string, status: number): void;
  /** The text that `/metrics` answers, and its content type. */
  expose(): Promise<{ text: string; contentType: string }>;
}

export function createMetrics(sources: GaugeSources): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  addGauges(registers, sources);
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name: `conclave_${name}`, help, labelNames, registers });
  const requests = counter('requests_total', 'Socket requests by name and outcome', ['name', 'outcome']);
  const commits = counter('commits_total', 'MLS commits by outcome', ['outcome']);
  const refused = counter('connections_refused_total', 'Connections refused at the handshake, by code', ['code']);
  const ignored = counter('messages_ignored_total', 'Messages without a way to acknowledge them', []);
  const http = counter('http_requests_total', 'HTTP requests by route and status', ['route', 'status']);
  return {
    countRequest: (name, outcome) => requests.inc({ name, outcome }),
    countCommit: (outcome) => commits.inc({ outcome }),
    countRefusedConnection: (code) => refused.inc({ code }),
    countIgnoredMessage: () => ignored.inc(),
    countHttp: (route, status) => http.inc({ route, status: String(status) }),
    expose: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
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
  gauge('resident_memory_bytes', 'Memory of this process', () => process.memoryUsage.rss());
}
