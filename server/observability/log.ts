// The server's log: fields, not prose; ids as tags; nothing that people said, are called or prove themselves with.
import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

export interface LogOptions {
  level: string;
  /** Default: standard output. */
  destination?: DestinationStream;
}

/**
 * By rubric: `error` gave up · `warn` recovered · `info` one line per change of life · `debug` the rest.
 * The redaction is a second lock only: no code may hand these fields over in the first place.
 */
export function createLog({ level, destination }: LogOptions): Log {
  const options = {
    level,
    base: null,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: describeError },
    redact: { paths: ['token', 'proof', 'payload', 'auth', '*.token', '*.proof', '*.auth'], censor: '[never]' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Name, message and stack: errors made by libraries may hold whole requests in other fields. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: typeof error };
  return { name: error.name, message: error.message, stack: error.stack };
}
