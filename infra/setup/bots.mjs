// npm run bots: sets up whatever is missing, then runs loadtest/bots/main.ts with the arguments.
import path from 'node:path';
import { ensureDependencies } from './dependencies.mjs';
import { childEnv, repoRoot } from './environment.mjs';
import { findNode24 } from './node24.mjs';
import { runEntry } from './prepare.mjs';
import { runInForeground } from './processes.mjs';
import { createReporter } from './reporter.mjs';

await runEntry(async () => {
  // The server that they come to runs elsewhere: no Worker and no page are needed.
  await ensureDependencies(createReporter());
  const { bin } = findNode24();
  const main = path.join(repoRoot, 'loadtest', 'bots', 'main.ts');
  return runInForeground(bin, [main, ...process.argv.slice(2)], { cwd: repoRoot, env: childEnv({}, bin) });
});
