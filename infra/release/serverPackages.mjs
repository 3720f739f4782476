// Owns which packages of the lockfile the server needs to run: what its files import, and what those need in turn.
import fs from 'node:fs';
import path from 'node:path';
import { listFiles } from '../setup/stamps.mjs';

/** What the server is: neither tests nor prose. */
export const isServerSource = (file) =>
  file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.split(path.sep).includes('test');

/** "@tus/server/x" → "@tus/server"; undefined for what is no package. */
const packageOf = (specifier) =>
  /^(?:node:|[.#/])/.test(specifier) ? undefined : /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0];

/** The packages that code imports; a type costs nothing at run time. */
export const importedPackages = (text) =>
  [...text.matchAll(/^\s*(?:import|export|\}) (?!type )[^;]*?from '([^']+)'|\bimport\('([^']+)'\)/gm)]
    .map(([, named, loaded]) => packageOf(named ?? loaded))
    .filter((name) => name !== undefined);

/** Where npm put what `name` means to the package at `from`, which is a key of the lockfile's `packages`; undefined where it did not. */
const resolveFrom = (packages, from, name) => {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (candidate in packages) return candidate;
    if (folder === '') return undefined;
  }
};

const neededBy = ({
  dependencies = {},
  optionalDependencies = {},
  peerDependencies = {},
  peerDependenciesMeta = {},
}) => [
  ...Object.keys({ ...dependencies, ...optionalDependencies }),
  ...Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true),
];

/**
 * @param {Record<string, object>} packages the lockfile's
 * @param {Iterable<string>} names what the server imports
 * @returns {string[]} folders below the repository, e.g. node_modules/express
 */
export const closureOf = (packages, names) => {
  const found = new Set();
  const visit = (from, name) => {
    const folder = resolveFrom(packages, from, name);
    // Types are for compilers; Node takes them off.
    if (folder === undefined || name.startsWith('@types/') || found.has(folder)) return;
    found.add(folder);
    for (const needed of neededBy(packages[folder])) visit(folder, needed);
  };
  for (const name of names) visit('', name);
  return [...found].sort();
};

/** The folders of all packages that the server in `root` needs. */
export const serverPackages = (root) => {
  const { packages } = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const names = listFiles(root, 'server')
    .filter(isServerSource)
    .flatMap((file) => importedPackages(fs.readFileSync(path.join(root, file), 'utf8')));
  return closureOf(packages, new Set(names));
};
