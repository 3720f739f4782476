// Two builds of this source in two places, by two people with different shells: the same bytes.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MANIFEST_ADDRESS, type BuildManifest } from './buildManifest.ts';
import { integrityOf } from './integrity.ts';

const REPO = path.resolve(import.meta.dirname, '..', '..');
const SOURCES = ['client', 'server/protocol', 'package.json', 'package-lock.json', 'tsconfig.json', 'SECURITY.md'];
const folder = mkdtempSync(path.join(tmpdir(), 'conclave-builds-'));

/** This source, copied once: it may change while a test runs. */
function copySource(): string {
  const source = path.join(folder, 'source');
  for (const one of SOURCES) cpSync(path.join(REPO, one), path.join(source, one), { recursive: true });
  return source;
}

/** Builds the source in `place`; returns the folder of the built page. */
function buildIn(
  source: string,
  place: string,
  env: Record<string, string>,
  extra: Record<string, string> = {},
): string {
  const root = path.join(folder, place);
  cpSync(source, root, { recursive: true });
  symlinkSync(path.join(REPO, 'node_modules'), path.join(root, 'node_modules'), 'dir');
  for (const [file, text] of Object.entries(extra)) writeFileSync(path.join(root, file), text);
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const { status, stderr } = spawnSync(process.execPath, [vite, 'build', '--config', 'client/vite.config.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the build failed:\n${stderr}`);
  return path.join(root, 'dist', 'client');
}

describe('the build', () => {
  let here = '';
  let there = '';
  beforeAll(() => {
    const source = copySource();
    here = buildIn(source, 'a', { NODE_ENV: 'production', TZ: 'UTC' });
    const traps = {
      'client/.env': 'NODE_ENV=development\nVITE_WHO=me\n',
      'postcss.config.mjs': 'throw new Error("the machine’s own");\n',
    };
    there = buildIn(
      source,
      'other/deeper/b',
      { NODE_ENV: 'development', TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8' },
      traps,
    );
    // Two builds, each half a minute on a busy machine.
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const manifestOf = (page: string): string => readFileSync(path.join(page, MANIFEST_ADDRESS), 'utf8');

  test('P-09 the same source gives the same list, wherever and by whomever it is built', () => {
    expect(manifestOf(there)).toBe(manifestOf(here));
  });

  test('P-09 the list has every file with the hash of what lies there, sorted, and names no time and no folder', () => {
    const { format, version, lockfile, files } = JSON.parse(manifestOf(here)) as BuildManifest;
    expect([format, version]).toEqual([1, expect.stringMatching(/^\d+\.\d+\.\d+/)]);
    expect(lockfile).toBe(integrityOf(readFileSync(path.join(REPO, 'package-lock.json'))));
    const addresses = Object.keys(files);
    expect(addresses).toEqual(addresses.toSorted());
    expect(addresses).toContain('/index.html');
    expect(addresses.filter((address) => /^\/assets\/e2eeWorker-[\w-]+\.js$/.test(address))).toHaveLength(1);
    for (const [address, hash] of Object.entries(files)) {
      const content = readFileSync(path.join(here, address));
      expect(integrityOf(content)).toBe(hash);
      expect(content.includes(folder) || content.includes(REPO)).toBe(false);
    }
  });

  test('P-09 what shrinks lies there compressed too, the same in both builds; the list names what is in it', () => {
    const { files } = JSON.parse(manifestOf(here)) as BuildManifest;
    expect(Object.keys(files).filter((address) => /\.(br|gz)$/.test(address))).toEqual([]);
    const packed = Object.keys(files).filter((address) => existsSync(path.join(here, `${address}.br`)));
    for (const kind of [
      /^\/assets\/vision_wasm_.*\.wasm$/,
      /^\/assets\/index-.*\.js$/,
      /^\/assets\/(?!admin-)[^/]*\.css$/,
      /^\/assets\/admin-[^/]*\.css$/,
      /^\/assets\/admin-[^/]*\.js$/,
      /^\/sdk\/conclave\.js$/,
    ]) {
      expect(packed.filter((address) => kind.test(address))).toHaveLength(1);
    }
    for (const address of packed) {
      const [br, gz] = ['br', 'gz'].map((ending) => readFileSync(path.join(here, `${address}.${ending}`)));
      if (br === undefined || gz === undefined) throw new Error(address);
      expect(integrityOf(brotliDecompressSync(br))).toBe(files[address]);
      expect(integrityOf(gunzipSync(gz))).toBe(files[address]);
      expect(readFileSync(path.join(there, `${address}.br`)).equals(br)).toBe(true);
      expect(readFileSync(path.join(there, `${address}.gz`)).equals(gz)).toBe(true);
    }
  });

  test('P-09 a document names its script and its style with their hashes, and no script without one', () => {
    const { files } = JSON.parse(manifestOf(here)) as BuildManifest;
    for (const document of ['index.html', 'admin.html']) {
      const html = readFileSync(path.join(here, document), 'utf8');
      const tags = html.match(/<(script|link rel="(stylesheet|modulepreload)")[^>]*>/g) ?? [];
      expect(tags.length).toBeGreaterThanOrEqual(2);
      for (const tag of tags) {
        const [, address = ''] = /(?:src|href)="([^"]+)"/.exec(tag) ?? [];
        expect(tag).toContain(`integrity="${files[address]}"`);
      }
    }
  });
});
