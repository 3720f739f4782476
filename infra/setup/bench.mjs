// npm run bench:NAME: sets up whatever is missing, browsers included, then runs loadtest/bench/NAME.ts with the arguments.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from './environment.mjs';
import { prepare, runEntry } from './prepare.mjs';
import { runInForeground } from './processes.mjs';
import { SetupError } from './SetupError.mjs';

const WITHOUT_BROWSERS = ['signalling', 'viewers', 'meeting', 'overload', 'janus'];

await runEntry(async () => {
  const [name = '', ...args] = process.argv.slice(2);
  const file = path.join(repoRoot, 'loadtest', 'bench', `${path.basename(name)}.ts`);
  if (name === '' || !fs.existsSync(file)) throw new SetupError(`There is no bench called "${name}".`);
  // What it costs a client is measured with the page as people get it.
  const client = ['cost', 'waits', 'join', 'publisher', 'bench'].includes(name);
  const { nodeBin, env } = await prepare({ forTests: true, client, browsers: !WITHOUT_BROWSERS.includes(name) });
  return runInForeground(nodeBin, [file, ...args], { cwd: repoRoot, env });
});
