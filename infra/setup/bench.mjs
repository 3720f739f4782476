// npm run bench:NAME: sets up whatever is missing, browsers included, then runs loadtest/bench/NAME.ts with the arguments.
import fs from 'node:fs';
import path from 'node:path';
import { repoRoot } from './environment.mjs';
import { ensureJanus } from './janus.mjs';
import { prepare, runEntry } from './prepare.mjs';
import { runInForeground } from './processes.mjs';
import { createReporter } from './reporter.mjs';
import { SetupError } from './SetupError.mjs';

const WITHOUT_BROWSERS = ['signalling', 'viewers', 'meeting', 'overload', 'janus'];
/** All benches bring it, but for a choice that leaves it out. */
const withJanus = (name, args) => {
  const parts = args[args.indexOf('--parts') + 1];
  return name === 'janus' || (name === 'bench' && (!args.includes('--parts') || parts.split(',').includes('janus')));
};

await runEntry(async () => {
  const [name = '', ...args] = process.argv.slice(2);
  const file = path.join(repoRoot, 'loadtest', 'bench', `${path.basename(name)}.ts`);
  if (name === '' || !fs.existsSync(file)) throw new SetupError(`There is no bench called "${name}".`);
  // What it costs a client is measured with the page as people get it.
  const client = ['cost', 'waits', 'join', 'publisher', 'bench'].includes(name);
  const { nodeBin, env } = await prepare({ forTests: true, client, browsers: !WITHOUT_BROWSERS.includes(name) });
  const janus = withJanus(name, args) ? await ensureJanus(createReporter()) : undefined;
  const janusEnv = janus === undefined ? {} : { JANUS_BIN: janus };
  return runInForeground(nodeBin, [file, ...args], { cwd: repoRoot, env: { ...env, ...janusEnv } });
});
