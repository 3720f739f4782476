// The Vite plugin that ends the build: integrity in the document, and a list of what was built with everything's hash.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';
import { addIntegrity, integrityOf } from './integrity.ts';

/** Where the list lies in the build, and under which address it is served (PROTOCOL.md, P-09). */
export const MANIFEST_ADDRESS = '/.well-known/conclave-build.json';
const DOCUMENT_ADDRESS = '/index.html';

/** The list. It names no time, machine or folder: the same source gives the same bytes everywhere. */
export interface BuildManifest {
  format: 1;
  version: string;
  /** Hash of package-lock.json, which settles every package that went into the build. */
  lockfile: string;
  /** Address → `sha384-…` of every file that is served, sorted by address. */
  files: Record<string, string>;
}

/** Addresses of all files below `folder`, sorted by their code units, whatever the file system's order. */
function addressesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `/${path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')}`)
    .filter((address) => address !== MANIFEST_ADDRESS)
    .toSorted();
}

const hashFiles = (folder: string): Map<string, string> =>
  new Map(addressesIn(folder).map((address) => [address, integrityOf(readFileSync(path.join(folder, address)))]));

export interface BuildIdentity {
  version: string;
  /** The lockfile's bytes. */
  lockfile: string | Uint8Array;
}

/**
 * Finishes the build in `folder`: its document gets integrity, and the list is written.
 * @param chunks addresses of the scripts that run in the page; the worker is none of them, since `new Worker` takes no hash
 */
export function sealBuild(folder: string, chunks: readonly string[], { version, lockfile }: BuildIdentity): void {
  const document = path.join(folder, DOCUMENT_ADDRESS);
  writeFileSync(document, addIntegrity(readFileSync(document, 'utf8'), hashFiles(folder), chunks));
  const files = Object.fromEntries(hashFiles(folder));
  const manifest: BuildManifest = { format: 1, version, lockfile: integrityOf(lockfile), files };
  const target = path.join(folder, MANIFEST_ADDRESS);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** @param root the repository, whose package.json and lockfile name the build */
export function buildManifest(root: string): Plugin {
  let folder = '';
  return {
    name: 'conclave-build-manifest',
    apply: 'build',
    configResolved(config) {
      folder = path.resolve(config.root, config.build.outDir);
    },
    writeBundle: {
      // From the disk and last of all: what is hashed is what will be served.
      order: 'post',
      sequential: true,
      handler(_options, bundle) {
        const chunks = Object.values(bundle).filter(({ type }) => type === 'chunk');
        const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
        const lockfile = readFileSync(path.join(root, 'package-lock.json'));
        const addresses = chunks.map(({ fileName }) => `/${fileName}`);
        sealBuild(folder, addresses, { version, lockfile });
      },
    },
  };
}
