// npm run bench:files: what our path for files reaches of plain HTTP up and down on one machine, or (--memory) what 2 GiB cost in memory.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { canMakeNetworks, createNetwork } from '../../client/test/browser/harness/NetworkNamespace.ts';
import { startTestServer } from '../../client/test/browser/harness/testServer.ts';
import { endOnSignals } from './endOnSignals.ts';
import { ratioFigure, tableOf, type Figure, type Report } from './figures.ts';
import { buildPage } from './files/buildPage.ts';
import { openDevice, type Device } from './files/device.ts';
import { measureMemory } from './files/memory.ts';
import { openNodeDevice } from './files/nodeDevice.ts';
import { openRelay, type Relay } from './files/relay.ts';
import { measurePairs } from './files/transfer.ts';
import { currentCommit, describeMachine } from './machine.ts';

const MIB = 1024 * 1024;
/** Large enough that starting costs nothing that shows, small enough for ten of them in two minutes. */
const FULL = { size: 256 * MIB, pairs: 5 };
/** Whether it still runs, not how fast. */
const SHORT = { size: 8 * MIB, pairs: 1 };
const MEMORY_BYTES = 2 * 1024 * MIB;
/** The issue's, for Chromium. */
const LEAST_RATIO = 0.8;

interface Stage {
  sender: Device;
  receiver: Device;
  relay: Relay;
}
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Two browsers with a disk of their own, and the product's own server between them. */
async function onStage<T>(browser: string, page: string, use: (stage: Stage) => Promise<T>): Promise<T> {
  const undos: (() => Promise<void> | void)[] = [];
  try {
    const network = browser === 'firefox' ? createNetwork() : undefined;
    undos.push(() => network?.close());
    const server = await startTestServer({ ...(network && { network }), env: { CLIENT_DIR: page } });
    undos.push(() => server.stop());
    const relay = await openRelay(server.reachable);
    undos.push(() => relay.close());
    const open = async (): Promise<Device> => {
      const device = browser === 'node' ? openNodeDevice(server.origin) : await openDevice(server.origin, network);
      undos.push(() => device.close());
      return device;
    };
    return await use({ sender: await open(), receiver: await open(), relay });
  } finally {
    for (const undo of undos.toReversed()) await undo();
  }
}

async function figuresIn(browser: string, stage: Stage, plan: typeof FULL): Promise<Figure[]> {
  const { ours, plain } = await measurePairs(stage, plan);
  const rate = (seconds: number): number => plan.size / MIB / seconds;
  // The issue names the one for Chromium without its browser.
  const name = browser === 'chromium' ? 'file-transfer-ratio' : `file-transfer-ratio-${browser}`;
  const target = browser === 'chromium' ? { atLeast: LEAST_RATIO } : {};
  const [values, floors] = [ours.map(rate), plain.map(rate)];
  return ratioFigure({ name, rateName: `file-transfer-rate-${browser}`, unit: 'MiB/s', values, floors }, target);
}

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    memory: { type: 'boolean', default: false },
    json: { type: 'string' },
    in: { type: 'string', default: 'chromium,firefox' },
  },
});
endOnSignals();
const place = { machine: describeMachine(), commit: currentCommit(), date: new Date().toISOString() };
const page = mkdtempSync(path.join(tmpdir(), 'conclave-bench-page-'));
process.once('exit', () => rmSync(page, { recursive: true, force: true }));
if (options.in !== 'node') await buildPage(page);
const figures: Figure[] = [];
for (const browser of options.in.split(',')) {
  if (!['chromium', 'firefox', 'node'].includes(browser)) throw new Error(`no browser ${browser}`);
  if (browser === 'firefox' && !canMakeNetworks()) {
    say('left out: Firefox needs a network of its own, and only root can make one');
    continue;
  }
  say(`── ${browser}`);
  const measure = (stage: Stage): Promise<Figure[]> =>
    options.memory
      ? measureMemory(stage, browser, options.short ? SHORT.size : MEMORY_BYTES)
      : figuresIn(browser, stage, options.short ? SHORT : FULL);
  figures.push(...(await onStage(browser, page, measure)));
}
const report: Report = { figures, ...place };
say(tableOf(report));
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
