// npm run soak: sets up whatever is missing, then runs loadtest/soak/main.ts with the arguments.
import path from 'node:path';
import { repoRoot } from './environment.mjs';
import { prepare, runEntry } from './prepare.mjs';
import { runInForeground } from './processes.mjs';

await runEntry(async () => {
  const { nodeBin, env } = await prepare({ client: false });
  const soak = path.join(repoRoot, 'loadtest', 'soak', 'main.ts');
  return runInForeground(nodeBin, [soak, ...process.argv.slice(2)], { cwd: repoRoot, env });
});
