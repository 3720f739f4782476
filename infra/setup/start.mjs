// npm start: sets up whatever is missing, then serves.
import path from 'node:path';
import { repoRoot } from './environment.mjs';
import { prepare, runEntry } from './prepare.mjs';
import { runInForeground } from './processes.mjs';

/** What a burst of joins leaves behind is kept in MiB for good, three times over: 32 by itself, 75 MB more for nothing (decision 0020). */
const nodeFlags = ['--max-semi-space-size=8'];

await runEntry(async () => {
  const { nodeBin, env } = await prepare();
  const main = path.join(repoRoot, 'server', 'main.ts');
  return runInForeground(nodeBin, [...nodeFlags, main, ...process.argv.slice(2)], { cwd: repoRoot, env });
});
