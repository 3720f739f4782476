// npm run verify:build -- URL [--json]: builds this source and compares it with what a running server really sends.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { compareWithServer, manifestAddress } from './buildComparison.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { childEnv, nodeModules, repoRoot } from './environment.mjs';
import { findNode24 } from './node24.mjs';
import { runEntry } from './prepare.mjs';
import { runOrFail } from './processes.mjs';
import { createReporter } from './reporter.mjs';
import { fetchServed } from './servedBuild.mjs';
import { SetupError } from './SetupError.mjs';

/** Only the origin: somebody may paste a link, whose fragment is a key. */
const readArguments = (args) => {
  const [address, ...more] = args.filter((argument) => argument !== '--json');
  const url = address !== undefined && URL.canParse(address) ? new URL(address) : undefined;
  if (more.length > 0 || url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new SetupError('Which server? For example: npm run verify:build -- https://meet.example');
  }
  return { origin: url.origin, asJson: args.includes('--json') };
};

/** Builds this source into a folder of its own; @returns its list */
const buildHere = async (nodeBin, folder) => {
  const vite = path.join(nodeModules, 'vite', 'bin', 'vite.js');
  const config = path.join('client', 'vite.config.ts');
  await runOrFail('Building the client', nodeBin, [vite, 'build', '--config', config, '--outDir', folder], {
    cwd: repoRoot,
    env: childEnv({}, nodeBin),
  });
  return JSON.parse(fs.readFileSync(path.join(folder, manifestAddress), 'utf8'));
};

const setUpAndBuild = async (report) => {
  await ensureDependencies(report);
  const { bin, version } = findNode24();
  report.done('node', version);
  const step = report.begin('build', 'building this source');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-verify-'));
  try {
    const manifest = await buildHere(bin, folder);
    step.end(`built this source, version ${manifest.version}`);
    return manifest;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
};

/** What a server sends may hold a terminal's control characters. */
const plain = (text) => text.replace(/\p{Cc}/gu, '?');

const printInWords = (origin, { fetched, differences }) => {
  for (const { address, text } of differences) console.log(plain(`${address}: ${text}`));
  if (differences.length === 0) {
    console.log(`${origin} serves what this source makes: ${fetched} answers compared, byte for byte.`);
  } else {
    const count = differences.length === 1 ? 'one difference' : `${differences.length} differences`;
    console.log(`${origin} does not serve what this source makes: ${count}.`);
  }
};

await runEntry(async () => {
  const { origin, asJson } = readArguments(process.argv.slice(2));
  // Who mistyped the address is told now, and not once all is built.
  await fetchServed(origin, manifestAddress);
  const local = await setUpAndBuild(createReporter());
  const result = await compareWithServer(origin, local);
  const isSame = result.differences.length === 0;
  if (asJson) console.log(JSON.stringify({ url: origin, same: isSame, ...result }));
  else printInWords(origin, result);
  return isSame ? 0 : 1;
});
