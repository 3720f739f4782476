// Owns a place for containers that leaves nothing behind: namespaces, which end with their first process and end all in them, and one folder.
import { execFile, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { runOrFail } from '../setup/processes.mjs';
import { SetupError } from '../setup/SetupError.mjs';
import { mayRaiseLimits } from './powers.mjs';

/** Nobody's: for documentation (RFC 5737). Everybody in the network is this address. */
export const ADDRESS = '203.0.113.7';
/** Ends with who opened it, however that ended. */
const ALONE = ['--pdeathsig', 'KILL', 'unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const PATIENCE_MS = 20_000;
const CGROUPS = '/sys/fs/cgroup';

// What programs keep in /run goes with the place; names are looked up as before, though their resolver's file may lie there.
const FURNISH = `
resolver=$(readlink -f /etc/resolv.conf)
cp "$resolver" "$1/resolv.conf"
mount -t tmpfs -o mode=755 tmpfs /run
case $resolver in /run/*) install -D -m 644 "$1/resolv.conf" "$resolver";; esac
ip link set lo up
ip address add ${ADDRESS}/32 dev lo
`;

/**
 * What root may do here: raise limits of processes (CAP_SYS_RESOURCE), and where they are now.
 * @returns {{ canRaise: boolean, files: string, processes: string }}
 */
export const ownLimits = () => {
  const limits = fs.readFileSync('/proc/self/limits', 'utf8');
  const hard = (name) => new RegExp(`^Max ${name} +\\S+ +(\\S+)`, 'm').exec(limits)[1];
  return { canRaise: mayRaiseLimits('self'), files: hard('open files'), processes: hard('processes') };
};

/** The engine's settings; where a limit cannot be raised, the ones that podman would set of itself are not above it. */
const writeSettings = (folder, { canRaise, files, processes }) => {
  const limits = canRaise ? '' : `default_ulimits = ["nofile=${files}:${files}", "nproc=${processes}:${processes}"]`;
  const engine = `[containers]
${limits}
[network]
network_config_dir = "${folder}/network"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
`;
  const storage = `[storage]
driver = "overlay"
graphroot = "${folder}/storage"
runroot = "/run/containers/storage"
`;
  fs.writeFileSync(path.join(folder, 'containers.conf'), engine);
  fs.writeFileSync(path.join(folder, 'storage.conf'), storage);
};

/** Engines make their groups at the top, one in each tree where the kernel has several, and leave them. */
const cgroupsOfEngines = () => {
  const trees = fs.existsSync(CGROUPS) ? fs.readdirSync(CGROUPS, { withFileTypes: true }) : [];
  const tops = [CGROUPS, ...trees.filter((tree) => tree.isDirectory()).map(({ name }) => path.join(CGROUPS, name))];
  const named = (top) => fs.readdirSync(top).filter((name) => /^(?:buildah-|libpod_parent$)/.test(name));
  return tops.flatMap((top) => named(top).map((name) => path.join(top, name)));
};

/** Groups that hold nobody, from below; the kernel keeps the others. */
const removeCgroup = (folder) => {
  for (const { name } of fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()))
    removeCgroup(path.join(folder, name));
  spawnSync('rmdir', [folder], { stdio: 'ignore' });
};

const kill = (pid) => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
};

const waitFor = async (what, look) => {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(50)) {
    const found = look();
    if (found) return found;
  }
  throw new SetupError(`${what} did not begin within ${PATIENCE_MS / 1000} s.`);
};

/** A place that is open. `folder` is its own. */
export class Sandbox {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-rehearsal-'));
  #env = {
    ...process.env,
    CONTAINERS_CONF: path.join(this.folder, 'containers.conf'),
    CONTAINERS_STORAGE_CONF: path.join(this.folder, 'storage.conf'),
    // Without systemd nobody asks a container for its health but who rehearses.
    DISABLE_HC_SYSTEMD: 'true',
    // As Docker's; in podman's own format there is no health check.
    BUILDAH_FORMAT: 'docker',
    TMPDIR: this.folder,
  };
  #others = new Set(cgroupsOfEngines());
  #anchor = spawn('setpriv', [...ALONE, 'sleep', 'infinity'], { stdio: 'ignore', detached: true });
  #first;
  #closed = false;
  #close = () => this.close();

  /** @param {ReturnType<typeof ownLimits>} limits */
  static async open(limits) {
    const sandbox = new Sandbox();
    process.once('exit', sandbox.#close);
    try {
      writeSettings(sandbox.folder, limits);
      await sandbox.#begin();
      return sandbox;
    } catch (error) {
      sandbox.close();
      throw error;
    }
  }

  async #begin() {
    const { pid } = this.#anchor;
    const read = (file) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : '');
    this.#first = await waitFor('unshare', () => Number(read(`/proc/${pid}/task/${pid}/children`)));
    await waitFor('sleep', () => read(`/proc/${this.#first}/comm`) === 'sleep');
    await this.run('Furnishing the namespaces', ['sh', '-euc', FURNISH, 'sh', this.folder]);
  }

  /** `online`: in the machine's network instead of the place's own, which leads nowhere. */
  #enter(words, online) {
    return ['--target', String(this.#first), '--mount', '--pid', ...(online ? [] : ['--net']), '--', ...words];
  }

  /** Runs a program in here; a failure is a SetupError with an excerpt of what it said. */
  run(what, words, { online = false, env = {}, timeoutMs } = {}) {
    return runOrFail(what, 'nsenter', this.#enter(words, online), { env: { ...this.#env, ...env }, timeoutMs });
  }

  /** What a short program in here writes to its standard output. */
  async ask(...words) {
    try {
      const { stdout } = await promisify(execFile)('nsenter', this.#enter(words, false), { env: this.#env });
      return stdout.trim();
    } catch (error) {
      throw new SetupError(`${words.slice(0, 4).join(' ')} …: ${error.stderr?.trim() || error.message}`);
    }
  }

  /** Ends all in here, and removes what they left. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    process.off('exit', this.#close);
    if (this.#first !== undefined) {
      const all = this.#enter(['podman', 'rm', '--all', '--force', '--time', '0'], false);
      spawnSync('nsenter', all, { env: this.#env, stdio: 'ignore', timeout: PATIENCE_MS });
      kill(this.#first);
      // It is there until the last process in its namespace has ended.
      const until = Date.now() + PATIENCE_MS;
      while (fs.existsSync(`/proc/${this.#first}`) && Date.now() < until) spawnSync('sleep', ['0.1']);
    }
    kill(this.#anchor.pid);
    for (const group of cgroupsOfEngines().filter((one) => !this.#others.has(one))) removeCgroup(group);
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
