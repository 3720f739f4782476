// npm run bench:files: what our path for files reaches of plain HTTP up and down on one machine; prints a table, writes JSON.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createNetwork } from '../../client/test/browser/harness/NetworkNamespace.ts';
import { startTestServer } from '../../client/test/browser/harness/testServer.ts';
import { endOnSignals } from './endOnSignals.ts';
import { buildPage } from './files/buildPage.ts';
import { openDevice } from './files/device.ts';
import { openRelay } from './files/relay.ts';
import { measurePairs } from './files/transfer.ts';

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    in: { type: 'string', default: 'chromium' },
    size: { type: 'string', default: '256' },
    pairs: { type: 'string', default: '3' },
  },
});
endOnSignals();
const folder = mkdtempSync(path.join(tmpdir(), 'conclave-bench-page-'));
await buildPage(folder);
const network = options.in === 'firefox' ? createNetwork() : undefined;
const server = await startTestServer({ ...(network && { network }), env: { CLIENT_DIR: folder } });
const relay = await openRelay(server.reachable);
const sender = await openDevice(server.origin, network);
const receiver = await openDevice(server.origin, network);
const size = Number(options.size) * 1024 * 1024;
try {
  const m = await measurePairs({ sender, receiver, relay }, { size, pairs: Number(options.pairs) });
  console.log(m);
} finally {
  await sender.close();
  await receiver.close();
  relay.close();
  await server.stop();
  network?.close();
  rmSync(folder, { recursive: true });
}
