// What can be seen on the server's own machine: settings, limits, memory, cores, the data folder, the media Worker's binary.
import { spawnSync } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { reachOf, type Reach } from '../../../server/util/addressReach.ts';
import { machineFindings } from '../../../server/doctor/machineFindings.ts';
import { readMachine } from '../../../server/doctor/readMachine.ts';
import { settingFindings } from '../../../server/doctor/settingFindings.ts';
import { found, type Finding } from '../findings.ts';
import type { Patient } from '../Patient.ts';

/** Where mediasoup's own set-up leaves it. */
const DEFAULT_BIN = path.resolve(
  import.meta.dirname,
  '../../../node_modules/mediasoup/worker/out/Release/mediasoup-worker',
);
/** What the worker answers when it was not started by mediasoup's own library: it loads and runs here. */
const WORKER_ALONE_STATUS = 41;
const RUN_MS = 5_000;

export async function checkSettings({ local }: Patient): Promise<Finding[]> {
  if (local === null) return [];
  const { config } = local;
  const names = [
    config.media.announcedAddress,
    ...(config.publicOrigin ? [new URL(config.publicOrigin).hostname] : []),
  ];
  const reaches = new Map<string, Reach>();
  const unresolved: Finding[] = [];
  for (const name of new Set(names.filter((one) => reachOf(one) === 'name'))) {
    const address = await lookup(name).catch(() => null);
    if (address === null) unresolved.push(found('announced.unresolved', { name }));
    else reaches.set(name, reachOf(address.address));
  }
  return [found('settings.ok'), ...settingFindings(config, (name) => reaches.get(name) ?? 'public'), ...unresolved];
}

export async function checkMachine({ local }: Patient): Promise<Finding[]> {
  if (local === null) return [];
  return machineFindings(await readMachine(local.config.dataDir), local.config.media.workers);
}

export function checkWorkerBinary({ local }: Patient): Finding[] {
  if (local === null) return [];
  const bin = local.config.media.workerBin ?? DEFAULT_BIN;
  if (!existsSync(bin)) return [found('worker.missing', { bin })];
  // Without the variable that mediasoup's library sets, it says so and ends.
  const { status } = spawnSync(bin, { env: {}, stdio: 'ignore', timeout: RUN_MS });
  return [found(status === WORKER_ALONE_STATUS ? 'worker.ok' : 'worker.notOne', { bin })];
}
