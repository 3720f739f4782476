// npm run verify: what CI runs. Types, lint, format, import fences, dead code, then exactly npm test; stops at the first failure.
import path from 'node:path';
import { nodeModules, repoRoot } from './environment.mjs';
import { prepare, runEntry } from './prepare.mjs';
import { runInForeground } from './processes.mjs';
import { formatDuration } from './reporter.mjs';

/** A tool of node_modules by the file that its package runs. */
const tool = (...file) => path.join(nodeModules, ...file);
const tsc = tool('typescript', 'bin', 'tsc');

/** Each check: its name and the program, run with Node 24 from the repository's root. */
const checks = [
  ['types: server', [tsc, '-p', 'tsconfig.json']],
  ['types: client', [tsc, '-p', path.join('client', 'tsconfig.json')]],
  ['types: e2ee', [tsc, '-p', path.join('client', 'e2ee', 'tsconfig.json')]],
  ['types: loadtest', [tsc, '-p', path.join('loadtest', 'tsconfig.json')]],
  ['lint', [tool('oxlint', 'bin', 'oxlint')]],
  ['format', [tool('oxfmt', 'bin', 'oxfmt'), '--check']],
  [
    'import fences',
    [
      tool('dependency-cruiser', 'bin', 'dependency-cruiser.mjs'),
      '--config',
      '.dependency-cruiser.mjs',
      'server',
      'client',
      'infra',
      'loadtest',
    ],
  ],
  ['dead code', [tool('knip', 'bin', 'knip.js')]],
];

await runEntry(async () => {
  const { nodeBin, env } = await prepare({ client: false });
  for (const [name, args] of checks) {
    const startedAt = performance.now();
    console.log(`── ${name}`);
    const code = await runInForeground(nodeBin, args, { cwd: repoRoot, env });
    if (code !== 0) {
      console.log(`── ${name} failed`);
      return code;
    }
    console.log(`── ${name} passed (${formatDuration(performance.now() - startedAt)})`);
  }
  console.log('── tests: npm test');
  return runInForeground('npm', ['test'], { cwd: repoRoot, env });
});
