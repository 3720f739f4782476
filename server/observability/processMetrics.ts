// What this process is given by the machine and how much of it is left: CPU, memory, descriptors, disk, and how late its event loop is.
import { readdir, readFile, statfs } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge, type Registry } from 'prom-client';

/** How closely the loop is watched, ms; closer wakes an idle process more often. */
const LOOP_STEP_MS = 20;
const NS_PER_S = 1e9;
const US_PER_S = 1e6;
const LOOP_QUANTILES = [50, 99, 100];

type AddGauge = (name: string, help: string, read: () => number | Promise<number>) => void;

/** The gauges that are one number each; a number that cannot be had is NaN, which draws and fires nothing. */
const gaugesOn = (registers: Registry[]): AddGauge => {
  return (name, help, read) => {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await Promise.resolve(read()).catch(() => Number.NaN));
      },
    });
  };
};

/**
 * Names that other programs have too (`process_…`) mean what they mean there.
 * @returns what ends the watch over the event loop
 */
export function addProcessMetrics(registers: Registry[], dataDir: string, version: string): () => void {
  const gauge = gaugesOn(registers);
  const startedAtS = Math.round(performance.timeOrigin / 1000);
  // A counter by its meaning, as with all that others count: hence gauges with counters' names.
  gauge('process_cpu_seconds_total', 'CPU time of this process, without the Workers’', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / US_PER_S;
  });
  gauge('process_start_time_seconds', 'When this process began, seconds since the epoch', () => startedAtS);
  gauge('process_open_fds', 'Open file descriptors', async () => (await readdir('/proc/self/fd')).length);
  gauge('process_max_fds', 'Most file descriptors that may be open', readMaxDescriptors);
  gauge('conclave_resident_memory_bytes', 'Memory of this process', () => process.memoryUsage.rss());
  gauge('conclave_available_memory_bytes', 'Memory that this machine, or container, still has', () =>
    process.availableMemory(),
  );
  gauge('conclave_data_dir_free_bytes', 'Free space on the disk of DATA_DIR', async () => {
    const { bavail, bsize } = await statfs(dataDir);
    return bavail * bsize;
  });
  new Gauge({
    name: 'conclave_build_info',
    help: 'Always 1; the labels say what runs',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.versions.node }, 1);
  return addLoopDelay(registers);
}

/** Soft limit of this process, Linux's words; Infinity where there is none. */
async function readMaxDescriptors(): Promise<number> {
  const [, limit = ''] = /^Max open files\s+(\S+)/m.exec(await readFile('/proc/self/limits', 'utf8')) ?? [];
  return limit === 'unlimited' ? Infinity : Number.parseInt(limit, 10);
}

/** Since the last time somebody looked, so that a bad minute is not drowned by a good day. */
function addLoopDelay(registers: Registry[]): () => void {
  const delay = monitorEventLoopDelay({ resolution: LOOP_STEP_MS });
  delay.enable();
  new Gauge({
    name: 'conclave_event_loop_delay_seconds',
    help: 'How late this process’ event loop was since the last look',
    labelNames: ['quantile'],
    registers,
    collect() {
      for (const percent of LOOP_QUANTILES) {
        const late = delay.count === 0 ? 0 : delay.percentile(percent) / NS_PER_S - LOOP_STEP_MS / 1000;
        this.set({ quantile: String(percent / 100) }, Math.max(0, late));
      }
      delay.reset();
    },
  });
  return () => delay.disable();
}
