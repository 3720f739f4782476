import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { repoRoot } from './environment.mjs';

/** The ways up from a package's folder in which npm looks for what it depends on. */
const placesFor = (folder, name) => {
  const parts = folder.split('/node_modules/');
  return parts
    .map((_, depth) => [...parts.slice(0, parts.length - depth), name].join('/node_modules/'))
    .concat(`node_modules/${name}`);
};

test('the lockfile names every optional package of every platform: npm ci refuses one with gaps', () => {
  const { packages } = JSON.parse(fs.readFileSync(path.join(repoRoot, 'package-lock.json'), 'utf8'));
  const gaps = Object.entries(packages).flatMap(([folder, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) => !placesFor(folder, name).some((place) => place in packages),
    ),
  );
  expect(gaps).toEqual([]);
});
