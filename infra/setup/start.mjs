// npm start: sets up whatever is missing, then serves.
import path from 'node:path';
import { repoRoot } from './environment.mjs';
import { prepare, runEntry } from './prepare.mjs';
import { runInForeground } from './processes.mjs';

/**
 * What a burst of joins would leave behind for good (decision 0020): the young generation, in MiB, three times over; and what Maglev, asked for
 * hundreds of functions at the same call, worked with and kept until a thread in the background came to throw it away.
 */
const nodeFlags = ['--min-semi-space-size=8', '--max-semi-space-size=8', '--no-maglev-destroy-on-background'];

await runEntry(async () => {
  const { nodeBin, env } = await prepare();
  const main = path.join(repoRoot, 'server', 'main.ts');
  return runInForeground(nodeBin, [...nodeFlags, main, ...process.argv.slice(2)], { cwd: repoRoot, env });
});
