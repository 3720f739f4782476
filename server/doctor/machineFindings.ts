// What can be told of the machine: open files, memory, cores, the data folder, Node itself.
import type { ServerFinding } from '#protocol/admin';

/** What a machine has, as far as it could be read. */
export interface Machine {
  /** The most files that this process may hold open; null where the system does not say, Infinity where there is no end. */
  descriptors: number | null;
  memory: { freeBytes: number; totalBytes: number };
  cores: number;
  data: DataFolder;
  nodeVersion: string;
}

export type DataFolder =
  | { state: 'open'; path: string; freeBytes: number }
  /** `why`: the system's code. */
  | { state: 'closed'; path: string; why: string };

/** Everybody who is in costs a socket, and each Worker and file some; below this a room of a hundred is a risk. */
const FEW_DESCRIPTORS = 8_192;
const SHORT_DESCRIPTORS = 1_024;
const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
/** The server with one Worker and nobody in it holds about 200 MiB. */
const SHORT_MEMORY_BYTES = 256 * MIB;
const LITTLE_MEMORY_BYTES = 768 * MIB;
/** Below this the server takes no files (CONFIG.md, FILE_TOTAL_MB). */
const FULL_DISK_BYTES = 256 * MIB;
const FILLING_DISK_BYTES = 2 * GIB;
const LEAST_NODE = 24;
/** Of the cores that could work, so many may be left alone without a word. */
const IDLE_SHARE = 0.5;

export function machineFindings(machine: Machine, workers: number): ServerFinding[] {
  return [
    descriptors(machine.descriptors),
    memory(machine.memory),
    cores(machine.cores, workers),
    data(machine.data),
    node(machine.nodeVersion),
  ];
}

function descriptors(limit: number | null): ServerFinding {
  if (limit === null) return { code: 'descriptors.unknown', values: {} };
  const values = { limit: Number.isFinite(limit) ? limit : -1 };
  if (limit <= SHORT_DESCRIPTORS) return { code: 'descriptors.short', values };
  return { code: limit < FEW_DESCRIPTORS ? 'descriptors.few' : 'descriptors.ok', values };
}

function memory({ freeBytes, totalBytes }: Machine['memory']): ServerFinding {
  const values = { freeMib: Math.round(freeBytes / MIB), totalMib: Math.round(totalBytes / MIB) };
  if (freeBytes < SHORT_MEMORY_BYTES) return { code: 'memory.short', values };
  return { code: freeBytes < LITTLE_MEMORY_BYTES ? 'memory.little' : 'memory.ok', values };
}

function cores(count: number, workers: number): ServerFinding {
  const values = { cores: count, workers };
  if (workers > count) return { code: 'cores.crowded', values };
  return { code: workers < count * IDLE_SHARE ? 'cores.idle' : 'cores.ok', values };
}

function data(folder: DataFolder): ServerFinding {
  const { path } = folder;
  if (folder.state === 'closed') return { code: 'data.closed', values: { path, why: folder.why } };
  const values = { path, freeMib: Math.round(folder.freeBytes / MIB) };
  if (folder.freeBytes < FULL_DISK_BYTES) return { code: 'data.full', values };
  return { code: folder.freeBytes < FILLING_DISK_BYTES ? 'data.filling' : 'data.ok', values };
}

function node(version: string): ServerFinding {
  const isNew = Number(version.split('.')[0]) >= LEAST_NODE;
  return { code: isNew ? 'node.ok' : 'node.old', values: { version, least: LEAST_NODE } };
}
