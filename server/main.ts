// The process: reads the configuration, starts the server, says where it listens, stops on signals.
import { startServer } from './app.ts';
import { ConfigError, loadConfig } from './config/env.ts';
import { createLog } from './observability/log.ts';
import { stopOnSignals } from './stopOnSignals.ts';

const EXIT_FAILED = 1;

/** The one line for people; the log is for machines. */
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const complain = (line: string): boolean => process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const { config, secrets } = loadConfig();
  const log = createLog({ level: config.logLevel });
  const server = await startServer({ config, secrets, log });
  stopOnSignals({ signals: process, server, drainMs: config.drainMs, log, exit: (code) => process.exit(code) });
  log.info({ url: server.url, workers: config.media.workers, mediaPort: config.media.firstPort }, 'listening');
  say(`Conclave is listening on ${config.publicOrigin ?? server.url}`);
}

try {
  await main();
} catch (error) {
  if (error instanceof ConfigError) for (const problem of error.problems) complain(problem);
  else complain(`Conclave could not start: ${describe(error)}`);
  process.exit(EXIT_FAILED);
}

function describe(error: unknown): string {
  const { code, message, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === 'EADDRINUSE') return `${address}:${port} is in use; stop what uses it, or set PORT to another`;
  if (code === 'EACCES') return `${message}; choose a PORT above 1023 or a DATA_DIR this user may write to`;
  return message;
}
