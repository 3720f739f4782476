// npm start: sets up whatever is missing, then serves.
import path from 'node:path';
import { repoRoot } from './environment.mjs';
import { prepare, runEntry } from './prepare.mjs';
import { runInForeground } from './processes.mjs';

await runEntry(async () => {
  const { nodeBin, env } = await prepare();
  const main = path.join(repoRoot, 'server', 'main.ts');
  return runInForeground(nodeBin, [main, ...process.argv.slice(2)], { cwd: repoRoot, env });
});
