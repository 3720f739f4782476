// The real server with a built page, and `npm run verify:build` looking at it from outside: honest, and tampered with.
import { execFile, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as ask, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startTestServer, type TestServer } from '../../server/test/testServer.ts';

const REPO = path.resolve(import.meta.dirname, '..', '..');
const MANIFEST = '.well-known/conclave-build.json';
const folder = mkdtempSync(path.join(tmpdir(), 'conclave-verify-test-'));
const built = path.join(folder, 'built');

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

function verify(...args: string[]): Promise<Outcome> {
  const script = path.join(REPO, 'infra', 'setup', 'verifyBuild.mjs');
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** Lines of differences, by what they are about. */
const aboutIn = ({ stdout }: Outcome): string[] =>
  stdout
    .trim()
    .split('\n')
    .slice(0, -1)
    .map((line) => line.slice(0, line.indexOf(':')));

let bed: TestServer;
let page = '';
let count = 0;

// Each builds the page, which on a busy machine takes half a minute.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

beforeAll(() => {
  const vite = path.join(REPO, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--config', 'client/vite.config.ts', '--outDir', built];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: REPO, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(async () => {
  page = path.join(folder, `page${(count += 1)}`);
  cpSync(built, page, { recursive: true });
  bed = await startTestServer({ env: { CLIENT_DIR: page } });
});
afterEach(() => bed.stop());

const assetNamed = (pattern: RegExp): string => {
  const name = readdirSync(path.join(page, 'assets')).find((one) => pattern.test(one));
  if (name === undefined) throw new Error(`no asset is named ${String(pattern)}`);
  return `/assets/${name}`;
};

describe('npm run verify:build', () => {
  test('P-09 a server that serves a build of this source is found to do so', async () => {
    const { code, stdout } = await verify(`${bed.server.url}/r/room#secret`);
    expect(stdout).toMatch(/serves what this source makes: \d+ answers compared/);
    expect(stdout).not.toContain('secret');
    expect(code).toBe(0);
  });

  test('P-09 one byte more in the e2eeWorker is found, and so is a compressed copy of something else, which browsers would get', async () => {
    const [worker, script] = [assetNamed(/^e2eeWorker-.*\.js$/), assetNamed(/^index-.*\.js$/)];
    const original = readFileSync(path.join(page, script));
    appendFileSync(path.join(page, worker), ' ');
    writeFileSync(path.join(page, `${script}.br`), brotliCompressSync(Buffer.concat([original, Buffer.from(' ')])));
    const outcome = await verify(bed.server.url);
    expect(outcome.code).toBe(1);
    for (const changed of [worker, script]) {
      expect(outcome.stdout).toContain(`${changed}: what is served is not what this source makes`);
      expect(outcome.stdout).toContain(`${changed}: the server’s own list says otherwise`);
    }
    expect(new Set(aboutIn(outcome))).toEqual(new Set([worker, script]));
  });

  test('P-09 a list that was changed along with the file does not hide it', async () => {
    const [script, list] = [assetNamed(/^index-.*\.js$/), path.join(page, MANIFEST)];
    writeFileSync(path.join(page, script), 'export {};');
    writeFileSync(path.join(page, 'assets/more.js'), 'export {};');
    const manifest = JSON.parse(readFileSync(list, 'utf8')) as { files: Record<string, string>; version: string };
    const hash = 'sha384-hYCHMFHQ8AIW9nFXPZcDdFQ4mzlvkWKs5VQP9Xh5ztHE0ZPCvUI1GYrOyxVBnwvA';
    manifest.files[script] = hash;
    manifest.files['/assets/more.js'] = hash;
    manifest.version = '9.9.9';
    writeFileSync(list, JSON.stringify(manifest));
    const { code, stdout } = await verify(bed.server.url, '--json');
    const { same, differences } = JSON.parse(stdout) as { same: boolean; differences: Record<string, string>[] };
    expect([code, same]).toEqual([1, false]);
    expect(differences).toContainEqual(expect.objectContaining({ address: script, kind: 'changed' }));
    expect(differences).toContainEqual(expect.objectContaining({ address: '/assets/more.js', kind: 'extra' }));
    expect(differences).toContainEqual(expect.objectContaining({ address: `/${MANIFEST}`, kind: 'list' }));
  });

  test('P-09 a changed document is found under every screen that it is, a missing file and a missing list too', async () => {
    appendFileSync(path.join(page, 'index.html'), '<!-- -->');
    rmSync(path.join(page, 'robots.txt'));
    rmSync(path.join(page, MANIFEST));
    const outcome = await verify(bed.server.url);
    expect(outcome.code).toBe(1);
    const about = aboutIn(outcome).map((address) => address.replace(/^(\/[rw]\/).*/, '$1'));
    expect(about.toSorted()).toEqual(['/', '/index.html', '/protect', '/r/', '/robots.txt', `/${MANIFEST}`].toSorted());
  });

  test('P-09 a proxy that answers for one screen only, weakens the policy or adds a header is found', async () => {
    const proxy = await startProxy(bed.server.port, (address, headers) => {
      if (!address.startsWith('/r/')) return headers;
      const policy = String(headers['content-security-policy']).replace("script-src 'self'", "script-src 'self' blob:");
      return { ...headers, 'content-security-policy': policy, link: '</x.css>; rel=stylesheet' };
    });
    const outcome = await verify(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    proxy.close();
    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toMatch(/^\/r\/[\w-]+: the Content-Security-Policy has script-src 'self' blob: instead/m);
    expect(outcome.stdout).toMatch(/^\/r\/[\w-]+: the answer has a header link/m);
    expect(aboutIn(outcome)).toHaveLength(2);
  });

  test('a server that is not there, and no server at all, are said in one line, before anything is built', async () => {
    const gone = await verify('http://127.0.0.1:1');
    expect([gone.code, gone.stderr]).toEqual([
      1,
      expect.stringMatching(/✗ http:\/\/127\.0\.0\.1:1 cannot be asked for/),
    ]);
    expect(gone.stdout + gone.stderr).not.toContain('this source');
    const none = await verify('--json');
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('Which server?')]);
  });
});

/** Passes everything on, with the headers that `change` gives back. */
async function startProxy(
  port: number,
  change: (address: string, headers: IncomingHttpHeaders) => IncomingHttpHeaders,
): Promise<Server> {
  const proxy = createServer((request, response) => {
    const address = request.url ?? '/';
    const options = { port, host: '127.0.0.1', path: address, headers: request.headers };
    ask(options, (answer) => {
      response.writeHead(answer.statusCode ?? 500, change(address, answer.headers));
      answer.pipe(response);
    }).end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return proxy;
}
