// Rehearses the production entry from nothing: what server.yaml pins and mounts, in front of the real server, with certificates from an authority
// that speaks ACME as Let's Encrypt does (Pebble, which is theirs), in a network of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ensurePackages } from '../setup/debianPackages.mjs';
import { childEnv, repoRoot, settings } from '../setup/environment.mjs';
import { findNode24 } from '../setup/node24.mjs';
import { createReporter } from '../setup/reporter.mjs';
import { SetupError } from '../setup/SetupError.mjs';
import { findWorker } from '../setup/worker.mjs';
import { pinnedCaddy } from './entry/composed.mjs';
import { ensureGoPrograms, hasGo } from './goPrograms.mjs';

const PEBBLE = '2.10.3';
const inside = path.join(import.meta.dirname, 'entry', 'inside.mjs');
/** Nothing of it is seen by others, and all of it ends with its first process. */
const ALONE = ['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const buildTools = async (say) => {
  const caddy = { module: 'github.com/caddyserver/caddy/v2', version: pinnedCaddy(), names: ['caddy'] };
  const names = ['pebble', 'pebble-challtestsrv'];
  const pebble = { module: 'github.com/letsencrypt/pebble/v2', version: PEBBLE, names };
  const [proxy, authority] = [await ensureGoPrograms(caddy, say), await ensureGoPrograms(pebble, say)];
  const [acme, dns] = names.map((name) => path.join(authority, name));
  return { caddy: path.join(proxy, 'caddy'), pebble: acme, dns };
};

/** Runs inside.mjs with every line of its said. */
const runInside = async (given, say) => {
  const { bin } = findNode24();
  const worker = settings().workerBin ?? findWorker();
  const env = childEnv(worker === undefined ? {} : { MEDIASOUP_WORKER_BIN: worker }, bin);
  const [command, ...args] = [...ALONE, bin, inside, JSON.stringify(given)];
  // A group of its own: Ctrl-C would else reach its programs before it.
  const child = spawn(command, args, { cwd: repoRoot, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => (complaint += chunk));
  createInterface({ input: child.stdout }).on('line', say);
  const [code] = await once(child, 'close');
  process.off('exit', end);
  const [what = 'it ended without a word', ...words] = complaint.trimEnd().split('\n');
  if (code !== 0) throw new SetupError(`The entry does not do what it should: ${what}`, words);
};

/**
 * Sees the entry do all that it is there for. Root alone makes networks, and Caddy and Pebble are built with Go: where either is missing, it says so
 * in one line and does nothing.
 * @param {{ say: (line: string) => void }} options told each thing that was seen
 * @throws SetupError with what was not so and the last lines of all programs
 */
export async function rehearseEntry({ say }) {
  if (process.getuid?.() !== 0) return say('skipped: the entry needs a network of its own, and only root can make one');
  if (!hasGo()) return say('skipped: the entry’s Caddy and its authority are built with Go, which is not on the PATH');
  await ensurePackages(['haproxy', 'coturn', 'iproute2', 'openssl'], 'to rehearse the entry', createReporter());
  const tools = await buildTools(say);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-entry-rehearsal-'));
  // Empty out here: what is written into it lies in memory, and goes with the last process inside.
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  const stop = (signal) => process.exit(128 + os.constants.signals[signal]);
  for (const signal of signals) process.once(signal, stop);
  process.once('exit', remove);
  try {
    say(`Caddy ${pinnedCaddy()}, as infra/compose/server.yaml pins it, and Pebble ${PEBBLE}`);
    const hasPage = fs.existsSync(path.join(repoRoot, 'dist', 'client', 'index.html'));
    await runInside({ folder, tools, hasPage }, say);
  } finally {
    for (const signal of signals) process.off(signal, stop);
    process.off('exit', remove);
    remove();
  }
}
