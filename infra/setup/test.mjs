// npm test: sets up whatever is missing, the browsers included, then runs every test, or those that the arguments name.
import path from 'node:path';
import { nodeModules, repoRoot } from './environment.mjs';
import { prepare, runEntry } from './prepare.mjs';
import { runInForeground } from './processes.mjs';

await runEntry(async () => {
  const { nodeBin, env } = await prepare({ forTests: true });
  const vitest = path.join(nodeModules, 'vitest', 'vitest.mjs');
  return runInForeground(nodeBin, [vitest, 'run', ...process.argv.slice(2)], { cwd: repoRoot, env });
});
