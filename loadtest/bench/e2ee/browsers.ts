// Runs the bench in a real browser: bundles it, serves it on this machine, and waits for what the browser posts back.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';
import { cpuSecondsBelow } from '../machine.ts';
import type { BrowserOrder } from './benchWorker.ts';
import type { Part, Plan, Sample } from './plan.ts';

export type BrowserName = 'chromium' | 'firefox';

/** A run that takes longer hangs; the full plan takes about 2 minutes a browser. */
const GIVE_UP_MS = 10 * 60_000;

const PAGE = `<!doctype html><title>bench</title><script>new Worker('/benchWorker.js', { type: 'module' })</script>`;

/** The same way as the product's worker is bundled (client/vite.config.ts): suites that are never used stay out. */
const UNUSED_CRYPTO =
  /^(@noble\/(ciphers|curves|hashes|post-quantum)(\/.*)?|@hpke\/(chacha20poly1305|hybridkem-x-wing|dhkem-x448|ml-kem)|crypto)$/;

async function bundle(): Promise<string> {
  const replacement = path.resolve(import.meta.dirname, '..', '..', '..', 'client', 'unusedCrypto.ts');
  const built = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: [{ find: UNUSED_CRYPTO, replacement }] },
    build: {
      write: false,
      lib: { entry: path.join(import.meta.dirname, 'benchWorker.ts'), formats: ['es'], fileName: 'benchWorker' },
    },
  });
  const [result] = Array.isArray(built) ? built : [built];
  const chunk = result !== undefined && 'output' in result ? result.output[0] : undefined;
  if (chunk === undefined) throw new Error('nothing was built of the bench worker');
  return chunk.code;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

interface Served {
  server: Server;
  origin: string;
  done: Promise<Sample[]>;
}

async function serve(order: BrowserOrder, cpuSeconds: () => number): Promise<Served> {
  const script = await bundle();
  const { promise: done, resolve, reject } = Promise.withResolvers<Sample[]>();
  const server = createServer((request, response) => {
    // Isolated pages get a clock of 5 to 20 µs, others one of 100 µs to 1 ms.
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
    const answer = (type: string, body: string): void => void response.setHeader('content-type', type).end(body);
    if (request.url === '/benchWorker.js') return answer('text/javascript', script);
    if (request.url === '/order') return answer('application/json', JSON.stringify(order));
    if (request.url === '/cpu') return answer('text/plain', String(cpuSeconds()));
    if (request.url !== '/done') return answer('text/html', PAGE);
    bodyOf(request).then((text) => {
      const { samples, error } = JSON.parse(text) as { samples?: Sample[]; error?: string };
      if (samples === undefined) reject(new Error(error ?? 'no samples'));
      else resolve(samples);
      answer('text/plain', '');
    }, reject);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, done };
}

function commandFor(name: BrowserName, bin: string, folder: string, url: string): string[] {
  if (name === 'firefox') {
    writeFileSync(path.join(folder, 'user.js'), 'user_pref("browser.shell.checkDefaultBrowser", false);\n');
    return [bin, '--headless', '--no-remote', '--profile', folder, url];
  }
  const quiet = ['--headless', '--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-gpu'];
  return [bin, ...quiet, `--user-data-dir=${folder}`, url];
}

const USUAL: Readonly<Record<BrowserName, readonly string[]>> = {
  chromium: ['/usr/bin/chromium', '/usr/bin/chromium-browser'],
  firefox: ['/usr/bin/firefox-esr', '/usr/bin/firefox'],
};

/** As set-up found it, or where Debian puts it; undefined where there is none. */
export function findBrowser(name: BrowserName, named: string | undefined): string | undefined {
  return [...(named === undefined ? [] : [named]), ...USUAL[name]].find((file) => existsSync(file));
}

/** Rejects where the browser ends early, does not answer in time, or a measurement fails. */
export async function measureInBrowser(
  name: BrowserName,
  bin: string,
  plan: Plan,
  parts: readonly Part[],
): Promise<Sample[]> {
  const folder = mkdtempSync(path.join(tmpdir(), `conclave-bench-${name}-`));
  const running: { pid?: number | undefined } = {};
  const served = await serve({ plan, parts }, () => cpuSecondsBelow(running.pid ?? 0));
  const [file = '', ...args] = commandFor(name, bin, folder, served.origin);
  // A group of its own, so that its children end with it.
  const child = spawn(file, args, { stdio: 'ignore', detached: true });
  running.pid = child.pid;
  let timer: NodeJS.Timeout | undefined;
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name} ended (${code ?? 'killed'}) before it had measured`)));
    timer = setTimeout(() => reject(new Error(`${name} did not finish in time`)), GIVE_UP_MS);
  });
  const stop = (): void => {
    clearTimeout(timer);
    try {
      if (running.pid !== undefined) process.kill(-running.pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  };
  process.once('exit', stop);
  try {
    return await Promise.race([served.done, failed]);
  } finally {
    process.off('exit', stop);
    stop();
    served.server.close();
    served.server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
