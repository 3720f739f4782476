// What one Worker is asked every second: the processor's time it has used, and how long its answer took.
import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import type { Worker } from 'mediasoup/types';

export interface WorkerReading {
  /** Of the Worker's thread since it began, ms. */
  cpuMs: number;
  /** When that was, ms on a clock that only goes forward. */
  atMs: number;
  /** From a question on the Worker's channel to its answer, ms, without what this process did meanwhile. */
  delayMs: number;
}

/** Rejects when the Worker is gone. */
export type ReadWorker = (worker: Worker) => Promise<WorkerReading>;

const NS_PER_MS = 1e6;

/**
 * The question is answered by the loop that takes and sends packets, after what was there before it, so that it waits as long as a
 * packet does. CPU comes from the kernel, in nanoseconds; the Worker's own word for it is what there is elsewhere than on Linux.
 */
export const readWorker: ReadWorker = async (worker) => {
  const before = performance.eventLoopUtilization();
  const askedAtMs = performance.now();
  const usage = await worker.getResourceUsage();
  const tookMs = performance.now() - askedAtMs;
  const ownMs = performance.eventLoopUtilization(before).active;
  const cpuMs = (await schedstatMs(worker.pid)) ?? usage.ru_utime + usage.ru_stime;
  return { cpuMs, atMs: performance.now(), delayMs: Math.max(0, tookMs - ownMs) };
};

/** Null where there is no /proc, or no such process any more. */
async function schedstatMs(pid: number): Promise<number | null> {
  try {
    const [nanoseconds] = (await readFile(`/proc/${pid}/schedstat`, 'utf8')).split(' ');
    return Number(nanoseconds) / NS_PER_MS;
  } catch {
    return null;
  }
}
