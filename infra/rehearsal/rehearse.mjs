// npm run rehearse, once everything is set up: plays the parts one after another, and stops at the first that is not as it should be.
import os from 'node:os';
import { runEntry } from '../setup/prepare.mjs';
import { loadPart, parseParts } from './parts.mjs';

// Parts clean up when the process ends. Later than whoever ends a program that is running (processes.mjs).
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.once(signal, () => setImmediate(() => process.exit(128 + os.constants.signals[signal])));

await runEntry(async () => {
  for (const name of parseParts(process.argv.slice(2))) {
    const play = await loadPart(name);
    await play({ say: (line) => process.stdout.write(`${name}: ${line}\n`) });
  }
  return 0;
});
