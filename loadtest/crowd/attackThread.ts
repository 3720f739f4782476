// The attackers, in a thread of their own, so that what they take is not taken from those who are measured.
import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { ATTACK_NAMES, ATTACKS, type AttackName } from './attacks.ts';
import { addressOf, type Hall } from './door.ts';
import { wordOf } from './Scenario.ts';

export interface AttackSettings {
  origin: string;
  hall: Hall;
  /** Of the first attacker; each try is another's. */
  firstUser: number;
  everyMs: number;
}

export type ToAttackers = 'begin' | 'rest' | 'end';
export type FromAttackers = { what: 'ended'; attack: AttackName; how: string } | { what: 'rests' };

const { origin, hall, firstUser, everyMs } = workerData as AttackSettings;
const port = parentPort;
if (port === null) throw new Error('a thread only');
const tell = (message: FromAttackers): void => port.postMessage(message);

/**
 * In life they sit elsewhere: what they take of this machine, to mask and send half a megabyte for one, is no work of the server's, and
 * would be taken from it and from those who are measured. Of this thread alone, which Linux counts like a process.
 */
setPriority(Number(path.basename(readlinkSync('/proc/thread-self'))), constants.priority.PRIORITY_LOW);

let timer: NodeJS.Timeout | undefined;
let tries = 0;
const underWay = new Set<Promise<void>>();

function attack(): void {
  const name = ATTACK_NAMES[tries % ATTACK_NAMES.length];
  if (name === undefined) return;
  const address = addressOf(firstUser + tries);
  tries += 1;
  const ending = ATTACKS[name]({ origin, hall, address })
    .catch((error: unknown) => `failed: ${wordOf(error)}`)
    .then((how) => tell({ what: 'ended', attack: name, how }));
  underWay.add(ending);
  void ending.finally(() => underWay.delete(ending));
}

port.on('message', (message: ToAttackers) => {
  clearInterval(timer);
  if (message === 'begin') timer = setInterval(attack, everyMs);
  else if (message === 'rest') {
    // Each kind once, however late the timer was.
    while (tries < ATTACK_NAMES.length) attack();
    void Promise.all(underWay).then(() => tell({ what: 'rests' }));
  } else port.close();
});
