// What SIGTERM and SIGINT do: drain, close in order, exit; the second one exits at once.
import type { RunningServer } from './app.ts';
import type { Log } from './observability/log.ts';

/** The part of `process` that is needed; tests bring their own. */
export interface SignalSource {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
}

export interface StopOptions {
  signals: SignalSource;
  server: Pick<RunningServer, 'drain' | 'close'>;
  drainMs: number;
  log: Log;
  exit(code: number): void;
}

const EXIT_IN_ORDER = 0;
const EXIT_IMPATIENT = 1;

/** Exits by itself: libraries that listen to signals keep Node from doing so. */
export function stopOnSignals({ signals, server, drainMs, log, exit }: StopOptions): void {
  let isStopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (isStopping) {
      exit(EXIT_IMPATIENT);
      return;
    }
    isStopping = true;
    log.info({ signal, drainMs }, 'draining');
    try {
      await server.drain(drainMs);
      await server.close();
      log.info({}, 'stopped');
      exit(EXIT_IN_ORDER);
    } catch (error) {
      log.error({ error }, 'stopping failed');
      exit(EXIT_IMPATIENT);
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) signals.on(signal, () => void stop(signal));
}
