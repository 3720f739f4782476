// What the server tells whoever runs it: findings of its own, and its state in numbers; no name, id or address of anybody.
import * as v from 'valibot';

export type Level = 'ok' | 'warning' | 'broken';

/** All that a server can find about itself, and how bad it is. */
export const SERVER_FINDINGS = {
  'announced.ok': 'ok',
  'announced.loopback': 'broken',
  'announced.private': 'broken',
  'origin.ok': 'ok',
  'origin.local': 'ok',
  'origin.none': 'warning',
  'origin.plain': 'broken',
  'proxy.ok': 'ok',
  'proxy.none': 'ok',
  'proxy.ignored': 'broken',
  'proxy.missing': 'broken',
  'descriptors.ok': 'ok',
  'descriptors.few': 'warning',
  'descriptors.short': 'broken',
  'descriptors.unknown': 'ok',
  'memory.ok': 'ok',
  'memory.little': 'warning',
  'memory.short': 'broken',
  'cores.ok': 'ok',
  'cores.idle': 'warning',
  'cores.crowded': 'warning',
  'data.ok': 'ok',
  'data.filling': 'warning',
  'data.full': 'broken',
  'data.closed': 'broken',
  'node.ok': 'ok',
  'node.old': 'broken',
  'workers.ok': 'ok',
  'workers.missing': 'broken',
  'workers.died': 'warning',
  'priority.ok': 'ok',
  'priority.even': 'ok',
} as const satisfies Record<string, Level>;
export type ServerFindingCode = keyof typeof SERVER_FINDINGS;

export const FindingValues = v.record(v.string(), v.union([v.string(), v.number()]));
export type FindingValues = v.InferOutput<typeof FindingValues>;

export const ServerFinding = v.object({
  code: v.picklist(Object.keys(SERVER_FINDINGS) as ServerFindingCode[]),
  values: FindingValues,
});
export type ServerFinding = v.InferOutput<typeof ServerFinding>;

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const Share = v.pipe(v.number(), v.minValue(0));

/** `GET /api/admin/status`. */
export const AdminStatus = v.object({
  version: v.string(),
  /** Null where the server does not run from a checkout. */
  commit: v.nullable(v.string()),
  startedAtMs: v.number(),
  nowMs: v.number(),
  isDraining: v.boolean(),
  counts: v.object({ rooms: Count, peers: Count, viewers: Count, connections: Count }),
  /** Of each live media Worker the share of one core that it took since it was last looked at; null until that is known. */
  workers: v.array(v.object({ cpu: v.nullable(Share) })),
  workerDeaths: Count,
  memory: v.object({ residentBytes: Count, freeBytes: Count, totalBytes: Count }),
  /** How late the event loop was, for 99 of 100 turns, since it was last looked at. */
  loopDelayMs: Share,
  disk: v.nullable(v.object({ freeBytes: Count, totalBytes: Count })),
  /** Settings that matter, as they are in force; never a secret. */
  settings: v.array(v.object({ name: v.string(), value: v.string() })),
  findings: v.array(ServerFinding),
});
export type AdminStatus = v.InferOutput<typeof AdminStatus>;

/** `GET /api/admin/caller`: how the server counts whoever asks this, and what it was told on the way. */
export const AdminCaller = v.object({
  countedAs: v.string(),
  forwardedFor: v.array(v.string()),
  trustedProxies: Count,
});
export type AdminCaller = v.InferOutput<typeof AdminCaller>;
