// Runs the bench in a real browser: bundles it, serves it on this machine, and waits for what the browser posts back.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'vite';
import { cpuSecondsFrom } from '../machine.ts';
import { startBrowser, type BrowserName, type RunningBrowser } from '../startBrowser.ts';
import type { BrowserOrder } from './benchWorker.ts';
import type { Part, Plan, Sample } from './plan.ts';

/** A run that takes longer hangs; the full plan takes about 3 minutes a browser. */
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

/** Rejects where the browser ends early, does not answer in time, or a measurement fails. */
export async function measureInBrowser(
  name: BrowserName,
  bin: string,
  plan: Plan,
  parts: readonly Part[],
): Promise<Sample[]> {
  let browser: RunningBrowser | undefined;
  let timer: NodeJS.Timeout | undefined;
  const served = await serve({ plan, parts }, () => cpuSecondsFrom(browser?.pid ?? 0));
  try {
    browser = startBrowser(name, bin, served.origin);
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${name} did not finish in time`)), GIVE_UP_MS);
    });
    return await Promise.race([served.done, browser.ended, late]);
  } finally {
    clearTimeout(timer);
    browser?.close();
    served.server.close();
    served.server.closeAllConnections();
  }
}
