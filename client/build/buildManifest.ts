// The Vite plugin that ends the build: integrity in the documents, and a list of what was built with everything's hash.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin, Rolldown } from 'vite';
import { addIntegrity, integrityOf } from './integrity.ts';
import { onWritten } from './onWritten.ts';

/** Where the list lies in the build, and under which address it is served (PROTOCOL.md, P-09). */
export const MANIFEST_ADDRESS = '/.well-known/conclave-build.json';

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

/** A page of the build. */
export interface BuiltDocument {
  /** Where it lies in the build. */
  address: string;
  /** Addresses of the scripts that run in it; the worker is none of them, since `new Worker` takes no hash. */
  chunks: readonly string[];
  /** Those of further scripts that it asks for itself, by the part that they are of. */
  later?: ReadonlyMap<string, readonly string[]>;
}

/** Finishes the build in `folder`: its documents get integrity, and the list is written. */
export function sealBuild(
  folder: string,
  documents: readonly BuiltDocument[],
  { version, lockfile }: BuildIdentity,
): void {
  const hashes = hashFiles(folder);
  for (const { address, chunks, later } of documents) {
    const document = path.join(folder, address);
    writeFileSync(document, addIntegrity(readFileSync(document, 'utf8'), hashes, chunks, later));
  }
  const files = Object.fromEntries(hashFiles(folder));
  const manifest: BuildManifest = { format: 1, version, lockfile: integrityOf(lockfile), files };
  const target = path.join(folder, MANIFEST_ADDRESS);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, `${JSON.stringify(manifest, null, 2)}\n`);
}

type Bundle = Rolldown.OutputBundle;

/** Names of all chunks that the one named `entry` may ever load, itself included, but for those that only `later` ones load. */
export function chunksFrom(
  bundle: Bundle,
  entry: string,
  later: readonly string[],
  found = new Set<string>(),
): Set<string> {
  const chunk = bundle[entry];
  if (chunk?.type !== 'chunk' || found.has(entry) || later.includes(chunk.name)) return found;
  found.add(entry);
  for (const next of [...chunk.imports, ...chunk.dynamicImports]) chunksFrom(bundle, next, later, found);
  return found;
}

/** The script that the document at `address` begins with. @throws Error where there is none */
export function entryOf(bundle: Bundle, address: string): Rolldown.OutputChunk {
  const found = entriesOf(bundle).find((chunk) => addressOf(chunk) === address);
  if (found === undefined) throw new Error(`the build has no ${address}`);
  return found;
}

const entriesOf = (bundle: Bundle): Rolldown.OutputChunk[] =>
  Object.values(bundle).filter(
    (chunk) => chunk.type === 'chunk' && chunk.isEntry && chunk.facadeModuleId?.endsWith('.html') === true,
  ) as Rolldown.OutputChunk[];

const addressOf = ({ facadeModuleId }: Rolldown.OutputChunk): string => `/${path.basename(facadeModuleId ?? '')}`;

/** Each document with what runs in it, and nothing of what runs in another one only. */
function documentsOf(bundle: Bundle, parts: Readonly<Record<string, readonly string[]>>): BuiltDocument[] {
  return entriesOf(bundle).map((chunk) => {
    const address = addressOf(chunk);
    const names = parts[address] ?? [];
    const found = chunksFrom(bundle, chunk.fileName, names);
    const chunks = addressesOf(found);
    const later = new Map<string, readonly string[]>();
    for (const [index, name] of names.entries()) {
      const further = [...chunksFrom(bundle, chunk.fileName, names.slice(index + 1))].filter((one) => !found.has(one));
      for (const one of further) found.add(one);
      later.set(name, addressesOf(further));
    }
    return { address, chunks, later };
  });
}

const addressesOf = (names: Iterable<string>): string[] => [...names].map((name) => `/${name}`);

/**
 * @param root the repository, whose package.json and lockfile name the build
 * @param apart addresses of pages that were built by themselves, each of one script that it names
 * @param later names of chunks that a page asks for itself, in that order, each with what it alone loads of what is left
 */
export function buildManifest(
  root: string,
  { apart, later }: { apart: readonly string[]; later: Readonly<Record<string, readonly string[]>> },
): Plugin {
  return onWritten('conclave-build-manifest', (folder, bundle) => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    const lockfile = readFileSync(path.join(root, 'package-lock.json'));
    const documents = [...documentsOf(bundle, later), ...apart.map((address) => ({ address, chunks: [] }))];
    sealBuild(folder, documents, { version, lockfile });
  });
}
