// The server as it is run: a process of its own through the production entry, and the media Workers that it started.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const ENTRY = path.join(import.meta.dirname, '..', '..', 'server', 'main.ts');
/** As `npm start` has it. */
const NODE_FLAGS = ['--min-semi-space-size=8', '--max-semi-space-size=8', '--no-maglev-destroy-on-background'];
const START_TIMEOUT_MS = 30_000;
const LISTENING = /^Conclave is listening on (\S+)$/;
/** As the kernel keeps a program's name. */
const WORKER_NAME = 'mediasoup-worke';

export interface House {
  url: string;
  /** Of the server itself. */
  pid: number;
  /** Of its media Workers. */
  workerPids: number[];
  close(): Promise<void>;
}

/** @param more settings beside those that every run needs */
export async function openHouse(
  workerBin: string | undefined,
  workers: number,
  more: Readonly<Record<string, string>> = {},
): Promise<House> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'conclave-house-'));
  const own = { PORT: '0', MEDIA_PORT: '0', WORKERS: String(workers), DATA_DIR: dataDir, LOG_LEVEL: 'error' };
  const settings = { ...own, ...more };
  // It ends with whoever started it, in whatever way that ends.
  const args = ['--pdeathsig', 'KILL', process.execPath, ...NODE_FLAGS, ENTRY];
  // oxlint-disable-next-line node/no-process-env -- the server is started as set-up starts it, in this environment
  const env = { ...process.env, ...settings, ...(workerBin !== undefined && { MEDIASOUP_WORKER_BIN: workerBin }) };
  const child = spawn('setpriv', args, { env, cwd: dataDir, stdio: ['ignore', 'pipe', 'inherit'] });
  const end = (): void => {
    child.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  };
  process.once('exit', end);
  try {
    const url = await urlOf(child);
    const pid = child.pid ?? 0;
    return {
      url,
      pid,
      workerPids: workersOf(pid),
      async close() {
        process.off('exit', end);
        const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
        end();
        await gone;
      },
    };
  } catch (error) {
    process.off('exit', end);
    end();
    throw error;
  }
}

async function urlOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the server cannot be heard');
  const lines = createInterface({ input: child.stdout });
  const listening = new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const url = LISTENING.exec(line)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error('the server ended')));
    setTimeout(() => reject(new Error('the server does not start')), START_TIMEOUT_MS).unref();
  });
  return await listening;
}

function workersOf(parent: number): number[] {
  const read = (file: string): string => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && read(`/proc/${entry}/comm`).startsWith(WORKER_NAME))
    .map(Number)
    .filter((pid) => Number(/^PPid:\s+(\d+)$/m.exec(read(`/proc/${pid}/status`))?.[1]) === parent);
}
