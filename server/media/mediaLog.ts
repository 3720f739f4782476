// The log as the media plane needs it, and mediasoup's own log led into it.
import { setLogEventListeners } from 'mediasoup';

type Write = (fields: Record<string, unknown>, message: string) => void;

/** The part of pino that is used here. */
export interface MediaLog {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
}

/**
 * Leads mediasoup's log (one per process) into ours. A warning there is mostly a request that a client got wrong, which
 * is answered and counted elsewhere; its errors are about Workers. Neither holds payload or names.
 */
export function adoptMediasoupLog(log: MediaLog): void {
  setLogEventListeners({
    onwarn: (namespace, message) => log.debug({ namespace, detail: message }, 'mediasoup warning'),
    onerror: (namespace, message) => log.warn({ namespace, detail: message }, 'mediasoup error'),
  });
}
