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
  return pino(options, destination ?? standardOutput());
}

/** Bytes of lines that wait for their reader; more would only be lost later, and would be memory until then. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/**
 * Not pino's own: that one stops the whole process while nobody reads, and for good once the reader has gone. Here lines
 * are dropped instead; a log is not worth a meeting.
 */
function standardOutput(): DestinationStream {
  const { stdout } = process;
  // It outlives every log: each of them would leave a listener there.
  if (!stdout.listeners('error').includes(passOver)) stdout.on('error', passOver);
  return {
    write(line: string) {
      if (stdout.writable && stdout.writableLength < MAX_UNREAD_BYTES) stdout.write(line);
    },
  };
}

function passOver(): void {}

/** Name, message and stack: errors made by libraries may hold whole requests in other fields. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: typeof error };
  return { name: error.name, message: error.message, stack: error.stack };
}
