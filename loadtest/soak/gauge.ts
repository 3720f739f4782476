// How far behind a thread is: a soak on a machine that cannot follow measures the machine.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Gauge } from './messages.ts';

const RESOLUTION_MS = 10;

/** @param slow how much slower the soak's time goes; what is read is in it */
export function createGauge(slow: number): { read(): Gauge; close(): void } {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const late = (nanoseconds: number): number => Math.max(0, Math.round((nanoseconds / 1e6 - RESOLUTION_MS) / slow));
  return {
    read() {
      const [p50, p99] = [histogram.percentile(50), histogram.percentile(99)];
      const gauge = { lagP50Ms: late(p50), lagP99Ms: late(p99), lagMaxMs: late(histogram.max) };
      histogram.reset();
      return gauge;
    },
    close: () => void histogram.disable(),
  };
}
