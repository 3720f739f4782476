// The unit, rehearsed: a Debian is booted, Conclave installed in it by the RUNBOOK's own commands, and what the unit and the RUNBOOK promise is looked for.
import os from 'node:os';
import { ensurePackages } from '../setup/debianPackages.mjs';
import { createReporter } from '../setup/reporter.mjs';
import { SetupError } from '../setup/SetupError.mjs';
import { ConclaveUnit } from './ConclaveUnit.mjs';
import { DebianMachine } from './DebianMachine.mjs';
import { limitsIn, limitsUnderOwnKernel } from './limits.mjs';

const PACKAGES = ['debootstrap', 'systemd-container'];
/** Of 10, by systemd's own measure; the unit's test has the same. */
const MOST_EXPOSED = 2;
/** Far less than the two minutes for which a server with somebody inside stays. */
const AT_ONCE_S = 30;
/** RestartSec, and what systemd takes itself. */
const RESTART_S = 15;
const DRAIN_S = 8;
/** What closing may take after that on a busy machine; systemd would kill it after 150 s. */
const CLOSING_S = 20;

const hold = (isSo, message) => {
  if (!isSo) throw new Error(message);
};
const holdSame = (what, found, expected) => hold(`${found}` === `${expected}`, `${what}: ${found}, not ${expected}.`);
const inSeconds = (value) => `${value.toFixed(1)} s`;

/** @returns {Promise<number>} how long it took, in seconds; a stop that was no success is an error */
const stop = async (unit) => {
  const from = performance.now();
  await unit.control('stop');
  const took = (performance.now() - from) / 1000;
  holdSame('stopped', await unit.properties('ActiveState', 'Result', 'ExecMainStatus'), ['inactive', 'success', '0']);
  return took;
};

const install = async (unit, say) => {
  await unit.follow('Install with systemd');
  const took = await unit.untilReady();
  holdSame('installed', await unit.properties('ActiveState'), 'active');
  const answers = [await unit.ask('/'), await unit.ask('/healthz')].map((text) => text.slice(0, '200 <!doc'.length));
  holdSame('the page and the health check', answers, ['200 <!doc', '200 {"ali']);
  say(`installed as the RUNBOOK says: active, ready ${inSeconds(took)} later, serves the page, healthy`);
};

const lookAtWalls = async (unit, say) => {
  const { main } = await unit.processes();
  const status = await unit.machine.run(`cat /proc/${main}/status`);
  const owner = await unit.machine.run(`stat --format "%U %u" /proc/${main}`);
  hold(/^conclave [1-9]\d*$/.test(owner), `It runs as ${owner}.`);
  const rights = [...status.matchAll(/^(?:Cap\w+|NoNewPrivs|Seccomp):\s+(\w+)$/gm)].map(([, value]) => Number(value));
  holdSame('five sets of capabilities, no new privileges, filtered calls', rights, [0, 0, 0, 0, 0, 1, 2]);
  const analysis = await unit.machine.run('systemd-analyze security conclave --no-pager');
  const [, exposed] = /exposure level for conclave\.service: ([\d.]+)/.exec(analysis) ?? [];
  hold(Number(exposed) < MOST_EXPOSED, `systemd-analyze security finds ${exposed} of 10.`);
  const modes = await unit.machine.run('stat --format "%a %U" /var/lib/conclave/ /var/lib/conclave/signing-key.json');
  holdSame('its data', modes, '700 conclave\n600 conclave');
  say(`user ${owner}, no capability, exposed ${exposed} of 10, data in /var/lib/conclave for it alone`);
};

const killWorker = async (unit, say) => {
  const before = await unit.processes();
  await unit.machine.run(`kill -KILL ${before.workers[0]}`);
  const took = await unit.until('a killed worker is replaced', async () => {
    const { workers } = await unit.processes();
    return workers.length === before.workers.length && !workers.includes(before.workers[0]);
  });
  await unit.untilReady();
  holdSame('the server after a worker’s death', (await unit.processes()).main, before.main);
  say(`a worker that is killed is replaced after ${inSeconds(took)}; the server stays`);
};

const killServer = async (unit, say) => {
  const before = await unit.processes();
  await unit.machine.run(`kill -KILL ${before.main}`);
  const took = await unit.until('systemd starts it again', async () => {
    const { main } = await unit.processes();
    return main !== '0' && main !== before.main;
  });
  hold(took < RESTART_S, `systemd took ${inSeconds(took)} to start it again.`);
  await unit.untilReady();
  const { workers } = await unit.processes();
  hold(!workers.some((id) => before.workers.includes(id)), 'Workers of the killed server are there still.');
  say(`a server that is killed is started again after ${inSeconds(took)}, and its workers went with it`);
};

const stopEmpty = async (unit, say) => {
  const took = await stop(unit);
  hold(took < AT_ONCE_S, `With nobody inside, stopping took ${inSeconds(took)}.`);
  say(`with nobody inside, stopping takes ${inSeconds(took)} and is a success`);
};

const stopWithSomebody = async (unit, say) => {
  unit.writeSettings(`DRAIN_MS=${DRAIN_S * 1000}`);
  await unit.control('start');
  await unit.untilReady();
  const { workers } = await unit.processes();
  const member = unit.addMember();
  try {
    await unit.until('somebody is inside', () => member.heard.includes('inside'));
    const stopping = stop(unit);
    // Its failure is told where it is awaited; until then another may be first.
    stopping.catch(() => undefined);
    await unit.until('who is inside is told', () => member.heard.some((line) => line.startsWith('told ')));
    const left = await unit.processes();
    hold(!member.heard.includes('cut'), 'Who was inside was cut before the deadline.');
    holdSame('workers while it drains', left.workers, workers);
    const took = await stopping;
    hold(
      took > DRAIN_S - 1 && took < DRAIN_S + CLOSING_S,
      `Stopping took ${inSeconds(took)}, with ${DRAIN_S} to drain.`,
    );
    await unit.until('who is inside is cut', () => member.heard.includes('cut'));
    say(`with somebody inside, who is told, stopping takes ${inSeconds(took)} of ${DRAIN_S}; workers live until then`);
  } finally {
    member.kill();
  }
};

const upgrade = async (unit, say) => {
  unit.writeSettings();
  await unit.control('start');
  await unit.untilReady();
  const release = async () => unit.machine.run(`basename $(readlink /proc/${(await unit.processes()).main}/cwd)`);
  const from = await release();
  await unit.follow('Upgrade without dropping calls');
  await unit.untilReady();
  const to = await release();
  hold(to !== from, `After an upgrade it still runs in ${to}.`);
  say(`upgraded as the RUNBOOK says, from ${from} to ${to}`);
};

const keepKeys = async (unit, say) => {
  const keys = async () => JSON.parse((await unit.ask('/.well-known/jwks.json')).slice('200 '.length)).keys.length;
  const before = await keys();
  await unit.follow('Rotate keys');
  await unit.follow('Back up');
  await unit.untilReady();
  holdSame('keys after a rotation, a backup and a restoring', await keys(), before + 1);
  say('keys rotated, backed up and restored by root as the RUNBOOK says; the server may read them');
};

const breakSetting = async (unit, say) => {
  await stop(unit);
  await unit.control('reset-failed');
  unit.writeSettings('PORT=eighty');
  await unit.control('start');
  await unit.until('systemd gives up', async () => `${await unit.properties('ActiveState')}` === 'failed');
  const journal = await unit.journal();
  const [burst] = await unit.properties('StartLimitBurst');
  holdSame('times that the journal names the setting', journal.match(/^PORT is not right: /gm)?.length, burst);
  hold(journal.includes('Start request repeated too quickly'), 'It failed by something else than its limit of starts.');
  unit.writeSettings();
  await unit.follow('ConclaveDown');
  await unit.untilReady();
  say(
    `a wrong setting is named in the journal; after ${burst} starts systemd gives up, and what the RUNBOOK says helps`,
  );
};

const STEPS = [killWorker, killServer, stopEmpty, stopWithSomebody, upgrade, keepKeys, breakSetting];

/** Limits that the unit gives and that its processes have: as systemd itself understood it, or under a kernel where root may raise them. */
const holdLimits = (promised, found, where, say) => {
  if (found === undefined) return say('left out: limits, which root may not raise on this machine');
  holdSame(`descriptors${where}`, found.descriptors, promised.descriptors);
  hold(found.niceness.length > 0, `No worker ran${where}.`);
  for (const nice of found.niceness) holdSame(`niceness of a worker${where}`, nice, promised.nice);
  return say(`${found.descriptors} descriptors, workers at nice ${found.niceness.join(', ')}${where}`);
};

const rehearseIn = async (machine, say) => {
  await machine.layOut();
  const said = await machine.boot();
  if (said !== undefined)
    return say(`left out: systemd does not boot in a container here. ${said.slice(-3).join(' · ')}`);
  say(`a Debian laid out and booted: ${await machine.run('systemctl --version | head -1')}`);
  const unit = new ConclaveUnit(machine);
  await install(unit, say);
  await lookAtWalls(unit, say);
  const promised = await unit.promisedLimits();
  const { raisesLimits } = machine;
  if (raisesLimits) holdLimits(promised, await limitsIn(machine), '', say);
  for (const step of STEPS) await step(unit, say);
  if (raisesLimits) return undefined;
  machine.halt();
  return holdLimits(promised, await limitsUnderOwnKernel(machine), ', under a kernel of its own', say);
};

/**
 * Rehearses the unit from nothing: some ten minutes, of which nothing is left but Debian's packages.
 * @param {{ say: (line: string) => void }} options `say` is given what was seen, a line each step, or why it is left out
 * @throws Error naming what is not as the unit or the RUNBOOK says
 */
export const rehearseUnit = async ({ say }) => {
  if (process.getuid?.() !== 0) return say('left out: only root can boot a machine of its own');
  try {
    await ensurePackages(PACKAGES, 'to rehearse the unit', createReporter());
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return say(`left out: ${error.message}`);
  }
  const machine = new DebianMachine();
  // The machine is taken away when this process ends, however it does; first what a step runs is ended by who started it.
  const end = (signal) => setImmediate(() => process.exit(128 + os.constants.signals[signal]));
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    return await rehearseIn(machine, say);
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
    machine.close();
  }
};
