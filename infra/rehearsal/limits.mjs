// Owns the look at which limits the unit's processes get: in the booted machine, or, where this machine's root may raise none, under a kernel of its own.
import fs from 'node:fs';
import { ensurePackages } from '../setup/debianPackages.mjs';
import { runOrFail } from '../setup/processes.mjs';
import { createReporter } from '../setup/reporter.mjs';
import { SetupError } from '../setup/SetupError.mjs';

const RUN_MS = 8 * 60_000;
/** For a server that takes half a minute to start, as it does on a kernel that is a program. */
const START_SECONDS = 240;
const IMAGE_SIZE = '3G';

/** Waits for the last worker, and says what each process has. */
const LOOK = `for second in $(seq ${START_SECONDS}); do journalctl --boot --unit conclave | grep -q listening && break; sleep 1; done
main=$(systemctl show conclave --property MainPID --value)
echo "= descriptors $(grep '^Max open files' /proc/$main/limits | tr -s ' ' | cut -d' ' -f4)"
for process in $(cat /sys/fs/cgroup/system.slice/conclave.service/cgroup.procs); do
  [ $process = $main ] || echo "= nice $(cut -d' ' -f19 /proc/$process/stat)"
done`;
const UNIT = `[Unit]
After=conclave.service
[Service]
ExecStart=sh /look.sh
StandardOutput=tty
TTYPath=/dev/console
`;

const numbers = (text, name) =>
  [...text.matchAll(new RegExp(`^= ${name} (-?\\d+)`, 'gm'))].map(([, value]) => Number(value));
const read = (text) => ({ descriptors: numbers(text, 'descriptors')[0], niceness: numbers(text, 'nice') });

/** @returns {Promise<{ descriptors: number, niceness: number[] }>} of the server, and of each of its workers */
export const limitsIn = async (machine) => read(await machine.run(LOOK));

/**
 * The same, of the machine's files booted once more under Debian's user-mode Linux, where root may do what root may. The unit is enabled in them.
 * @returns {Promise<{ descriptors: number, niceness: number[] } | undefined>} undefined, with a plain line, where it cannot be had
 */
export const limitsUnderOwnKernel = async (machine) => {
  try {
    await ensurePackages(['user-mode-linux'], 'to look at limits', createReporter());
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    createReporter().warn('kernel', [error.message, ...error.remedies].join(' '));
    return undefined;
  }
  fs.writeFileSync(machine.at('/look.sh'), `${LOOK}\nsystemctl poweroff --force\n`);
  fs.writeFileSync(machine.at('/etc/systemd/system/look.service'), UNIT);
  fs.symlinkSync('../look.service', machine.at('/etc/systemd/system/multi-user.target.wants/look.service'));
  const image = machine.beside('disk');
  await runOrFail('making a disk', 'mke2fs', ['-q', '-t', 'ext4', '-d', machine.at('/'), image, IMAGE_SIZE]);
  const walls = ['--mount-proc', '--pid', '--fork', '--kill-child', '--net'];
  const memory = ['mem=1G', `ubd0=${image}`, 'root=/dev/ubda', 'rw', `uml_dir=${machine.beside('')}`];
  const kernel = ['linux.uml', ...memory, 'con=null', 'con0=null,fd:1', 'ssl=null'];
  const lines = [];
  const onLine = (line) => lines.push(line);
  await runOrFail('a kernel of its own', 'unshare', [...walls, ...kernel], { timeoutMs: RUN_MS, onLine });
  return read(lines.join('\n'));
};
