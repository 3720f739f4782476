// Owns the questions to the service in a booted machine, and the RUNBOOK's commands as they are run there.
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { repoRoot } from '../setup/environment.mjs';
import { findNode24 } from '../setup/node24.mjs';
import { runOrFail } from '../setup/processes.mjs';
import { runbookCommands } from './runbookCommands.mjs';

/** Node takes a second to start, and on a machine with other people's work on it fifteen. */
const PATIENCE_MS = 180_000;
const POLL_MS = 250;
const SETTINGS = '/etc/conclave/conclave.env';
/** What the example leaves open; a name and an address that lead nowhere. */
const FILLED = [
  [/^ANNOUNCED_ADDRESS=$/m, 'ANNOUNCED_ADDRESS=203.0.113.7'],
  [/^PUBLIC_ORIGIN=https:\/\/$/m, 'PUBLIC_ORIGIN=https://meet.example.org'],
  [/TURN_HOST/g, 'turn.example.org'],
  [/^TURN_SECRET=$/m, `TURN_SECRET=${'f00d'.repeat(16)}`],
];
const ADDRESS = 'http://127.0.0.1:3000';
const MEMBER = path.join(repoRoot, 'infra', 'rehearsal', 'member.mjs');
const ASK = `const answer = await fetch("${ADDRESS}" + process.argv[1]);
process.stdout.write(answer.status + " " + (await answer.text()))`;

export class ConclaveUnit {
  #settings;

  /** @param {import('./DebianMachine.mjs').DebianMachine} machine */
  constructor(machine) {
    this.machine = machine;
  }

  /** Runs what the RUNBOOK's section tells root to run: a release is laid out from here, for the machine has no npm, and the editor is played. */
  async follow(title) {
    for (const command of runbookCommands(title)) {
      const [, release] = /^npm run release -- (\S+)$/.exec(command) ?? [];
      if (release !== undefined) {
        await runOrFail(command, 'npm', ['run', 'release', '--', this.machine.at(release)], { cwd: repoRoot });
      } else if (command === `sudoedit ${SETTINGS}`) this.#fillSettings();
      else await this.machine.run(command);
    }
  }

  #fillSettings() {
    const file = this.machine.at(SETTINGS);
    const example = fs.readFileSync(file, 'utf8');
    this.#settings = FILLED.reduce((text, [open, filled]) => text.replace(open, filled), example);
    this.writeSettings();
  }

  /** The settings of the installation, and those of `more`, one a line; they count from the next start on. */
  writeSettings(more = '') {
    fs.writeFileSync(this.machine.at(SETTINGS), `${this.#settings}\n${more}\n`);
  }

  control(verb) {
    return this.machine.run(`systemctl ${verb} conclave`);
  }

  /** @returns {Promise<string[]>} */
  properties(...names) {
    return Promise.all(names.map((name) => this.machine.run(`systemctl show conclave --property ${name} --value`)));
  }

  /** As systemd understands the unit. */
  async promisedLimits() {
    const [descriptors, nice] = await this.properties('LimitNOFILE', 'LimitNICE');
    return { descriptors: Number(descriptors), nice: 20 - Number(nice) };
  }

  /** All that it has said since the machine was booted. */
  journal() {
    return this.machine.run('journalctl --unit conclave --output cat --no-pager');
  }

  /** The server's process and its workers', by their ids in the machine; no workers while nothing runs. */
  async processes() {
    const [main] = await this.properties('MainPID');
    const { text } = await this.machine.tryRun('cat /sys/fs/cgroup/system.slice/conclave.service/cgroup.procs');
    return {
      main,
      workers: text
        .split('\n')
        .filter((id) => /^\d+$/.test(id) && id !== main)
        .toSorted(),
    };
  }

  /** What it answers inside the machine: status and body; '' where it does not. */
  async ask(address) {
    const { code, text } = await this.machine.tryRun(`/opt/conclave/current/bin/node -e '${ASK}' ${address}`);
    return code === 0 ? text : '';
  }

  /** Somebody inside, from the machine's own network; `heard` grows with what happens to them. */
  addMember() {
    const heard = [];
    const member = this.machine.spawnInNetwork(findNode24().bin, [MEMBER, ADDRESS]);
    createInterface({ input: member.stdout }).on('line', (line) => heard.push(line));
    return { heard, kill: () => member.kill('SIGKILL') };
  }

  /** @returns {Promise<number>} how long it took, in seconds */
  untilReady() {
    return this.until('it is ready', async () => (await this.ask('/readyz')).startsWith('200 '));
  }

  /**
   * Asks again and again.
   * @returns {Promise<number>} how long it took, in seconds
   * @throws Error with the end of its journal where it never is
   */
  async until(what, isSo) {
    const from = performance.now();
    while (!(await isSo())) {
      if (performance.now() - from > PATIENCE_MS) {
        const last = (await this.journal()).split('\n').slice(-15).join('\n');
        throw new Error(`Waited ${PATIENCE_MS / 1000} s until ${what}. Its journal ends:\n${last}`);
      }
      await sleep(POLL_MS);
    }
    return (performance.now() - from) / 1000;
  }
}
