// The log as the media plane needs it, and mediasoup's own log led into it.
import { setLogEventListeners } from 'mediasoup';
import type { Clock } from '../rooms/ports.ts';
import { Throttle } from '../util/Throttle.ts';

type Write = (fields: Record<string, unknown>, message: string) => void;

/** The part of pino that is used here. */
export interface MediaLog {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
}

/** A Worker writes an error for each request that it refuses, and clients provoke those: a few say enough. */
const LINES_PER_STRETCH = 5;
const STRETCH_MS = 60_000;

/**
 * Leads mediasoup's log (one per process) into ours. A warning there is mostly a request that a client got wrong, which
 * is answered and counted elsewhere; its errors come from Workers. Neither holds payload or names.
 */
export function adoptMediasoupLog(log: MediaLog, clock: Pick<Clock, 'now'>): void {
  const throttle = new Throttle(LINES_PER_STRETCH, STRETCH_MS);
  setLogEventListeners({
    onwarn: (namespace, message) => log.debug({ namespace, detail: message }, 'mediasoup warning'),
    onerror: (namespace, message) => {
      const heldBack = throttle.pass(namespace, clock.now());
      if (heldBack !== null) log.warn({ namespace, detail: message, heldBack }, 'mediasoup error');
    },
  });
}
