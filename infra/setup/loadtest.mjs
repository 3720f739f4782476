// npm run loadtest: sets up whatever is missing, then runs loadtest/crowd/main.ts with the arguments.
import path from 'node:path';
import { repoRoot } from './environment.mjs';
import { prepare, runEntry } from './prepare.mjs';
import { runInForeground } from './processes.mjs';

await runEntry(async () => {
  // Among the crowd are real pages.
  const { nodeBin, env } = await prepare({ browsers: true });
  const main = path.join(repoRoot, 'loadtest', 'crowd', 'main.ts');
  return runInForeground(nodeBin, [main, ...process.argv.slice(2)], { cwd: repoRoot, env });
});
