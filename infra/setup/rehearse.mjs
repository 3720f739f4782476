// npm run rehearse: sets up whatever is missing, then runs infra/rehearsal/rehearse.mjs with the arguments.
import path from 'node:path';
import { repoRoot } from './environment.mjs';
import { prepare, runEntry } from './prepare.mjs';
import { runInForeground } from './processes.mjs';

await runEntry(async () => {
  const { nodeBin, env } = await prepare();
  const rehearsal = path.join(repoRoot, 'infra', 'rehearsal', 'rehearse.mjs');
  return runInForeground(nodeBin, [rehearsal, ...process.argv.slice(2)], { cwd: repoRoot, env });
});
