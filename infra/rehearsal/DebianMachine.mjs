// Owns a Debian of its own: laid out by debootstrap in a temporary folder, booted by systemd-nspawn with systemd as its first process, and gone without a trace.
import { execFile, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readAptSources } from '../setup/aptSources.mjs';
import { repoRoot } from '../setup/environment.mjs';
import { createExcerpt, runOrFail } from '../setup/processes.mjs';
import { mayRaiseLimits } from './powers.mjs';

const LAYING_OUT_MS = 20 * 60_000;
const BOOT_MS = 120_000;
const COMMAND_MS = 240_000;
const POLL_MS = 250;
/** Mounts of what runs under it are its own, and its processes end with it. */
const WALLED = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child'];
/** Where the folder of the repository stands in the machine: the RUNBOOK's commands are run in it. */
const SOURCE = '/src';

/** systemd-nspawn writes to /run and makes groups of processes where it stands; both are ours alone. $1 the tree, $2 the group's name, $3 the repository. */
const BOOT = `set -e
mount -t tmpfs tmpfs /run
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir "/sys/fs/cgroup/$2"
echo $$ > "/sys/fs/cgroup/$2/cgroup.procs"
exec systemd-nspawn --quiet --directory="$1" --boot --register=no --keep-unit --private-network --bind-ro="$3:${SOURCE}" --machine=conclave-rehearsal --console=pipe`;
/** Ends whatever is in the group, and takes it away as soon as it is empty. $1 a folder to mount on, $2 the group's name. */
const UNBOOT = `mount -t cgroup2 cgroup2 "$1" || exit 0
cd "$1" && [ -d "$2" ] || exit 0
echo 1 > "$2/cgroup.kill"
for attempt in $(seq 100); do find "$2" -depth -type d -exec rmdir {} + 2>/dev/null; [ -d "$2" ] || exit 0; sleep 0.1; done`;

export class DebianMachine {
  /** Removed by `close()`; the tree of the machine's files is in it. */
  #work = fs.mkdtempSync(path.join(os.tmpdir(), 'conclave-unit-rehearsal-'));
  #group = path.basename(this.#work);
  #nspawn;
  #console = createExcerpt();
  #discard = () => this.close();

  constructor() {
    // Also where a signal ends this process in the middle of a step.
    process.once('exit', this.#discard);
  }

  /** A path of the machine's, as this machine has it. */
  at = (file) => path.join(this.#work, 'tree', file);
  /** A path beside the machine's files. */
  beside = (name) => path.join(this.#work, name);

  /** The Debian of this machine, since what is built here runs on its libraries, with systemd and what names the users that it makes. */
  async layOut() {
    const options = ['--variant=minbase', '--include=systemd,systemd-sysv,libnss-systemd,ca-certificates'];
    const debootstrap = ['debootstrap', ...options, readAptSources().codename, this.at('/')];
    await runOrFail('laying out a Debian', 'unshare', [...WALLED, ...debootstrap], { timeoutMs: LAYING_OUT_MS });
  }

  /** @returns {Promise<string[] | undefined>} what its console said where it did not boot; undefined where it did */
  async boot() {
    const env = { ...process.env, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' };
    const args = ['--mount', '--propagation', 'private', 'sh', '-c', BOOT, 'boot', this.at('/'), this.#group, repoRoot];
    this.#nspawn = spawn('unshare', args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const hear = (chunk) => this.#console.add(String(chunk).trimEnd());
    this.#nspawn.stdout.on('data', hear);
    this.#nspawn.stderr.on('data', hear);
    const until = performance.now() + BOOT_MS;
    while (performance.now() < until && this.#nspawn.exitCode === null) {
      const { text } = await this.tryRun('systemctl is-system-running');
      if (/^(?:running|degraded)$/m.test(text)) return undefined;
      await sleep(POLL_MS);
    }
    return this.#console.lines();
  }

  /** The machine's first process, by its id here; undefined while there is none. */
  get leader() {
    const { pid } = this.#nspawn;
    const children = `/proc/${pid}/task/${pid}/children`;
    const [first] = fs.existsSync(children) ? fs.readFileSync(children, 'utf8').split(' ') : [];
    return first === '' ? undefined : first;
  }

  /** Whether its systemd may give a service more than it has itself. */
  get raisesLimits() {
    return mayRaiseLimits(this.leader);
  }

  /** Runs a line of shell in the machine, in the folder of the repository, and answers whatever it ends with. */
  tryRun(line) {
    const args = ['--target', this.leader ?? '', '--all', 'sh', '-c', `cd ${SOURCE} && ${line}`];
    return new Promise((resolve) => {
      execFile('nsenter', args, { timeout: COMMAND_MS }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : (error.code ?? 'a signal'), text: (stdout + stderr).trim() }),
      );
    });
  }

  /** @throws Error with what it said where it does not end with 0 */
  async run(line) {
    const { code, text } = await this.tryRun(line);
    if (code !== 0) throw new Error(`In the machine, "${line}" ended with ${code}: ${text}`);
    return text;
  }

  /** A program of this machine, which has the other's network alone. */
  spawnInNetwork(command, args) {
    const inside = ['--target', this.leader, '--net', command, ...args];
    return spawn('nsenter', inside, { stdio: ['ignore', 'pipe', 'inherit'], cwd: repoRoot });
  }

  /** As when the power fails. The files stay until `close()`. */
  halt() {
    if (this.#nspawn === undefined) return;
    const mountPoint = this.beside('cgroup');
    fs.mkdirSync(mountPoint, { recursive: true });
    spawnSync('unshare', [
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      UNBOOT,
      'unboot',
      mountPoint,
      this.#group,
    ]);
    this.#nspawn = undefined;
  }

  close() {
    process.off('exit', this.#discard);
    this.halt();
    fs.rmSync(this.#work, { recursive: true, force: true, maxRetries: 5 });
  }
}
