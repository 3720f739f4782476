// The process: reads the configuration, starts the server, says where it listens, stops on signals.
import { startServer } from './app.ts';
import { ConfigError, loadConfig, type Config } from './config/env.ts';
import { createLog } from './observability/log.ts';
import { adviceFor, warningsFor } from './startAdvice.ts';
import { stopOnSignals } from './stopOnSignals.ts';

const EXIT_FAILED = 1;

/** The one line for people; the log is for machines. */
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const complain = (line: string): boolean => process.stderr.write(`${line}\n`);

let config: Config | null = null;

async function main(): Promise<void> {
  const loaded = loadConfig();
  config = loaded.config;
  const log = createLog({ level: config.logLevel });
  const server = await startServer({ ...loaded, log });
  stopOnSignals({ signals: process, server, drainMs: config.drainMs, log, exit: (code) => process.exit(code) });
  log.info({ url: server.url, workers: config.media.workers, mediaPort: config.media.firstPort }, 'listening');
  say(`Conclave is listening on ${config.publicOrigin ?? server.url}`);
  for (const warning of warningsFor(config)) complain(warning);
}

try {
  await main();
} catch (error) {
  if (error instanceof ConfigError) for (const problem of error.problems) complain(problem);
  else complain(`Conclave could not start: ${adviceFor(error, config)}`);
  process.exit(EXIT_FAILED);
}
